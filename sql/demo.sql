-- Fills empty platform tables (sql/platform/migrations.sql or orm.sql) with a believable history.
--
--   psql -X -q -v ON_ERROR_STOP=1 [-v NAME=VALUE]... -f sql/demo.sql
--
--   days   length of the history                        90
--   jobs   jobs in it, about three calls each           60000
--   scale  multiplies jobs                              1
--   teams  teams, 16 or more                            40
--   seed   another seed is another history              1
--   end    when it ends, timestamp, UTC without a zone  now
--
-- The same parameters give the same rows: everything random is a hash of a row's number, so neither the plan
-- nor the server's random() has a say in it. Teams that are unlike the others, by rank in traffic:
--   4 has 8 % of its credits left, 6 has 17 %; 7 comes near its credit_limit; 10 is unlimited with 3 % left;
--   11 ran dry two days ago and went on; 12 was deleted (jobs and ledger, no team_credits); 14 is suspended;
--   the last was never granted any; every ninth has no organization.
-- Four to three hours before the end most calls of smart-chat fail. Whatever could hold a prompt holds
-- PROMPT-SECRET in some rows, so that a test can see that no output does.

\set ON_ERROR_STOP on
\encoding UTF8
\if :{?days}
\else
    \set days 90
\endif
\if :{?jobs}
\else
    \set jobs 60000
\endif
\if :{?scale}
\else
    \set scale 1
\endif
\if :{?teams}
\else
    \set teams 40
\endif
\if :{?seed}
\else
    \set seed 1
\endif
\if :{?end}
\else
    \set end now
\endif

BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
SET LOCAL synchronous_commit = off;
SET LOCAL temp_buffers = '512MB';
SET LOCAL work_mem = '512MB';
SET LOCAL jit = off;

SELECT set_config('demo.teams', :'teams', TRUE), set_config('demo.jobs', (:jobs * :scale)::text, TRUE)
\g /dev/null

DO $$
BEGIN
    IF current_setting('demo.teams')::numeric < 16 OR current_setting('demo.jobs')::numeric < 100 THEN
        RAISE 'demo.sql needs 16 teams and 100 jobs at least';
    END IF;
    IF EXISTS (SELECT FROM jobs) OR EXISTS (SELECT FROM team_credits) OR EXISTS (SELECT FROM organizations)
    THEN
        RAISE 'demo.sql fills empty tables only, and these hold rows';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'llm_calls'::regclass AND attname = 'client_cost_usd'
    ) THEN
        RAISE 'demo.sql needs the newest tables: sql/platform/migrations.sql or sql/platform/orm.sql';
    END IF;
END
$$;

-- The two dialects differ in the name of the enum, the case of its labels and the JSON type.
SELECT
    format_type(status.atttypid, NULL) AS status_type,
    format_type(metadata.atttypid, NULL) AS json_type,
    CASE WHEN EXISTS (SELECT FROM pg_enum e WHERE e.enumtypid = status.atttypid AND e.enumlabel = 'COMPLETED')
         THEN 'upper' ELSE 'lower' END AS status_case,
    to_regclass('admin_audit_log') IS NOT NULL AS has_audit_log
FROM pg_attribute status, pg_attribute metadata
WHERE status.attrelid = 'jobs'::regclass AND status.attname = 'status'
  AND metadata.attrelid = 'jobs'::regclass AND metadata.attname = 'job_metadata'
\gset

-- Five million foreign-key checks of rows that are right by construction would double the time.
SELECT rolsuper AS is_superuser FROM pg_roles WHERE rolname = current_user
\gset
\if :is_superuser
    SET LOCAL session_replication_role = replica;
\endif

SELECT
    history_end,
    history_end - make_interval(days => :days) AS history_start,
    floor(:jobs * :scale)::bigint AS job_count,
    greatest(floor(:jobs * :scale / 300.0), 1)::bigint AS secret_every,
    (SELECT array_agg(floor(:jobs * :scale * place)::bigint)
     FROM unnest('{0.35,0.62,0.81,0.93,0.985,0.996}'::numeric[]) place) AS stuck_jobs
FROM (SELECT date_trunc('second', :'end'::timestamptz) AT TIME ZONE 'UTC' AS history_end) p
\gset

-- Uniform in [0, 1), standard normal, and an id; i is the row's number, draw tells its draws apart.
CREATE FUNCTION pg_temp.bits(i bigint, draw integer) RETURNS bigint LANGUAGE sql IMMUTABLE
    RETURN hashint8extended(i, :seed * 1000::bigint + draw);
CREATE FUNCTION pg_temp.u(i bigint, draw integer) RETURNS float8 LANGUAGE sql IMMUTABLE
    RETURN (pg_temp.bits(i, draw) & 9007199254740991) / 9007199254740992::float8;
CREATE FUNCTION pg_temp.normal(i bigint, draw integer) RETURNS float8 LANGUAGE sql IMMUTABLE
    RETURN sqrt(-2 * ln(((pg_temp.bits(i, draw) & 4294967295) + 1) / 4294967296::float8))
         * cos((pg_temp.bits(i, draw) >> 32) * (2 * pi() / 4294967296::float8));
CREATE FUNCTION pg_temp.id(kind text, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN md5(:'seed'::text || kind || i::text)::uuid;

-- Zipf: the team of rank r gets 1/r of the first one's traffic. upper_bound is the cumulative share.
CREATE TEMP TABLE demo_team ON COMMIT DROP AS
WITH slot AS (
    SELECT
        r AS rank,
        CASE WHEN r % 9 = 0 THEN NULL
             ELSE ('{acme,brackenfold,cindermoor,dunwhistle,elderquay,gullmarsh,hexlow,ironwhit}'::text[])
                  [(r - 1) % 8 + 1]
        END AS org,
        CASE WHEN r % 9 = 0
             THEN ('{paperlantern,saltbox,quietriver,northlamp,thimble}'::text[])[(r / 9 - 1) % 5 + 1]
             ELSE ('{research,support,marketing,legal,finance,platform,product,sales,data,partners}'::text[])
                  [(r - 1) / 8 % 10 + 1]
        END AS part,
        CASE WHEN r % 9 = 0 THEN (r / 9 - 1) / 5 ELSE (r - 1) / 80 END AS lap
    FROM generate_series(1, :teams) r
)
SELECT
    rank,
    concat_ws('_', 'team', org, part, CASE WHEN lap > 0 THEN lap + 1 END) AS team_id,
    'org_' || org AS organization_id,
    CASE WHEN rank = 10 THEN 'unlimited'
         WHEN rank % 8 = 3 AND rank <> 11 THEN 'consumption_usd'
         WHEN rank % 8 = 5 THEN 'consumption_tokens'
         ELSE 'job_based'
    END AS budget_mode,
    CASE WHEN rank % 8 = 3 AND rank <> 11 THEN 100 ELSE 10 END AS credits_per_dollar,
    CASE WHEN rank % 16 = 5 THEN 2500 ELSE 10000 END AS tokens_per_credit,
    -- In hundredths of a percent, so that costs stay integers.
    ('{2000,1500,2500,0,3000,2000,1250}'::integer[])[rank % 7 + 1] AS markup,
    -- What is to be left of the credits at the end; NULL: never granted any.
    CASE WHEN rank = :teams THEN NULL
         WHEN rank = 4 THEN 0.08
         WHEN rank = 6 THEN 0.17
         WHEN rank = 10 THEN 0.03
         WHEN rank = 11 THEN 0
         ELSE 0.25 + 0.6 * pg_temp.u(rank, 1)
    END AS share_left,
    rank = 12 AS is_deleted,
    rank = 14 AS is_suspended,
    date_trunc('second', :'history_start'::timestamp - interval '1 day' * (2 + 200 * pg_temp.u(rank, 2)))
        AS created_at,
    sum(1.0::float8 / rank) OVER (ORDER BY rank) / sum(1.0::float8 / rank) OVER () AS upper_bound
FROM slot;

CREATE TEMP TABLE demo_type ON COMMIT DROP AS
SELECT t.*, sum(share) OVER (ORDER BY type) / 100.0::float8 AS upper_bound
FROM (VALUES
    -- median tokens of a call; shares of jobs that fail, of calls that are streamed; groups to draw from
    (1, 'document_analysis',  26, 2300, 210, 0.040, 0.00, '{1,1,3,4}'::integer[]),
    (2, 'content_generation', 20,  700, 380, 0.035, 0.13, '{1,3,3,2}'),
    (3, 'data_extraction',    18, 1600, 130, 0.050, 0.00, '{2,2,1,4}'),
    (4, 'chat',               16,  900, 150, 0.026, 0.42, '{2,1,2,5}'),
    (5, 'code_review',         8, 2900, 320, 0.054, 0.06, '{3,3,1,6}'),
    (6, 'translation',         6,  600, 330, 0.022, 0.00, '{2,4,2,5}'),
    (7, 'classification',      4,  350,  10, 0.020, 0.00, '{2,5,5,4}'),
    (8, 'summarization',       2, 4600, 240, 0.060, 0.00, '{4,3,1,2}')
) t (type, job_type, share, prompt_tokens, completion_tokens, fail_share, stream_share, groups);

-- Two models a group, what usually runs and what it falls back to; list prices in USD per million tokens.
CREATE TEMP TABLE demo_model ON COMMIT DROP AS
SELECT * FROM (VALUES
    ( 1, 1, 0, 'smart-chat',   'gpt-4o',        'openai/gpt-4o',                  2.50,  10.00,   330,   3.6),
    ( 2, 1, 1, 'smart-chat',   'gpt-4o',        'azure/gpt-4o',                   2.50,  10.00,   410,   4.2),
    ( 3, 2, 0, 'fast-chat',    'gpt-4o-mini',   'openai/gpt-4o-mini',             0.15,   0.60,   260,   2.6),
    ( 4, 2, 1, 'fast-chat',    'gpt-4o-mini',   'gemini/gemini-1.5-flash',       0.075,   0.30,   240,   1.9),
    ( 5, 3, 0, 'writer',       'claude-sonnet', 'anthropic/claude-3-5-sonnet',    3.00,  15.00,   480,   4.4),
    ( 6, 3, 1, 'writer',       'claude-sonnet', 'openai/gpt-4o',                  2.50,  10.00,   330,   3.6),
    ( 7, 4, 0, 'long-context', 'gemini-pro',    'gemini/gemini-1.5-pro',          1.25,   5.00,   620,   4.0),
    ( 8, 4, 1, 'long-context', 'gemini-pro',    'anthropic/claude-3-5-haiku',     0.80,   4.00,   360,   3.1),
    ( 9, 5, 0, 'economy',      'llama-small',   'groq/llama-3.1-8b-instant',      0.05,   0.08,   110,   0.6),
    (10, 5, 1, 'economy',      'llama-small',   'groq/llama-3.1-70b-versatile',   0.59,   0.79,   190,   1.7),
    (11, 6, 0, 'reasoning',    'o1',            'openai/o1-mini',                 1.10,   4.40,  2600,   7.5),
    (12, 6, 1, 'reasoning',    'o1',            'openai/o1',                     15.00,  60.00,  4200,  14.0)
) m (model, grp, fallback, model_group, alias, resolved_model, price_in, price_out, base_ms, ms_per_token);

-- The sets of groups that a job may have used, by bit mask.
CREATE TEMP TABLE demo_group_set ON COMMIT DROP AS
SELECT
    mask,
    coalesce(array_agg(model_group ORDER BY grp) FILTER (WHERE mask >> grp & 1 = 1), '{}') AS model_groups
FROM generate_series(0, 127) mask, (SELECT DISTINCT grp, model_group::text FROM demo_model) g
GROUP BY mask;

SELECT
    (SELECT array_agg(upper_bound ORDER BY rank) FROM demo_team) AS team_bounds,
    (SELECT array_agg(upper_bound ORDER BY type) FROM demo_type) AS type_bounds
\gset

-- The hours of the history and the numbers of their jobs: busiest about 14:00, quiet at night and on
-- weekends, growing.
CREATE TEMP TABLE demo_hour ON COMMIT DROP AS
WITH weighted AS (
    SELECT
        h,
        starts_at,
        (0.16 + exp(-(((extract(hour FROM starts_at)::float8 - 14) / 4.4) ^ 2)))
        * CASE WHEN extract(isodow FROM starts_at) > 5 THEN 0.34 ELSE 1 END
        * (1 + 0.45 * h / (:days * 24))
        * exp(0.13 * pg_temp.normal(h, 1)) AS weight
    FROM generate_series(0, :days * 24 - 1) h,
         LATERAL (SELECT :'history_start'::timestamp + make_interval(hours => h)) s (starts_at)
), summed AS (
    SELECT *, sum(weight) OVER (ORDER BY h) / sum(weight) OVER () AS upper_bound FROM weighted
)
SELECT
    h,
    starts_at,
    coalesce(lag(last_job) OVER (ORDER BY h), 0) + 1 AS first_job,
    last_job
FROM (SELECT *, round(upper_bound * :job_count)::bigint AS last_job FROM summed) s;

-- What is decided when a job comes in. The inner query is fenced by OFFSET 0 here and below: a column named
-- twice would be computed twice.
CREATE TEMP TABLE demo_job ON COMMIT DROP AS
SELECT
    n, rank, type, created_at, group_a, group_b, plan, in_incident, create_and_call,
    CASE WHEN plan = 'stuck' OR create_and_call THEN 1
         WHEN plan = 'open' THEN :job_count - n
         WHEN plan = 'cancelled' THEN floor(3 * dice)
         WHEN plan = 'failed' THEN 1 + floor(3 * dice)
         WHEN dice < 0.003 THEN 0
         ELSE 1 + width_bucket(dice, '{0.13,0.35,0.59,0.78,0.91}'::float8[])
    END::integer AS call_count
FROM (
    SELECT
        j.n, j.rank, j.type, j.created_at, j.group_a, j.group_b, j.in_incident,
        pg_temp.u(j.n, 7) AS dice,
        CASE WHEN j.n = ANY (:'stuck_jobs'::bigint[]) THEN 'stuck'
             WHEN j.n > :job_count - 4 THEN 'open'
             WHEN j.luck < j.fail_share THEN 'failed'
             WHEN j.luck > 0.975 THEN 'cancelled'
             ELSE 'completed'
        END AS plan,
        -- Such calls have no client cost, which would leave the charges of consumption_usd to taste.
        pg_temp.u(j.n, 8) < 0.05 AND j.n <= :job_count - 4 AND NOT j.luck > 0.975
            AND j.budget_mode <> 'consumption_usd' AS create_and_call
    FROM (
        SELECT
            d.n, d.created_at, t.rank, t.budget_mode, y.type, d.in_incident,
            pg_temp.u(d.n, 6) AS luck,
            y.groups[1 + floor(4 * pg_temp.u(d.n, 4))] AS group_a,
            y.groups[1 + floor(4 * pg_temp.u(d.n, 5))] AS group_b,
            CASE WHEN d.in_incident AND y.groups[1 + floor(4 * pg_temp.u(d.n, 4))] = 1
                 THEN 0.65 ELSE y.fail_share END AS fail_share
        FROM (
            SELECT
                n, created_at, type,
                created_at >= :'history_end'::timestamp - interval '4 hours'
                    AND created_at < :'history_end'::timestamp - interval '3 hours' AS in_incident,
                CASE WHEN drawn = 12 AND created_at > :'history_start'::timestamp + interval '8 hours' * :days
                     THEN 1
                     WHEN drawn = 14 AND created_at > :'history_end'::timestamp - interval '6 days'
                     THEN 2
                     ELSE drawn
                END AS rank
            FROM (
                SELECT
                    n,
                    -- The last few come in the last two minutes, however quiet the hour.
                    CASE WHEN n > :job_count - 4
                         THEN :'history_end'::timestamp - interval '1 second' * (9 + 37 * (:job_count - n))
                         ELSE h.starts_at + interval '1 hour'
                              * ((n - h.first_job + pg_temp.u(n, 1)) / (h.last_job - h.first_job + 1))
                    END AS created_at,
                    1 + width_bucket(pg_temp.u(n, 2), :'team_bounds'::float8[]) AS drawn,
                    1 + width_bucket(pg_temp.u(n, 3), :'type_bounds'::float8[]) AS type
                FROM (SELECT * FROM demo_hour ORDER BY h) h, generate_series(h.first_job, h.last_job) n
                OFFSET 0
            ) drawn
            OFFSET 0
        ) d
        JOIN demo_team t USING (rank)
        JOIN demo_type y USING (type)
        OFFSET 0
    ) j
    OFFSET 0
) p
ORDER BY n;

ANALYZE demo_job;

-- Calls. Money is in units of 1e-8 USD. Only "priced" calls get the newer cost columns: streaming and
-- create-and-call fill cost_usd alone. elapsed_ms is what the job waited, latency_ms what was recorded.
CREATE TEMP TABLE demo_call ON COMMIT DROP AS
SELECT
    n, k, i, model, is_priced, is_streamed, error_kind, prompt_tokens, completion_tokens, elapsed_ms,
    CASE WHEN error_kind IS NULL OR (error_kind <> 1 AND pg_temp.u(i, 31) < 0.35) THEN elapsed_ms END
        AS latency_ms,
    input_e8, output_e8,
    ((input_e8 + output_e8) * (10000 + markup) + 5000) / 10000 AS client_e8
FROM (
    SELECT
        c.n, c.k, c.i, m.model, c.error_kind, c.markup, c.is_streamed,
        NOT (c.is_streamed OR c.create_and_call) AS is_priced,
        c.prompt_tokens, c.completion_tokens,
        CASE WHEN c.error_kind = 1 THEN 30000 + 30000 * (c.n & 1)
             WHEN c.error_kind > 1 THEN 40 + 500 * pg_temp.u(c.i, 29)
             ELSE (m.base_ms + m.ms_per_token * c.completion_tokens) * exp(0.28 * pg_temp.normal(c.i, 30))
        END::integer AS elapsed_ms,
        round(c.prompt_tokens * m.price_in * 100)::bigint AS input_e8,
        round(c.completion_tokens * m.price_out * 100)::bigint AS output_e8
    FROM (
        SELECT
            d.n, d.k, d.i, d.grp, d.fallback, d.markup, d.create_and_call,
            d.stream AND NOT d.is_failed AS is_streamed,
            CASE WHEN d.is_failed
                 THEN 1 + width_bucket(pg_temp.u(d.i, 26) * CASE WHEN d.in_incident THEN 0.86 ELSE 1 END,
                                       '{0.30,0.68,0.80,0.86,0.94,0.98}'::float8[])
            END AS error_kind,
            CASE WHEN d.is_failed THEN 0
                 ELSE ceil(d.prompt_median * exp(0.6 * pg_temp.normal(d.i, 27)))
            END::integer AS prompt_tokens,
            CASE WHEN d.is_failed THEN 0
                 ELSE ceil(d.completion_median * exp(0.45 * pg_temp.normal(d.i, 28)))
            END::integer AS completion_tokens
        FROM (
            SELECT
                j.n, j.k, j.i, j.grp, j.in_incident, j.create_and_call, t.markup,
                y.prompt_tokens AS prompt_median, y.completion_tokens AS completion_median,
                (pg_temp.u(j.i, 21) < 0.11)::integer AS fallback,
                NOT j.create_and_call AND t.budget_mode <> 'consumption_usd'
                    AND pg_temp.u(j.i, 22) < y.stream_share AS stream,
                CASE WHEN j.plan = 'failed' AND j.k = j.call_count
                     THEN j.create_and_call OR pg_temp.u(j.n, 23) < 0.9
                     WHEN j.plan = 'completed' AND j.k = j.call_count THEN FALSE
                     WHEN j.in_incident AND j.grp = 1 THEN pg_temp.u(j.i, 24) < 0.6
                     ELSE pg_temp.u(j.i, 24) < 0.013
                END AS is_failed
            FROM (
                SELECT
                    j.*, k, 8 * j.n + k AS i,
                    CASE WHEN pg_temp.u(8 * j.n + k, 20) < 0.8 THEN group_a ELSE group_b END AS grp
                FROM demo_job j, generate_series(1, j.call_count) k
                OFFSET 0
            ) j
            JOIN demo_team t USING (rank)
            JOIN demo_type y USING (type)
            OFFSET 0
        ) d
        OFFSET 0
    ) c
    JOIN demo_model m USING (grp, fallback)
    OFFSET 0
) p;

CREATE UNIQUE INDEX demo_call_key ON demo_call (n, k);
ANALYZE demo_call;

-- How each job went: times, totals, and what it is charged. billed_e10 is what the team is billed, in 1e-10
-- USD: from cost_usd (six digits) and the markup where a call has no client cost.
CREATE TEMP TABLE demo_run ON COMMIT DROP AS
WITH called AS (
    SELECT
        n,
        count(*) AS calls,
        count(error_kind) AS failed_calls,
        sum(elapsed_ms) AS elapsed_ms,
        sum(latency_ms) / nullif(count(latency_ms), 0) AS avg_latency_ms,
        sum(prompt_tokens) FILTER (WHERE NOT is_streamed) AS prompt_tokens,
        sum(completion_tokens) FILTER (WHERE NOT is_streamed) AS completion_tokens,
        sum(client_e8) FILTER (WHERE is_priced) AS client_e8,
        sum((input_e8 + output_e8 + 50) / 100) FILTER (WHERE NOT is_priced) AS unpriced_e6,
        bit_or(1 << ((model + 1) / 2)) AS group_mask
    FROM demo_call
    GROUP BY n
), timed AS (
    SELECT
        j.n, j.rank, j.type, j.created_at, j.plan, j.create_and_call,
        t.budget_mode, t.credits_per_dollar, t.tokens_per_credit, t.share_left,
        coalesce(c.calls, 0) AS calls,
        coalesce(c.failed_calls, 0) AS failed_calls,
        coalesce(c.avg_latency_ms, 0) AS avg_latency_ms,
        coalesce(c.prompt_tokens, 0) AS prompt_tokens,
        coalesce(c.completion_tokens, 0) AS completion_tokens,
        coalesce(c.client_e8, 0)::bigint AS client_e8,
        (100 * coalesce(c.client_e8, 0)
            + CASE WHEN t.is_deleted THEN 10000 ELSE 10000 + t.markup END * coalesce(c.unpriced_e6, 0)
        )::bigint AS billed_e10,
        coalesce(c.group_mask, 0) AS group_mask,
        j.created_at + interval '1 millisecond' * round(1200 * exp(0.8 * pg_temp.normal(j.n, 9)))
            AS started_at,
        interval '1 millisecond'
            * (coalesce(c.elapsed_ms, 0) + round(420 * exp(0.5 * pg_temp.normal(j.n, 10)))) AS run_time
    FROM demo_job j
    JOIN demo_team t USING (rank)
    LEFT JOIN called c USING (n)
    OFFSET 0
), judged AS (
    SELECT
        *,
        started_at + run_time AS ended_at,
        CASE WHEN n = :job_count OR started_at > :'history_end'::timestamp THEN 'pending'
             WHEN plan IN ('stuck', 'open') OR started_at + run_time > :'history_end'::timestamp
             THEN 'in_progress'
             ELSE plan
        END AS status
    FROM timed
    OFFSET 0
)
SELECT
    n, pg_temp.id('job', n) AS job_id, rank, type, status, create_and_call, created_at,
    CASE WHEN status <> 'pending' AND NOT (status = 'cancelled' AND calls = 0) THEN started_at
    END AS started_at,
    CASE WHEN status NOT IN ('pending', 'in_progress') THEN ended_at END AS completed_at,
    calls, failed_calls, avg_latency_ms, prompt_tokens, completion_tokens, client_e8, billed_e10, group_mask,
    CASE WHEN status <> 'completed' OR share_left IS NULL
              OR (rank = 11 AND ended_at > :'history_end'::timestamp - interval '2 days')
         THEN NULL
         WHEN budget_mode = 'consumption_usd'
         THEN greatest(1, billed_e10 * credits_per_dollar / 10000000000)
         WHEN budget_mode = 'consumption_tokens'
         THEN greatest(1, (prompt_tokens + completion_tokens) / tokens_per_credit)
         ELSE 1
    END::integer AS charge
FROM judged
ORDER BY n;

ANALYZE demo_run;

INSERT INTO organizations (organization_id, name, status, metadata, created_at, updated_at)
SELECT
    organization_id, name, 'active', json_build_object('plan', plan)::text:::json_type,
    :'history_start'::timestamp - interval '1 day' * age, :'history_start'::timestamp - interval '1 day' * age
FROM (VALUES
    ('org_acme',        'Acme Instruments',       'enterprise', 610),
    ('org_brackenfold', 'Brackenfold Logistics',  'enterprise', 540),
    ('org_cindermoor',  'Cindermoor Insurance',   'business',   431),
    ('org_dunwhistle',  'Dunwhistle Media',       'business',   388),
    ('org_elderquay',   'Elderquay Health',       'business',   350),
    ('org_gullmarsh',   'Gullmarsh Retail Group', 'business',   300),
    ('org_hexlow',      'Hexlow Games',           'starter',    244),
    ('org_ironwhit',    'Ironwhit & Søn Legal',   'starter',    215)
) o (organization_id, name, plan, age);

-- Everything that moves credits. signed_amount is its effect on the balance.
CREATE TEMP TABLE demo_ledger ON COMMIT DROP AS
WITH spent AS (
    SELECT
        'deduction' AS transaction_type, rank, n, type, completed_at AS created_at, -charge AS signed_amount
    FROM demo_run
    WHERE charge IS NOT NULL
    UNION ALL
    SELECT 'refund', rank, n, type, refunded_at, charge
    FROM demo_run,
    LATERAL (
        SELECT completed_at + interval '1 second' * round(600 + 90000 * pg_temp.u(n, 41))
    ) r (refunded_at)
    WHERE charge IS NOT NULL AND rank <> 11 AND pg_temp.u(n, 40) < 0.002
      AND refunded_at < :'history_end'::timestamp
), month AS (
    SELECT starts_at + interval '5 minutes' AS starts_at, count(*) OVER () AS months
    FROM generate_series(
        date_trunc('month', :'history_start'::timestamp) + interval '1 month', :'history_end'::timestamp,
        interval '1 month'
    ) starts_at
), wanted AS (
    SELECT
        t.rank, t.created_at, t.share_left,
        CASE WHEN t.rank = 11 THEN coalesce(s.net, 0)
             ELSE greatest(100, 10 * ceil(coalesce(s.net, 0) / (1 - t.share_left) / 10))
        END::bigint AS allocated,
        CASE t.rank WHEN 3 THEN 25 WHEN 8 THEN -15 ELSE 0 END AS adjusted
    FROM demo_team t
    LEFT JOIN (SELECT rank, -sum(signed_amount) AS net FROM spent GROUP BY rank) s USING (rank)
    WHERE t.share_left IS NOT NULL
), monthly AS (
    -- Half of it comes by the month, evenly, so that no balance goes below zero on the way.
    SELECT w.rank, m.starts_at, floor(w.allocated / 2 / m.months)::bigint AS amount
    FROM wanted w, month m
    WHERE w.rank <> 11
), granted AS (
    SELECT
        CASE WHEN rank % 5 = 2 THEN 'subscription_payment'
             WHEN rank % 10 = 4 THEN 'one_time_payment'
             ELSE 'allocation' END AS transaction_type,
        rank, starts_at AS created_at, amount
    FROM monthly
    UNION ALL
    SELECT 'adjustment', rank, :'history_start'::timestamp + interval '10 hours' * :days, adjusted
    FROM wanted
    WHERE adjusted <> 0
    UNION ALL
    SELECT 'allocation', w.rank, w.created_at,
        w.allocated - w.adjusted - coalesce((SELECT sum(amount) FROM monthly m WHERE m.rank = w.rank), 0)
    FROM wanted w
)
SELECT
    e.*,
    sum(signed_amount) OVER earlier AS balance,
    coalesce(sum(signed_amount) FILTER (WHERE n IS NULL) OVER earlier, 0) AS allocated
FROM (
    SELECT * FROM spent
    UNION ALL
    SELECT transaction_type, rank, NULL, NULL, created_at, amount FROM granted WHERE amount <> 0
) e
WINDOW earlier AS (
    PARTITION BY rank ORDER BY created_at, n NULLS FIRST, transaction_type ROWS UNBOUNDED PRECEDING
);

ANALYZE demo_ledger;

INSERT INTO team_credits (
    team_id, organization_id, credits_allocated, credits_used, credit_limit, auto_refill, refill_amount,
    refill_period, last_refill_at, created_at, updated_at, virtual_key, budget_mode, credits_per_dollar,
    tokens_per_credit, cost_markup_percentage, status
)
SELECT
    t.team_id, t.organization_id, coalesce(l.allocated, 0), coalesce(l.used, 0),
    CASE WHEN t.rank = 7 THEN ceil(l.used / 0.96)
         WHEN t.rank % 3 = 0 THEN coalesce(l.allocated, 0) END,
    r.period IS NOT NULL,
    CASE WHEN r.period IS NOT NULL THEN greatest(100, l.allocated / 10) END,
    r.period,
    -- Nobody executes a refill, so one in two is overdue, and one has never been.
    CASE WHEN r.period IS NULL OR t.rank = 21 THEN NULL
         ELSE date_trunc('second', :'history_end'::timestamp - CASE WHEN t.rank % 8 = 1 THEN 3.4 ELSE 0.3 END
              * CASE r.period WHEN 'daily' THEN interval '1 day' WHEN 'weekly' THEN interval '7 days'
                              ELSE interval '30 days' END)
    END,
    t.created_at, coalesce(l.changed_at, t.created_at),
    'sk-demo-' || left(replace(pg_temp.id('key', t.rank)::text, '-', ''), 24),
    t.budget_mode, t.credits_per_dollar, t.tokens_per_credit, t.markup / 100.0,
    CASE WHEN t.is_suspended THEN 'suspended' ELSE 'active' END
FROM demo_team t
CROSS JOIN LATERAL (
    SELECT CASE WHEN t.rank % 4 = 1 THEN ('{monthly,weekly,daily}'::text[])[t.rank / 4 % 3 + 1] END
) r (period)
LEFT JOIN (
    SELECT
        rank,
        sum(signed_amount) FILTER (WHERE n IS NULL) AS allocated,
        coalesce(-sum(signed_amount) FILTER (WHERE n IS NOT NULL), 0) AS used,
        max(created_at) AS changed_at
    FROM demo_ledger
    GROUP BY rank
) l USING (rank)
WHERE NOT t.is_deleted;

INSERT INTO jobs (
    job_id, team_id, user_id, job_type, status, created_at, started_at, completed_at, job_metadata,
    error_message, organization_id, external_task_id, credit_applied, model_groups_used
)
SELECT
    r.job_id, t.team_id,
    CASE WHEN pg_temp.u(r.n, 11) < 0.85
         THEN 'user_' || r.rank || '_' || 1 + floor(14 * pg_temp.u(r.n, 12)) END,
    y.job_type,
    :status_case (r.status)::text:::status_type,
    r.created_at, r.started_at, r.completed_at,
    CASE WHEN r.n % :secret_every = 0 THEN '{"note": "PROMPT-SECRET draft of a letter"}'
         WHEN r.n % 10 = 0 THEN '{"source": "api"}' END:::json_type,
    CASE WHEN r.status = 'failed' THEN
        ('{"Model call failed after 3 retries","Timed out after 120 s","Output did not match the schema",'
         '"Rejected input: PROMPT-SECRET quarterly figures","Worker lost"}'::text[])
        [1 + width_bucket(pg_temp.u(r.n, 13), '{0.55,0.75,0.87,0.93}'::float8[])] END,
    CASE WHEN pg_temp.u(r.n, 14) < 0.05 THEN t.organization_id END,
    CASE WHEN pg_temp.u(r.n, 15) < 0.2 THEN 'task-' || r.n END,
    r.charge IS NOT NULL,
    s.model_groups
FROM demo_run r
JOIN demo_team t USING (rank)
JOIN demo_type y USING (type)
JOIN demo_group_set s ON s.mask = r.group_mask
ORDER BY r.n;

INSERT INTO llm_calls (
    call_id, job_id, litellm_request_id, model_used, model_group_used, resolved_model, prompt_tokens,
    completion_tokens, total_tokens, cost_usd, latency_ms, created_at, purpose, request_data, response_data,
    error, input_cost_usd, output_cost_usd, provider_cost_usd, client_cost_usd, model_pricing_input,
    model_pricing_output
)
SELECT
    pg_temp.id('call', c.i), c.job_id,
    CASE WHEN c.error_kind IS NULL
         THEN 'chatcmpl-' || lpad(to_hex(c.i), 8, '0') || to_hex(pg_temp.bits(c.i, 32)) END,
    m.alias, m.model_group, m.resolved_model,
    CASE WHEN NOT c.is_streamed THEN c.prompt_tokens WHEN c.k % 3 = 0 THEN 0 END,
    CASE WHEN NOT c.is_streamed THEN c.completion_tokens WHEN c.k % 3 = 0 THEN 0 END,
    CASE WHEN NOT c.is_streamed THEN c.prompt_tokens + c.completion_tokens WHEN c.k % 3 = 0 THEN 0 END,
    ((c.input_e8 + c.output_e8 + 50) / 100) * 0.000001,
    c.latency_ms, c.created_at,
    ('{plan,extract,draft,check,refine,final}'::text[])[c.k],
    CASE WHEN c.n % :secret_every = 0 AND c.k = 1
         THEN '{"messages": "PROMPT-SECRET please summarise our contract"}' END:::json_type,
    CASE WHEN c.n % :secret_every = 0 AND c.k = 1
         THEN '{"content": "PROMPT-SECRET the contract ends in May"}' END:::json_type,
    ('{"Timeout: request timed out after 30 s",'
     '"RateLimitError: 429 rate limit reached for requests per minute",'
     '"InternalServerError: 500 the server had an error while processing the request",'
     '"ServiceUnavailableError: 503 the model is overloaded",'
     '"BadRequestError: 400 context length exceeded in \"PROMPT-SECRET minutes of the board\"",'
     '"AuthenticationError: 401 incorrect API key provided",'
     '"PermissionDeniedError: 403 no access to this model"}'::text[])[c.error_kind],
    CASE WHEN c.is_priced THEN c.input_e8 * 0.00000001 END,
    CASE WHEN c.is_priced THEN c.output_e8 * 0.00000001 END,
    CASE WHEN c.is_priced THEN (c.input_e8 + c.output_e8) * 0.00000001 END,
    CASE WHEN c.is_priced THEN c.client_e8 * 0.00000001 END,
    CASE WHEN c.is_priced THEN m.price_in END,
    CASE WHEN c.is_priced THEN m.price_out END
FROM (
    SELECT
        c.*, r.job_id,
        r.started_at + interval '1 millisecond'
            * sum(c.elapsed_ms) OVER (PARTITION BY c.n ORDER BY c.k ROWS UNBOUNDED PRECEDING) AS created_at
    FROM demo_call c
    JOIN demo_run r USING (n)
) c
JOIN demo_model m USING (model)
WHERE c.created_at <= :'history_end'::timestamp;

-- Some that should be there are missing, as after a crash.
INSERT INTO job_cost_summaries (
    job_id, total_calls, successful_calls, failed_calls, total_prompt_tokens, total_completion_tokens,
    total_tokens, total_cost_usd, avg_latency_ms, total_duration_seconds, calculated_at
)
SELECT
    job_id, calls, calls - failed_calls, failed_calls,
    CASE WHEN n % 2 = 0 THEN prompt_tokens ELSE 0 END,
    CASE WHEN n % 2 = 0 THEN completion_tokens ELSE 0 END,
    prompt_tokens + completion_tokens,
    client_e8 * 0.00000001,
    avg_latency_ms,
    trunc(extract(epoch FROM completed_at - created_at)),
    completed_at + interval '35 milliseconds'
FROM demo_run
WHERE completed_at IS NOT NULL
  AND NOT (status = 'failed' AND create_and_call)
  AND pg_temp.u(n, 16) < CASE status WHEN 'completed' THEN 0.997 WHEN 'failed' THEN 0.92 ELSE 0.8 END
ORDER BY n;

-- The platform writes a deduction's amount without a sign. Payments tell the allocated total, all others the
-- balance.
INSERT INTO credit_transactions (
    transaction_id, team_id, organization_id, job_id, transaction_type, credits_amount, credits_before,
    credits_after, reason, created_at
)
SELECT
    pg_temp.id(l.transaction_type || l.rank || l.created_at::text, coalesce(l.n, 0)),
    t.team_id, t.organization_id,
    CASE WHEN l.n IS NOT NULL THEN pg_temp.id('job', l.n) END,
    l.transaction_type,
    CASE l.transaction_type WHEN 'deduction' THEN -l.signed_amount ELSE l.signed_amount END,
    b.total - l.signed_amount, b.total,
    CASE l.transaction_type
        WHEN 'deduction' THEN 'Job ' || y.job_type || ' completed successfully'
        WHEN 'refund' THEN 'Refund of job ' || y.job_type
        WHEN 'adjustment' THEN 'Correction of the opening balance'
        WHEN 'subscription_payment' THEN 'Monthly subscription'
        WHEN 'one_time_payment' THEN 'Credits bought'
        ELSE CASE WHEN l.created_at = t.created_at THEN 'Initial' ELSE 'Monthly' END || ' credit allocation'
    END,
    l.created_at
FROM demo_ledger l
JOIN demo_team t USING (rank)
LEFT JOIN demo_type y USING (type),
LATERAL (
    SELECT CASE WHEN l.transaction_type IN ('subscription_payment', 'one_time_payment')
                THEN l.allocated ELSE l.balance END
) b (total)
ORDER BY l.created_at, l.n;

-- Closed months and the last seven whole days. A team whose tokens exceed the column's integer is left out,
-- as nobody could store it.
INSERT INTO team_usage_summaries (
    id, team_id, period, period_type, total_jobs, successful_jobs, failed_jobs, cancelled_jobs,
    total_cost_usd, total_tokens, job_type_breakdown, calculated_at
)
WITH daily AS (
    SELECT
        rank, type, date_trunc('day', created_at) AS day, count(*) AS jobs,
        count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status = 'failed') AS failed,
        count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
        sum(billed_e10) AS billed_e10,
        sum(prompt_tokens + completion_tokens) AS tokens
    FROM demo_run
    GROUP BY rank, type, day
), typed AS (
    SELECT
        d.rank, y.job_type, p.period, p.period_type, p.ends_at,
        sum(jobs) AS jobs, sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled,
        sum(billed_e10) * 0.0000000001 AS cost_usd, sum(tokens) AS tokens
    FROM daily d
    JOIN demo_type y USING (type),
    LATERAL (
        SELECT to_char(day, 'YYYY-MM'), 'monthly', date_trunc('month', day) + interval '1 month'
        UNION ALL
        SELECT to_char(day, 'YYYY-MM-DD'), 'daily', day + interval '1 day'
        WHERE day >= date_trunc('day', :'history_end'::timestamp) - interval '7 days'
    ) p (period, period_type, ends_at)
    WHERE p.ends_at <= :'history_end'::timestamp
    GROUP BY d.rank, y.job_type, p.period, p.period_type, p.ends_at
)
SELECT
    md5(:'seed' || t.team_id || u.period)::uuid, t.team_id, u.period, u.period_type,
    sum(u.jobs), sum(u.completed), sum(u.failed), sum(u.cancelled), sum(u.cost_usd), sum(u.tokens),
    jsonb_object_agg(
        u.job_type, jsonb_build_object('count', u.jobs, 'cost_usd', round(u.cost_usd, 2))
    )::text:::json_type,
    u.ends_at + interval '65 minutes'
FROM typed u
JOIN demo_team t USING (rank)
GROUP BY t.team_id, u.period, u.period_type, u.ends_at
HAVING sum(u.tokens) < 2147483648;

\if :has_audit_log
INSERT INTO admin_audit_log (
    audit_id, user_id, action, resource_type, resource_id, details, ip_address, created_at
)
SELECT
    pg_temp.id('audit', i), pg_temp.id('admin', i % 3), action,
    CASE WHEN action IN ('login', 'logout') THEN 'session' ELSE 'user' END,
    CASE WHEN action IN ('login', 'logout') THEN NULL ELSE 'admin_' || i % 5 END,
    '{}'::text:::json_type,
    '192.0.2.' || 10 + i % 3,
    (:'history_end'::timestamp - i * interval '29 hours 17 minutes') AT TIME ZONE 'UTC'
FROM generate_series(1, 24) i,
LATERAL (
    SELECT ('{login,logout,login,changed_password,login,created_user,logout,login,deleted_user}'::text[])
           [i % 9 + 1]
) a (action);
\endif

COMMIT;

VACUUM (ANALYZE) organizations, team_credits, jobs, llm_calls, job_cost_summaries, credit_transactions,
    team_usage_summaries;
