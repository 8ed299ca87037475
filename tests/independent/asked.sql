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

-- Where calls have no column for errors, nobody knows which of them failed. A sum over nothing is then NULL like any other.
CREATE OR REPLACE FUNCTION pg_temp.nothing(name text) RETURNS integer LANGUAGE sql AS $$
    SELECT max(0) FROM information_schema.columns WHERE table_name = 'llm_calls' AND column_name = name
$$;
UPDATE call_asked SET failed = NULL WHERE pg_temp.nothing('error') IS NULL;
UPDATE job_asked SET failed_calls = NULL WHERE pg_temp.nothing('error') IS NULL;

-- Of which class a call's error is: those of the fixture and of the demonstration, by hand.
ALTER TABLE call_asked ADD error_class text;
UPDATE call_asked c
SET error_class = coalesce(e.class, 'of no class: ' || (c.call ->> 'error'))
FROM call_asked f
    LEFT JOIN (VALUES
        ('429 PROMPT-SECRET sk-SECRET', 'rate_limit'), ('timeout', 'timeout'), ('HTTP 401 sk-SECRET', 'authentication'),
        ('content filter', 'content_filter'), ('upstream error', 'other'), ('server error', 'server'),
        ('Timeout: request timed out after 30 s', 'timeout'),
        ('RateLimitError: 429 rate limit reached for requests per minute', 'rate_limit'),
        ('InternalServerError: 500 the server had an error while processing the request', 'server'),
        ('ServiceUnavailableError: 503 the model is overloaded', 'server'),
        ('BadRequestError: 400 context length exceeded in "PROMPT-SECRET minutes of the board"', 'other'),
        ('AuthenticationError: 401 incorrect API key provided', 'authentication'),
        ('PermissionDeniedError: 403 no access to this model', 'authentication')
    ) e(text, class) ON e.text = f.call ->> 'error'
WHERE f.call_id = c.call_id AND c.failed;

-- What the sums of jobs are made of: their calls, whenever they were made, and of jobs whose calls were archived what is
-- left of them.
DROP TABLE IF EXISTS job_part;
CREATE TEMPORARY TABLE job_part AS
SELECT job_id, team_id, organization_id, job_type, job_created_at AS created_at, 1::bigint AS calls,
    failed::integer::bigint AS failed, fallback::integer::bigint AS fallback, tokens, cost, provider,
    (call ->> 'latency_ms')::integer AS latency, model_group, error_class
FROM call_asked
UNION ALL
SELECT job_id, team_id, organization_id, job_type, created_at, calls, failed_calls, fallback_calls, tokens, cost, provider,
    NULL, NULL, NULL
FROM job_asked
WHERE archived;

-- Those of the period.
DROP TABLE IF EXISTS job_in, call_in, part_in;
CREATE TEMPORARY TABLE job_in AS SELECT * FROM job_asked WHERE created_at >= :from AND created_at < :to;
CREATE TEMPORARY TABLE call_in AS
SELECT *, (call ->> 'latency_ms')::integer AS latency FROM call_asked WHERE created_at >= :from AND created_at < :to;
CREATE TEMPORARY TABLE part_in AS SELECT * FROM job_part WHERE created_at >= :from AND created_at < :to;

-- What costs by day and by model are made of: the calls of the period, and what is left of its jobs whose calls were archived.
DROP TABLE IF EXISTS cost_in;
CREATE TEMPORARY TABLE cost_in AS
SELECT created_at, model_group, call ->> 'resolved_model' AS model, 1::bigint AS calls, fallback::integer::bigint AS fallback,
    cost, provider
FROM call_in
UNION ALL
SELECT created_at, NULL, NULL, calls, fallback_calls, cost, provider FROM job_in WHERE archived AND calls > 0;

-- Credits that were sold in the period, to the teams and organizations asked for.
DROP TABLE IF EXISTS sold_in;
CREATE TEMPORARY TABLE sold_in AS
SELECT p.team_id, coalesce(p.organization_id, t.organization_id) AS organization_id, p.created_at,
    abs(p.credits_amount) AS credits
FROM credit_transactions p LEFT JOIN team_credits t USING (team_id)
WHERE p.transaction_type LIKE '%\_payment' AND p.created_at >= :from AND p.created_at < :to;
DELETE FROM sold_in WHERE (:teams)::text[] IS NOT NULL AND NOT team_id = ANY ((:teams)::text[]);
DELETE FROM sold_in
WHERE (:organizations)::text[] IS NOT NULL AND coalesce(organization_id <> ALL ((:organizations)::text[]), TRUE);
\set all_kinds '((:job_types)::text[] IS NULL AND (:model_groups)::text[] IS NULL AND (:users)::text[] IS NULL)'
DELETE FROM sold_in WHERE NOT :all_kinds;

-- The change of a figure, in percent of what it was.
CREATE OR REPLACE FUNCTION pg_temp.change(new numeric, old numeric) RETURNS numeric LANGUAGE sql AS $$
    SELECT CASE WHEN old <> 0 THEN round((new - old) / abs(old) * 100, 6) END
$$;
-- The observed value that a share of a sorted array doesn't exceed.
CREATE OR REPLACE FUNCTION pg_temp.observed(sorted anyarray, share numeric) RETURNS anyelement LANGUAGE sql AS $$
    SELECT sorted[greatest(ceil(share * cardinality(sorted)), 1)]
$$;
