-- Credits as every report on them reads them: credit_accounts and credit_ledger, and platform_accounts and platform_ledger,
-- which are the same of all teams: a job may be asked for by an organization of its own. Follows the facts, whose
-- parameters they take; what a report adds follows after this text.
-- Credits have no job type, model group or user ($5 to $7).
, platform_accounts AS NOT MATERIALIZED (
    SELECT
        x.team_id, x.organization_id, coalesce(o.organization_name, 'Unknown') AS organization_name,
        x.credits_allocated, x.credits_used, x.credits_remaining, x.credit_limit,
        x.auto_refill, x.refill_amount, x.refill_period, x.last_refill_at, x.created_at, x.updated_at,
        x.status, coalesce(x.budget_mode, 'job_based') AS budget_mode,
        coalesce(x.budget_mode = 'unlimited', false) AS is_unlimited,
        -- The platform takes its defaults for 0 as well.
        coalesce(nullif(x.credits_per_dollar, 0), 10) AS credits_per_dollar,
        coalesce(nullif(x.tokens_per_credit, 0), 10000) AS tokens_per_credit,
        -- No percentage exists of nothing. Some used without any allocated is less than nothing.
        x.credits_allocated > 0 AS has_allocation,
        CASE WHEN x.credits_allocated > 0 THEN 100.0 * x.credits_used / x.credits_allocated END AS used_percent,
        CASE WHEN x.credits_allocated > 0 THEN 100.0 * x.credits_remaining / x.credits_allocated END AS left_percent,
        CASE lower(x.refill_period) WHEN 'daily' THEN interval '1 day' WHEN 'weekly' THEN interval '7 days'
            WHEN 'monthly' THEN interval '1 month' END AS refill_every
    FROM (VALUES (NULL::timestamp, NULL::varchar, NULL::varchar, NULL::numeric, NULL::integer)) AS
            absent (last_refill_at, status, budget_mode, credits_per_dollar, tokens_per_credit),
        LATERAL (
            SELECT
                t.team_id, t.organization_id, t.credits_allocated, t.credits_used, t.credits_remaining, t.credit_limit,
                t.auto_refill, t.refill_amount, t.refill_period, last_refill_at, t.created_at, t.updated_at, status,
                budget_mode, credits_per_dollar, tokens_per_credit
            FROM team_credits t
        ) AS x
        LEFT JOIN platform_organizations o ON o.organization_id = x.organization_id
),
credit_accounts AS NOT MATERIALIZED (
    SELECT a.*
    FROM platform_accounts a
    WHERE ($3::text[] IS NULL OR a.team_id = ANY ($3::text[]))
        AND ($4::text[] IS NULL OR a.organization_id = ANY ($4::text[]))
        AND $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
),
-- credits_amount has the sign of what it does to the balance: the platform stores deductions without one.
platform_ledger AS NOT MATERIALIZED (
    SELECT
        l.transaction_id, l.team_id, l.organization_id, l.job_id, lower(l.transaction_type::text) AS transaction_type,
        CASE lower(l.transaction_type::text)
            WHEN 'deduction' THEN -abs(l.credits_amount::bigint)
            WHEN 'allocation' THEN abs(l.credits_amount::bigint)
            WHEN 'refund' THEN abs(l.credits_amount::bigint)
            WHEN 'subscription_payment' THEN abs(l.credits_amount::bigint)
            WHEN 'one_time_payment' THEN abs(l.credits_amount::bigint)
            ELSE l.credits_amount
        END AS credits_amount,
        l.credits_before, l.credits_after, l.reason, l.created_at
    FROM credit_transactions l
),
-- The ledger of the teams asked for, whole; of an organization also rows that name it where the team is gone.
credit_ledger AS NOT MATERIALIZED (
    SELECT l.*
    FROM platform_ledger l
    WHERE ($3::text[] IS NULL OR l.team_id = ANY ($3::text[]))
        AND ($4::text[] IS NULL
            OR l.team_id = ANY (ARRAY(SELECT c.team_id FROM team_credits c WHERE c.organization_id = ANY ($4::text[])))
            OR l.organization_id = ANY ($4::text[])
                AND NOT EXISTS (SELECT FROM team_credits c WHERE c.team_id = l.team_id))
        AND $5::text[] IS NULL AND $6::text[] IS NULL AND $7::text[] IS NULL
)
