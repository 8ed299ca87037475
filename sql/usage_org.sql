-- lm-usage org: each organization asked for, its teams' jobs of a period, and the same by team. Follows the facts.
-- Parameters: those of the facts; $4 holds the organizations asked for.
-- Returns section, organization_id, and the columns of the sections summary and teams.
SELECT
    CASE grouping(f.team_id) WHEN 1 THEN 'summary' ELSE 'teams' END AS section,
    a.organization_id,
    coalesce(sum(f.jobs), 0) AS total_jobs,
    coalesce(sum(f.completed_jobs), 0) AS completed_jobs,
    coalesce(sum(f.failed_jobs), 0) AS failed_jobs,
    coalesce(sum(f.cancelled_jobs), 0) AS cancelled_jobs,
    coalesce(sum(f.jobs - f.completed_jobs - f.failed_jobs - f.cancelled_jobs), 0) AS open_jobs,
    trim_scale(round(100.0 * sum(f.completed_jobs)
        / nullif(sum(f.completed_jobs + f.failed_jobs), 0), 6)) AS success_rate_percent,
    coalesce(sum(f.credits_used), 0) AS credits_used,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS total_cost_usd,
    trim_scale(coalesce(sum(f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS provider_cost_usd,
    coalesce(sum(f.fallback_cost_calls), 0) AS fallback_cost_calls,
    coalesce(sum(f.total_tokens), 0) AS total_tokens,
    f.team_id,
    coalesce(sum(f.jobs), 0) AS jobs
FROM asked_organizations a
    LEFT JOIN job_facts f ON f.organization_id = a.organization_id
GROUP BY GROUPING SETS ((a.position, a.organization_id), (a.position, a.organization_id, f.team_id))
HAVING grouping(f.team_id) = 1 OR sum(f.jobs) > 0
ORDER BY a.position, grouping(f.team_id) DESC, sum(f.jobs) DESC, f.team_id;
