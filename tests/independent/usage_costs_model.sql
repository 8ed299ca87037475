-- What "lm-usage costs --by model" has to say, from the tables of tests/independent/asked.sql.
SELECT model_group AS model_group_used, model AS resolved_model, sum(calls) AS call_count,
    pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd, coalesce(sum(cost), 0) AS revenue_usd,
    round(coalesce(sum(cost), 0) / nullif((SELECT sum(cost) FROM cost_in), 0) * 100, 6) AS share_percent,
    pg_temp.known(sum(cost - provider), sum(cost)) AS margin_usd,
    round(sum(cost - provider) / nullif(sum(cost) FILTER (WHERE cost - provider IS NOT NULL), 0) * 100, 6) AS margin_percent,
    coalesce(sum(CASE WHEN provider IS NOT NULL THEN calls END), 0) AS margin_calls,
    sum(fallback) AS fallback_cost_calls
FROM cost_in
GROUP BY 1, 2
ORDER BY 5 DESC, 1, 2
