-- What "lm-usage errors" has to say of error classes, from the tables of tests/independent/asked.sql.
SELECT error_class, count(*) AS failed_calls,
    round(count(*) * 100.0 / (SELECT count(*) FROM call_in WHERE failed), 6) AS share_percent,
    (SELECT count(*) FROM call_in) AS call_count,
    round(count(*) * 100.0 / (SELECT count(*) FROM call_in), 6) AS error_rate_percent,
    count(DISTINCT job_id) AS affected_jobs, count(DISTINCT team_id) AS affected_teams, max(created_at) AS last_at
FROM call_in
WHERE failed
GROUP BY error_class
ORDER BY count(*) DESC, error_class
