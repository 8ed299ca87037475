-- The best statement known for a month of job_cost_summaries, by hand.
SET TimeZone = 'UTC';
WITH sums AS (
    SELECT
        j.job_id, count(*) AS calls, count(*) FILTER (WHERE c.error <> '') AS failed,
        coalesce(sum(c.prompt_tokens), 0) AS prompt, coalesce(sum(c.completion_tokens), 0) AS completion,
        coalesce(sum(c.total_tokens), 0) AS tokens,
        round(coalesce(sum(coalesce(c.client_cost_usd, coalesce(c.provider_cost_usd, c.cost_usd)
            * (100 + coalesce(t.cost_markup_percentage, 0)) * 0.01)), 0), 6) AS cost,
        coalesce(sum(c.latency_ms) / nullif(count(c.latency_ms), 0), 0) AS latency,
        trunc(extract(epoch FROM j.completed_at - j.created_at)) AS duration
    FROM jobs j
        JOIN llm_calls c ON c.job_id = j.job_id
        LEFT JOIN team_credits t ON t.team_id = j.team_id
    WHERE j.created_at >= :'from' AND j.created_at < :'to' AND j.status IN ('completed', 'failed', 'cancelled')
    GROUP BY j.job_id, t.cost_markup_percentage
    HAVING greatest(j.completed_at, max(c.created_at), j.created_at) < now() - interval '1 hour'
)
INSERT INTO job_cost_summaries (job_id, total_calls, successful_calls, failed_calls, total_prompt_tokens,
    total_completion_tokens, total_tokens, total_cost_usd, avg_latency_ms, total_duration_seconds, calculated_at)
SELECT job_id, calls, calls - failed, failed, prompt, completion, tokens, cost, latency, duration, now()
FROM sums x
WHERE NOT EXISTS (
    SELECT
    FROM job_cost_summaries s
    WHERE s.job_id = x.job_id
        AND (s.total_calls, s.successful_calls, s.failed_calls, s.total_prompt_tokens, s.total_completion_tokens,
            s.total_tokens, s.total_cost_usd, s.avg_latency_ms)
            = (calls, calls - failed, failed, prompt, completion, tokens, cost, latency)
)
ON CONFLICT (job_id) DO UPDATE SET
    total_calls = excluded.total_calls, successful_calls = excluded.successful_calls,
    failed_calls = excluded.failed_calls, total_prompt_tokens = excluded.total_prompt_tokens,
    total_completion_tokens = excluded.total_completion_tokens, total_tokens = excluded.total_tokens,
    total_cost_usd = excluded.total_cost_usd, avg_latency_ms = excluded.avg_latency_ms,
    calculated_at = excluded.calculated_at;
