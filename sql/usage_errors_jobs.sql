-- lm-usage errors: which types of the jobs created in a period fail how often. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.job_type,
    sum(f.jobs) AS total_jobs,
    sum(f.completed_jobs) AS completed_jobs,
    sum(f.failed_jobs) AS failed_jobs,
    sum(f.cancelled_jobs) AS cancelled_jobs,
    sum(f.jobs - f.completed_jobs - f.failed_jobs - f.cancelled_jobs) AS open_jobs,
    -- Of the jobs that ended well or badly: open ones may still do either.
    trim_scale(round(100.0 * sum(f.failed_jobs)
        / nullif(sum(f.completed_jobs + f.failed_jobs), 0), 6)) AS error_rate_percent
FROM job_facts f
WHERE f.jobs > 0
GROUP BY f.job_type
ORDER BY error_rate_percent DESC NULLS LAST, failed_jobs DESC, f.job_type;
