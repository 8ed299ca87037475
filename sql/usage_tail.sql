-- lm-usage tail: jobs and calls that were created in a span and that a transaction from a given one on wrote, and open jobs
-- asked for by their id that such a transaction changed. Follows the facts. Goes from type to type of job along the index
-- on (job_type, created_at), which both dialects have, and looks rows up by their ids; OFFSET 0 keeps such loops what they
-- are, whatever is estimated: a look must never read all jobs. A row's version is the transaction that wrote it; where a
-- view stands for a table there is none, and then every row is returned.
-- Parameters: those of the facts, but that
-- $2::timestamp  is infinity for a span that is still open. Under a filter on model groups, its jobs are those of its calls,
--                whenever they were created, for a job may have its first call of such a group late; else, those with such a
--                call.
-- $8::xid        a transaction (32 bits): rows that were written by earlier ones are left out; NULL for none
-- $9::uuid[]     the ids of the jobs asked for, NULL for none
-- Returns the columns of tail_report. Of a job that is no more, kind is "gone" and job_id its id.
,
asked AS (
    SELECT a.job_id, y.version, y.is_there
    FROM unnest($9::uuid[]) AS a (job_id)
        LEFT JOIN LATERAL (
            SELECT x.version, true AS is_there
            FROM (VALUES (NULL::xid)) AS absent (xmin),
                LATERAL (SELECT xmin AS version FROM jobs j WHERE j.job_id = a.job_id) AS x
            OFFSET 0
        ) AS y ON true
),
new_calls AS (
    SELECT x.call_id, x.job_id
    FROM (VALUES (NULL::xid)) AS absent (xmin),
        LATERAL (
            SELECT c.call_id, c.job_id, xmin AS version
            FROM llm_calls c
            WHERE c.created_at >= $1::timestamp AND c.created_at < $2::timestamp
        ) AS x
    WHERE (age(x.version) <= age($8::xid)) IS NOT FALSE
),
new_jobs AS (
    SELECT y.job_id
    FROM (
            WITH RECURSIVE job_types AS (
                (SELECT j.job_type FROM jobs j ORDER BY j.job_type LIMIT 1)
                UNION ALL
                SELECT (SELECT j.job_type FROM jobs j WHERE j.job_type > t.job_type ORDER BY j.job_type LIMIT 1)
                FROM job_types t
                WHERE t.job_type IS NOT NULL
            )
            SELECT t.job_type
            FROM job_types t
            WHERE t.job_type IS NOT NULL AND ($5::text[] IS NULL OR t.job_type = ANY ($5::text[]))
        ) AS t,
        LATERAL (
            SELECT x.job_id
            FROM (VALUES (NULL::xid)) AS absent (xmin),
                LATERAL (
                    SELECT j.job_id, xmin AS version
                    FROM jobs j
                    -- Rows are compared so that no index on created_at alone is read whole for each type.
                    WHERE (j.job_type, j.created_at) >= (t.job_type, $1::timestamp)
                        AND (j.job_type, j.created_at) < (t.job_type, $2::timestamp)
                ) AS x
            WHERE (age(x.version) <= age($8::xid)) IS NOT FALSE
            OFFSET 0
        ) AS y
    WHERE $6::text[] IS NULL OR $2::timestamp < 'infinity'
    UNION
    SELECT c.job_id FROM new_calls c WHERE $6::text[] IS NOT NULL AND $2::timestamp = 'infinity'
    EXCEPT
    SELECT a.job_id FROM asked a
),
shown_jobs AS (
    SELECT n.job_id, false AS is_change FROM new_jobs n
    UNION ALL
    SELECT a.job_id, true FROM asked a WHERE a.is_there AND (age(a.version) <= age($8::xid)) IS NOT FALSE
)
SELECT
    'job' AS kind,
    CASE
        WHEN NOT s.is_change THEN j.created_at
        WHEN lower(j.status::text) IN ('completed', 'failed', 'cancelled') THEN coalesce(j.completed_at, LOCALTIMESTAMP)
        WHEN lower(j.status::text) = 'in_progress' THEN coalesce(j.started_at, LOCALTIMESTAMP)
        ELSE LOCALTIMESTAMP
    END AS at,
    j.job_id, NULL::uuid AS call_id, j.team_id, coalesce(j.organization_id, t.organization_id) AS organization_id,
    j.user_id, j.job_type, lower(j.status::text) AS status, NULL::text AS previous_status,
    NULL::varchar AS model_group_used, NULL::varchar AS resolved_model,
    u.total_tokens, u.total_cost_usd, NULL::integer AS latency_ms, NULL::text AS error_class
FROM shown_jobs s
    CROSS JOIN LATERAL (SELECT p.* FROM platform_jobs p WHERE p.job_id = s.job_id OFFSET 0) AS j
    LEFT JOIN platform_teams t ON t.team_id = j.team_id
    LEFT JOIN LATERAL (
        SELECT
            sum(c.total_tokens) AS total_tokens,
            sum(coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1))) AS total_cost_usd
        FROM platform_calls c
        WHERE c.job_id = j.job_id
    ) AS u ON true
UNION ALL
SELECT
    'call', c.created_at, c.job_id, c.call_id, j.team_id, coalesce(j.organization_id, t.organization_id), j.user_id,
    j.job_type, NULL, NULL, c.model_group_used, c.resolved_model, c.total_tokens,
    coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1)), c.latency_ms, c.error_class
FROM new_calls n
    CROSS JOIN LATERAL (SELECT p.* FROM platform_calls p WHERE p.call_id = n.call_id OFFSET 0) AS c
    CROSS JOIN LATERAL (SELECT p.* FROM platform_jobs p WHERE p.job_id = c.job_id OFFSET 0) AS j
    LEFT JOIN platform_teams t ON t.team_id = j.team_id
UNION ALL
SELECT
    'gone', LOCALTIMESTAMP, a.job_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM asked a
WHERE a.is_there IS NULL
ORDER BY at, kind DESC, job_id, call_id;
