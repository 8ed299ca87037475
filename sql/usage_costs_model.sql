-- lm-usage costs --by model: what the calls made in a period cost and bring in, by model group and by the model that ran.
-- Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.model_group_used,
    f.resolved_model,
    count(*) AS call_count,
    trim_scale(coalesce(sum(f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS provider_cost_usd,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS revenue_usd,
    trim_scale(round(100 * coalesce(sum(f.client_cost_usd), 0) / nullif(sum(sum(f.client_cost_usd)) OVER (), 0), 6))
        AS share_percent,
    -- Of the calls whose provider's cost is known: without it, all that the client pays would seem to be earned.
    trim_scale(coalesce(sum(f.client_cost_usd - f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS margin_usd,
    trim_scale(round(100 * sum(f.client_cost_usd - f.provider_cost_usd)
        / nullif(sum(f.client_cost_usd) FILTER (WHERE f.provider_cost_usd IS NOT NULL), 0), 6)) AS margin_percent,
    count(f.provider_cost_usd) AS margin_calls,
    sum(f.fallback_cost_calls) AS fallback_cost_calls
FROM call_facts f
GROUP BY f.model_group_used, f.resolved_model
ORDER BY revenue_usd DESC, f.model_group_used, f.resolved_model;
