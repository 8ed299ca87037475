-- lm-usage team: each team asked for, its jobs of a period, and the same by job type. Follows the facts.
-- Parameters: those of the facts; $3 holds the teams asked for.
-- Returns section, team_id, and the columns of the sections summary and job_types.
SELECT
    CASE grouping(f.job_type) WHEN 1 THEN 'summary' ELSE 'job_types' END AS section,
    a.team_id,
    count(f.job_id) AS total_jobs,
    count(*) FILTER (WHERE f.status = 'completed') AS successful_jobs,
    count(*) FILTER (WHERE f.status = 'failed') AS failed_jobs,
    count(*) FILTER (WHERE f.status = 'cancelled') AS cancelled_jobs,
    count(f.job_id) - count(*) FILTER (WHERE f.status IN ('completed', 'failed', 'cancelled')) AS open_jobs,
    trim_scale(round(100.0 * count(*) FILTER (WHERE f.status = 'completed')
        / nullif(count(*) FILTER (WHERE f.status IN ('completed', 'failed')), 0), 6)) AS success_rate_percent,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS total_cost_usd,
    trim_scale(coalesce(sum(f.provider_cost_usd), 0)) AS provider_cost_usd,
    coalesce(sum(f.fallback_cost_calls), 0) AS fallback_cost_calls,
    coalesce(sum(f.total_tokens), 0) AS total_tokens,
    coalesce(round(sum(f.client_cost_usd) / nullif(count(f.job_id), 0), 4), 0) AS avg_cost_per_job,
    f.job_type,
    count(f.job_id) AS count,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS cost_usd
FROM asked_teams a
    LEFT JOIN job_facts f ON f.team_id = a.team_id
GROUP BY GROUPING SETS ((a.position, a.team_id), (a.position, a.team_id, f.job_type))
HAVING grouping(f.job_type) = 1 OR count(f.job_id) > 0
ORDER BY a.position, grouping(f.job_type) DESC, count(f.job_id) DESC, f.job_type;
