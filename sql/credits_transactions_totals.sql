-- lm-credits transactions: how many rows of a team's ledger match, and how many of them are listed. Follows the facts and the
-- credits.
-- Parameters: those of sql/credits_transactions.sql; $8 is the limit of its list.
-- No row for a team that is not known.
SELECT
    count(l.transaction_id) AS total,
    least(count(l.transaction_id), $8::bigint) AS returned
FROM asked_teams k
    LEFT JOIN credit_ledger l ON l.team_id = k.team_id
        AND l.created_at >= $1::timestamp AND l.created_at < $2::timestamp
        AND ($9::text IS NULL OR l.transaction_type = $9::text)
GROUP BY k.position;
