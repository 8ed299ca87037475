-- What "lm-recalc summaries" has to store of the months and days of the table unit (period, period_type, first,
-- next), a row for each team of each, from the values of tests/independent/values.sql, which comes first. The table
-- stored_before is a copy of team_usage_summaries from before the run.
CREATE TEMPORARY TABLE true_summary AS
SELECT u.period, u.period_type, t.team_id, 0::bigint AS total_jobs, 0::bigint AS successful_jobs,
    0::bigint AS failed_jobs, 0::bigint AS cancelled_jobs, 0::numeric AS total_cost_usd, 0::bigint AS total_tokens,
    '{}'::jsonb AS job_type_breakdown, u.first, u.next
FROM unit u, LATERAL (
    SELECT team_id FROM team_credits
    UNION SELECT team_id FROM jobs WHERE created_at >= u.first AND created_at < u.next
    UNION SELECT team_id FROM stored_before WHERE period = u.period
) t;

-- The jobs of each, one line a job.
CREATE TEMPORARY TABLE unit_job AS
SELECT u.period, v.team_id, v.job_type, v.status, v.cost, v.tokens
FROM unit u, job_value v
WHERE v.created_at >= u.first AND v.created_at < u.next;
CREATE INDEX ON unit_job (period, team_id, job_type);
ANALYZE unit_job;

UPDATE true_summary s SET total_jobs = (
    SELECT count(*) FROM unit_job j WHERE (j.period, j.team_id) = (s.period, s.team_id));
UPDATE true_summary s SET successful_jobs = (
    SELECT count(*) FROM unit_job j WHERE (j.period, j.team_id, j.status) = (s.period, s.team_id, 'completed'))
WHERE total_jobs > 0;
UPDATE true_summary s SET failed_jobs = (
    SELECT count(*) FROM unit_job j WHERE (j.period, j.team_id, j.status) = (s.period, s.team_id, 'failed'))
WHERE total_jobs > 0;
UPDATE true_summary s SET cancelled_jobs = (
    SELECT count(*) FROM unit_job j WHERE (j.period, j.team_id, j.status) = (s.period, s.team_id, 'cancelled'))
WHERE total_jobs > 0;
UPDATE true_summary s SET
    total_cost_usd = (
        SELECT round(sum(cost), 2) FROM unit_job j WHERE (j.period, j.team_id) = (s.period, s.team_id)),
    total_tokens = (SELECT sum(tokens) FROM unit_job j WHERE (j.period, j.team_id) = (s.period, s.team_id)),
    job_type_breakdown = (
        SELECT jsonb_object_agg(type, (
            SELECT jsonb_build_object('count', count(*), 'cost_usd', round(sum(cost), 2))
            FROM unit_job j
            WHERE (j.period, j.team_id, j.job_type) = (s.period, s.team_id, type)
        ))
        FROM (
            SELECT DISTINCT job_type FROM unit_job j WHERE (j.period, j.team_id) = (s.period, s.team_id)
        ) types(type)
    )
WHERE total_jobs > 0;
