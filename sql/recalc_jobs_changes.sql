-- lm-recalc jobs --dry-run: the rows that would be stored, or that do not fit. Follows recalc_jobs.sql.
SELECT
    $6::text AS period, c.team_id, c.job_id, c.change, c.old_cost_usd, c.total_cost_usd AS new_cost_usd, c.old_tokens,
    c.total_tokens AS new_tokens
FROM compared c
WHERE c.change IN ('insert', 'update', 'overflow')
ORDER BY c.team_id, c.job_id;
