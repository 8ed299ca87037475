-- What "lm-credits transactions" lists, from the tables of tests/independent/credits.sql.
SELECT (e.row ->> 'transaction_id')::uuid AS transaction_id, e.id AS team_id, e.row ->> 'organization_id' AS organization_id,
    e.job_id, e.type AS transaction_type, e.credits AS credits_amount, (e.row ->> 'credits_before')::integer AS credits_before,
    (e.row ->> 'credits_after')::integer AS credits_after, e.row ->> 'reason' AS reason, e.at AS created_at
FROM entry_value e
WHERE e.at >= :from AND e.at < :to AND e.type = coalesce(:type, e.type)
ORDER BY e.at DESC, 1 DESC
