-- A stand-in for the platform's credit manager, and a ledger that it left: teams of each budget mode, in which nothing is
-- wrong. For psql, after sql/platform/migrations.sql or orm.sql.
SELECT coalesce(to_regtype('jobstatus'), to_regtype('job_status'))::text AS status_type,
    to_regtype('jobstatus') IS NOT NULL AS is_orm \gset
CREATE FUNCTION as_status(s text) RETURNS :status_type LANGUAGE sql
    RETURN CAST(CASE WHEN :'is_orm' THEN upper(s) ELSE s END AS :status_type);

CREATE SEQUENCE numbers;
CREATE FUNCTION next_id() RETURNS uuid LANGUAGE sql AS $$
    SELECT ('00000000-0000-4000-8000-' || lpad(nextval('numbers')::text, 12, '0'))::uuid
$$;

-- Writes a row of the ledger and what it does to the team's credits, as the platform does.
CREATE FUNCTION entry(team text, job uuid, type text, amount integer, at timestamp) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c team_credits;
    before integer;
BEGIN
    SELECT * INTO c FROM team_credits t WHERE t.team_id = team;
    before := CASE WHEN type LIKE '%payment' THEN c.credits_allocated ELSE c.credits_remaining END;
    INSERT INTO credit_transactions (transaction_id, team_id, organization_id, job_id, transaction_type, credits_amount,
        credits_before, credits_after, reason, created_at)
    VALUES (next_id(), team, c.organization_id, job, type, amount, before,
        before + CASE type WHEN 'deduction' THEN -amount WHEN 'refund' THEN least(amount, c.credits_used) ELSE amount END,
        type, at);
    IF type = 'deduction' THEN
        UPDATE team_credits t SET credits_used = credits_used + amount WHERE t.team_id = team;
    ELSIF type = 'refund' THEN
        UPDATE team_credits t SET credits_used = greatest(0, credits_used - amount) WHERE t.team_id = team;
    ELSE
        UPDATE team_credits t SET credits_allocated = credits_allocated + amount WHERE t.team_id = team;
    END IF;
END
$$;

-- A job with calls of so many dollars at the provider and so many tokens each; a completed one is charged, unless credits
-- are short. Streamed calls fill cost_usd alone. The platform multiplies in binary floating point.
CREATE FUNCTION work(team text, status text, at timestamp, cost numeric, tokens integer, calls integer DEFAULT 2,
    is_streamed boolean DEFAULT FALSE, is_charged boolean DEFAULT TRUE) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    job uuid := next_id();
    c team_credits;
    billed numeric;
    charge integer := 1;
BEGIN
    SELECT * INTO c FROM team_credits t WHERE t.team_id = team;
    INSERT INTO jobs (job_id, team_id, job_type, status, created_at, completed_at, credit_applied)
    VALUES (job, team, 'chat', as_status(status), at, CASE WHEN status IN ('completed', 'failed') THEN at + interval '9 s' END,
        FALSE);
    INSERT INTO llm_calls (call_id, job_id, model_used, total_tokens, cost_usd, provider_cost_usd, client_cost_usd, created_at)
    SELECT next_id(), job, 'm', tokens, cost, CASE WHEN NOT is_streamed THEN cost END,
        CASE WHEN NOT is_streamed THEN cost * (1 + coalesce(c.cost_markup_percentage, 0) / 100) END, at + interval '1 s'
    FROM generate_series(1, calls);
    SELECT coalesce(sum(client_cost_usd), 0) INTO billed FROM llm_calls l WHERE l.job_id = job;
    INSERT INTO job_cost_summaries (job_id, total_calls, successful_calls, failed_calls, total_prompt_tokens,
        total_completion_tokens, total_tokens, total_cost_usd, calculated_at)
    VALUES (job, calls, calls, 0, 0, 0, tokens * calls, billed, at);
    IF status <> 'completed' OR NOT is_charged THEN
        RETURN job;
    END IF;
    IF c.budget_mode = 'consumption_usd' THEN
        charge := greatest(1, trunc((billed::float8 * coalesce(c.credits_per_dollar, 10)::float8)::numeric));
    ELSIF c.budget_mode = 'consumption_tokens' THEN
        charge := greatest(1, tokens * calls / coalesce(nullif(c.tokens_per_credit, 0), 10000));
    END IF;
    IF c.credits_remaining >= charge THEN
        PERFORM entry(team, job, 'deduction', charge, at + interval '10 s');
        UPDATE jobs j SET credit_applied = TRUE WHERE j.job_id = job;
    END IF;
    RETURN job;
END
$$;

INSERT INTO team_credits (team_id, credits_allocated, credits_used, auto_refill, budget_mode, credits_per_dollar,
    tokens_per_credit, cost_markup_percentage, created_at)
VALUES ('team_jobs', 0, 0, FALSE, 'job_based', 10, 10000, 20, '2025-08-01'),
    ('team_usd', 0, 0, FALSE, 'consumption_usd', 100, 10000, 20, '2025-08-01'),
    ('team_default', 0, 0, FALSE, 'consumption_usd', NULL, NULL, NULL, '2025-08-01'),
    ('team_tokens', 0, 0, FALSE, 'consumption_tokens', 10, 2500, 0, '2025-08-01'),
    ('team_default_tokens', 0, 0, FALSE, 'consumption_tokens', 10, 0, 0, '2025-08-01'),
    ('team_changed', 0, 0, FALSE, 'consumption_tokens', 10, 1000, 0, '2025-08-01'),
    ('team_unlimited', 0, 0, FALSE, 'unlimited', 10, 10000, 0, '2025-08-01'),
    ('team_idle', 0, 0, FALSE, 'job_based', 10, 10000, 0, '2025-08-01');

DO $$
DECLARE
    team text;
    job uuid;
    d timestamp;
    i integer;
BEGIN
    FOR team IN SELECT team_id FROM team_credits WHERE team_id <> 'team_idle' ORDER BY team_id LOOP
        PERFORM entry(team, NULL, 'allocation', 900, '2025-08-01');
        FOR i IN 1..60 LOOP
            d := '2025-08-02'::timestamp + i * interval '1 day 1 hour';
            job := work(team, (ARRAY['completed', 'completed', 'failed', 'completed', 'cancelled', 'completed', 'pending',
                'completed'])[1 + i % 8], d, 0.00250001 * (i % 13) + 0.05 * (i % 3), 100 + 777 * (i % 9), 1 + i % 3);
            -- What happens in the same instant: other charges, a payment or an allocation between charges, refunds.
            IF i % 10 = 1 THEN
                PERFORM work(team, 'completed', d, 0.01, 5000);
                PERFORM work(team, 'completed', d, 0.02, 9000);
            ELSIF i % 20 = 6 THEN
                PERFORM work(team, 'completed', d, 0.03, 4000);
                PERFORM entry(team, NULL, 'subscription_payment', 50, d + interval '10 s');
                PERFORM work(team, 'completed', d, 0.04, 4000);
            ELSIF i % 20 = 15 THEN
                PERFORM entry(team, NULL, 'allocation', 20, d + interval '10 s');
            ELSIF i % 20 = 12 THEN
                PERFORM entry(team, NULL, 'one_time_payment', 30, d + interval '20 s');
            ELSIF i % 20 = 18 THEN
                PERFORM entry(team, NULL, 'adjustment', CASE WHEN i < 30 THEN 25 ELSE -5 END, d + interval '30 s');
            ELSIF i % 20 = 3 THEN
                PERFORM entry(team, job, 'refund', t.credits_amount, d + interval '1 hour')
                FROM credit_transactions t WHERE t.job_id = job;
            ELSIF i % 20 = 17 THEN
                -- Charged, given back and charged again.
                PERFORM entry(team, job, s.type, t.credits_amount, d + interval '1 hour' * n)
                FROM credit_transactions t, (VALUES (1, 'refund'), (2, 'deduction')) s(n, type) WHERE t.job_id = job;
            END IF;
        END LOOP;
    END LOOP;
END
$$;

-- One team changed its mode: its amounts are of rates that are those of the present still.
UPDATE team_credits SET budget_mode = 'job_based' WHERE team_id = 'team_changed';
-- A team without an end may leave jobs uncredited.
SELECT work('team_unlimited', 'completed', '2025-10-20', 1, 1, is_charged => FALSE) \g /dev/null
-- Calls and jobs that were archived.
DELETE FROM llm_calls WHERE created_at < '2025-08-15';
UPDATE credit_transactions SET job_id = NULL WHERE job_id IN (SELECT job_id FROM jobs WHERE created_at < '2025-08-08');
DELETE FROM jobs WHERE created_at < '2025-08-08';
