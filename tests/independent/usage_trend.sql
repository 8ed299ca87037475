-- What "lm-usage trend --by" :by has to say at :now, from the tables of tests/independent/asked.sql.
SELECT b.label AS period,
    NOT (b.first >= :from AND b.next <= :to AND b.next <= :now::timestamp) AS partial,
    b.first AS starts_at,
    j.*,
    (SELECT coalesce(sum(p.calls), 0) FROM part_in p WHERE p.created_at >= b.first AND p.created_at < b.next)
        AS total_api_calls,
    (SELECT coalesce(sum(p.failed), pg_temp.nothing('error'))
        FROM part_in p WHERE p.created_at >= b.first AND p.created_at < b.next)
        AS failed_calls,
    (SELECT round(avg(p.latency), 6) FROM part_in p WHERE p.created_at >= b.first AND p.created_at < b.next)
        AS avg_latency_ms,
    (SELECT count(latency) FROM part_in p WHERE p.created_at >= b.first AND p.created_at < b.next) AS calls_with_latency
FROM pg_temp.buckets(:from, least(:to::timestamp, :now::timestamp), :'by') b,
    LATERAL (
        SELECT count(*) AS total_jobs, count(nullif(status = 'completed', FALSE)) AS completed_jobs,
            count(nullif(status = 'failed', FALSE)) AS failed_jobs,
            count(nullif(status = 'cancelled', FALSE)) AS cancelled_jobs,
            count(nullif(status IN ('pending', 'in_progress'), FALSE)) AS open_jobs,
            round(avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END), 6) AS success_rate_percent,
            coalesce(sum(tokens), 0) AS total_tokens, coalesce(sum(cost), 0) AS total_cost_usd,
            pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd, count(DISTINCT team_id) AS active_teams
        FROM job_in
        WHERE created_at >= b.first AND created_at < b.next
    ) j
ORDER BY b.first
