-- lm-recalc jobs, verify: what job_cost_summaries should hold for the jobs created on a day, beside what it holds.
-- Follows the facts; recalc_jobs_write.sql or a SELECT follows after it. A line that ends with "if NAME" is left out where
-- the table has no column of that name.
-- Parameters: those of the facts, and
-- $8::timestamp  only jobs that ended by then: the platform writes the rows of its own just after
-- $9::text       the day, '2025-10-15', as the statements on a day print it
, truth AS NOT MATERIALIZED (
    SELECT
        c.job_id,
        c.team_id,
        c.created_at,
        count(c.call_created_at) AS total_calls,
        count(c.call_created_at) - sum(c.failed_calls) AS successful_calls,
        sum(c.failed_calls) AS failed_calls,
        coalesce(sum(c.prompt_tokens), 0) AS total_prompt_tokens,
        coalesce(sum(c.completion_tokens), 0) AS total_completion_tokens,
        coalesce(sum(c.total_tokens), 0) AS total_tokens,
        -- The basis that the database's version stores: the client's cost where it is known, else the provider's.
        round(coalesce(CASE WHEN bool_or(b.has_client_cost) THEN sum(c.client_cost_usd) ELSE sum(c.provider_cost_usd) END,
            0), 6) AS total_cost_usd,
        round(coalesce(sum(c.platform_cost_usd), 0), 6) AS platform_cost_usd,
        round(coalesce(sum(c.provider_cost_usd), 0), 6) AS provider_cost_usd,
        coalesce(sum(c.latency_ms) / nullif(count(c.latency_ms), 0), 0) AS avg_latency_ms,
        coalesce(sum(c.latency_ms) / nullif(count(c.call_created_at), 0), 0) AS platform_latency_ms,
        trunc(extract(epoch FROM c.completed_at - c.created_at)) AS total_duration_seconds
    FROM job_calls c
        CROSS JOIN platform_basis b
    WHERE c.status IN ('completed', 'failed', 'cancelled')
    GROUP BY c.job_id, c.team_id, c.created_at, c.completed_at
    HAVING greatest(c.completed_at, max(c.call_created_at), c.created_at) <= $8::timestamp
),
-- The largest numbers of tokens that the table takes: where jobs are large, its columns are widened to bigint.
room AS NOT MATERIALIZED (
    SELECT
        max(a.room) FILTER (WHERE a.attname = 'total_tokens') AS total_tokens,
        max(a.room) FILTER (WHERE a.attname = 'total_prompt_tokens') AS total_prompt_tokens,
        max(a.room) FILTER (WHERE a.attname = 'total_completion_tokens') AS total_completion_tokens
    FROM (
        SELECT attname, CASE atttypid WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS room
        FROM pg_attribute
        WHERE attrelid = to_regclass('job_cost_summaries')
    ) AS a
),
compared AS (
    SELECT
        t.job_id, t.team_id, t.created_at, t.total_calls, t.successful_calls, t.failed_calls, t.total_prompt_tokens,
        t.total_completion_tokens, t.total_tokens, t.total_cost_usd, t.avg_latency_ms, t.total_duration_seconds,
        s.job_id IS NOT NULL AS is_stored,
        s.total_cost_usd AS old_cost_usd,
        s.total_tokens AS old_tokens,
        CASE
            WHEN t.total_calls = 0 THEN CASE WHEN s.total_calls > 0 THEN 'archived' ELSE 'without calls' END
            -- Some of its calls were archived since: the row is what is left of them.
            WHEN t.total_calls < s.total_calls AND t.created_at < (SELECT min(l.created_at) FROM llm_calls l)
                THEN 'archived'
            WHEN t.total_tokens > r.total_tokens
                OR t.total_prompt_tokens > r.total_prompt_tokens
                OR t.total_completion_tokens > r.total_completion_tokens
                THEN 'overflow'
            WHEN s.job_id IS NULL THEN 'insert'
            WHEN s.total_calls IS DISTINCT FROM t.total_calls
                OR s.successful_calls IS DISTINCT FROM t.successful_calls -- if successful_calls
                OR s.failed_calls IS DISTINCT FROM t.failed_calls -- if failed_calls
                OR s.total_prompt_tokens IS DISTINCT FROM t.total_prompt_tokens -- if total_prompt_tokens
                OR s.total_completion_tokens IS DISTINCT FROM t.total_completion_tokens -- if total_completion_tokens
                OR s.total_tokens IS DISTINCT FROM t.total_tokens
                OR s.total_cost_usd IS DISTINCT FROM t.total_cost_usd
                OR s.avg_latency_ms IS DISTINCT FROM t.avg_latency_ms
                OR s.total_duration_seconds IS NULL AND t.total_duration_seconds IS NOT NULL -- if total_duration_seconds
                THEN 'update'
            ELSE 'unchanged'
        END AS change
    FROM truth t
        CROSS JOIN room r
        LEFT JOIN job_cost_summaries s ON s.job_id = t.job_id
)
