-- lm-usage team: each team asked for, its jobs of a period, and the same by job type. Follows the facts.
-- Parameters: those of the facts; $3 holds the teams asked for.
-- Returns section, team_id, and the columns of the sections summary and job_types.
SELECT
    CASE grouping(f.job_type) WHEN 1 THEN 'summary' ELSE 'job_types' END AS section,
    a.team_id,
    coalesce(sum(f.jobs), 0) AS total_jobs,
    coalesce(sum(f.completed_jobs), 0) AS successful_jobs,
    coalesce(sum(f.failed_jobs), 0) AS failed_jobs,
    coalesce(sum(f.cancelled_jobs), 0) AS cancelled_jobs,
    coalesce(sum(f.jobs - f.completed_jobs - f.failed_jobs - f.cancelled_jobs), 0) AS open_jobs,
    trim_scale(round(100.0 * sum(f.completed_jobs)
        / nullif(sum(f.completed_jobs + f.failed_jobs), 0), 6)) AS success_rate_percent,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS total_cost_usd,
    trim_scale(coalesce(sum(f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS provider_cost_usd,
    coalesce(sum(f.fallback_cost_calls), 0) AS fallback_cost_calls,
    coalesce(sum(f.total_tokens), 0) AS total_tokens,
    coalesce(round(sum(f.client_cost_usd) / nullif(sum(f.jobs), 0), 4), 0) AS avg_cost_per_job,
    f.job_type,
    coalesce(sum(f.jobs), 0) AS count,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS cost_usd
FROM asked_teams a
    LEFT JOIN job_facts f ON f.team_id = a.team_id
GROUP BY GROUPING SETS ((a.position, a.team_id), (a.position, a.team_id, f.job_type))
HAVING grouping(f.job_type) = 1 OR sum(f.jobs) > 0
ORDER BY a.position, grouping(f.job_type) DESC, sum(f.jobs) DESC, f.job_type;
