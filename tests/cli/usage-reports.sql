-- What usage-golden.bats and its neighbours read: few enough rows to add up by hand, as seen at noon of 2025-11-15.
-- Jobs are numbered, and so are calls; the number is the last group of their uuid.
CREATE FUNCTION pg_temp.numbered(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
$$;

INSERT INTO organizations (organization_id, name, metadata) VALUES
    ('org_acme', 'Acme', '{"note": "SECRET"}'), ('org_beta', 'Beta, "B" & Söhne', '{}');
INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, cost_markup_percentage, status,
    virtual_key)
VALUES
    ('team_a', 'org_acme', 1000, 250, 20, 'active', 'sk-SECRET'),
    ('team_b', 'org_acme', 100, 95, 0, 'suspended', 'sk-SECRET'),
    ('team_idle', 'org_beta', 50, 0, 10, 'active', 'sk-SECRET');

-- team_gone has no credits any more. Job 9 was created in the span that the present month is compared with, 10 just
-- after it; of job 11 only the summary is left.
CREATE TEMPORARY TABLE new_job AS
SELECT *
FROM (VALUES
    (1, 'team_a', 'ann', 'chat', 'completed', timestamp '2025-11-15 09:00', 2, 12, true),
    (2, 'team_a', 'ann', 'extract', 'failed', '2025-11-14 18:00', 1, 31, false),
    (3, 'team_b', 'bob', 'chat', 'completed', '2025-11-10 08:00', 1, 5, true),
    (4, 'team_b', NULL, 'chat', 'cancelled', '2025-11-03 10:00', NULL, NULL, false),
    (5, 'team_gone', NULL, 'chat', 'pending', '2025-11-15 11:59:59.999999', NULL, NULL, false),
    (6, 'team_a', 'ann', 'chat', 'completed', '2025-11-05 12:30', 3, 7, true),
    (7, 'team_a', 'eve', 'chat', 'failed', '2025-10-02 10:00', 1, 4, false),
    (8, 'team_a', 'ann', 'chat', 'completed', '2025-10-03 10:00', 1, 6, true),
    (9, 'team_b', 'bob', 'extract', 'completed', '2025-10-15 11:59:59.999999', 2, 10, true),
    (10, 'team_a', 'ann', 'chat', 'completed', '2025-10-15 12:00', 2, 8, true),
    (11, 'team_a', 'ann', 'chat', 'completed', '2025-09-20 12:00', 2, 8, true)
) AS job (n, team_id, user_id, job_type, status, created_at, started, completed, credited);
INSERT INTO jobs (job_id, team_id, user_id, job_type, status, created_at, started_at, completed_at, credit_applied,
    job_metadata, error_message)
SELECT pg_temp.numbered(n), team_id, user_id, job_type, status::job_status, created_at,
    created_at + started * interval '1 second', created_at + completed * interval '1 second', credited,
    '{"document": "SECRET"}', CASE WHEN status = 'failed' THEN 'SECRET' END
FROM new_job;

CREATE TEMPORARY TABLE new_call AS
SELECT *
FROM (VALUES
    (1, 1, timestamp '2025-11-15 09:00:03', 'smart', 'vendor/large', 800, 200, 1000, 0.1, 0.12, 2000, NULL),
    (2, 1, '2025-11-15 09:00:05', 'smart', 'vendor/large', 400, 100, 500, 0.05, 0.06, 8000, NULL),
    (3, 2, '2025-11-14 18:00:02', 'fast', 'vendor/small', NULL, NULL, NULL, NULL, NULL, NULL, '429 SECRET: rate limit'),
    (4, 2, '2025-11-14 18:00:10', 'fast', 'vendor/small', 50, 0, 50, 0.01, NULL, 6000, 'SECRET timeout'),
    (5, 3, '2025-11-10 08:00:02', 'fast', 'vendor/small', 200, 100, 300, 0.02, NULL, 500, NULL),
    (6, 6, '2025-11-05 12:30:05', 'smart', 'vendor/large', 500, 500, 1000, 0.1, 0.12, 1500, ''),
    (7, 7, '2025-10-02 10:00:02', 'smart', 'vendor/large', 10, 0, 10, 0, 0, 1000, '401 SECRET'),
    (8, 8, '2025-10-03 10:00:03', 'smart', 'vendor/large', 1500, 500, 2000, 0.2, 0.24, 1000, NULL),
    (9, 9, '2025-10-15 12:00:05', 'fast', NULL, 60, 40, 100, 0.04, 0.04, 700, NULL),
    (10, 10, '2025-10-15 12:00:03', NULL, 'vendor/large', 300, 200, 500, 0.5, 0.6, 900, NULL)
) AS call (n, job, created_at, model_group, model, prompt, completion, tokens, provider, client, latency, error);
INSERT INTO llm_calls (call_id, job_id, model_used, model_group_used, resolved_model, prompt_tokens, completion_tokens,
    total_tokens, cost_usd, provider_cost_usd, client_cost_usd, latency_ms, created_at, error, request_data, response_data)
SELECT pg_temp.numbered(100 + n), pg_temp.numbered(job), 'alias', model_group, model, prompt, completion, tokens, provider,
    provider, client, latency, created_at, error, '{"messages": "SECRET"}', '{"answer": "SECRET"}'
FROM new_call;

INSERT INTO job_cost_summaries (job_id, total_calls, successful_calls, failed_calls, total_tokens, total_cost_usd)
VALUES (pg_temp.numbered(11), 4, 3, 1, 4000, 1.5);

INSERT INTO credit_transactions (team_id, organization_id, job_id, transaction_type, credits_amount, credits_before,
    credits_after, reason, created_at)
VALUES
    ('team_a', 'org_acme', pg_temp.numbered(1), 'deduction', 3, 753, 750, 'SECRET', '2025-11-15 09:00:20'),
    ('team_a', 'org_acme', NULL, 'subscription_payment', 500, 500, 1000, 'SECRET', '2025-11-02 00:00'),
    ('team_b', NULL, NULL, 'one_time_payment', 50, 50, 100, 'SECRET', '2025-10-03 00:00');

INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs, successful_jobs, failed_jobs, cancelled_jobs,
    total_cost_usd, total_tokens, job_type_breakdown, calculated_at)
VALUES
    ('team_a', '2025-10', 'monthly', 3, 2, 1, 0, 0.84, 2510, '{"chat": {"count": 3, "cost_usd": 0.84}}', '2025-11-01 01:00'),
    ('team_b', '2025-10', 'monthly', 1, 1, 0, 0, 0.04, 100, '{"extract": {"count": 1, "cost_usd": 0.04}}',
        '2025-11-01 01:00'),
    ('team_a', '2025-11-14', 'daily', 1, 0, 1, 0, 0.01, 50, '{"extract": {"count": 1, "cost_usd": 0.01}}',
        '2025-11-15 01:00:00.5'),
    ('team_a', '2025-05', 'monthly', 7, 7, 0, 0, 12.5, 70000, '{}', '2025-06-01 01:00'),
    ('team_a', '2025-04', 'monthly', 6, 6, 0, 0, 11, 60000, '{}', '2025-05-01 01:00');
