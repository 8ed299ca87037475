-- The facts that every report reads, straight from the platform's tables: job_facts, call_facts, and the subjects
-- asked for. A report's statement follows after this text. One text for all shapes of the tables: a column that a
-- database lacks is NULL, because the inner name, where it exists, hides the outer one of the VALUES.
-- $1::timestamp  first instant of the period, UTC (job_facts: of the job's creation; call_facts: of the call's)
-- $2::timestamp  first instant after it
-- $3::text[]     teams, NULL for all
-- $4::text[]     organizations, NULL for all
-- $5::text[]     job types, NULL for all
-- $6::text[]     model groups, NULL for all: jobs with a call of such a group, and of their calls those alone
-- $7::text[]     users, NULL for all
-- A report's own parameters are $9 and those that follow it; $8 is the limit that is put behind a list.
WITH platform_teams AS NOT MATERIALIZED (
    SELECT
        x.team_id, x.organization_id, x.status, x.credits_allocated, x.credits_used, x.credits_remaining,
        (100 + coalesce(x.cost_markup_percentage, 0)) * 0.01 AS markup_factor
    FROM (VALUES (NULL::numeric, NULL::varchar)) AS absent (cost_markup_percentage, status),
        LATERAL (
            SELECT
                t.team_id, t.organization_id, t.credits_allocated, t.credits_used, t.credits_remaining,
                cost_markup_percentage, status
            FROM team_credits t
        ) AS x
),
platform_organizations AS NOT MATERIALIZED (
    SELECT o.organization_id, o.name AS organization_name
    FROM organizations o
),
-- Jobs that were asked for, of any time. A time that is infinite is none to reckon with.
platform_jobs AS NOT MATERIALIZED (
    SELECT
        x.job_id, x.team_id, x.organization_id, x.user_id, x.job_type, x.status, x.created_at,
        CASE WHEN isfinite(x.started_at) THEN x.started_at END AS started_at,
        CASE WHEN isfinite(x.completed_at) THEN x.completed_at END AS completed_at,
        x.credit_applied
    FROM (VALUES (NULL::varchar, NULL::timestamp, NULL::boolean)) AS absent (user_id, started_at, credit_applied),
        LATERAL (
            SELECT
                j.job_id, j.team_id, j.organization_id, user_id, j.job_type, j.status, j.created_at, started_at,
                j.completed_at, credit_applied
            FROM jobs j
        ) AS x
    WHERE ($3::text[] IS NULL OR x.team_id = ANY ($3::text[]))
        -- A job's organization is its own, else its team's. In this form, indexes on both columns can serve.
        AND ($4::text[] IS NULL
            OR x.organization_id = ANY ($4::text[])
            OR x.organization_id IS NULL AND x.team_id = ANY (ARRAY(
                SELECT c.team_id FROM team_credits c WHERE c.organization_id = ANY ($4::text[]))))
        AND ($5::text[] IS NULL OR x.job_type = ANY ($5::text[]))
        AND ($6::text[] IS NULL
            OR EXISTS (SELECT FROM llm_calls c WHERE c.job_id = x.job_id AND c.model_group_used = ANY ($6::text[])))
        AND ($7::text[] IS NULL OR x.user_id = ANY ($7::text[]))
),
-- Calls of the model groups asked for, of any job and time, with their costs; client_cost_usd here is what the platform
-- stored, before a fallback on the markup. Of an error's text, which may hold anything, only its class is passed on, the
-- first that fits: by the names of OpenAI's, Anthropic's and LiteLLM's exceptions and by their words, then by HTTP codes,
-- unless the request itself was bad (400), whose text can hold any number. A filtered prompt is a content_filter and no bad
-- request, a gateway's timeout no server error, and a 403 that speaks of a quota a rate_limit.
platform_calls AS NOT MATERIALIZED (
    SELECT
        x.call_id, x.job_id, x.created_at, x.model_used, x.model_group_used, x.resolved_model, x.prompt_tokens,
        x.completion_tokens, x.total_tokens, x.latency_ms, x.error <> '' AS is_failed,
        CASE
            WHEN x.error <> '' IS NOT TRUE THEN NULL
            WHEN x.error ~* 'rate.?limit|quota|too.?many.?requests' THEN 'rate_limit'
            WHEN x.error ~* 'content.?(policy|filter|management)|policy.?violation|safety|moderation' THEN 'content_filter'
            WHEN x.error ~* 'time.?out|timed.?out|deadline' THEN 'timeout'
            WHEN x.error ~* 'authenticat|permission.?denied|unauthori[sz]ed|forbidden|(invalid|incorrect).{0,8}api.?key'
                THEN 'authentication'
            WHEN x.error ~* 'server.?error|service.?unavailable|bad.?gateway|overloaded|connection.?(error|refused|reset)'
                THEN 'server'
            WHEN x.error ~* 'bad.?request|invalid.?request|context.?(length|window)|(^|[^0-9a-z.,])400($|[^0-9a-z])'
                THEN 'other'
            WHEN x.error ~* '(^|[^0-9a-z.,])429($|[^0-9a-z])' THEN 'rate_limit'
            WHEN x.error ~* '(^|[^0-9a-z.,])(408|504)($|[^0-9a-z])' THEN 'timeout'
            WHEN x.error ~* '(^|[^0-9a-z.,])(401|403)($|[^0-9a-z])' THEN 'authentication'
            WHEN x.error ~* '(^|[^0-9a-z.,])(500|502|503|529)($|[^0-9a-z])' THEN 'server'
            ELSE 'other'
        END AS error_class,
        x.client_cost_usd, coalesce(x.provider_cost_usd, x.cost_usd) AS provider_cost_usd
    FROM (VALUES (NULL::varchar, NULL::integer, NULL::integer, NULL::varchar, NULL::numeric, NULL::numeric)) AS
            absent (model_used, prompt_tokens, completion_tokens, error, provider_cost_usd, client_cost_usd),
        LATERAL (
            SELECT
                c.call_id, c.job_id, c.created_at, model_used, c.model_group_used, c.resolved_model, prompt_tokens,
                completion_tokens, c.total_tokens, c.latency_ms, error, provider_cost_usd, client_cost_usd, c.cost_usd
            FROM llm_calls c
        ) AS x
    WHERE $6::text[] IS NULL OR x.model_group_used = ANY ($6::text[])
),
platform_summaries AS NOT MATERIALIZED (
    SELECT x.*
    FROM (VALUES (NULL::integer, NULL::integer, NULL::integer)) AS
            absent (failed_calls, total_prompt_tokens, total_completion_tokens),
        LATERAL (
            SELECT
                s.job_id, s.total_calls, failed_calls, total_prompt_tokens, total_completion_tokens, s.total_tokens,
                s.total_cost_usd
            FROM job_cost_summaries s
        ) AS x
),
-- What this database can tell. Which cost job_cost_summaries.total_cost_usd holds: the client's where calls have it, else the
-- provider's. What a sum over nothing is: 0, or NULL where no call says which ones failed, or how many tokens were of which
-- kind, so that nobody knows.
platform_columns AS NOT MATERIALIZED (
    SELECT a.attname FROM pg_attribute a WHERE a.attrelid = to_regclass('llm_calls') AND NOT a.attisdropped
),
platform_basis AS NOT MATERIALIZED (
    SELECT
        EXISTS (SELECT FROM platform_columns a WHERE a.attname = 'client_cost_usd') AS has_client_cost,
        CASE WHEN EXISTS (SELECT FROM platform_columns a WHERE a.attname = 'error') THEN 0 END AS no_failed_calls,
        CASE WHEN EXISTS (SELECT FROM platform_columns a WHERE a.attname = 'prompt_tokens') THEN 0 END
            AS no_prompt_tokens,
        CASE WHEN EXISTS (SELECT FROM platform_columns a WHERE a.attname = 'completion_tokens') THEN 0 END
            AS no_completion_tokens
),
-- Of the jobs created in the period, those with ledger rows, and the credits that these took less those that they gave
-- back.
job_ledger AS NOT MATERIALIZED (
    SELECT
        j.job_id,
        sum(CASE l.transaction_type WHEN 'deduction' THEN abs(l.credits_amount)
            WHEN 'refund' THEN -abs(l.credits_amount) ELSE 0 END) AS credits_used
    FROM platform_jobs j
        JOIN credit_transactions l ON l.job_id = j.job_id
    WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
    GROUP BY j.job_id
),
-- The calls of the jobs created in the period, whenever they were made. A job without calls has one row, with the figures
-- of its summary, if there is one: its calls were archived. Subqueries, which are not run for a row with a call, cost less
-- than a join, which would be.
job_calls AS NOT MATERIALIZED (
    SELECT
        j.job_id, j.team_id, coalesce(j.organization_id, t.organization_id) AS organization_id, j.user_id, j.job_type,
        lower(j.status::text) AS status, j.created_at, j.started_at, j.completed_at, j.credit_applied,
        c.created_at AS call_created_at,
        c.model_group_used,
        c.latency_ms,
        c.error_class,
        CASE WHEN c.call_id IS NOT NULL THEN 1
            ELSE coalesce((SELECT s.total_calls FROM platform_summaries s WHERE s.job_id = j.job_id), 0)
        END AS calls,
        CASE WHEN c.call_id IS NOT NULL THEN (c.is_failed IS TRUE)::integer
            ELSE coalesce((SELECT s.failed_calls FROM platform_summaries s WHERE s.job_id = j.job_id), 0)
        END AS failed_calls,
        CASE WHEN c.call_id IS NOT NULL THEN c.prompt_tokens
            ELSE (SELECT s.total_prompt_tokens FROM platform_summaries s WHERE s.job_id = j.job_id)
        END AS prompt_tokens,
        CASE WHEN c.call_id IS NOT NULL THEN c.completion_tokens
            ELSE (SELECT s.total_completion_tokens FROM platform_summaries s WHERE s.job_id = j.job_id)
        END AS completion_tokens,
        CASE WHEN c.call_id IS NOT NULL THEN c.total_tokens
            ELSE (SELECT s.total_tokens FROM platform_summaries s WHERE s.job_id = j.job_id)
        END AS total_tokens,
        CASE WHEN c.call_id IS NOT NULL
                THEN coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1))
            ELSE (SELECT s.total_cost_usd FROM platform_summaries s WHERE s.job_id = j.job_id)
                * CASE WHEN b.has_client_cost THEN 1 ELSE coalesce(t.markup_factor, 1) END
        END AS client_cost_usd,
        CASE WHEN c.call_id IS NOT NULL THEN c.provider_cost_usd
            WHEN NOT b.has_client_cost
                THEN (SELECT s.total_cost_usd FROM platform_summaries s WHERE s.job_id = j.job_id)
        END AS provider_cost_usd,
        -- The cost on the basis that job_cost_summaries has in this database, as the platform fills it in.
        CASE WHEN c.call_id IS NOT NULL
                THEN CASE WHEN b.has_client_cost THEN c.client_cost_usd ELSE c.provider_cost_usd END
            ELSE (SELECT s.total_cost_usd FROM platform_summaries s WHERE s.job_id = j.job_id)
        END AS platform_cost_usd,
        CASE WHEN c.call_id IS NOT NULL
                THEN (c.client_cost_usd IS NULL AND c.provider_cost_usd IS NOT NULL)::integer
            WHEN b.has_client_cost THEN 0
            ELSE coalesce((SELECT s.total_calls FROM platform_summaries s WHERE s.job_id = j.job_id), 0)
        END AS fallback_cost_calls,
        c.call_id IS NULL
            AND coalesce((SELECT s.total_calls > 0 FROM platform_summaries s WHERE s.job_id = j.job_id), false)
            AS is_archived
    FROM platform_jobs j
        CROSS JOIN platform_basis b
        LEFT JOIN platform_calls c ON c.job_id = j.job_id
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
),
-- The jobs created in the period whose calls were archived. To look for them among the jobs without a call in the period,
-- few as they are unless calls were archived, spares a join with all calls.
archived_jobs AS NOT MATERIALIZED (
    WITH idle_jobs AS MATERIALIZED (
        SELECT j.job_id
        FROM platform_jobs j
        WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
            AND NOT EXISTS (
                SELECT FROM llm_calls c
                WHERE c.job_id = j.job_id AND c.created_at >= $1::timestamp AND c.created_at < $2::timestamp)
    )
    SELECT
        c.job_id, c.created_at, c.calls, c.client_cost_usd, c.provider_cost_usd,
        CASE WHEN c.provider_cost_usd IS NOT NULL THEN c.client_cost_usd END AS margin_base_usd,
        CASE WHEN c.provider_cost_usd IS NOT NULL THEN c.calls END AS margin_calls,
        c.fallback_cost_calls
    FROM idle_jobs i
        JOIN job_calls c ON c.job_id = i.job_id
    WHERE c.is_archived
),
-- What sums are made of: each job created in the period once with jobs = 1, and its calls once more with jobs = 0. To sum
-- over many jobs this way spares grouping by job. Both halves have just the same types, without which PostgreSQL would
-- compute all columns, whichever a report reads.
job_facts AS NOT MATERIALIZED (
    SELECT
        j.job_id, j.team_id, coalesce(j.organization_id, t.organization_id) AS organization_id, j.user_id, j.job_type,
        lower(j.status::text) AS status, j.created_at, j.started_at, j.completed_at,
        1 AS jobs,
        (lower(j.status::text) = 'completed')::integer AS completed_jobs,
        (lower(j.status::text) = 'failed')::integer AS failed_jobs,
        (lower(j.status::text) = 'cancelled')::integer AS cancelled_jobs,
        CASE WHEN l.job_id IS NOT NULL THEN l.credits_used WHEN j.credit_applied THEN 1 ELSE 0 END::bigint
            AS credits_used,
        0 AS calls, b.no_failed_calls AS failed_calls, NULL::integer AS prompt_tokens, NULL::integer AS completion_tokens,
        NULL::integer AS total_tokens, NULL::numeric AS client_cost_usd, NULL::numeric AS provider_cost_usd,
        NULL::numeric AS platform_cost_usd, 0 AS fallback_cost_calls, false AS is_archived,
        NULL::varchar AS model_group_used, NULL::integer AS latency_ms, NULL::text AS error_class
    FROM platform_jobs j
        CROSS JOIN platform_basis b
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
        LEFT JOIN job_ledger l ON l.job_id = j.job_id
    WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
    UNION ALL
    SELECT
        c.job_id, c.team_id, c.organization_id, c.user_id, c.job_type, c.status, c.created_at, c.started_at,
        c.completed_at,
        0 AS jobs, 0 AS completed_jobs, 0 AS failed_jobs, 0 AS cancelled_jobs,
        0::bigint AS credits_used,
        c.calls, c.failed_calls + b.no_failed_calls AS failed_calls, c.prompt_tokens, c.completion_tokens, c.total_tokens,
        c.client_cost_usd,
        c.provider_cost_usd, c.platform_cost_usd, c.fallback_cost_calls, c.is_archived,
        c.model_group_used, c.latency_ms, c.error_class
    FROM job_calls c
        CROSS JOIN platform_basis b
),
-- One row per call created in the period, of the jobs of the teams and organizations asked for.
call_facts AS NOT MATERIALIZED (
    SELECT
        c.call_id, c.job_id, j.team_id, coalesce(j.organization_id, t.organization_id) AS organization_id, j.user_id,
        j.job_type, c.created_at, c.model_used, c.model_group_used, c.resolved_model,
        coalesce(c.prompt_tokens, b.no_prompt_tokens) AS prompt_tokens,
        coalesce(c.completion_tokens, b.no_completion_tokens) AS completion_tokens,
        c.total_tokens, c.latency_ms,
        coalesce(c.is_failed, false) AS is_failed,
        c.error_class,
        coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1)) AS client_cost_usd,
        c.provider_cost_usd,
        c.client_cost_usd IS NULL AND c.provider_cost_usd IS NOT NULL AS is_fallback_cost,
        -- As job_facts has them.
        1 AS calls,
        (c.is_failed IS TRUE)::integer + b.no_failed_calls AS failed_calls,
        (c.client_cost_usd IS NULL AND c.provider_cost_usd IS NOT NULL)::integer AS fallback_cost_calls
    FROM platform_calls c
        JOIN platform_jobs j ON j.job_id = c.job_id
        CROSS JOIN platform_basis b
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    WHERE c.created_at >= $1::timestamp AND c.created_at < $2::timestamp
),
-- Teams with credits that were asked for. No credits are those of a job type, a model group or a user.
credit_teams AS NOT MATERIALIZED (
    SELECT t.*
    FROM platform_teams t
    WHERE ($3::text[] IS NULL OR t.team_id = ANY ($3::text[]))
        AND ($4::text[] IS NULL OR t.organization_id = ANY ($4::text[]))
        AND $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
),
-- The payments of the period, and so the credits that were sold.
payment_facts AS NOT MATERIALIZED (
    SELECT
        l.team_id, coalesce(l.organization_id, t.organization_id) AS organization_id, l.created_at,
        abs(l.credits_amount) AS credits_sold
    FROM credit_transactions l
        LEFT JOIN platform_teams t ON t.team_id = l.team_id
    WHERE l.transaction_type IN ('subscription_payment', 'one_time_payment')
        AND l.created_at >= $1::timestamp AND l.created_at < $2::timestamp
        AND ($3::text[] IS NULL OR l.team_id = ANY ($3::text[]))
        AND ($4::text[] IS NULL OR coalesce(l.organization_id, t.organization_id) = ANY ($4::text[]))
        AND $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
),
-- The teams and organizations asked for that are known: they have credits, jobs, summaries or ledger rows.
asked_teams AS NOT MATERIALIZED (
    SELECT a.team_id, a.position
    FROM unnest($3::text[]) WITH ORDINALITY AS a (team_id, position)
    WHERE EXISTS (SELECT FROM team_credits t WHERE t.team_id = a.team_id)
        OR EXISTS (SELECT FROM jobs j WHERE j.team_id = a.team_id)
        OR EXISTS (SELECT FROM team_usage_summaries s WHERE s.team_id = a.team_id)
        OR EXISTS (SELECT FROM credit_transactions t WHERE t.team_id = a.team_id)
),
asked_organizations AS NOT MATERIALIZED (
    SELECT a.organization_id, a.position
    FROM unnest($4::text[]) WITH ORDINALITY AS a (organization_id, position)
    WHERE EXISTS (SELECT FROM organizations o WHERE o.organization_id = a.organization_id)
        OR EXISTS (SELECT FROM team_credits t WHERE t.organization_id = a.organization_id)
        OR EXISTS (SELECT FROM jobs j WHERE j.organization_id = a.organization_id)
        OR EXISTS (SELECT FROM credit_transactions t WHERE t.organization_id = a.organization_id)
)
