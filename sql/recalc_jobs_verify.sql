-- lm-recalc verify: the rows of job_cost_summaries that differ, by team and class. Follows recalc_jobs.sql.
SELECT
    'job_cost_summaries' AS table_name, class, $5::text AS period, team_id, count(*) AS rows, NULL::bigint AS stored_jobs,
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
            WHEN NOT c.has_same_calls OR NOT c.has_known_tokens OR NOT c.has_known_latency
                OR NOT c.has_same_cost AND NOT c.has_other_basis THEN 'drift'
            WHEN NOT c.has_same_cost THEN 'basis'
            ELSE 'unfilled'
        END AS class
    FROM compared c
) AS difference
WHERE class IS NOT NULL
GROUP BY class, team_id
ORDER BY class = 'drift' DESC, team_id, class;
