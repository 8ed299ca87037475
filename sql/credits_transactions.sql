-- lm-credits transactions: the rows of a team's ledger, newest first. Follows the facts and the credits.
-- Parameters: those of the facts, where $3 holds the team and $1 and $2 are -infinity and infinity unless they were asked
-- for, and
-- $9::text  the type, NULL for all
-- An index on team and time yields the rows as they are printed, when it is asked for one team and not for any of several.
SELECT
    l.transaction_id, l.team_id, l.organization_id, l.job_id, l.transaction_type, l.credits_amount, l.credits_before,
    l.credits_after, l.reason, l.created_at
FROM credit_ledger l
WHERE l.created_at >= $1::timestamp AND l.created_at < $2::timestamp
    AND ($3::text[] IS NULL OR cardinality($3::text[]) <> 1 OR l.team_id = ($3::text[])[1])
    AND ($9::text IS NULL OR l.transaction_type = $9::text)
ORDER BY l.created_at DESC, l.transaction_id DESC;
