-- What "lm-usage latency" has to say, from the tables of tests/independent/asked.sql.
SELECT g.model_group_used, coalesce(cardinality(s.sorted), 0) AS call_count,
    round((SELECT avg(l) FROM unnest(s.sorted) l), 6) AS avg_latency_ms,
    s.sorted[1] AS min_latency_ms, s.sorted[cardinality(s.sorted)] AS max_latency_ms,
    pg_temp.observed(s.sorted, 0.5) AS p50_latency_ms, pg_temp.observed(s.sorted, 0.95) AS p95_latency_ms,
    pg_temp.observed(s.sorted, 0.99) AS p99_latency_ms,
    (SELECT sum(failed::integer) FROM call_in WHERE model_group IS NOT DISTINCT FROM g.model_group_used) AS failed_calls,
    (SELECT count(*) FROM call_in WHERE model_group IS NOT DISTINCT FROM g.model_group_used AND latency IS NULL)
        AS calls_without_latency
FROM (SELECT DISTINCT model_group FROM call_in) g(model_group_used),
    LATERAL (
        SELECT array_agg(latency ORDER BY latency)
        FROM call_in
        WHERE model_group IS NOT DISTINCT FROM g.model_group_used AND latency IS NOT NULL
    ) s(sorted)
ORDER BY avg_latency_ms DESC NULLS LAST, 1
