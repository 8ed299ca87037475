-- What "lm-usage slow" has to say of calls that failed without a latency, from the tables of tests/independent/asked.sql.
SELECT call_id, job_id, team_id, job_type, model_group AS model_group_used, call ->> 'resolved_model' AS resolved_model,
    (call ->> 'total_tokens')::integer AS total_tokens, error_class, created_at
FROM call_in
WHERE length(call ->> 'error') > 0 AND call ->> 'latency_ms' IS NULL
ORDER BY created_at DESC, call_id
