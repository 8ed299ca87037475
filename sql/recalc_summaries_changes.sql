-- lm-recalc summaries --dry-run: the rows that would be stored, or that do not fit, and then what would make them. Follows recalc_summaries.sql.
SELECT
    $8::text AS period, $9::text AS period_type, c.team_id, c.change, c.old_jobs, c.total_jobs AS new_jobs, c.old_cost_usd,
    c.total_cost_usd AS new_cost_usd, c.old_tokens, c.total_tokens AS new_tokens,
    'ALTER TABLE team_usage_summaries ALTER COLUMN total_tokens TYPE bigint' AS remedy
FROM compared c
WHERE c.change IN ('insert', 'update', 'overflow')
ORDER BY c.team_id;
