-- lm-usage costs --by org: what the calls of the jobs created in a period cost and bring in, and the credits that were sold
-- meanwhile. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.organization_id,
    o.organization_name,
    sum(f.calls) AS total_api_calls,
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
    coalesce(sum(f.calls) FILTER (WHERE f.provider_cost_usd IS NOT NULL), 0) AS margin_calls,
    sum(f.fallback_cost_calls) AS fallback_cost_calls,
    CASE WHEN $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
        THEN coalesce(sum(f.credits_sold), 0) END AS credits_sold
FROM (
    SELECT
        j.organization_id, j.calls, j.client_cost_usd, j.provider_cost_usd, j.fallback_cost_calls, 0 AS credits_sold
    FROM job_facts j
    UNION ALL
    SELECT p.organization_id, 0, NULL, NULL, 0, p.credits_sold
    FROM payment_facts p
) AS f
    LEFT JOIN platform_organizations o ON o.organization_id = f.organization_id
GROUP BY f.organization_id, o.organization_name
ORDER BY revenue_usd DESC, f.organization_id;
