-- What "lm-usage costs --by org" has to say, from the tables of tests/independent/asked.sql.
SELECT k.id AS organization_id,
    (SELECT name FROM organizations o WHERE o.organization_id = k.id) AS organization_name,
    coalesce(sum(calls), 0) AS total_api_calls,
    pg_temp.known(sum(provider), sum(cost)) AS provider_cost_usd,
    coalesce(sum(cost), 0) AS revenue_usd,
    round(coalesce(sum(cost), 0) / nullif((SELECT sum(cost) FROM part_in), 0) * 100, 6) AS share_percent,
    pg_temp.known(sum(cost - provider), sum(cost)) AS margin_usd,
    round(sum(cost - provider) / nullif(sum(cost) FILTER (WHERE cost - provider IS NOT NULL), 0) * 100, 6) AS margin_percent,
    coalesce(sum(CASE WHEN provider IS NOT NULL THEN calls END), 0) AS margin_calls,
    coalesce(sum(fallback), 0) AS fallback_cost_calls,
    CASE WHEN :all_kinds
        THEN (SELECT coalesce(sum(credits), 0) FROM sold_in s WHERE s.organization_id IS NOT DISTINCT FROM k.id) END AS credits_sold
FROM (SELECT organization_id FROM job_in UNION SELECT organization_id FROM sold_in) k(id)
    LEFT JOIN part_in p ON p.organization_id IS NOT DISTINCT FROM k.id
GROUP BY k.id
ORDER BY revenue_usd DESC, k.id
