-- lm-usage org: each organization asked for, its teams' jobs of a period, and the same by team. Follows the facts.
-- Parameters: those of the facts; $4 holds the organizations asked for.
-- Returns section, organization_id, and the columns of the sections summary and teams.
SELECT
    CASE grouping(f.team_id) WHEN 1 THEN 'summary' ELSE 'teams' END AS section,
    a.organization_id,
    count(f.job_id) AS total_jobs,
    count(*) FILTER (WHERE f.status = 'completed') AS completed_jobs,
    count(*) FILTER (WHERE f.status = 'failed') AS failed_jobs,
    count(*) FILTER (WHERE f.status = 'cancelled') AS cancelled_jobs,
    count(f.job_id) - count(*) FILTER (WHERE f.status IN ('completed', 'failed', 'cancelled')) AS open_jobs,
    trim_scale(round(100.0 * count(*) FILTER (WHERE f.status = 'completed')
        / nullif(count(*) FILTER (WHERE f.status IN ('completed', 'failed')), 0), 6)) AS success_rate_percent,
    coalesce(sum(f.credits_used), 0) AS credits_used,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS total_cost_usd,
    trim_scale(coalesce(sum(f.provider_cost_usd), 0)) AS provider_cost_usd,
    coalesce(sum(f.fallback_cost_calls), 0) AS fallback_cost_calls,
    coalesce(sum(f.total_tokens), 0) AS total_tokens,
    f.team_id,
    count(f.job_id) AS jobs
FROM asked_organizations a
    LEFT JOIN job_facts f ON f.organization_id = a.organization_id
GROUP BY GROUPING SETS ((a.position, a.organization_id), (a.position, a.organization_id, f.team_id))
HAVING grouping(f.team_id) = 1 OR count(f.job_id) > 0
ORDER BY a.position, grouping(f.team_id) DESC, count(f.job_id) DESC, f.team_id;
