-- lm-usage slow: the calls made in a period that took longest. Follows the facts.
-- Parameters: those of the facts, and
-- $9::integer  how many milliseconds a call must have exceeded
SELECT
    f.call_id, f.job_id, f.team_id, f.job_type, f.model_group_used, f.resolved_model, f.latency_ms, f.total_tokens,
    f.error_class, f.created_at
FROM call_facts f
WHERE f.latency_ms > $9::integer
ORDER BY f.latency_ms DESC, f.created_at DESC, f.call_id;
