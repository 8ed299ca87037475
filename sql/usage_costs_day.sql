-- lm-usage costs --by day: what the calls made in a period cost and bring in, and the credits that were sold, by day. A job
-- whose calls were archived counts on the day on which it was created. Follows the facts.
-- Parameters: those of the facts, and
-- $9::timestamp  now
SELECT
    to_char(f.day, 'YYYY-MM-DD') AS date,
    f.day < $1::timestamp OR f.day + interval '1 day' > least($2::timestamp, $9::timestamp) AS partial,
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
    sum(f.fallback_cost_calls) AS fallback_cost_calls,
    CASE WHEN $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
        THEN coalesce(sum(f.credits_sold), 0) END AS credits_sold
FROM (
    -- Summed up before the archived jobs come to it: it is what PostgreSQL does in parallel.
    SELECT
        s.day, sum(s.calls) AS calls, sum(s.client_cost_usd) AS client_cost_usd,
        sum(s.provider_cost_usd) AS provider_cost_usd,
        sum(s.client_cost_usd) FILTER (WHERE s.provider_cost_usd IS NOT NULL) AS margin_base_usd,
        sum(s.calls) FILTER (WHERE s.provider_cost_usd IS NOT NULL) AS margin_calls,
        sum(s.fallback_cost_calls) AS fallback_cost_calls, sum(s.credits_sold) AS credits_sold
    FROM (
        SELECT
            c.created_at::date AS day, c.calls, c.client_cost_usd, c.provider_cost_usd, c.fallback_cost_calls,
            0 AS credits_sold
        FROM call_facts c
        UNION ALL
        SELECT p.created_at::date, 0, NULL, NULL, 0, p.credits_sold
        FROM payment_facts p
    ) AS s
    GROUP BY s.day
    UNION ALL
    SELECT
        j.created_at::date, j.calls, j.client_cost_usd, j.provider_cost_usd, j.margin_base_usd, j.margin_calls,
        j.fallback_cost_calls, 0
    FROM archived_jobs j
) AS f
GROUP BY f.day
ORDER BY f.day;
