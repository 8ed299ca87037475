-- The rows that the tests read, made by hand, for each of the three shapes of the platform's tables: run it
-- with psql after one of sql/platform/*.sql. They are gathered in temporary tables that have every column,
-- and then go into the tables that are there, every column named, since the ORM's have no defaults.
-- Jobs, calls and ledger rows are numbered; the number is the last group of their uuid.

SELECT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'llm_calls'::regclass AND attname = 'client_cost_usd'
    ) AS has_costs,
    EXISTS (SELECT FROM pg_type WHERE oid = to_regtype('jobstatus')) AS is_orm,
    coalesce(to_regtype('jobstatus'), to_regtype('job_status'), to_regtype('varchar'))::text AS status_type
\gset

BEGIN;

CREATE FUNCTION pg_temp.numbered(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
$$;

CREATE TEMPORARY TABLE new_organization (id text, name text);
CREATE TEMPORARY TABLE new_credits (
    team text, org text, allocated integer, used integer, markup numeric, mode text DEFAULT 'job_based',
    refill text, credit_limit integer, state text DEFAULT 'active'
);
CREATE TEMPORARY TABLE new_job (
    n integer, team text, type text, status text, created timestamp, org text, credited boolean DEFAULT FALSE
);
CREATE TEMPORARY TABLE new_call (
    n serial, job integer, created timestamp, cost numeric, provider numeric, client numeric,
    prompt integer, completion integer, tokens integer, latency integer, error text
);
CREATE TEMPORARY TABLE new_summary (
    job integer, calls integer, tokens integer, cost numeric, latency integer
);
CREATE TEMPORARY TABLE new_ledger (
    n serial, team text, org text, job integer, type text, amount integer, created timestamp
);

-- Organizations. org_without_teams has nothing else; org_by_jobs_only is that of jobs but of no team.
INSERT INTO new_organization VALUES
    ('org_acme', 'Acme'),
    ('ORG_ACME', 'Acme in capitals'),
    ('org_acme ', 'Acme with a space'),
    ('org_globex', 'Globex'),
    ('org_quiet', 'Quiet'),
    ('org_without_teams', 'Nobody'),
    ('org_by_jobs_only', 'Jobs alone'),
    ('org_ledger', 'Ledger'),
    ('org "quoted" ''and'' \', 'Quotes'),
    (E'org\nline\ttab', E'Line\nbreak'),
    (U&'org\202Egnik\2066cle\200F', U&'\202Egnik'),
    ('=org', '=1+1'),
    ('-org', '-1');

-- Where nothing asks for its row, the organization of a job has none.
INSERT INTO new_organization SELECT 'org_unlisted', 'Unlisted' WHERE :'status_type' = 'job_status';

-- Teams with credits. The markups: 20, NULL, 33.33, 0, 12.50.
INSERT INTO new_credits (team, org, allocated, used, markup, mode, refill, credit_limit, state) VALUES
    ('team_acme_research', 'org_acme', 1000, 245, 20, 'job_based', 'monthly', 1000, 'active'),
    ('team_acme_ops', 'org_acme', 100, 95, NULL, 'consumption_usd', NULL, NULL, 'active'),
    ('team_third', 'org_globex', 500, 500, 33.33, 'consumption_tokens', 'weekly', 400, 'suspended'),
    ('team_zero', NULL, 0, 0, 0, 'unlimited', NULL, NULL, 'active'),
    ('team_conflict', 'org_globex', 50, 60, 12.5, 'job_based', 'daily', 0, 'paused'),
    ('team_credits_only', 'org_quiet', 10, 0, 20, 'job_based', NULL, NULL, 'active'),
    ('team_edges', 'org_globex', 100, 10, 20, 'job_based', NULL, NULL, 'active'),
    ('team_edges ', 'org_acme ', 100, 10, 0, 'job_based', NULL, NULL, 'active'),
    ('TEAM_EDGES', 'ORG_ACME', 100, 10, NULL, 'job_based', NULL, NULL, 'active'),
    ('team_big', 'org_globex', 2147483647, 1, 33.33, 'consumption_tokens', NULL, NULL, 'active'),
    ('team_archive', 'org_acme', 100, 10, 20, 'job_based', NULL, NULL, 'active'),
    ('team_ledger', 'org_ledger', 1000, 100, 20, 'job_based', NULL, NULL, 'active');

-- What a job can look like, in October 2025. Numbers from 100.
INSERT INTO new_job (n, team, type, status, created, org, credited) VALUES
    (101, 'team_acme_research', 'document_analysis', 'completed', '2025-10-01 00:00:00', NULL, TRUE),
    (102, 'team_acme_research', 'document_analysis', 'failed', '2025-10-02 03:04:05.678901', NULL, FALSE),
    (103, 'team_acme_research', 'content_generation', 'cancelled', '2025-10-03 10:00:00', NULL, NULL),
    (104, 'team_acme_research', 'content_generation', 'pending', '2025-10-31 23:59:59.999999', NULL, FALSE),
    (105, 'team_acme_research', 'data_extraction', 'in_progress', '2025-10-31 23:00:00', NULL, FALSE),
    (106, 'team_acme_research', 'document_analysis', 'completed', '2025-11-01 00:00:00', NULL, TRUE),
    (107, 'team_acme_research', 'without_calls', 'completed', '2025-10-04 10:00:00', NULL, TRUE),
    (108, 'team_acme_research', 'without_calls', 'failed', '2025-10-04 10:00:01', NULL, FALSE),
    (111, 'team_acme_ops', 'document_analysis', 'completed', '2025-10-05 10:00:00', NULL, TRUE),
    (112, 'team_acme_ops', 'streamed', 'completed', '2025-10-05 11:00:00', NULL, FALSE),
    (113, 'team_acme_ops', 'document_analysis', 'completed', '2025-09-30 23:59:59.999999', NULL, TRUE),
    (121, 'team_third', 'streamed', 'completed', '2025-10-06 10:00:00', NULL, TRUE),
    (122, 'team_third', 'mixed', 'completed', '2025-10-06 11:00:00', NULL, TRUE),
    (123, 'team_third', 'mixed', 'failed', '2025-10-06 12:00:00', NULL, FALSE),
    (131, 'team_zero', 'streamed', 'completed', '2025-10-07 10:00:00', NULL, TRUE),
    (132, 'team_zero', 'mixed', 'completed', '2025-10-07 11:00:00', 'org_by_jobs_only', TRUE),
    (133, 'team_zero', 'mixed', 'completed', '2025-10-07 12:00:00', 'org_unlisted', TRUE),
    -- A deleted team keeps its jobs: no credits, so no markup and no organization but a job's own.
    (141, 'team_deleted', 'mixed', 'completed', '2025-10-08 10:00:00', NULL, TRUE),
    (142, 'team_deleted', 'streamed', 'completed', '2025-10-08 11:00:00', 'org_acme', TRUE),
    (143, 'team_deleted', 'streamed', 'cancelled', '2025-10-08 12:00:00', 'org_by_jobs_only', FALSE),
    -- The job's own organization wins over the team's.
    (151, 'team_conflict', 'mixed', 'completed', '2025-10-09 10:00:00', 'org_acme', TRUE),
    (152, 'team_conflict', 'mixed', 'completed', '2025-10-09 11:00:00', NULL, TRUE),
    (153, 'team_conflict', 'streamed', 'failed', '2025-10-09 12:00:00', 'org_globex', FALSE),
    -- Calls made after the month of their job, and the other way round.
    (161, 'team_acme_ops', 'overnight', 'completed', '2025-10-31 23:59:00', NULL, TRUE),
    (162, 'team_acme_ops', 'overnight', 'completed', '2024-12-31 23:59:59.999999', NULL, TRUE),
    (171, 'team_big', 'tokens', 'completed', '2025-10-10 10:00:00', NULL, TRUE),
    (172, 'team_big', 'tokens', 'completed', '2025-10-10 11:00:00', NULL, TRUE),
    (173, 'team_big', 'money', 'completed', '2025-10-10 12:00:00', NULL, TRUE),
    (174, 'team_big', 'dust', 'completed', '2025-10-10 13:00:00', NULL, TRUE),
    -- Jobs whose calls were archived, at the edges of a month and a year.
    (181, 'team_archive', 'archived', 'completed', '2024-05-01 00:00:00', NULL, TRUE),
    (182, 'team_archive', 'archived', 'failed', '2024-05-31 23:59:59.999999', NULL, FALSE),
    (183, 'team_archive', 'archived', 'completed', '2024-06-01 00:00:00', NULL, TRUE),
    (184, 'team_archive', 'gone', 'completed', '2024-05-15 12:00:00', NULL, TRUE),
    (185, 'team_archive', 'both', 'completed', '2025-10-15 12:00:00', 'org_globex', TRUE),
    (186, 'team_archive', 'archived', 'completed', '2025-10-15 13:00:00', NULL, NULL),
    (187, 'team_archive', 'archived', 'pending', '2025-10-15 14:00:00', NULL, NULL);

INSERT INTO new_call (job, created, cost, provider, client, prompt, completion, tokens, latency, error) VALUES
    (101, '2025-10-01 00:00:00.5', 0.1, 0.1, 0.12, 100, 23, 123, 800, NULL),
    (101, '2025-10-01 00:00:01', 0.2, 0.21, 0.2525, 200, 11, 211, 0, ''),
    (102, '2025-10-02 03:04:06', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '429 PROMPT-SECRET sk-SECRET'),
    (102, '2025-10-02 03:04:07', 0, 0, 0, 10, 0, 10, 31000, 'timeout'),
    (102, '2025-10-02 03:04:08', 0.05, 0.05, 0.06, 10, 5, 15, 1200, NULL),
    (103, '2025-10-03 10:00:01', 0.01, 0.01, NULL, 7, 5, NULL, 100, NULL),
    (104, '2025-11-01 00:00:00', 0.000001, 0.00000123, 0.00000148, 1, 1, 2, 1, NULL),
    (105, '2025-10-31 23:00:01', NULL, NULL, NULL, 0, 0, 0, NULL, ''),
    (106, '2025-11-01 00:00:02', 7.5, 7.5, 9, 7000, 500, 7500, 900, NULL),
    (111, '2025-10-05 10:00:01', 1.25, 1.25, NULL, 1000, 250, 1250, 2000, NULL),
    (111, '2025-10-05 10:00:02', NULL, NULL, 0.5, 3, 4, 7, 2001, NULL),
    (112, '2025-10-05 11:00:01', 0.333333, NULL, NULL, NULL, NULL, NULL, 500, NULL),
    (113, '2025-10-01 00:00:00', 64, 64, 64, 6400, 0, 6400, 640, NULL),
    (121, '2025-10-06 10:00:01', 0.1, NULL, NULL, NULL, NULL, NULL, 450, NULL),
    (121, '2025-10-06 10:00:02', 0.000001, NULL, NULL, NULL, NULL, NULL, 451, NULL),
    (122, '2025-10-06 11:00:01', 0.3, 0.30000001, NULL, 30, 3, 33, 452, NULL),
    (122, '2025-10-06 11:00:02', 0.4, 0.4, 0.53332, 40, 4, 44, 453, NULL),
    (122, '2025-10-06 11:00:03', 0.4, 0.4, 0, 40, 4, 44, 454, NULL),
    (123, '2025-10-06 12:00:01', NULL, NULL, NULL, 50, 0, 50, NULL, 'HTTP 401 sk-SECRET'),
    (131, '2025-10-07 10:00:01', 0.7, NULL, NULL, NULL, NULL, NULL, 70, NULL),
    (132, '2025-10-07 11:00:01', 0.9, 0.8, 0.8, 80, 8, 88, 71, NULL),
    (132, '2025-10-07 11:00:02', 0.9, 0.85, NULL, 81, 8, 89, 72, NULL),
    (141, '2025-10-08 10:00:01', 1.1, 1.1, NULL, 11, 1, 12, 111, NULL),
    (141, '2025-10-08 10:00:02', 1.2, 1.2, 1.44, 12, 1, 13, 112, NULL),
    (142, '2025-10-08 11:00:01', 1.3, NULL, NULL, NULL, NULL, NULL, 113, NULL),
    (143, '2025-10-08 12:00:01', 1.7, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (151, '2025-10-09 10:00:01', 2.1, 2.1, 2.3625, 21, 2, 23, 211, NULL),
    (152, '2025-10-09 11:00:01', 2.3, 2.3, NULL, 23, 2, 25, 212, NULL),
    (153, '2025-10-09 12:00:01', 2.9, NULL, NULL, NULL, NULL, NULL, 213, 'content filter'),
    (161, '2025-11-01 00:00:00', 3.1, 3.1, 3.1, 31, 3, 34, 311, NULL),
    (161, '2025-11-30 23:59:59.999999', 3.7, 3.7, NULL, 37, 3, 40, 312, NULL),
    (162, '2025-01-01 00:00:00', 4.1, 4.1, 4.1, 41, 4, 45, 411, NULL),
    (171, '2025-10-10 10:00:01', 0, 0.00000001, 0.00000002, 2147483646, 1, 2147483647, 2147483647, ''),
    (171, '2025-10-10 10:00:02', 0, 0.00000001, 0.00000002, 2147483646, 1, 2147483647, 2147483647, ''),
    (172, '2025-10-10 11:00:01', 0, 0.00000001, 0.00000002, 2147483646, 1, 2147483647, 2147483647, ''),
    (173, '2025-10-10 12:00:01', 9999.999999, NULL, NULL, NULL, NULL, NULL, 5, NULL),
    (173, '2025-10-10 12:00:02', 9999.999999, 99.99999999, 99.99999999, 1, 1, 2, 6, NULL),
    (173, '2025-10-10 12:00:03', 9999.999999, 99.99999999, NULL, 1, 1, 2, 7, NULL),
    (174, '2025-10-10 13:00:01', 0, 0.00000001, NULL, 1, 0, 1, 8, NULL),
    (174, '2025-10-10 13:00:02', 0, 0.00000002, 0.00000003, 1, 0, 1, 9, NULL),
    (185, '2025-10-15 12:00:01', 5.1, 5.1, 6.12, 51, 5, 56, 511, NULL);

-- Hand-made rows for many calls of one job.
INSERT INTO new_call (job, created, cost, provider, client, prompt, completion, tokens, latency, error)
SELECT 174, '2025-10-10 13:01:00'::timestamp + i * interval '1 millisecond', 0.000001 * i, 0.00000001 * i,
    CASE WHEN i % 3 > 0 THEN 0.00000001 * (i + 1) END, i, 1, i + 1, i * 10,
    CASE i % 4 WHEN 0 THEN 'upstream error' WHEN 1 THEN '' END
FROM generate_series(1, 20) i;

-- Summaries: of archived jobs (181 to 183, 186, 187; 184 has none), of one whose calls are there still and
-- say something else (185), of a job that never had a call (107), of streamed calls (121: says 0). Most jobs
-- have none.
INSERT INTO new_summary VALUES
    (181, 3, 3000, 1.234567, 700),
    (182, 1, 50, 0.000001, 0),
    (183, 2, 2000000000, 12.5, 1),
    (185, 9, 999, 99.999999, 9),
    (186, 1, 77, 0.77, 77),
    (187, NULL, NULL, NULL, NULL),
    (107, 0, 0, 0, 0),
    (121, 2, 0, 0, 450),
    (101, 2, 334, 0.3725, 400),
    (102, 3, 25, 0.06, 10733);

-- The first instants of hours, days, weeks, months and years, the last ones before them, and hours that are
-- none, or two, in New York. Numbers from 1000.
CREATE TEMPORARY TABLE instant (n serial, at timestamp);
INSERT INTO instant (at)
SELECT edge - gap
FROM unnest(ARRAY[
    '2020-01-01', '2020-12-28', '2021-01-01', '2021-01-04', '2024-01-01', '2024-02-01', '2024-02-29',
    '2024-03-01', '2024-12-30', '2025-01-01', '2025-01-06', '2025-02-28', '2025-03-01', '2025-09-30',
    '2025-10-01', '2025-10-13', '2025-10-15', '2025-10-15 07:00', '2025-10-15 08:00', '2025-10-15 09:00',
    '2025-10-16', '2025-10-20', '2025-11-01', '2025-12-01', '2026-01-01', '2026-12-28', '2027-01-01',
    '2027-01-04', '2025-11-14', '2025-11-15', '2025-11-16', '2025-11-08 12:00', '2025-11-14 12:00',
    '2025-11-15 12:00', '2025-08-23 12:00', '2025-03-09 02:30', '2025-03-09 07:00', '2025-11-02 01:30',
    '2025-11-02 05:30', '2025-11-02 06:30', '2025-10-14 10:00', '2025-10-15 14:00', '2025-10-31 14:00',
    '2025-09-30 20:00'
]::timestamp[]) WITH ORDINALITY e(edge, n), unnest(ARRAY[interval '0', interval '1 microsecond']) g(gap)
ORDER BY e.n, gap;

INSERT INTO new_job (n, team, type, status, created, org, credited)
SELECT 1000 + n,
    CASE WHEN n % 7 = 3 THEN 'team_edges ' WHEN n % 7 = 5 THEN 'TEAM_EDGES' ELSE 'team_edges' END,
    CASE WHEN extract(microsecond FROM at) > 0 THEN 'last' ELSE 'first' END,
    (ARRAY['completed', 'failed', 'cancelled', 'pending', 'in_progress', 'completed'])[1 + n % 6],
    at,
    CASE n % 11 WHEN 4 THEN 'org_acme' WHEN 8 THEN 'org_by_jobs_only' END,
    n % 6 IN (0, 5)
FROM instant;

INSERT INTO new_call (job, created, cost, provider, client, prompt, completion, tokens, latency, error)
SELECT 1000 + n, at + interval '1 second', 0.000137 * n,
    CASE WHEN n % 3 > 0 THEN 0.00013701 * n END,
    CASE WHEN n % 3 = 1 THEN 0.00016443 * n END,
    n * 5, n, n * 6, CASE WHEN n % 6 <> 1 THEN n END, CASE WHEN n % 6 = 1 THEN 'server error' END
FROM instant
WHERE n % 10 <> 9;

-- Ids and job types that mean something to a shell, a terminal, SQL, JSON, a spreadsheet, an array. Each has
-- jobs; every other one has credits too. Numbers from 2000.
CREATE TEMPORARY TABLE hostile (n serial, id text);
INSERT INTO hostile (id) VALUES
    ('a "double" quote'), ('a ''single'' quote'), ('back\slash \n \u0041 \\'), (E'new\nline'), (E'tab\there'),
    (E'carriage\rreturn'), (E'esc \x1b[31mred\x1b[0m'), (U&'\202Eevitisop eslaf'), (U&'iso\2066late\2069'),
    (U&'right\200Fleft'), (U&'\+01F600 emoji \+01F469\200D\+01F4BB'), ('comma, here'),
    ('''; DROP TABLE jobs; --'), ('=1+1'), ('-'), ('--help'), ('-f'), ('+1'), ('@cmd'), (repeat('x', 255)),
    (repeat(U&'\5B57', 255)), ('{a,b}'), ('NULL'), ('null'), ('Null'), ('case'), ('Case'), ('space'),
    ('space '), (' space'), ('%'), ('_'), ('$1'), (':from'), ('<b>&amp;</b>'), (U&'e\0301'), (U&'\00E9'),
    (E'\x7f\x01'), ('team_id'), ('$(touch x)'), ('`id`'), ('0'), ('1e400'), ('true'), ('[]'),
    (E'ends with return\r'), (E'ends with line\n'), (E'\n');

INSERT INTO new_credits (team, org, allocated, used, markup)
SELECT id, (ARRAY['org "quoted" ''and'' \', E'org\nline\ttab', U&'org\202Egnik\2066cle\200F', '=org', '-org',
        NULL])[1 + n / 2 % 6], 100 + n, n, n
FROM hostile
WHERE n % 2 = 0;

INSERT INTO new_job (n, team, type, status, created, org, credited)
SELECT 2000 + 10 * n + i, id,
    CASE i WHEN 1 THEN left(id, 100) WHEN 2 THEN 'count'
        ELSE coalesce((SELECT left(p.id, 100) FROM hostile p WHERE p.n = h.n - 1), '') END,
    CASE WHEN (n + i) % 3 = 0 THEN 'failed' ELSE 'completed' END,
    '2025-10-20 12:00:00'::timestamp + n * interval '1 hour' + i * interval '1 minute',
    CASE WHEN i = 3 THEN (ARRAY['-org', '=org', 'org_acme '])[1 + n % 3] END, i = 2
FROM hostile h, generate_series(1, 3) i;

INSERT INTO new_call (job, created, cost, provider, client, prompt, completion, tokens, latency, error)
SELECT 2000 + 10 * n + i, '2025-10-21', 0.01 * n, 0.01 * n, CASE WHEN i > 1 THEN 0.01 * n + 0.001 * i END,
    n, i, n + i, 10 * n, NULL
FROM hostile, generate_series(1, 2) i;

-- The same ids as keys of a team's job types, an empty one with them.
INSERT INTO new_job (n, team, type, status, created)
SELECT 3000 + n, 'team_types', left(id, 100), 'completed', '2025-10-25 12:00:00'::timestamp
FROM hostile
UNION ALL
SELECT 3000, 'team_types', '', 'completed', '2025-10-25 12:00:00';

-- Credits. Each job of team_ledger is named by its type; another team is in the same organization.
INSERT INTO new_job (n, team, type, status, created, org, credited) VALUES
    (401, 'team_ledger', 'deducted', 'completed', '2025-10-12 01:00:00', NULL, TRUE),
    (402, 'team_ledger', 'deducted, stored negative', 'completed', '2025-10-12 02:00:00', NULL, TRUE),
    (403, 'team_ledger', 'refunded', 'completed', '2025-10-12 03:00:00', NULL, TRUE),
    (404, 'team_ledger', 'refunded in part, stored negative', 'completed', '2025-10-12 04:00:00', NULL, TRUE),
    (405, 'team_ledger', 'adjusted', 'completed', '2025-10-12 05:00:00', NULL, TRUE),
    (406, 'team_ledger', 'applied without ledger', 'completed', '2025-10-12 06:00:00', NULL, TRUE),
    (407, 'team_ledger', 'deducted twice', 'completed', '2025-10-12 07:00:00', NULL, TRUE),
    (408, 'team_ledger', 'deducted, not applied', 'completed', '2025-10-12 08:00:00', NULL, FALSE),
    (409, 'team_ledger', 'not applied', 'completed', '2025-10-12 09:00:00', NULL, FALSE),
    (410, 'team_ledger', 'deducted next month', 'completed', '2025-10-31 23:59:59.999999', NULL, TRUE),
    (411, 'team_ledger', 'of last month', 'completed', '2025-09-30 23:59:59.999999', NULL, TRUE),
    (412, 'team_ledger', 'of another organization', 'completed', '2025-10-12 12:00:00', 'org_acme', TRUE),
    (413, 'team_ledger', 'failed, applied', 'failed', '2025-10-12 13:00:00', NULL, TRUE),
    (414, 'team_ledger', 'refunded only', 'cancelled', '2025-10-12 14:00:00', NULL, FALSE),
    (415, 'team_ledger', 'adjusted only', 'completed', '2025-10-12 15:00:00', NULL, TRUE),
    (421, 'team_ledger_neighbour', 'deducted', 'completed', '2025-10-12 01:00:00', 'org_ledger', TRUE);

INSERT INTO new_ledger (team, org, job, type, amount, created) VALUES
    ('team_ledger', 'org_ledger', NULL, 'allocation', 500, '2025-10-01 00:00:00'),
    ('team_ledger', 'org_ledger', NULL, 'subscription_payment', 300, '2025-10-02 00:00:00'),
    ('team_ledger', 'org_ledger', NULL, 'one_time_payment', 200, '2025-10-03 00:00:00'),
    ('team_ledger', 'org_ledger', NULL, 'deduction', 1000, '2025-10-12 00:30:00'),
    ('team_ledger', NULL, NULL, 'refund', 77, '2025-10-12 00:31:00'),
    ('team_ledger', 'org_ledger', 401, 'deduction', 3, '2025-10-12 01:00:10'),
    ('team_ledger', 'org_ledger', 402, 'deduction', -5, '2025-10-12 02:00:10'),
    ('team_ledger', 'org_ledger', 403, 'deduction', 7, '2025-10-12 03:00:10'),
    ('team_ledger', 'org_ledger', 403, 'refund', 7, '2025-10-13 03:00:10'),
    ('team_ledger', 'org_ledger', 404, 'deduction', 11, '2025-10-12 04:00:10'),
    ('team_ledger', 'org_ledger', 404, 'refund', -4, '2025-11-12 04:00:10'),
    ('team_ledger', 'org_ledger', 405, 'deduction', 13, '2025-10-12 05:00:10'),
    ('team_ledger', 'org_ledger', 405, 'adjustment', -2, '2025-10-12 05:00:20'),
    ('team_ledger', 'org_ledger', 405, 'adjustment', 400, '2025-10-12 05:00:30'),
    ('team_ledger', 'org_ledger', 407, 'deduction', 17, '2025-10-12 07:00:10'),
    ('team_ledger', 'org_ledger', 407, 'deduction', 17, '2025-10-12 07:00:10'),
    ('team_ledger', 'org_ledger', 408, 'deduction', 19, '2025-10-12 08:00:10'),
    ('team_ledger', 'org_ledger', 410, 'deduction', 23, '2025-11-01 00:00:10'),
    ('team_ledger', 'org_ledger', 411, 'deduction', 29, '2025-10-01 00:00:00'),
    ('team_ledger', 'org_ledger', 412, 'deduction', 31, '2025-10-12 12:00:10'),
    ('team_ledger', 'org_ledger', 414, 'refund', 37, '2025-10-12 14:00:10'),
    ('team_ledger', 'org_ledger', 415, 'adjustment', 43, '2025-10-12 15:00:10'),
    ('team_ledger_neighbour', NULL, 421, 'deduction', 41, '2025-10-12 01:00:10'),
    ('team_acme_research', 'org_acme', 101, 'deduction', 1, '2025-10-01 00:00:09'),
    ('team_acme_ops', 'org_acme', 111, 'deduction', 12, '2025-10-05 10:00:09'),
    ('team_deleted', NULL, 142, 'deduction', 2, '2025-10-08 11:00:09'),
    ('team_ledger_only', 'org_quiet', NULL, 'allocation', 10, '2025-10-01 00:00:00');

-- Some calls are of no model group, and of some nobody knows which model ran.
CREATE TEMPORARY TABLE model_groups AS SELECT '{fast,fast,smart,NULL,fast,"a, b",""}'::text[] AS groups;

-- Into the tables that are there.
\if :has_costs
INSERT INTO organizations (organization_id, name, status, metadata, created_at, updated_at)
SELECT id, name, 'active', '{"note": "PROMPT-SECRET"}'::json, '2020-01-01', '2020-01-01'
FROM new_organization;

INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, credit_limit,
    auto_refill, refill_amount, refill_period, last_refill_at, created_at, updated_at, virtual_key,
    budget_mode, credits_per_dollar, tokens_per_credit, cost_markup_percentage, status)
SELECT team, org, allocated, used, credit_limit,
    refill IS NOT NULL, CASE WHEN refill IS NOT NULL THEN 100 END, refill,
    CASE WHEN refill IS NOT NULL THEN '2025-10-01'::timestamp END, '2020-01-01', '2025-10-15 14:30:00',
    'sk-SECRET-' || md5(team), mode, 10, 10000, markup, state
FROM new_credits;

INSERT INTO jobs (job_id, team_id, user_id, job_type, status, created_at, started_at, completed_at,
    job_metadata, error_message, organization_id, external_task_id, credit_applied, model_groups_used)
SELECT pg_temp.numbered(n), team, CASE WHEN n % 2 = 0 THEN 'user_' || n % 5 END, type,
    CAST(CASE WHEN :'is_orm' THEN upper(status) ELSE status END AS :status_type), created,
    CASE WHEN status <> 'pending' THEN created + interval '1 second' END,
    CASE WHEN status IN ('completed', 'failed') THEN created + interval '5 seconds' END,
    '{"document": "PROMPT-SECRET", "key": "sk-SECRET"}'::json,
    CASE WHEN status = 'failed' THEN 'PROMPT-SECRET sk-SECRET' END, org, 'task-' || n,
    CASE WHEN :'is_orm' THEN credited ELSE coalesce(credited, FALSE) END, ARRAY['fast', 'smart']
FROM new_job;

INSERT INTO llm_calls (call_id, job_id, litellm_request_id, model_used, model_group_used, resolved_model,
    prompt_tokens, completion_tokens, total_tokens, cost_usd, latency_ms, created_at, purpose, request_data,
    response_data, error, input_cost_usd, output_cost_usd, provider_cost_usd, client_cost_usd,
    model_pricing_input, model_pricing_output)
SELECT pg_temp.numbered(n), pg_temp.numbered(job), 'request-' || n, 'alias', groups[1 + n % 7],
    'vendor/model-' || nullif(n % 3, n % 5),
    prompt, completion, tokens, cost, latency, created, 'analysis',
    '{"messages": "PROMPT-SECRET", "api_key": "sk-SECRET"}'::json, '{"answer": "PROMPT-SECRET"}'::json, error,
    NULL, NULL, provider, client, NULL, NULL
FROM new_call, model_groups;

INSERT INTO job_cost_summaries (job_id, total_calls, successful_calls, failed_calls, total_prompt_tokens,
    total_completion_tokens, total_tokens, total_cost_usd, avg_latency_ms, total_duration_seconds,
    calculated_at)
SELECT pg_temp.numbered(job), coalesce(calls, missing), coalesce(calls / 2, missing),
    coalesce(calls - calls / 2, missing), 0, 0,
    coalesce(tokens, missing), coalesce(cost, missing), latency, 5, '2024-07-01'
FROM new_summary, (SELECT CASE WHEN NOT :'is_orm' THEN 0 END) m(missing);

INSERT INTO team_usage_summaries (id, team_id, period, period_type, total_jobs, successful_jobs, failed_jobs,
    cancelled_jobs, total_cost_usd, total_tokens, job_type_breakdown, calculated_at)
SELECT pg_temp.numbered(n::integer), team, month, 'monthly', 999, 998, 1, 0, 999.99, 999,
    '{"stale": {"count": 999, "cost_usd": 999.99}}'::json, '2025-10-02'
FROM unnest(ARRAY['team_summary_only', 'team_acme_research', 'team_archive'],
    ARRAY['2025-10', '2025-10', '2024-05']) WITH ORDINALITY s(team, month, n);

INSERT INTO admin_audit_log (audit_id, user_id, action, resource_type, resource_id, details, ip_address,
    created_at)
VALUES (pg_temp.numbered(1), NULL, 'deleted_team', 'team', 'team_deleted', '{"key": "sk-SECRET"}'::json,
    '192.0.2.1', '2025-10-09 00:00:00Z');
\else
INSERT INTO organizations (organization_id, name)
SELECT id, name FROM new_organization;

INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, credit_limit,
    auto_refill, refill_amount, refill_period, created_at, updated_at)
SELECT team, org, allocated, used, credit_limit,
    refill IS NOT NULL, CASE WHEN refill IS NOT NULL THEN 100 END, refill, '2020-01-01', '2025-10-15 14:30:00'
FROM new_credits;

INSERT INTO jobs (job_id, team_id, organization_id, job_type, status, created_at, completed_at)
SELECT pg_temp.numbered(n), team, org, type, status, created,
    CASE WHEN status IN ('completed', 'failed') THEN created + interval '5 seconds' END
FROM new_job;

INSERT INTO llm_calls (call_id, job_id, model_group_used, resolved_model, total_tokens, cost_usd, latency_ms,
    created_at)
SELECT pg_temp.numbered(n), pg_temp.numbered(job), groups[1 + n % 7], 'vendor/model-' || nullif(n % 3, n % 5), tokens,
    cost, latency, created
FROM new_call, model_groups;

INSERT INTO job_cost_summaries (job_id, total_calls, total_tokens, total_cost_usd, avg_latency_ms)
SELECT pg_temp.numbered(job), calls, tokens, cost, latency
FROM new_summary;

INSERT INTO team_usage_summaries (id, team_id, period, period_type, total_jobs, successful_jobs, failed_jobs,
    total_cost_usd, total_tokens, job_type_breakdown)
SELECT pg_temp.numbered(n::integer), team, month, 'monthly', 999, 998, 1, 999.99, 999,
    '{"stale": {"count": 999, "cost_usd": 999.99}}'
FROM unnest(ARRAY['team_summary_only', 'team_acme_research', 'team_archive'],
    ARRAY['2025-10', '2025-10', '2024-05']) WITH ORDINALITY s(team, month, n);
\endif

-- The platform's writers keep a balance before and after each row; payments say the allocated total instead.
INSERT INTO credit_transactions (transaction_id, team_id, organization_id, job_id, transaction_type,
    credits_amount, credits_before, credits_after, reason, created_at)
SELECT pg_temp.numbered(n), team, org, pg_temp.numbered(job), type, amount, 1000, 1000 + amount,
    'Job PROMPT-SECRET completed', created
FROM new_ledger;

COMMIT;
