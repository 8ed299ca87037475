-- What "lm-credits forecast" has to say, from the tables of tests/independent/credits.sql.
SELECT id AS team_id, row -> 'organization_id' AS organization_id, organization_name, row -> 'status' AS status,
    CASE WHEN endless THEN 'unlimited'
        WHEN row ->> 'credits_remaining' IS NULL THEN 'unknown'
        WHEN days = 0 THEN 'empty'
        WHEN (row ->> 'credits_allocated')::numeric = 0 THEN 'no_credits'
        WHEN history IS NULL OR history < 3 THEN 'insufficient_history'
        WHEN days IS NULL THEN 'idle'
        ELSE 'ok'
    END AS state,
    row -> 'credits_remaining' AS credits_remaining,
    CASE WHEN NOT endless THEN round(left_share, 2) END AS remaining_percent,
    round(burn_1d, 6) AS burn_1d, round(burn_7d, 6) AS burn_7d, round(burn_28d, 6) AS burn_28d,
    round(days, 2) AS days_to_empty,
    CASE WHEN days > 0 AND days <= 36500 THEN :now + make_interval(secs => round(days * 86400)) END AS empty_at,
    CASE WHEN burn_7d > 0 THEN round((burn_1d / burn_7d - 1) * 100, 2) END AS acceleration_percent,
    refill_at AS next_refill_at, CASE WHEN refill_at IS NOT NULL THEN (row ->> 'refill_amount')::integer END AS refill_amount
FROM team_value
ORDER BY days, left_share, id COLLATE "C"
