-- What "lm-usage models" has to say, from the tables of tests/independent/asked.sql.
SELECT c.model_group AS model_group_used, m.model AS resolved_model,
    count(*) AS call_count,
    round(count(*) * 100.0 / (SELECT count(*) FROM call_in), 6) AS share_percent,
    sum(failed::integer) AS failed_calls,
    round(avg(failed::integer * 100), 6) AS error_rate_percent,
    sum(coalesce((call ->> 'prompt_tokens')::bigint, pg_temp.nothing('prompt_tokens'))) AS prompt_tokens,
    sum(coalesce((call ->> 'completion_tokens')::bigint, pg_temp.nothing('completion_tokens'))) AS completion_tokens,
    sum(tokens) AS total_tokens,
    sum(coalesce(cost, 0)) AS total_cost_usd,
    pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd,
    pg_temp.known(sum(cost - provider), sum(cost)) AS margin_usd,
    sum(CASE WHEN provider IS NULL THEN 0 ELSE 1 END) AS margin_calls,
    sum(fallback::integer) AS fallback_cost_calls,
    round(sum(latency)::numeric / nullif(count(latency), 0), 6) AS avg_latency_ms,
    sum(CASE WHEN latency IS NULL THEN 1 ELSE 0 END) AS calls_without_latency
FROM call_in c, LATERAL (SELECT call ->> 'resolved_model' AS model) m
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
