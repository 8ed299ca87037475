-- lm-recalc jobs: stores the rows that differ. Follows recalc_jobs.sql. A line that ends with "if NAME" is left out where
-- the table has no column of that name. A stored duration stays: calls do not tell it.
-- Returns one row: what became of the jobs' rows.
, written AS (
    INSERT INTO job_cost_summaries AS u (
        successful_calls, -- if successful_calls
        failed_calls, -- if failed_calls
        total_prompt_tokens, -- if total_prompt_tokens
        total_completion_tokens, -- if total_completion_tokens
        total_duration_seconds, -- if total_duration_seconds
        calculated_at, -- if calculated_at
        job_id, total_calls, total_tokens, total_cost_usd, avg_latency_ms
    )
    SELECT
        c.successful_calls, -- if successful_calls
        c.failed_calls, -- if failed_calls
        c.total_prompt_tokens, -- if total_prompt_tokens
        c.total_completion_tokens, -- if total_completion_tokens
        c.total_duration_seconds, -- if total_duration_seconds
        now() AT TIME ZONE 'UTC', -- if calculated_at
        c.job_id, c.total_calls, c.total_tokens, c.total_cost_usd, c.avg_latency_ms
    FROM compared c
    WHERE c.change IN ('insert', 'update')
    ON CONFLICT (job_id) DO UPDATE SET
        successful_calls = excluded.successful_calls, -- if successful_calls
        failed_calls = excluded.failed_calls, -- if failed_calls
        total_prompt_tokens = excluded.total_prompt_tokens, -- if total_prompt_tokens
        total_completion_tokens = excluded.total_completion_tokens, -- if total_completion_tokens
        total_duration_seconds = coalesce(u.total_duration_seconds, excluded.total_duration_seconds), -- if total_duration_seconds
        calculated_at = excluded.calculated_at, -- if calculated_at
        total_calls = excluded.total_calls,
        total_tokens = excluded.total_tokens,
        total_cost_usd = excluded.total_cost_usd,
        avg_latency_ms = excluded.avg_latency_ms
)
SELECT
    $9::text AS period,
    count(*) FILTER (WHERE c.change <> 'without calls') AS jobs,
    count(*) FILTER (WHERE c.change = 'insert') AS inserted,
    count(*) FILTER (WHERE c.change = 'update') AS updated,
    count(*) FILTER (WHERE c.change = 'unchanged') AS unchanged,
    count(*) FILTER (WHERE c.change = 'archived') AS archived,
    count(*) FILTER (WHERE c.change = 'overflow') AS failed
FROM compared c;
