-- lm-credits top: the teams that used most of their credits. Follows the facts and the credits.
-- Parameters: those of the facts.
-- usage_percentage is null of a team that was never granted any, and of one that is unlimited.
SELECT
    a.team_id, a.organization_id, a.credits_allocated, a.credits_used, a.credits_remaining,
    CASE WHEN NOT a.is_unlimited THEN trim_scale(round(a.used_percent, 2)) END AS usage_percentage,
    a.organization_name, a.budget_mode, a.status
FROM credit_accounts a
ORDER BY usage_percentage DESC NULLS LAST, a.credits_used DESC NULLS LAST, a.team_id;
