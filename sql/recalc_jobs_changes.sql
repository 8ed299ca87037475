-- lm-recalc jobs --dry-run: the rows that would be stored, or that do not fit, and then what would make them. Follows
-- recalc_jobs.sql. A line that ends with "if NAME" is left out where the table has no column of that name.
SELECT
    $9::text AS period, c.team_id, c.job_id, c.change, c.old_cost_usd, c.total_cost_usd AS new_cost_usd, c.old_tokens,
    c.total_tokens AS new_tokens,
    'ALTER TABLE job_cost_summaries ALTER COLUMN total_tokens TYPE bigint'
        || ', ALTER COLUMN total_prompt_tokens TYPE bigint' -- if total_prompt_tokens
        || ', ALTER COLUMN total_completion_tokens TYPE bigint' -- if total_completion_tokens
        AS remedy
FROM compared c
WHERE c.change IN ('insert', 'update', 'overflow')
ORDER BY c.team_id, c.job_id;
