-- What "lm-credits transactions" counts, from the tables of tests/independent/credits.sql.
SELECT count(e.id) AS total, count(e.id) AS returned
FROM (
    SELECT team_id AS id FROM team_credits UNION SELECT team_id FROM jobs UNION SELECT team_id FROM team_usage_summaries
    UNION SELECT team_id FROM credit_transactions
) k
    LEFT JOIN entry_value e ON e.id = k.id AND e.at >= :from AND e.at < :to AND e.type = coalesce(:type, e.type)
WHERE k.id = ANY ((:teams)::text[])
GROUP BY k.id
ORDER BY array_position((:teams)::text[], k.id::text)
