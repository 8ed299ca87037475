-- What "lm-credits balance" has to say, from the tables of tests/independent/credits.sql.
SELECT 'balance' AS section, a.id AS team_id, c.organization_id, c.credits_allocated, c.credits_used, c.credits_remaining,
    c.credit_limit, c.auto_refill, c.refill_amount, c.refill_period, c.created_at, c.updated_at
FROM unnest((:teams)::text[]) WITH ORDINALITY a(id, n)
    LEFT JOIN (
        SELECT t.team_id, t.organization_id, credits_allocated, credits_used, credits_remaining, credit_limit, auto_refill,
            refill_amount, refill_period, created_at, updated_at
        FROM team_credits t
    ) c ON c.team_id = a.id
WHERE a.id IN (SELECT team_id FROM team_credits UNION SELECT team_id FROM jobs UNION SELECT team_id FROM team_usage_summaries
    UNION SELECT team_id FROM credit_transactions)
ORDER BY a.n
