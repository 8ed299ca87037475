-- What "lm-credits low" has to say, from the tables of tests/independent/credits.sql.
SELECT id AS team_id, row -> 'organization_id' AS organization_id, organization_name,
    row -> 'credits_remaining' AS credits_remaining, row -> 'credits_allocated' AS credits_allocated,
    round(used_share, 2) AS usage_percent, round(left_share, 2) AS remaining_percent, row -> 'status' AS status,
    round(days, 2) AS days_to_empty, round(burn_7d, 6) AS burn_7d, row -> 'credit_limit' AS credit_limit,
    row -> 'auto_refill' AS auto_refill
FROM team_value
WHERE NOT endless
    AND CASE WHEN coalesce((row ->> 'credits_allocated')::numeric, 0) = 0 THEN (row ->> 'credits_used')::numeric > 0
        ELSE coalesce(left_share, 0) <= :threshold END
ORDER BY (row ->> 'credits_allocated')::numeric > 0 AND (row ->> 'credits_used') IS NULL,
    CASE WHEN (row ->> 'credits_remaining')::numeric > 0 THEN 1 ELSE 0 END, coalesce(left_share, -9e9),
    (row ->> 'credits_remaining')::numeric, id COLLATE "C"
