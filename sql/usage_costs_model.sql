-- lm-usage costs --by model: what the calls made in a period cost and bring in, by model group and by the model that ran.
-- The jobs created in it whose calls were archived are a row without either. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.model_group_used,
    f.resolved_model,
    sum(f.calls) AS call_count,
    trim_scale(coalesce(sum(f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS provider_cost_usd,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS revenue_usd,
    trim_scale(round(100 * coalesce(sum(f.client_cost_usd), 0) / nullif(sum(sum(f.client_cost_usd)) OVER (), 0), 6))
        AS share_percent,
    -- Of the calls whose provider's cost is known: without it, all that the client pays would seem to be earned.
    trim_scale(coalesce(sum(f.margin_base_usd) - sum(f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS margin_usd,
    trim_scale(round(100 * (sum(f.margin_base_usd) - sum(f.provider_cost_usd)) / nullif(sum(f.margin_base_usd), 0), 6))
        AS margin_percent,
    coalesce(sum(f.margin_calls), 0) AS margin_calls,
    sum(f.fallback_cost_calls) AS fallback_cost_calls
FROM (
    -- Summed up before the archived jobs come to it: it is what PostgreSQL does in parallel.
    SELECT
        c.model_group_used, c.resolved_model, sum(c.calls) AS calls, sum(c.client_cost_usd) AS client_cost_usd,
        sum(c.provider_cost_usd) AS provider_cost_usd,
        sum(c.client_cost_usd) FILTER (WHERE c.provider_cost_usd IS NOT NULL) AS margin_base_usd,
        sum(c.calls) FILTER (WHERE c.provider_cost_usd IS NOT NULL) AS margin_calls,
        sum(c.fallback_cost_calls) AS fallback_cost_calls
    FROM call_facts c
    GROUP BY c.model_group_used, c.resolved_model
    UNION ALL
    SELECT
        NULL, NULL, j.calls, j.client_cost_usd, j.provider_cost_usd, j.margin_base_usd, j.margin_calls,
        j.fallback_cost_calls
    FROM archived_jobs j
) AS f
GROUP BY f.model_group_used, f.resolved_model
ORDER BY revenue_usd DESC, f.model_group_used, f.resolved_model;
