-- The jobs and calls of tests/independent/values.sql, which comes first, that filters ask for, as the temporary tables
-- job_asked and call_asked. The filters are psql's variables :teams, :organizations, :job_types, :model_groups and
-- :users, each an SQL expression: an array, or NULL. What stands there from a run before is replaced.
SET client_min_messages = warning;
DROP TABLE IF EXISTS job_asked, call_asked;

CREATE TEMPORARY TABLE job_asked AS SELECT * FROM job_value;
DELETE FROM job_asked WHERE (:teams)::text[] IS NOT NULL AND NOT team_id = ANY ((:teams)::text[]);
DELETE FROM job_asked
WHERE (:organizations)::text[] IS NOT NULL
    AND (organization_id IS NULL OR organization_id <> ALL ((:organizations)::text[]));
DELETE FROM job_asked WHERE (:job_types)::text[] IS NOT NULL AND NOT job_type = ANY ((:job_types)::text[]);
DELETE FROM job_asked
WHERE (:users)::text[] IS NOT NULL AND coalesce(job ->> 'user_id' <> ALL ((:users)::text[]), TRUE);

CREATE TEMPORARY TABLE call_asked AS
SELECT c.*, c.call ->> 'model_group_used' AS model_group, j.team_id, j.organization_id, j.job_type,
    j.created_at AS job_created_at
FROM call_value c JOIN job_asked j USING (job_id);
DELETE FROM call_asked
WHERE (:model_groups)::text[] IS NOT NULL
    AND (model_group IS NULL OR model_group <> ALL ((:model_groups)::text[]));

-- By model group a job is asked for when one of its calls is; then it has the sums of those calls.
DELETE FROM job_asked
WHERE (:model_groups)::text[] IS NOT NULL AND job_id NOT IN (SELECT job_id FROM call_asked);
UPDATE job_asked j
SET calls = s.calls, failed_calls = s.failed, fallback_calls = s.fallback, tokens = s.tokens,
    cost = coalesce(s.cost, 0), provider = s.provider
FROM (
    SELECT job_id, count(*) AS calls, count(*) FILTER (WHERE failed) AS failed,
        count(*) FILTER (WHERE fallback) AS fallback, sum(tokens) AS tokens, sum(cost) AS cost, sum(provider) AS provider
    FROM call_asked
    GROUP BY job_id
) s
WHERE (:model_groups)::text[] IS NOT NULL AND s.job_id = j.job_id;
