-- lm-recalc verify: the rows of job_cost_summaries that differ, by team and class. Follows recalc_jobs.sql. A line that
-- ends with "if NAME" is left out where the table has no column of that name.
-- Whether the platform's own way of filling a row explains what differs.
, explained AS NOT MATERIALIZED (
    SELECT
        t.job_id,
        s.total_calls IS NOT DISTINCT FROM t.total_calls
            AND s.successful_calls IS NOT DISTINCT FROM t.successful_calls -- if successful_calls
            AND s.failed_calls IS NOT DISTINCT FROM t.failed_calls -- if failed_calls
            AS has_same_calls,
        coalesce(s.total_cost_usd, 0) = t.total_cost_usd AS has_same_cost,
        coalesce(s.total_cost_usd, 0) IN (t.platform_cost_usd, t.provider_cost_usd) AS has_other_basis,
        coalesce(s.avg_latency_ms, 0) IN (t.avg_latency_ms, t.platform_latency_ms) AS has_known_latency,
        coalesce(s.total_tokens, 0) IN (0, t.total_tokens)
            AND coalesce(s.total_prompt_tokens, 0) IN (0, t.total_prompt_tokens) -- if total_prompt_tokens
            AND coalesce(s.total_completion_tokens, 0) IN (0, t.total_completion_tokens) -- if total_completion_tokens
            AS has_known_tokens
    FROM truth t
        JOIN job_cost_summaries s ON s.job_id = t.job_id
)
SELECT
    'job_cost_summaries' AS table_name, class, $9::text AS period, team_id, count(*) AS rows, NULL::bigint AS stored_jobs,
    NULL::bigint AS true_jobs, trim_scale(sum(old_cost_usd)) AS stored_cost_usd,
    trim_scale(sum(total_cost_usd)) AS true_cost_usd, sum(old_tokens) AS stored_tokens, sum(total_tokens) AS true_tokens
FROM (
    SELECT
        c.team_id, c.old_cost_usd, c.old_tokens,
        CASE WHEN c.change <> 'archived' THEN c.total_cost_usd END AS total_cost_usd,
        CASE WHEN c.change <> 'archived' THEN c.total_tokens END AS total_tokens,
        CASE
            WHEN c.change = 'archived' THEN 'archived'
            WHEN c.change IN ('unchanged', 'without calls') THEN NULL
            WHEN NOT c.is_stored THEN 'missing'
            WHEN NOT e.has_same_calls OR NOT e.has_known_tokens OR NOT e.has_known_latency
                OR NOT e.has_same_cost AND NOT e.has_other_basis THEN 'drift'
            WHEN NOT e.has_same_cost THEN 'basis'
            ELSE 'unfilled'
        END AS class
    FROM compared c
        LEFT JOIN explained e ON e.job_id = c.job_id
) AS difference
WHERE class IS NOT NULL
GROUP BY class, team_id
ORDER BY class = 'drift' DESC, team_id, class;
