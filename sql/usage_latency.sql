-- lm-usage latency: how long the calls made in a period took, by model group, and how many of them have no latency, as
-- failed ones often have none. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.model_group_used,
    count(f.latency_ms) AS call_count,
    trim_scale(round(avg(f.latency_ms), 6)) AS avg_latency_ms,
    min(f.latency_ms) AS min_latency_ms,
    max(f.latency_ms) AS max_latency_ms,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY f.latency_ms) AS p50_latency_ms,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY f.latency_ms) AS p95_latency_ms,
    percentile_disc(0.99) WITHIN GROUP (ORDER BY f.latency_ms) AS p99_latency_ms,
    sum(f.failed_calls) AS failed_calls,
    count(*) - count(f.latency_ms) AS calls_without_latency
FROM call_facts f
GROUP BY f.model_group_used
ORDER BY avg_latency_ms DESC NULLS LAST, f.model_group_used;
