-- What "lm-credits top" has to say, from the tables of tests/independent/credits.sql.
SELECT id AS team_id, row -> 'organization_id' AS organization_id, row -> 'credits_allocated' AS credits_allocated,
    row -> 'credits_used' AS credits_used, row -> 'credits_remaining' AS credits_remaining,
    CASE WHEN endless THEN NULL ELSE round(used_share, 2) END AS usage_percentage, organization_name,
    coalesce(row ->> 'budget_mode', 'job_based') AS budget_mode,
    row -> 'status' AS status
FROM team_value
ORDER BY CASE WHEN endless THEN -9e9 ELSE coalesce(round(used_share, 2), -9e9) END DESC,
    coalesce((row ->> 'credits_used')::numeric, -9e9) DESC, id COLLATE "C"
