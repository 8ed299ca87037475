-- lm-health: how the platform's jobs are. Goes from type to type of job along the index on (job_type, created_at), which
-- both dialects have, and so touches a day of jobs at most.
-- $1::timestamp  the present, UTC; NULL for the database's clock
-- Returns dialect, newest_job_age_seconds, stuck_jobs.
WITH RECURSIVE present AS (
    SELECT coalesce($1::timestamp, LOCALTIMESTAMP) AS at
),
job_types AS (
    (SELECT j.job_type FROM jobs j ORDER BY j.job_type LIMIT 1)
    UNION ALL
    SELECT (SELECT j.job_type FROM jobs j WHERE j.job_type > t.job_type ORDER BY j.job_type LIMIT 1)
    FROM job_types t
    WHERE t.job_type IS NOT NULL
)
SELECT
    (SELECT CASE t.typname WHEN 'job_status' THEN 'migrations' WHEN 'jobstatus' THEN 'orm' ELSE 'other' END
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = to_regclass('jobs') AND a.attname = 'status') AS dialect,
    trim_scale(round(extract(epoch FROM p.at - max(newest.created_at)), 3)) AS newest_job_age_seconds,
    coalesce(sum(stuck.jobs), 0) AS stuck_jobs
FROM present p
    LEFT JOIN job_types t ON t.job_type IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT j.created_at FROM jobs j WHERE j.job_type = t.job_type ORDER BY j.created_at DESC LIMIT 1
    ) AS newest ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS jobs FROM jobs j
        WHERE j.job_type = t.job_type AND j.created_at >= p.at - interval '24 hours'
            AND j.created_at < p.at - interval '1 hour' AND lower(j.status::text) IN ('pending', 'in_progress')
    ) AS stuck ON true
GROUP BY p.at;
