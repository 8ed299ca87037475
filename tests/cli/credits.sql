-- What the files credits-*.bats read: few enough rows to work out by hand, as seen at noon of 2025-11-15. Follows
-- sql/platform/migrations.sql or orm.sql.
-- Jobs are numbered, and so are rows of the ledger; the number is the last group of their uuid.
SELECT to_regtype('jobstatus') IS NOT NULL AS is_orm, coalesce(to_regtype('jobstatus'), to_regtype('job_status'))::text
    AS status_type \gset
CREATE FUNCTION pg_temp.numbered(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
$$;

INSERT INTO organizations (organization_id, name, created_at) VALUES
    ('org_acme', 'Acme', '2025-08-01'), ('org_beta', 'Beta, "B" & Söhne', '2025-08-01');

-- The ledger of all but team_two_thirds, team_new and team_a adds up.
INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, credit_limit, auto_refill,
    refill_amount, refill_period, last_refill_at, created_at, updated_at, budget_mode, cost_markup_percentage, status,
    virtual_key)
VALUES
    ('team_a', 'org_acme', 1000, 250, 1000, FALSE, NULL, NULL, NULL, '2025-10-01', '2025-11-15 09:00', 'job_based', 0,
        'active', 'sk-SECRET-1'),
    ('team_b', 'org_acme', 100, 95, NULL, FALSE, NULL, NULL, NULL, '2025-10-03', '2025-11-10 10:00:00.25', 'job_based', 0,
        'suspended', 'sk-SECRET-2'),
    ('team_monthly', 'org_beta', 300, 240, NULL, TRUE, 100, 'monthly', '2025-11-01', '2025-08-01', '2025-11-09',
        'job_based', 20, 'active', 'sk-SECRET-3'),
    ('team_daily', 'org_beta', 40, 30, NULL, TRUE, 10, 'daily', '2025-11-15', '2025-11-01', '2025-11-15', 'job_based', 0,
        'active', 'sk-SECRET-4'),
    ('team_late', NULL, 50, 0, NULL, TRUE, 50, 'weekly', '2025-10-25', '2025-10-01', '2025-10-25', 'job_based', 0, 'paused',
        'sk-SECRET-5'),
    ('team_never', NULL, 20, 0, NULL, TRUE, 5, 'daily', NULL, '2025-11-05 12:00', '2025-11-05 12:00', 'job_based', 0,
        'active', 'sk-SECRET-6'),
    ('team_unscheduled', NULL, 0, 0, NULL, TRUE, NULL, 'weekly', NULL, '2025-11-01', '2025-11-01', 'job_based', 0, 'active',
        'sk-SECRET-7'),
    ('team_debt', 'org_beta', 10, 14, NULL, FALSE, NULL, NULL, NULL, '2025-09-01', '2025-11-02', 'job_based', 0, 'active',
        'sk-SECRET-8'),
    ('team_owes', NULL, 0, 2, NULL, FALSE, NULL, NULL, NULL, '2025-10-01', '2025-10-01', 'job_based', 0, 'active',
        'sk-SECRET-9'),
    ('team_new', NULL, 50, 5, NULL, FALSE, NULL, NULL, NULL, '2025-11-13 13:00', '2025-11-14 13:00', 'job_based', 0,
        'active', 'sk-SECRET-10'),
    ('team_endless', 'org_beta', 10, 60, NULL, FALSE, NULL, NULL, NULL, '2025-10-01', '2025-10-02', 'unlimited', 0, 'active',
        'sk-SECRET-11'),
    ('team_two_thirds', NULL, 3, 2, NULL, FALSE, NULL, NULL, NULL, '2025-10-01', '2025-10-02', 'job_based', 0, 'active',
        'sk-SECRET-12'),
    ('team_speck', NULL, 20000, 1, NULL, FALSE, NULL, NULL, NULL, '2025-10-01', '2025-10-02', 'job_based', 0, 'active',
        'sk-SECRET-13');

-- Job 2 is charged twice, 3 too much, 4 not at all, and 5 has a streamed call; 6 is of a team that is gone.
INSERT INTO jobs (job_id, team_id, job_type, status, created_at, completed_at, credit_applied, job_metadata, error_message)
SELECT pg_temp.numbered(n), team, 'chat',
    CAST(CASE WHEN :'is_orm' THEN upper(status) ELSE status END AS :status_type), at::timestamp, at::timestamp + '9 s',
    credited, '{"document": "SECRET"}', 'SECRET'
FROM (VALUES
    (1, 'team_a', 'completed', '2025-11-10 09:59', TRUE), (2, 'team_a', 'completed', '2025-11-14 13:59', TRUE),
    (3, 'team_a', 'completed', '2025-11-14 17:59', TRUE), (4, 'team_b', 'completed', '2025-11-12', FALSE),
    (5, 'team_monthly', 'completed', '2025-11-13', TRUE), (6, 'team_gone', 'completed', '2025-09-10', TRUE),
    (7, 'team_a', 'failed', '2025-11-11', FALSE)
) AS job (n, team, status, at, credited);
INSERT INTO llm_calls (call_id, job_id, model_used, total_tokens, cost_usd, provider_cost_usd, client_cost_usd, created_at,
    request_data, response_data, error)
SELECT pg_temp.numbered(100 + n), pg_temp.numbered(n), 'm', 1000, cost, CASE WHEN n <> 5 THEN cost END,
    CASE WHEN n <> 5 THEN cost END, '2025-11-14', '{"messages": "SECRET"}', '{"answer": "SECRET"}', 'SECRET'
FROM (VALUES (1, 0.01), (2, 0.02), (3, 0.125), (4, 0.5), (5, 0.25), (6, 0.001), (7, 0.01)) AS call (n, cost);

INSERT INTO credit_transactions (transaction_id, team_id, organization_id, job_id, transaction_type, credits_amount,
    credits_before, credits_after, reason, created_at)
SELECT pg_temp.numbered(200 + n), team, org, pg_temp.numbered(job), type, amount, before, after, reason, at::timestamp
FROM (VALUES
    (1, 'team_a', 'org_acme', NULL::integer, 'allocation', 500, 0, 500, 'Monthly credit allocation', '2025-10-01'),
    (2, 'team_a', 'org_acme', NULL, 'deduction', 200, 500, 300, 'Job chat completed successfully', '2025-10-20'),
    (3, 'team_a', 'org_acme', NULL, 'subscription_payment', 500, 500, 1000, 'Subscription', '2025-11-01'),
    (4, 'team_a', 'org_acme', NULL, 'deduction', 43, 800, 757, NULL, '2025-11-08 10:00'),
    (5, 'team_a', 'org_acme', 1, 'deduction', 1, 757, 756, 'Job chat completed successfully', '2025-11-10 10:00'),
    (6, 'team_a', 'org_acme', NULL, 'refund', 2, 756, 758, 'Refund, "as agreed"', '2025-11-13 10:00'),
    (7, 'team_a', 'org_acme', 2, 'deduction', 1, 758, 757, 'Job chat completed successfully', '2025-11-14 14:00'),
    (8, 'team_a', 'org_acme', 2, 'deduction', 1, 757, 756, 'Job chat completed successfully', '2025-11-14 14:01:00.5'),
    (9, 'team_a', 'org_acme', 3, 'deduction', 4, 756, 752, 'Job chat completed successfully', '2025-11-14 18:00'),
    (10, 'team_a', 'org_acme', NULL, 'deduction', 2, 752, 750, '', '2025-11-15 09:00'),
    (20, 'team_b', 'org_acme', NULL, 'allocation', 50, 0, 50, 'Start', '2025-10-03'),
    (21, 'team_b', 'org_acme', NULL, 'one_time_payment', 50, 50, 100, 'Payment', '2025-10-03 01:00'),
    (22, 'team_b', 'org_acme', NULL, 'deduction', 60, 100, 40, 'Jobs', '2025-10-20'),
    (23, 'team_b', 'org_acme', NULL, 'deduction', 35, 40, 5, 'Jobs', '2025-11-10 10:00'),
    (30, 'team_monthly', 'org_beta', NULL, 'allocation', 200, 0, 200, 'Start', '2025-08-01'),
    (31, 'team_monthly', 'org_beta', NULL, 'deduction', 100, 200, 100, 'Jobs', '2025-10-25'),
    (32, 'team_monthly', 'org_beta', NULL, 'allocation', 100, 100, 200, 'Refill', '2025-11-01'),
    (33, 'team_monthly', 'org_beta', NULL, 'deduction', 140, 200, 60, 'Jobs', '2025-11-09'),
    (40, 'team_daily', 'org_beta', NULL, 'allocation', 30, 0, 30, 'Start', '2025-11-01'),
    (41, 'team_daily', 'org_beta', NULL, 'deduction', 9, 30, 21, 'Jobs', '2025-11-05'),
    (42, 'team_daily', 'org_beta', NULL, 'deduction', 21, 21, 0, 'Jobs', '2025-11-09'),
    (43, 'team_daily', 'org_beta', NULL, 'allocation', 10, 0, 10, 'Refill', '2025-11-15'),
    (50, 'team_late', NULL, NULL, 'allocation', 50, 0, 50, 'Start', '2025-10-01'),
    (60, 'team_never', NULL, NULL, 'allocation', 15, 0, 15, 'Start', '2025-11-05 12:00'),
    (61, 'team_never', NULL, NULL, 'adjustment', 5, 15, 20, 'Correction', '2025-11-12 12:00'),
    (70, 'team_debt', NULL, NULL, 'allocation', 10, 0, 10, 'Start', '2025-09-01'),
    (71, 'team_debt', NULL, NULL, 'deduction', 14, 10, -4, 'Jobs', '2025-11-02'),
    (80, 'team_owes', NULL, NULL, 'deduction', 2, 0, -2, 'Jobs', '2025-10-01'),
    (90, 'team_new', NULL, NULL, 'allocation', 50, 0, 50, 'Start', '2025-11-13 13:00'),
    (91, 'team_new', NULL, NULL, 'deduction', 5, 49, 44, 'Jobs', '2025-11-14 13:00'),
    (100, 'team_endless', 'org_beta', NULL, 'allocation', 10, 0, 10, 'Start', '2025-10-01'),
    (101, 'team_endless', 'org_beta', NULL, 'deduction', 60, 10, -50, 'Jobs', '2025-10-02'),
    (110, 'team_two_thirds', NULL, NULL, 'allocation', 3, 0, 3, 'Start', '2025-10-01'),
    (111, 'team_two_thirds', NULL, NULL, 'deduction', 1, 3, 2, 'Jobs', '2025-10-02'),
    (120, 'team_speck', NULL, NULL, 'allocation', 20000, 0, 20000, 'Start', '2025-10-01'),
    (121, 'team_speck', NULL, NULL, 'deduction', 1, 20000, 19999, 'Jobs', '2025-10-02'),
    (130, 'team_gone', NULL, NULL, 'allocation', 10, 0, 10, 'Start', '2025-09-01'),
    (131, 'team_gone', NULL, 6, 'deduction', 7, 10, 3, 'Jobs', '2025-09-10 10:00')
) AS entry (n, team, org, job, type, amount, before, after, reason, at);
