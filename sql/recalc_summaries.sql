-- lm-recalc summaries, verify: what team_usage_summaries should hold for a month or a day, beside what it holds. Follows
-- the facts; recalc_summaries_write.sql or a SELECT follows after it. A line that ends with "if NAME" is left out where
-- the table has no column of that name.
-- Parameters: those of the facts, and
-- $8::text       the period, '2025-10' or '2025-10-15'
-- $9::text       its type, 'monthly' or 'daily'
, figures_by_type AS NOT MATERIALIZED (
    SELECT
        f.team_id,
        f.job_type,
        sum(f.jobs) AS total_jobs,
        sum(f.completed_jobs) AS successful_jobs,
        sum(f.failed_jobs) AS failed_jobs,
        sum(f.cancelled_jobs) AS cancelled_jobs,
        count(*) FILTER (WHERE f.is_archived) AS archived_jobs,
        coalesce(sum(f.client_cost_usd), 0) AS cost_usd,
        coalesce(sum(f.total_tokens), 0) AS total_tokens
    FROM job_facts f
    GROUP BY f.team_id, f.job_type
),
figures AS NOT MATERIALIZED (
    SELECT
        f.team_id,
        sum(f.total_jobs) AS total_jobs,
        sum(f.successful_jobs) AS successful_jobs,
        sum(f.failed_jobs) AS failed_jobs,
        sum(f.cancelled_jobs) AS cancelled_jobs,
        sum(f.archived_jobs) AS archived_jobs,
        round(sum(f.cost_usd), 2) AS total_cost_usd,
        sum(f.total_tokens) AS total_tokens,
        jsonb_object_agg(f.job_type, jsonb_build_object('count', f.total_jobs, 'cost_usd', round(f.cost_usd, 2)))
            AS job_type_breakdown
    FROM figures_by_type f
    GROUP BY f.team_id
),
stored AS NOT MATERIALIZED (
    SELECT s.*
    FROM team_usage_summaries s
    WHERE s.period = $8::text AND ($3::text[] IS NULL OR s.team_id = ANY ($3::text[]))
),
-- The largest number of tokens that the table takes: where teams are large, the column is widened to bigint.
room AS NOT MATERIALIZED (
    SELECT CASE a.atttypid WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS total_tokens
    FROM pg_attribute a
    WHERE a.attrelid = to_regclass('team_usage_summaries') AND a.attname = 'total_tokens'
),
-- Every team with jobs in the period, with credits, or with a row already.
truth AS NOT MATERIALIZED (
    SELECT
        team_id,
        coalesce(f.total_jobs, 0) AS total_jobs,
        coalesce(f.successful_jobs, 0) AS successful_jobs,
        coalesce(f.failed_jobs, 0) AS failed_jobs,
        coalesce(f.cancelled_jobs, 0) AS cancelled_jobs,
        coalesce(f.archived_jobs, 0) AS archived_jobs,
        coalesce(f.total_cost_usd, 0) AS total_cost_usd,
        coalesce(f.total_tokens, 0) AS total_tokens,
        coalesce(f.job_type_breakdown, '{}') AS job_type_breakdown
    FROM figures f
        FULL JOIN (
            SELECT t.team_id FROM team_credits t WHERE $3::text[] IS NULL OR t.team_id = ANY ($3::text[])
            UNION
            SELECT s.team_id FROM stored s
        ) AS known USING (team_id)
),
compared AS MATERIALIZED (
    SELECT
        t.*,
        s.total_jobs AS old_jobs,
        s.total_cost_usd AS old_cost_usd,
        s.total_tokens AS old_tokens,
        CASE
            WHEN s.team_id IS NOT NULL
                -- Its jobs, or its calls, were archived since: the row is what is left of them.
                AND (t.total_jobs < s.total_jobs AND $1::timestamp < (SELECT min(j.created_at) FROM jobs j)
                    OR t.total_jobs = s.total_jobs
                        AND (t.total_cost_usd < s.total_cost_usd OR t.total_tokens < s.total_tokens)
                        AND (t.archived_jobs > 0 OR $1::timestamp < (SELECT min(c.created_at) FROM llm_calls c)))
                THEN 'archived'
            WHEN t.total_tokens > r.total_tokens THEN 'overflow'
            WHEN s.team_id IS NULL THEN 'insert'
            WHEN s.period_type IS DISTINCT FROM $9::text
                OR s.total_jobs IS DISTINCT FROM t.total_jobs
                OR s.successful_jobs IS DISTINCT FROM t.successful_jobs
                OR s.failed_jobs IS DISTINCT FROM t.failed_jobs
                OR s.cancelled_jobs IS DISTINCT FROM t.cancelled_jobs -- if cancelled_jobs
                OR s.total_cost_usd IS DISTINCT FROM t.total_cost_usd
                OR s.total_tokens IS DISTINCT FROM t.total_tokens
                OR s.job_type_breakdown::jsonb IS DISTINCT FROM t.job_type_breakdown
                THEN 'update'
            ELSE 'unchanged'
        END AS change,
        -- Of a row that differs: in its counts, or in the cost alone, being that of another basis.
        s.total_jobs IS NOT DISTINCT FROM t.total_jobs
            AND s.successful_jobs IS NOT DISTINCT FROM t.successful_jobs
            AND s.failed_jobs IS NOT DISTINCT FROM t.failed_jobs
            AND s.cancelled_jobs IS NOT DISTINCT FROM t.cancelled_jobs -- if cancelled_jobs
            AS has_same_jobs,
        s.total_cost_usd IS NOT DISTINCT FROM t.total_cost_usd AS has_same_cost,
        s.total_tokens IS NOT DISTINCT FROM t.total_tokens AS has_same_tokens,
        coalesce(s.total_tokens, 0) = 0 AS has_no_tokens
    FROM truth t
        CROSS JOIN room r
        LEFT JOIN stored s ON s.team_id = t.team_id
)
