-- lm-recalc jobs, verify: what job_cost_summaries should hold for the jobs created on a day, beside what it holds.
-- Follows the facts; recalc_jobs_write.sql or a SELECT follows after it. A line that ends with "if NAME" is left out where
-- the table has no column of that name.
-- Parameters: those of the facts, and
-- $5::text       the day, '2025-10-15'
-- $6::timestamp  only jobs that ended before: the platform writes the rows of its own just after
, truth AS NOT MATERIALIZED (
    SELECT
        j.job_id,
        j.team_id,
        j.calls AS total_calls,
        j.calls - j.failed_calls AS successful_calls,
        j.failed_calls,
        coalesce(j.prompt_tokens, 0) AS total_prompt_tokens,
        coalesce(j.completion_tokens, 0) AS total_completion_tokens,
        coalesce(j.total_tokens, 0) AS total_tokens,
        -- The basis that the database's version stores: the client's cost where it is known, else the provider's.
        round(coalesce(CASE WHEN b.has_client_cost THEN
            coalesce(j.stored_client_cost_usd, 0)
                + coalesce(j.fallback_provider_cost_usd * coalesce(t.markup_factor, 1), 0)
            ELSE j.provider_cost_usd END, 0), 6) AS total_cost_usd,
        round(coalesce(j.stored_client_cost_usd, 0), 6) AS platform_cost_usd,
        round(coalesce(j.provider_cost_usd, 0), 6) AS provider_cost_usd,
        coalesce(j.sum_latency_ms / nullif(j.latency_calls, 0), 0) AS avg_latency_ms,
        coalesce(j.sum_latency_ms / nullif(j.calls, 0), 0) AS platform_latency_ms,
        trunc(extract(epoch FROM j.completed_at - j.created_at)) AS total_duration_seconds
    FROM job_calls j
        CROSS JOIN platform_basis b
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    WHERE lower(j.status::text) IN ('completed', 'failed', 'cancelled')
        AND greatest(j.completed_at, j.last_call_at, j.created_at) < $6::timestamp
),
room AS NOT MATERIALIZED (
    SELECT CASE a.atttypid WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS total_tokens
    FROM pg_attribute a
    WHERE a.attrelid = to_regclass('job_cost_summaries') AND a.attname = 'total_tokens'
),
compared AS MATERIALIZED (
    SELECT
        t.*,
        s.job_id IS NOT NULL AS is_stored,
        s.total_cost_usd AS old_cost_usd,
        s.total_tokens AS old_tokens,
        CASE
            WHEN t.total_calls = 0 THEN CASE WHEN s.total_calls > 0 THEN 'archived' ELSE 'without calls' END
            WHEN t.total_tokens > r.total_tokens THEN 'overflow'
            WHEN s.job_id IS NULL THEN 'insert'
            WHEN s.total_calls IS DISTINCT FROM t.total_calls
                OR s.successful_calls IS DISTINCT FROM t.successful_calls -- if successful_calls
                OR s.failed_calls IS DISTINCT FROM t.failed_calls -- if failed_calls
                OR s.total_prompt_tokens IS DISTINCT FROM t.total_prompt_tokens -- if total_prompt_tokens
                OR s.total_completion_tokens IS DISTINCT FROM t.total_completion_tokens -- if total_completion_tokens
                OR s.total_tokens IS DISTINCT FROM t.total_tokens
                OR s.total_cost_usd IS DISTINCT FROM t.total_cost_usd
                OR s.avg_latency_ms IS DISTINCT FROM t.avg_latency_ms
                THEN 'update'
            ELSE 'unchanged'
        END AS change,
        -- Of a row that differs: whether the platform's own way of filling it explains that.
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
        CROSS JOIN room r
        LEFT JOIN job_cost_summaries s ON s.job_id = t.job_id
)
