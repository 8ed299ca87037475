-- What "lm-usage costs --by day" has to say at :now, from the tables of tests/independent/asked.sql.
SELECT d.date,
    NOT (d.date::timestamp >= :from AND d.date::date + 1 <= least(:to::timestamp, :now::timestamp)) AS partial,
    coalesce(sum(calls), 0) AS call_count,
    pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd, coalesce(sum(cost), 0) AS revenue_usd,
    round(coalesce(sum(cost), 0) / nullif((SELECT sum(cost) FROM cost_in), 0) * 100, 6) AS share_percent,
    pg_temp.known(sum(cost - provider), sum(cost)) AS margin_usd,
    round(sum(cost - provider) / nullif(sum(cost) FILTER (WHERE cost - provider IS NOT NULL), 0) * 100, 6) AS margin_percent,
    coalesce(sum(CASE WHEN provider IS NOT NULL THEN calls END), 0) AS margin_calls,
    coalesce(sum(fallback), 0) AS fallback_cost_calls,
    CASE WHEN :all_kinds
        THEN (SELECT coalesce(sum(credits), 0) FROM sold_in s WHERE s.created_at::date::text = d.date) END AS credits_sold
FROM (SELECT created_at::date::text FROM cost_in UNION SELECT created_at::date::text FROM sold_in) d(date)
    LEFT JOIN cost_in c ON c.created_at::date::text = d.date
GROUP BY d.date
ORDER BY d.date
