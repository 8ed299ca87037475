-- What "lm-usage jobs" has to say, from the tables of tests/independent/asked.sql.
SELECT job_type, status, count(*) AS job_count,
    round(count(*) * 100.0 / (SELECT count(*) FROM job_in), 6) AS share_percent,
    round(avg(extract(epoch FROM done) - extract(epoch FROM created_at)), 6) AS avg_duration_seconds,
    count(done) AS jobs_with_duration,
    round(avg(extract(epoch FROM begun) - extract(epoch FROM created_at)), 6) AS avg_wait_seconds,
    count(begun) AS jobs_with_wait,
    round(avg(extract(epoch FROM done) - extract(epoch FROM begun)), 6) AS avg_run_seconds,
    count(CASE WHEN done IS NOT NULL AND begun IS NOT NULL THEN 1 END) AS jobs_with_run,
    sum(calls) AS total_api_calls, sum(tokens) AS total_tokens, sum(cost) AS total_cost_usd
FROM job_in, LATERAL (SELECT (job ->> 'started_at')::timestamp, (job ->> 'completed_at')::timestamp) t(begun, done)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
