-- What "lm-recalc jobs" has to store of the jobs created from :'from' until before :'to' and ended before :'settled',
-- a row a job that has calls, from the values of tests/independent/values.sql, which comes first. The table
-- jobs_before is a copy of job_cost_summaries from before the run.
CREATE TEMPORARY TABLE true_job_summary AS
SELECT v.job_id, v.team_id, v.calls AS total_calls, v.calls - v.failed_calls AS successful_calls, v.failed_calls,
    0::bigint AS total_prompt_tokens, 0::bigint AS total_completion_tokens, v.tokens AS total_tokens,
    round(v.cost, 6) AS total_cost_usd, 0::numeric AS avg_latency_ms, NULL::numeric AS total_duration_seconds
FROM job_value v
WHERE v.created_at >= :'from'::timestamp AND v.created_at < :'to'::timestamp
    AND v.status IN ('completed', 'failed', 'cancelled')
    AND coalesce((v.job ->> 'completed_at')::timestamp, v.created_at) <= :'settled'::timestamp
    AND EXISTS (SELECT FROM llm_calls c WHERE c.job_id = v.job_id);

UPDATE true_job_summary s SET
    total_prompt_tokens = coalesce((
        SELECT sum((call ->> 'prompt_tokens')::bigint) FROM call_value c WHERE c.job_id = s.job_id), 0),
    total_completion_tokens = coalesce((
        SELECT sum((call ->> 'completion_tokens')::bigint) FROM call_value c WHERE c.job_id = s.job_id), 0),
    avg_latency_ms = coalesce((
        SELECT trunc(avg((call ->> 'latency_ms')::numeric))
        FROM call_value c
        WHERE c.job_id = s.job_id AND call ->> 'latency_ms' IS NOT NULL
    ), 0);

-- How long it took, as the platform stored it, or else from its creation to its end, in whole seconds.
UPDATE true_job_summary s SET total_duration_seconds = coalesce(
    (SELECT (to_jsonb(o) ->> 'total_duration_seconds')::numeric FROM jobs_before o WHERE o.job_id = s.job_id),
    (SELECT trunc(extract(epoch FROM j.completed_at - j.created_at)) FROM jobs j WHERE j.job_id = s.job_id)
);
