-- lm-usage slow: the calls made in a period that failed without a latency, the newest first. Nobody knows how long they
-- took. Follows the facts.
-- Parameters: those of the facts.
SELECT
    f.call_id, f.job_id, f.team_id, f.job_type, f.model_group_used, f.resolved_model, f.total_tokens, f.error_class,
    f.created_at
FROM call_facts f
WHERE f.is_failed AND f.latency_ms IS NULL
ORDER BY f.created_at DESC, f.call_id;
