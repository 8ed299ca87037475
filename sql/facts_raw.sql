-- The facts that every report reads, straight from the platform's tables: job_facts, call_facts, and the subjects
-- asked for. A report's statement follows after this text. One text for all shapes of the tables: a column that a
-- database lacks is NULL, because the inner name, where it exists, hides the outer one of the VALUES.
-- $1::timestamp  first instant of the period, UTC (job_facts: of the job's creation; call_facts: of the call's)
-- $2::timestamp  first instant after it
-- $3::text[]     teams, NULL for all
-- $4::text[]     organizations, NULL for all
WITH platform_teams AS NOT MATERIALIZED (
    SELECT x.team_id, x.organization_id, (100 + coalesce(x.cost_markup_percentage, 0)) * 0.01 AS markup_factor
    FROM (VALUES (NULL::numeric)) AS absent (cost_markup_percentage),
        LATERAL (SELECT t.team_id, t.organization_id, cost_markup_percentage FROM team_credits t) AS x
),
-- Jobs of the teams and organizations asked for, of any time.
platform_jobs AS NOT MATERIALIZED (
    SELECT x.*
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
),
-- Calls with their costs; client_cost_usd here is what the platform stored, before a fallback on the markup.
platform_calls AS NOT MATERIALIZED (
    SELECT
        x.call_id, x.job_id, x.created_at, x.model_used, x.model_group_used, x.resolved_model, x.prompt_tokens,
        x.completion_tokens, x.total_tokens, x.latency_ms, x.error <> '' AS is_failed, x.client_cost_usd,
        coalesce(x.provider_cost_usd, x.cost_usd) AS provider_cost_usd
    FROM (VALUES (NULL::varchar, NULL::integer, NULL::integer, NULL::varchar, NULL::numeric, NULL::numeric)) AS
            absent (model_used, prompt_tokens, completion_tokens, error, provider_cost_usd, client_cost_usd),
        LATERAL (
            SELECT
                c.call_id, c.job_id, c.created_at, model_used, c.model_group_used, c.resolved_model, prompt_tokens,
                completion_tokens, c.total_tokens, c.latency_ms, error, provider_cost_usd, client_cost_usd, c.cost_usd
            FROM llm_calls c
        ) AS x
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
-- Which cost job_cost_summaries.total_cost_usd holds: the client's where calls have it, else the provider's.
platform_basis AS NOT MATERIALIZED (
    SELECT EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = to_regclass('llm_calls') AND a.attname = 'client_cost_usd' AND NOT a.attisdropped
    ) AS has_client_cost
),
-- Jobs created in the period with sums over their calls; grouped by columns of jobs alone, which PostgreSQL takes for
-- grouped by its key.
job_calls AS NOT MATERIALIZED (
    SELECT
        j.job_id, j.team_id, j.organization_id, j.user_id, j.job_type, j.status, j.created_at, j.started_at,
        j.completed_at, j.credit_applied,
        count(c.call_id) AS calls,
        count(*) FILTER (WHERE c.is_failed) AS failed_calls,
        sum(c.prompt_tokens) AS prompt_tokens,
        sum(c.completion_tokens) AS completion_tokens,
        sum(c.total_tokens) AS total_tokens,
        sum(c.client_cost_usd) AS stored_client_cost_usd,
        sum(c.provider_cost_usd) AS provider_cost_usd,
        sum(c.provider_cost_usd) FILTER (WHERE c.client_cost_usd IS NULL) AS fallback_provider_cost_usd,
        count(c.provider_cost_usd) FILTER (WHERE c.client_cost_usd IS NULL) AS fallback_cost_calls,
        sum(c.latency_ms) AS sum_latency_ms,
        count(c.latency_ms) AS latency_calls,
        max(c.created_at) AS last_call_at
    FROM platform_jobs j
        LEFT JOIN platform_calls c ON c.job_id = j.job_id
    WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
    GROUP BY
        j.job_id, j.team_id, j.organization_id, j.user_id, j.job_type, j.status, j.created_at, j.started_at,
        j.completed_at, j.credit_applied
),
-- Of those jobs, the ones with ledger rows, and the credits that these took less those that they gave back.
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
-- One row per job created in the period. A job whose calls were archived has its summary's figures: s is empty for the
-- others, which OFFSET 0 lets PostgreSQL find out before it looks the summary up.
job_facts AS NOT MATERIALIZED (
    SELECT
        j.job_id, j.team_id, coalesce(j.organization_id, t.organization_id) AS organization_id, j.user_id, j.job_type,
        lower(j.status::text) AS status, j.created_at, j.started_at, j.completed_at,
        coalesce(s.total_calls, j.calls) AS calls,
        coalesce(s.failed_calls, j.failed_calls) AS failed_calls,
        coalesce(s.total_prompt_tokens, j.prompt_tokens) AS prompt_tokens,
        coalesce(s.total_completion_tokens, j.completion_tokens) AS completion_tokens,
        coalesce(s.total_tokens, j.total_tokens) AS total_tokens,
        coalesce(
            s.total_cost_usd * CASE WHEN b.has_client_cost THEN 1 ELSE coalesce(t.markup_factor, 1) END,
            j.stored_client_cost_usd + coalesce(j.fallback_provider_cost_usd * coalesce(t.markup_factor, 1), 0),
            j.fallback_provider_cost_usd * coalesce(t.markup_factor, 1)
        ) AS client_cost_usd,
        coalesce(CASE WHEN NOT b.has_client_cost THEN s.total_cost_usd END, j.provider_cost_usd) AS provider_cost_usd,
        coalesce(CASE WHEN NOT b.has_client_cost THEN s.total_calls END, j.fallback_cost_calls) AS fallback_cost_calls,
        coalesce(s.total_cost_usd, CASE WHEN b.has_client_cost THEN j.stored_client_cost_usd
            ELSE j.provider_cost_usd END) AS stored_cost_usd,
        coalesce(s.total_calls, 0) > 0 AS is_archived,
        CASE WHEN l.job_id IS NOT NULL THEN l.credits_used WHEN j.credit_applied THEN 1 ELSE 0 END AS credits_used
    FROM job_calls j
        CROSS JOIN platform_basis b
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
        LEFT JOIN LATERAL (SELECT p.* FROM platform_summaries p WHERE p.job_id = j.job_id AND j.calls = 0 OFFSET 0) AS s
            ON true
        LEFT JOIN job_ledger l ON l.job_id = j.job_id
),
-- One row per call created in the period, of the jobs of the teams and organizations asked for.
call_facts AS NOT MATERIALIZED (
    SELECT
        c.call_id, c.job_id, j.team_id, coalesce(j.organization_id, t.organization_id) AS organization_id, j.user_id,
        j.job_type, c.created_at, c.model_used, c.model_group_used, c.resolved_model, c.prompt_tokens,
        c.completion_tokens, c.total_tokens, c.latency_ms,
        coalesce(c.is_failed, false) AS is_failed,
        coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1)) AS client_cost_usd,
        c.provider_cost_usd,
        c.client_cost_usd IS NULL AND c.provider_cost_usd IS NOT NULL AS is_fallback_cost
    FROM platform_calls c
        JOIN platform_jobs j ON j.job_id = c.job_id
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    WHERE c.created_at >= $1::timestamp AND c.created_at < $2::timestamp
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
