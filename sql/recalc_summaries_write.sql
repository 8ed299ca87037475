-- lm-recalc summaries: stores the rows that differ. Follows recalc_summaries.sql. A line that ends with "if NAME" is left
-- out where the table has no column of that name.
-- Returns one row: what became of the teams' rows.
, written AS (
    INSERT INTO team_usage_summaries AS u (
        calculated_at, -- if calculated_at
        cancelled_jobs, -- if cancelled_jobs
        id, team_id, period, period_type, total_jobs, successful_jobs, failed_jobs, total_cost_usd, total_tokens,
        job_type_breakdown
    )
    SELECT
        now() AT TIME ZONE 'UTC', -- if calculated_at
        c.cancelled_jobs, -- if cancelled_jobs
        gen_random_uuid(), c.team_id, $8::text, $9::text, c.total_jobs, c.successful_jobs, c.failed_jobs,
        c.total_cost_usd, c.total_tokens, c.job_type_breakdown
    FROM compared c
    WHERE c.change IN ('insert', 'update')
    ON CONFLICT (team_id, period) DO UPDATE SET
        calculated_at = excluded.calculated_at, -- if calculated_at
        cancelled_jobs = excluded.cancelled_jobs, -- if cancelled_jobs
        period_type = excluded.period_type,
        total_jobs = excluded.total_jobs,
        successful_jobs = excluded.successful_jobs,
        failed_jobs = excluded.failed_jobs,
        total_cost_usd = excluded.total_cost_usd,
        total_tokens = excluded.total_tokens,
        job_type_breakdown = excluded.job_type_breakdown
)
SELECT
    $8::text AS period,
    $9::text AS period_type,
    count(*) AS teams,
    count(*) FILTER (WHERE c.change = 'insert') AS inserted,
    count(*) FILTER (WHERE c.change = 'update') AS updated,
    count(*) FILTER (WHERE c.change = 'unchanged') AS unchanged,
    count(*) FILTER (WHERE c.change = 'archived') AS archived,
    count(*) FILTER (WHERE c.change = 'overflow') AS failed
FROM compared c;
