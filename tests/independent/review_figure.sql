-- The figures of "lm-usage review --by" :by, without their changes, as the table review_figure.
DROP TABLE IF EXISTS review_figure;
CREATE TEMPORARY TABLE review_figure AS
SELECT b.label AS period, b.first AS starts_at, j.*, p.*
FROM pg_temp.buckets(:from, :to, :'by') b,
    LATERAL (
        SELECT count(*) AS total_jobs, count(nullif(status = 'completed', FALSE)) AS completed_jobs,
            count(nullif(status = 'failed', FALSE)) AS failed_jobs,
            avg(CASE status WHEN 'completed' THEN 100 WHEN 'failed' THEN 0 END) AS success,
            avg(CASE status WHEN 'completed' THEN 0 WHEN 'failed' THEN 100 END) AS error,
            count(DISTINCT team_id) AS active_teams, coalesce(avg(cost), 0) AS job_cost
        FROM job_in
        WHERE created_at >= b.first AND created_at < b.next
    ) j,
    LATERAL (
        SELECT coalesce(sum(calls), 0) AS calls, coalesce(sum(failed), pg_temp.nothing('error')) AS failed_calls,
            coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost), 0) AS cost,
            pg_temp.known(sum(provider), sum(cost)) AS provider,
            pg_temp.known(sum(cost - provider), sum(cost)) AS margin,
            sum(CASE WHEN provider IS NOT NULL THEN cost END) AS margin_base,
            coalesce(sum(CASE WHEN provider IS NOT NULL THEN calls END), 0) AS margin_calls,
            avg(latency) AS latency, count(latency) AS latencies,
            pg_temp.observed(array_agg(latency ORDER BY latency) FILTER (WHERE latency >= 0), 0.95) AS p95
        FROM part_in
        WHERE created_at >= b.first AND created_at < b.next
    ) p;
