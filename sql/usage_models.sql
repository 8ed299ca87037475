-- lm-usage models: the calls made in a period by model group and by the model that ran. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.model_group_used,
    f.resolved_model,
    count(*) AS call_count,
    trim_scale(round(100.0 * count(*) / sum(count(*)) OVER (), 6)) AS share_percent,
    sum(f.failed_calls) AS failed_calls,
    trim_scale(round(100.0 * sum(f.failed_calls) / count(*), 6)) AS error_rate_percent,
    sum(f.prompt_tokens) AS prompt_tokens,
    sum(f.completion_tokens) AS completion_tokens,
    coalesce(sum(f.total_tokens), 0) AS total_tokens,
    trim_scale(coalesce(sum(f.client_cost_usd), 0)) AS total_cost_usd,
    trim_scale(coalesce(sum(f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS provider_cost_usd,
    trim_scale(coalesce(sum(f.client_cost_usd - f.provider_cost_usd),
        CASE WHEN coalesce(sum(f.client_cost_usd), 0) = 0 THEN 0 END)) AS margin_usd,
    count(f.provider_cost_usd) AS margin_calls,
    coalesce(sum(f.fallback_cost_calls), 0) AS fallback_cost_calls,
    trim_scale(round(avg(f.latency_ms), 6)) AS avg_latency_ms,
    count(*) - count(f.latency_ms) AS calls_without_latency
FROM call_facts f
GROUP BY f.model_group_used, f.resolved_model
ORDER BY call_count DESC, f.model_group_used, f.resolved_model;
