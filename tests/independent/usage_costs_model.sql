-- What "lm-usage costs --by model" has to say, from the tables of tests/independent/asked.sql.
SELECT model_group AS model_group_used, call ->> 'resolved_model' AS resolved_model, count(*) AS call_count,
    pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd, coalesce(sum(cost), 0) AS revenue_usd,
    round(coalesce(sum(cost), 0) / nullif((SELECT sum(cost) FROM call_in), 0) * 100, 6) AS share_percent,
    pg_temp.known(sum(cost - provider), sum(cost)) AS margin_usd,
    round(sum(cost - provider) / nullif(sum(cost) FILTER (WHERE cost - provider IS NOT NULL), 0) * 100, 6) AS margin_percent,
    count(CASE WHEN provider IS NOT NULL THEN 1 END) AS margin_calls, sum(fallback::integer) AS fallback_cost_calls
FROM call_in
GROUP BY 1, 2
ORDER BY 5 DESC, 1, 2
