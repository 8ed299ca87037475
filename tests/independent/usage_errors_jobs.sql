-- What "lm-usage errors" has to say of job types, from the tables of tests/independent/asked.sql.
SELECT job_type, count(*) AS total_jobs,
    count(CASE status WHEN 'completed' THEN 1 END) AS completed_jobs, count(CASE status WHEN 'failed' THEN 1 END) AS failed_jobs,
    count(CASE status WHEN 'cancelled' THEN 1 END) AS cancelled_jobs,
    count(CASE WHEN status LIKE '%n%' AND status <> 'cancelled' THEN 1 END) AS open_jobs,
    round(avg(CASE status WHEN 'failed' THEN 100 WHEN 'completed' THEN 0 END), 6) AS error_rate_percent
FROM job_in
GROUP BY job_type
ORDER BY error_rate_percent DESC NULLS LAST, failed_jobs DESC, job_type
