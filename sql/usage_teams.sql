-- lm-usage teams: the teams with jobs created in a period, or with credits. Follows the facts.
-- Parameters: those of the facts, and
-- $9::timestamp  now
-- daily_jobs: the jobs of each of the 14 days up to the period's end, or to now if that is earlier, oldest first; also of
-- those days that lie before the period.
, team_sums AS MATERIALIZED (
    SELECT
        coalesce(f.team_id, t.team_id) AS team_id,
        CASE WHEN min(f.organization_id) = max(f.organization_id) THEN min(f.organization_id) END AS organization_id,
        coalesce(sum(f.jobs), 0) AS total_jobs,
        coalesce(sum(f.completed_jobs), 0) AS completed_jobs,
        coalesce(sum(f.failed_jobs), 0) AS failed_jobs,
        coalesce(sum(f.cancelled_jobs), 0) AS cancelled_jobs,
        coalesce(sum(f.jobs - f.completed_jobs - f.failed_jobs - f.cancelled_jobs), 0) AS open_jobs,
        trim_scale(round(100.0 * sum(f.completed_jobs)
            / nullif(sum(f.completed_jobs + f.failed_jobs), 0), 6)) AS success_rate_percent,
        coalesce(sum(f.calls), 0) AS total_api_calls,
        coalesce(sum(f.total_tokens), 0) AS total_tokens,
        coalesce(sum(f.client_cost_usd), 0) AS total_cost_usd,
        coalesce(sum(f.provider_cost_usd),
            CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END) AS provider_cost_usd,
        trim_scale(round(avg(f.latency_ms), 6)) AS avg_latency_ms,
        count(f.latency_ms) AS calls_with_latency,
        coalesce(sum(f.credits_used), 0) AS credits_used,
        max(f.created_at) AS last_job_at
    FROM job_facts f
        FULL JOIN credit_teams t ON t.team_id = f.team_id
    GROUP BY 1
),
days AS (
    SELECT d.last - back AS day
    FROM (SELECT (least($2::timestamp, $9::timestamp) - interval '1 microsecond')::date AS last) AS d,
        generate_series(0, 13) AS back
),
day_sums AS (
    SELECT j.team_id, j.created_at::date AS day, count(*)::integer AS jobs
    FROM platform_jobs j
    WHERE j.created_at >= (SELECT min(d.day) FROM days d) AND j.created_at < $2::timestamp
    GROUP BY 1, 2
),
series AS (
    SELECT s.team_id, array_agg(coalesce(j.jobs, 0) ORDER BY d.day) AS daily_jobs
    FROM team_sums s
        CROSS JOIN days d
        LEFT JOIN day_sums j ON j.team_id = s.team_id AND j.day = d.day
    GROUP BY s.team_id
)
SELECT
    s.team_id,
    -- That of its jobs, unless they belong to several.
    coalesce(s.organization_id, t.organization_id) AS organization_id,
    o.organization_name, t.status, s.total_jobs, s.completed_jobs, s.failed_jobs,
    s.cancelled_jobs, s.open_jobs, s.success_rate_percent, s.total_api_calls, s.total_tokens,
    trim_scale(s.total_cost_usd) AS total_cost_usd,
    trim_scale(round(100 * s.total_cost_usd / nullif(sum(s.total_cost_usd) OVER (), 0), 6)) AS share_percent,
    trim_scale(s.provider_cost_usd) AS provider_cost_usd,
    s.avg_latency_ms, s.calls_with_latency, s.credits_used, t.credits_remaining, s.last_job_at,
    y.daily_jobs
FROM team_sums s
    LEFT JOIN platform_teams t ON t.team_id = s.team_id
    LEFT JOIN platform_organizations o ON o.organization_id = coalesce(s.organization_id, t.organization_id)
    LEFT JOIN series y ON y.team_id = s.team_id
ORDER BY total_cost_usd DESC, s.total_jobs DESC, s.team_id;
