-- lm-credits balance: the credits of each team asked for, as the guide has them. Follows the facts and the credits.
-- Parameters: those of the facts; $3 holds the teams asked for.
-- A team without credits that has jobs, summaries or ledger rows is known, and all of it null.
SELECT
    'balance' AS section, k.team_id,
    a.organization_id, a.credits_allocated, a.credits_used, a.credits_remaining, a.credit_limit, a.auto_refill,
    a.refill_amount, a.refill_period, a.created_at, a.updated_at
FROM asked_teams k
    LEFT JOIN credit_accounts a ON a.team_id = k.team_id
ORDER BY k.position;
