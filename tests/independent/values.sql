-- What each call and each job is worth, worked out apart from the suite's own statements, in the words of the
-- platform's description: one step at a time, over all of history, into the temporary tables call_value and
-- job_value. A row is read as JSON, where a column that a database lacks is NULL like one that is empty, so
-- these steps are the same for every shape of the tables. For psql; no parameters.

-- A sum of what is known: 0 where nothing was spent, NULL where something was and none of it is known.
CREATE OR REPLACE FUNCTION pg_temp.known(total numeric, spent numeric) RETURNS numeric LANGUAGE sql AS $$
    SELECT CASE WHEN total IS NULL AND spent <> 0 THEN NULL ELSE coalesce(total, 0) END
$$;

CREATE TEMPORARY TABLE call_value AS
SELECT c.call_id, c.job_id, c.created_at, to_jsonb(c) - 'request_data' - 'response_data' AS call,
    NULL::numeric AS markup, NULL::numeric AS cost, NULL::numeric AS provider,
    FALSE AS fallback, FALSE AS failed, 0::bigint AS tokens
FROM llm_calls c;

-- The team's markup of today, in percent; none without the team, the column or a value.
UPDATE call_value v
SET markup = coalesce((
    SELECT (to_jsonb(t) ->> 'cost_markup_percentage')::numeric
    FROM team_credits t, jobs j
    WHERE t.team_id = j.team_id AND j.job_id = v.job_id
), 0);

-- What the provider charges: provider_cost_usd, and where that is missing the legacy cost_usd.
UPDATE call_value SET provider = (call ->> 'provider_cost_usd')::numeric;
UPDATE call_value SET provider = (call ->> 'cost_usd')::numeric WHERE provider IS NULL;

-- What the team is billed: client_cost_usd, and where that is missing the provider's charge with the markup.
-- A call without any cost has no price to fall back on.
UPDATE call_value SET cost = (call ->> 'client_cost_usd')::numeric;
UPDATE call_value SET fallback = TRUE WHERE cost IS NULL AND provider IS NOT NULL;
UPDATE call_value SET cost = provider * (100 + markup) * 0.01 WHERE fallback;

UPDATE call_value SET failed = TRUE WHERE length(call ->> 'error') > 0;
UPDATE call_value SET tokens = (call ->> 'total_tokens')::bigint WHERE call ->> 'total_tokens' IS NOT NULL;

CREATE TEMPORARY TABLE job_value AS
SELECT j.job_id, j.team_id, j.job_type, j.created_at, to_jsonb(j) AS job,
    NULL::text AS organization_id, NULL::text AS status, FALSE AS archived,
    0::bigint AS calls, 0::bigint AS failed_calls, 0::bigint AS fallback_calls, 0::bigint AS tokens,
    0::numeric AS cost, NULL::numeric AS provider, 0::bigint AS credits
FROM jobs j;

UPDATE job_value SET status = lower(job ->> 'status'), organization_id = job ->> 'organization_id';
UPDATE job_value v
SET organization_id = (SELECT t.organization_id FROM team_credits t WHERE t.team_id = v.team_id)
WHERE organization_id IS NULL;

-- A job has the sums of its calls, whenever they were made.
CREATE INDEX ON call_value (job_id);
ANALYZE call_value;
UPDATE job_value v SET calls = (SELECT count(*) FROM call_value c WHERE c.job_id = v.job_id);
UPDATE job_value v
SET cost = coalesce((SELECT sum(c.cost) FROM call_value c WHERE c.job_id = v.job_id), 0),
    provider = (SELECT sum(c.provider) FROM call_value c WHERE c.job_id = v.job_id),
    tokens = coalesce((SELECT sum(c.tokens) FROM call_value c WHERE c.job_id = v.job_id), 0),
    fallback_calls = (SELECT count(*) FROM call_value c WHERE c.job_id = v.job_id AND c.fallback),
    failed_calls = (SELECT count(*) FROM call_value c WHERE c.job_id = v.job_id AND c.failed)
WHERE calls > 0;

-- One without calls has those of its summary, if there is one. The summary's cost is what the team is billed;
-- but where calls have no client cost at all, it adds up their legacy cost_usd, the provider's charge.
UPDATE job_value v
SET archived = TRUE,
    calls = coalesce(s.total_calls, 0), failed_calls = coalesce((to_jsonb(s) ->> 'failed_calls')::bigint, 0),
    cost = coalesce(s.total_cost_usd, 0), tokens = coalesce(s.total_tokens, 0)
FROM job_cost_summaries s
WHERE s.job_id = v.job_id AND v.calls = 0;

UPDATE job_value v
SET provider = (SELECT s.total_cost_usd FROM job_cost_summaries s WHERE s.job_id = v.job_id),
    fallback_calls = calls,
    cost = cost * (100 + coalesce((
        SELECT (to_jsonb(t) ->> 'cost_markup_percentage')::numeric
        FROM team_credits t
        WHERE t.team_id = v.team_id
    ), 0)) * 0.01
WHERE archived AND NOT EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = 'llm_calls'::regclass AND attname = 'client_cost_usd' AND NOT attisdropped
);

-- Deductions less refunds, whatever sign they are stored with; 1 for a job that was credited and has no row
-- in the ledger at all.
CREATE TEMPORARY TABLE job_ledger AS
SELECT job_id, transaction_type AS type, abs(credits_amount) AS credits
FROM credit_transactions
WHERE job_id IS NOT NULL;
CREATE INDEX ON job_ledger (job_id);

UPDATE job_value v
SET credits = (
        SELECT coalesce(sum(credits), 0) FROM job_ledger l WHERE l.job_id = v.job_id AND type = 'deduction'
    ) - (
        SELECT coalesce(sum(credits), 0) FROM job_ledger l WHERE l.job_id = v.job_id AND type = 'refund'
    )
WHERE EXISTS (SELECT FROM job_ledger l WHERE l.job_id = v.job_id);
UPDATE job_value v
SET credits = 1
WHERE (job ->> 'credit_applied')::boolean AND NOT EXISTS (SELECT FROM job_ledger l WHERE l.job_id = v.job_id);

CREATE INDEX ON job_value (team_id, created_at);
CREATE INDEX ON job_value (organization_id, created_at);
ANALYZE job_value;
