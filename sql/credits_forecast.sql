-- lm-credits forecast: how long each team's credits last, those that are gone soonest first. Follows the facts, the credits
-- and the outlook.
-- Parameters: those of the outlook.
SELECT
    a.team_id, a.organization_id, a.organization_name, a.status,
    CASE
        WHEN a.is_unlimited THEN 'unlimited'
        WHEN a.credits_remaining IS NULL THEN 'unknown'
        WHEN a.credits_remaining <= 0 AND (a.has_allocation OR a.credits_used > 0) THEN 'empty'
        WHEN NOT a.has_allocation THEN 'no_credits'
        WHEN NOT a.has_history THEN 'insufficient_history'
        WHEN a.burn_7d > 0 THEN 'ok'
        ELSE 'idle'
    END AS state,
    a.credits_remaining,
    CASE WHEN NOT a.is_unlimited THEN trim_scale(round(a.left_percent, 2)) END AS remaining_percent,
    trim_scale(round(a.burn_1d, 6)) AS burn_1d,
    trim_scale(round(a.burn_7d, 6)) AS burn_7d,
    trim_scale(round(a.burn_28d, 6)) AS burn_28d,
    trim_scale(round(a.days_to_empty, 2)) AS days_to_empty,
    -- Beyond a hundred years a date says nothing. A team that is empty has been so since nobody knows when.
    CASE WHEN a.days_to_empty <= 36500 AND a.credits_remaining > 0
        THEN $9::timestamp + round(a.days_to_empty * 86400)::bigint * interval '1 second' END AS empty_at,
    CASE WHEN a.burn_7d > 0
        THEN trim_scale(round(100 * (a.burn_1d - a.burn_7d) / a.burn_7d, 2)) END AS acceleration_percent,
    a.next_refill_at,
    a.next_refill_amount AS refill_amount
FROM credit_outlook a
ORDER BY a.days_to_empty NULLS LAST, a.left_percent NULLS LAST, a.team_id;
