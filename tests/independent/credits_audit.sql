-- What "lm-credits audit" finds of those kinds that plain counting can find, from the tables of tests/independent/credits.sql
-- and of tests/independent/values.sql.
SELECT 'balance_drift' AS kind, id AS team_id, NULL::uuid AS job_id,
    used - ledger AS amount_credits, NULL::numeric AS amount_usd
FROM (
    SELECT id, coalesce((row ->> 'credits_used')::numeric, 0) AS used,
        -- What was used since any instant, as if nothing was left of before: the most of these.
        greatest(0, (SELECT max((SELECT -sum(credits) FROM entry_value s
                WHERE s.id = v.id AND s.at >= e.at AND s.type IN ('deduction', 'refund')))
            FROM entry_value e WHERE e.id = v.id)) AS ledger,
        coalesce((SELECT sum(credits) FROM entry_value e WHERE e.id = v.id AND type = 'adjustment'), 0) AS adjusted
    FROM team_value v
) t
WHERE used NOT IN (ledger, greatest(ledger - adjusted, 0))
UNION ALL
SELECT 'double_deduction', min(id), job_id,
    -sum(credits) + min(credits) FILTER (WHERE type = 'deduction'), NULL
FROM entry_value
WHERE job_id IN (SELECT job_id FROM job_value WHERE status = 'completed') AND type IN ('deduction', 'refund')
GROUP BY job_id
HAVING count(*) FILTER (WHERE type = 'deduction') > 1 AND sum(credits) < min(credits) FILTER (WHERE type = 'deduction')
UNION ALL
SELECT 'unbilled_job', team_id, job_id,
    greatest(1, CASE row ->> 'budget_mode'
        WHEN 'consumption_usd' THEN trunc(j.cost * coalesce(nullif((row ->> 'credits_per_dollar')::numeric, 0), 10))
        WHEN 'consumption_tokens' THEN trunc(j.tokens / coalesce(nullif((row ->> 'tokens_per_credit')::numeric, 0), 10000))
    END),
    CASE WHEN EXISTS (SELECT FROM call_value c WHERE c.job_id = j.job_id AND c.cost IS NOT NULL)
        OR j.archived OR EXISTS (SELECT FROM job_cost_summaries s WHERE s.job_id = j.job_id) THEN j.cost END
FROM job_value j JOIN team_value v ON v.id = j.team_id
WHERE status = 'completed' AND (job ->> 'credit_applied' = 'true') IS NOT TRUE AND NOT endless
    AND NOT EXISTS (SELECT FROM entry_value e WHERE e.job_id = j.job_id AND type = 'deduction')
UNION ALL
SELECT 'missing_client_cost', j.team_id, c.job_id, NULL, sum(c.cost)
FROM call_value c JOIN job_value j USING (job_id)
WHERE c.fallback AND c.provider > 0 AND c.call ? 'client_cost_usd'
    AND ((:teams)::text[] IS NULL OR j.team_id = ANY ((:teams)::text[]))
GROUP BY 2, 3
UNION ALL
SELECT 'orphan_team', id, NULL, (SELECT sum(CASE WHEN type IN ('deduction', 'refund') THEN -credits ELSE 0 END)
    FROM entry_value e WHERE e.id = k.id), NULL
FROM (SELECT id FROM entry_value UNION SELECT team_id FROM jobs
    WHERE (:teams)::text[] IS NULL OR team_id = ANY ((:teams)::text[])) k
WHERE id NOT IN (SELECT team_id FROM team_credits)
UNION ALL
SELECT 'negative_balance', id, NULL, coalesce((row ->> 'credits_allocated')::numeric, 0) - (row ->> 'credits_used')::numeric, NULL
FROM team_value
WHERE coalesce((row ->> 'credits_allocated')::numeric, 0) < (row ->> 'credits_used')::numeric AND NOT endless
UNION ALL
-- What each mode takes for a job at the present rates, by its calls or by what its summary knew of them; for one that did not
-- complete each takes 0. Of dollars that are a whole number of credits, binary floating point may make one less.
SELECT 'wrong_amount', m.team_id, m.job_id, t.amount - CASE m.row ->> 'budget_mode'
    WHEN 'consumption_usd' THEN greatest(1, trunc(m.cost * dollar))
    WHEN 'consumption_tokens' THEN greatest(1, m.tokens / credit) ELSE 1 END, NULL
FROM (
    SELECT j.job_id, j.team_id, row, j.cost, j.tokens, s.total_cost_usd AS summed_cost, s.total_tokens AS summed_tokens,
        coalesce(nullif((row ->> 'credits_per_dollar')::numeric, 0), 10) AS dollar,
        coalesce(nullif((row ->> 'tokens_per_credit')::bigint, 0), 10000) AS credit
    FROM job_value j
        JOIN team_value v ON v.id = j.team_id
        LEFT JOIN job_cost_summaries s ON s.job_id = j.job_id
    WHERE j.status = 'completed' AND (s.job_id IS NOT NULL OR EXISTS (SELECT FROM llm_calls c WHERE c.job_id = j.job_id))
) m
    JOIN (SELECT DISTINCT job_id, -credits AS amount FROM entry_value WHERE type = 'deduction') t USING (job_id)
WHERE NOT EXISTS (
    SELECT FROM unnest(ARRAY[0, trunc(cost * dollar), ceil(cost * dollar) - 1, trunc(summed_cost * dollar),
        ceil(summed_cost * dollar) - 1, m.tokens / credit, summed_tokens / credit]) credits
    WHERE t.amount = greatest(1, credits))
UNION ALL
SELECT 'wrong_amount', min(id), job_id, -sum(e.credits), NULL
FROM entry_value e JOIN job_value j USING (job_id) JOIN team_value v USING (id)
WHERE j.status <> 'completed' AND type IN ('deduction', 'refund')
GROUP BY job_id
HAVING sum(e.credits) < 0 AND 'deduction' = ANY (array_agg(type))
