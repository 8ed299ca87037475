-- The best statement known for a month of team_usage_summaries, by hand: jobs and calls summed up apart.
SET TimeZone = 'UTC';
WITH priced AS (
    SELECT j.job_id, j.team_id, j.job_type, j.status, (100 + coalesce(t.cost_markup_percentage, 0)) * 0.01 AS factor
    FROM jobs j
        LEFT JOIN team_credits t USING (team_id)
    WHERE j.created_at >= :'from' AND j.created_at < :'to'
),
counts AS (
    SELECT
        team_id, job_type, count(*) AS jobs, count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE status = 'cancelled') AS cancelled
    FROM priced
    GROUP BY team_id, job_type
),
costs AS (
    SELECT
        p.team_id, p.job_type, sum(c.total_tokens) AS tokens,
        sum(coalesce(c.client_cost_usd, coalesce(c.provider_cost_usd, c.cost_usd) * p.factor)) AS cost
    FROM priced p
        JOIN llm_calls c USING (job_id)
    GROUP BY p.team_id, p.job_type
),
teams AS (
    SELECT
        team_id, sum(jobs) AS jobs, sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled,
        round(coalesce(sum(cost), 0), 2) AS cost, coalesce(sum(tokens), 0) AS tokens,
        jsonb_object_agg(job_type, jsonb_build_object('count', jobs, 'cost_usd', round(coalesce(cost, 0), 2))) AS types
    FROM counts
        LEFT JOIN costs USING (team_id, job_type)
    GROUP BY team_id
)
INSERT INTO team_usage_summaries (id, team_id, period, period_type, total_jobs, successful_jobs, failed_jobs,
    cancelled_jobs, total_cost_usd, total_tokens, job_type_breakdown, calculated_at)
SELECT
    gen_random_uuid(), team_id, :'period', 'monthly', jobs, completed, failed, cancelled, cost, tokens, types, now()
FROM teams t
WHERE NOT EXISTS (
    SELECT
    FROM team_usage_summaries s
    WHERE s.team_id = t.team_id AND s.period = :'period' AND s.job_type_breakdown = t.types
        AND (s.total_jobs, s.successful_jobs, s.failed_jobs, s.cancelled_jobs, s.total_cost_usd, s.total_tokens)
            = (t.jobs, t.completed, t.failed, t.cancelled, t.cost, t.tokens)
)
ON CONFLICT (team_id, period) DO UPDATE SET
    total_jobs = excluded.total_jobs, successful_jobs = excluded.successful_jobs, failed_jobs = excluded.failed_jobs,
    cancelled_jobs = excluded.cancelled_jobs, total_cost_usd = excluded.total_cost_usd,
    total_tokens = excluded.total_tokens, job_type_breakdown = excluded.job_type_breakdown,
    calculated_at = excluded.calculated_at;
