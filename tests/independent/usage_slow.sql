-- What "lm-usage slow" has to say of calls that took longer than :over, from the tables of tests/independent/asked.sql.
SELECT call_id, job_id, team_id, job_type, model_group AS model_group_used, call ->> 'resolved_model' AS resolved_model,
    latency AS latency_ms, (call ->> 'total_tokens')::integer AS total_tokens, error_class, created_at
FROM call_in
WHERE NOT latency <= :over
ORDER BY latency DESC, created_at DESC, call_id
