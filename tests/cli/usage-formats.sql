-- What usage-formats.bats reads: one organization with two teams, one idle of each, and a team with a hostile name.
INSERT INTO organizations (organization_id, name) VALUES ('org_a', 'A'), ('org_idle', 'Idle');
INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, cost_markup_percentage, virtual_key)
VALUES
    ('team_a', 'org_a', 1000, 5, 20, 'sk-SECRET'),
    ('team_b', 'org_a', 1000, 1, NULL, NULL),
    ('team_idle', NULL, 10, 0, NULL, NULL),
    ('team_long', NULL, 10, 0, NULL, NULL);

CREATE TEMP TABLE new_jobs AS
SELECT gen_random_uuid() AS job_id, *
FROM (VALUES
    ('team_a', 'chat', 'completed', timestamp '2025-10-01 00:00:00', 1500000, 12.345678),
    ('team_a', 'chat', 'failed', '2025-10-10 12:00', 10, 0.00012),
    ('team_a', '=1+1, "quoted"', 'completed', '2025-10-31 23:59:59.999999', 20, 0.5),
    ('team_a', 'extraction', 'cancelled', '2025-10-20 12:00', 0, 0),
    ('team_a', 'extraction', 'in_progress', '2025-10-20 12:00', 0, 0),
    ('team_a', 'after', 'completed', '2025-11-01 00:00:00', 7, 7),
    ('team_b', 'chat', 'completed', '2025-10-15 12:00', 40, 0.25),
    ('team_long', 'chat', 'completed', '2025-10-15 12:00', 40, 0.25),
    (E'team "q" \'s\' \\ \n\t\r \x1b[31m \u202e\u2066\u200f\ufeff \'; DROP TABLE jobs; --', E'\u202ejob\n', 'completed',
        '2025-10-15 12:00', 40, 0.25)
) AS job (team_id, job_type, status, created_at, tokens, cost);
INSERT INTO jobs (job_id, team_id, job_type, status, created_at, credit_applied, job_metadata, error_message)
SELECT job_id, team_id, job_type, status::job_status, created_at, status = 'completed', '{"prompt": "SECRET"}', 'SECRET'
FROM new_jobs;
INSERT INTO llm_calls (call_id, job_id, model_used, total_tokens, cost_usd, provider_cost_usd, client_cost_usd, created_at,
    request_data, response_data, error)
SELECT gen_random_uuid(), job_id, 'gpt-4o', tokens, cost, cost, CASE WHEN team_id = 'team_a' THEN cost * 1.2 END, created_at,
    '{"messages": "SECRET"}', '{"text": "SECRET"}', CASE WHEN status = 'failed' THEN 'SECRET' END
FROM new_jobs
WHERE tokens > 0;
