-- lm-usage jobs: the jobs created in a period by type and status, and how long they took. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.job_type,
    f.status,
    sum(f.jobs) AS job_count,
    trim_scale(round(100.0 * sum(f.jobs) / sum(sum(f.jobs)) OVER (), 6)) AS share_percent,
    trim_scale(round(avg(extract(epoch FROM f.completed_at - f.created_at)) FILTER (WHERE f.jobs > 0), 6))
        AS avg_duration_seconds,
    count(f.completed_at - f.created_at) FILTER (WHERE f.jobs > 0) AS jobs_with_duration,
    trim_scale(round(avg(extract(epoch FROM f.started_at - f.created_at)) FILTER (WHERE f.jobs > 0), 6))
        AS avg_wait_seconds,
    count(f.started_at - f.created_at) FILTER (WHERE f.jobs > 0) AS jobs_with_wait,
    trim_scale(round(avg(extract(epoch FROM f.completed_at - f.started_at)) FILTER (WHERE f.jobs > 0), 6))
        AS avg_run_seconds,
    count(f.completed_at - f.started_at) FILTER (WHERE f.jobs > 0) AS jobs_with_run,
    sum(f.calls) AS total_api_calls,
    coalesce(sum(f.total_tokens), 0) AS total_tokens,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS total_cost_usd
FROM job_facts f
GROUP BY f.job_type, f.status
ORDER BY job_count DESC, f.job_type, f.status;
