-- lm-credits low: the teams with few credits left, those with none first. Follows the facts, the credits and the outlook.
-- Parameters: those of the outlook, and
-- $10::numeric  how many percent left are few
-- Without any credits allocated there is no percentage: such a team is low only when it used some. An unlimited team never
-- is. One with credits of which nobody knows how many are used may be: it comes last.
SELECT
    a.team_id, a.organization_id, a.organization_name, a.credits_remaining, a.credits_allocated,
    trim_scale(round(a.used_percent, 2)) AS usage_percent,
    trim_scale(round(a.left_percent, 2)) AS remaining_percent,
    a.status,
    trim_scale(round(a.days_to_empty, 2)) AS days_to_empty,
    trim_scale(round(a.burn_7d, 6)) AS burn_7d,
    a.credit_limit, a.auto_refill
FROM credit_outlook a
WHERE NOT a.is_unlimited
    AND (a.left_percent <= $10::numeric OR a.has_allocation IS NOT TRUE AND a.credits_used > 0
        OR a.has_allocation AND a.credits_remaining IS NULL)
ORDER BY coalesce(a.has_allocation AND a.credits_remaining IS NULL, false),
    coalesce(a.credits_remaining > 0, false), a.left_percent NULLS FIRST, a.credits_remaining, a.team_id;
