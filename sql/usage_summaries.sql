-- lm-usage summaries: the rows of team_usage_summaries as they are stored, of the months and days that begin in a period.
-- Follows the facts.
-- Parameters: those of the facts. Rows do not tell job types, model groups and users apart: none is there when they are asked
-- for.
SELECT
    x.team_id, x.period, x.period_type, x.total_jobs, x.successful_jobs, x.failed_jobs, x.cancelled_jobs,
    x.total_cost_usd, x.total_tokens, x.job_type_breakdown::text AS job_type_breakdown, x.calculated_at
FROM (VALUES (NULL::integer, NULL::timestamp)) AS absent (cancelled_jobs, calculated_at),
    LATERAL (
        SELECT
            s.team_id, s.period, s.period_type, s.total_jobs, s.successful_jobs, s.failed_jobs, cancelled_jobs,
            s.total_cost_usd, s.total_tokens, s.job_type_breakdown, calculated_at,
            CASE length(s.period) WHEN 7 THEN s.period || '-01' ELSE s.period END COLLATE "C" AS first_day
        FROM team_usage_summaries s
    ) AS x
-- The first day that begins at a moment or after it.
WHERE x.first_day >= to_char($1::timestamp + interval '1 day' - interval '1 microsecond', 'YYYY-MM-DD')
    AND x.first_day < to_char($2::timestamp + interval '1 day' - interval '1 microsecond', 'YYYY-MM-DD')
    AND ($3::text[] IS NULL OR x.team_id = ANY ($3::text[]))
    AND ($4::text[] IS NULL OR EXISTS (
        SELECT FROM platform_teams t WHERE t.team_id = x.team_id AND t.organization_id = ANY ($4::text[])))
    AND $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
ORDER BY x.period DESC, x.total_cost_usd DESC NULLS LAST, x.team_id;
