-- lm-usage tail: the jobs created in a span that are open. Follows the facts. Goes from type to type of job along the index
-- on (job_type, created_at), which both dialects have; OFFSET 0 keeps that loop what it is, whatever is estimated.
-- Parameters: those of the facts.
-- Returns the columns of tail_report, of which those beside kind, at, job_id and status are NULL.
SELECT
    'job' AS kind, j.created_at AS at, j.job_id, NULL AS call_id, NULL AS team_id, NULL AS organization_id,
    NULL AS user_id, NULL AS job_type, lower(j.status::text) AS status, NULL AS previous_status,
    NULL AS model_group_used, NULL AS resolved_model, NULL AS total_tokens, NULL AS total_cost_usd,
    NULL AS latency_ms, NULL AS error_class
FROM (
        WITH RECURSIVE job_types AS (
            (SELECT j.job_type FROM jobs j ORDER BY j.job_type LIMIT 1)
            UNION ALL
            SELECT (SELECT j.job_type FROM jobs j WHERE j.job_type > t.job_type ORDER BY j.job_type LIMIT 1)
            FROM job_types t
            WHERE t.job_type IS NOT NULL
        )
        SELECT t.job_type FROM job_types t WHERE t.job_type IS NOT NULL
    ) AS t,
    LATERAL (
        SELECT p.created_at, p.job_id, p.status
        FROM platform_jobs p
        -- Rows are compared so that no index on created_at alone is read whole for each type.
        WHERE (p.job_type, p.created_at) >= (t.job_type, $1::timestamp)
            AND (p.job_type, p.created_at) < (t.job_type, $2::timestamp)
        OFFSET 0
    ) AS j
WHERE lower(j.status::text) NOT IN ('completed', 'failed', 'cancelled');
