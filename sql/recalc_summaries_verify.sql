-- lm-recalc verify: the rows of team_usage_summaries that differ, by class. Follows recalc_summaries.sql.
-- $10::boolean  whether the period is still open: its missing rows are as they should be
, other_bases AS NOT MATERIALIZED (
    SELECT
        f.team_id,
        round(coalesce(sum(f.provider_cost_usd), 0), 2) AS provider_cost_usd,
        round(coalesce(sum(f.platform_cost_usd), 0), 2) AS platform_cost_usd
    FROM job_facts f
    GROUP BY f.team_id
)
SELECT *
FROM (
    SELECT
        'team_usage_summaries' AS table_name,
        CASE
            WHEN c.change = 'archived' THEN 'archived'
            WHEN c.old_jobs IS NULL AND c.change IN ('insert', 'overflow') THEN
                CASE WHEN c.total_jobs > 0 AND NOT $10::boolean THEN 'missing' END
            WHEN c.change = 'unchanged' THEN NULL
            WHEN c.has_same_jobs AND c.has_same_tokens AND NOT c.has_same_cost
                AND c.old_cost_usd IN (b.provider_cost_usd, b.platform_cost_usd) THEN 'basis'
            WHEN c.has_same_jobs AND c.has_same_cost AND NOT c.has_same_tokens AND c.has_no_tokens THEN 'unfilled'
            ELSE 'drift'
        END AS class,
        $8::text AS period,
        c.team_id,
        1 AS rows,
        c.old_jobs AS stored_jobs,
        c.total_jobs AS true_jobs,
        trim_scale(c.old_cost_usd) AS stored_cost_usd,
        trim_scale(c.total_cost_usd) AS true_cost_usd,
        c.old_tokens AS stored_tokens,
        c.total_tokens AS true_tokens
    FROM compared c
        LEFT JOIN other_bases b ON b.team_id = c.team_id
) AS difference
WHERE class IS NOT NULL
ORDER BY class = 'drift' DESC, team_id;
