-- lm-credits audit: what does not add up, and the totals of each kind. Follows the facts and the credits.
-- Parameters: those of the facts, where $1 and $2 are -infinity and infinity unless they were asked for. They bound the
-- creation of jobs and of ledger rows; balances are always of the whole ledger and of the present.
-- $8::bigint  how many findings are listed, NULL for all; the totals are of all
-- Returns section, and the columns of the sections totals and findings.
, kinds (kind, position) AS (
    VALUES ('balance_drift', 1), ('chain_break', 2), ('double_deduction', 3), ('unbilled_job', 4), ('missing_client_cost', 5),
        ('wrong_amount', 6), ('orphan_team', 7), ('negative_balance', 8)
),
ledger AS NOT MATERIALIZED (
    SELECT
        l.transaction_id, l.team_id, l.job_id, l.transaction_type, l.credits_amount, l.created_at,
        -- Payments tell the allocated total.
        l.transaction_type IN ('subscription_payment', 'one_time_payment') AS is_payment,
        l.credits_before::bigint AS before, l.credits_after::bigint AS after
    FROM credit_ledger l
),
team_ledgers AS MATERIALIZED (
    SELECT
        l.team_id,
        coalesce(-sum(l.credits_amount) FILTER (WHERE l.transaction_type IN ('deduction', 'refund')), 0) AS used,
        coalesce(sum(l.credits_amount) FILTER (WHERE l.transaction_type = 'adjustment'), 0) AS adjusted,
        count(*) FILTER (WHERE l.created_at >= $1::timestamp AND l.created_at < $2::timestamp) AS rows_within,
        -- Chains begin at the last balance before what is asked for.
        max(l.created_at) FILTER (WHERE l.created_at < $1::timestamp AND NOT l.is_payment AND l.before + l.after IS NOT NULL)
            AS chained_from
    FROM ledger l
    GROUP BY l.team_id
),
-- An adjustment may have changed credits_used or credits_allocated. Refunds take credits_used down to 0 and no further.
balance_drift AS (
    SELECT
        a.team_id, greatest(t.used, 0) AS expected, coalesce(a.credits_used, 0)::numeric AS found
    FROM credit_accounts a
        LEFT JOIN team_ledgers t ON t.team_id = a.team_id
    WHERE coalesce(a.credits_used, 0) <> greatest(t.used, 0)
        AND coalesce(a.credits_used, 0) <> greatest(t.used - t.adjusted, 0)
),
-- The offset of a row is its credits_before less all that came before it: in a chain it is the same all along. Rows of the
-- same instant have no order, so they are looked at together, as rows that do not stand alone.
links AS MATERIALIZED (
    SELECT
        l.transaction_id, l.team_id, l.created_at, l.is_payment, l.before, l.after, l.credits_amount,
        lag(l.created_at) OVER team IS DISTINCT FROM l.created_at AND lead(l.created_at) OVER team IS DISTINCT FROM l.created_at
            AS is_alone,
        l.before + l.credits_amount <> l.after AS is_miscounted,
        NOT l.is_payment AND l.before + l.after IS NOT NULL AS has_balance,
        sum(l.credits_amount) OVER team AS upto
    FROM ledger l
        JOIN team_ledgers t ON t.team_id = l.team_id
    WHERE l.created_at >= coalesce(t.chained_from, '-infinity') AND l.created_at < $2::timestamp
    WINDOW team AS (PARTITION BY l.team_id ORDER BY l.created_at)
),
-- Of the balances before and after the rows of one instant, all but the first and the last are both: that before the first
-- row is one of those left over, and the only one unless there were payments, which show no balance: unseen steps.
instants AS (
    SELECT
        e.team_id, e.created_at, min(e.transaction_id)::uuid AS transaction_id,
        coalesce(sum(e.many) FILTER (WHERE e.many > 0 AND e.balance IS NOT NULL), 0) AS left_over,
        -- Where several are left over, nobody can say which was the first.
        CASE WHEN sum(e.many) FILTER (WHERE e.many > 0 AND e.balance IS NOT NULL) = 1
            THEN min(e.balance) FILTER (WHERE e.many > 0) END AS first_balance,
        min(e.upto) - sum(e.credits) AS earlier,
        coalesce(sum(e.many) FILTER (WHERE e.balance IS NULL), 0) AS unseen
    FROM (
        SELECT
            l.team_id, l.created_at, s.balance, sum(s.many) AS many, sum(s.credits) AS credits,
            min(l.transaction_id::text) AS transaction_id, min(l.upto) AS upto
        FROM links l
            CROSS JOIN LATERAL (
                SELECT l.before, 1, l.credits_amount WHERE l.has_balance
                UNION ALL
                SELECT l.after, -1, 0 WHERE l.has_balance
                UNION ALL
                SELECT NULL, 1, l.credits_amount WHERE NOT l.has_balance
            ) AS s (balance, many, credits)
        WHERE NOT l.is_alone
        GROUP BY l.team_id, l.created_at, s.balance
    ) AS e
    GROUP BY e.team_id, e.created_at
),
chain AS (
    SELECT
        c.*,
        lag(c.next_offset) OVER team AS offset_before,
        lag(c.next_offset, 2) OVER team AS offset_before_that
    FROM (
        SELECT
            l.team_id, l.created_at, l.transaction_id, l.before, l.after, l.credits_amount, l.is_miscounted AS is_broken,
            l.before - l.upto + l.credits_amount AS own_offset,
            CASE WHEN NOT l.is_miscounted THEN l.before - l.upto + l.credits_amount END AS next_offset
        FROM links l
        WHERE l.is_alone AND l.has_balance
        UNION ALL
        SELECT
            i.team_id, i.created_at, i.transaction_id, i.first_balance, NULL, NULL, i.left_over > 1 + i.unseen,
            i.first_balance - i.earlier,
            CASE WHEN i.left_over = 1 THEN i.first_balance - i.earlier END
        FROM instants i
        -- A circle may begin anywhere, and a payment come at any place: nothing to compare with.
        WHERE i.left_over > 1 + i.unseen OR i.left_over = 1 AND i.unseen = 0
    ) AS c
    WINDOW team AS (PARTITION BY c.team_id ORDER BY c.created_at)
),
chain_break AS (
    -- A row that alone is out of line is one break and not two.
    SELECT
        c.team_id, c.transaction_id, c.created_at,
        CASE WHEN c.offset_before <> c.own_offset THEN c.before - c.own_offset + c.offset_before
            WHEN c.after IS NOT NULL THEN c.before + c.credits_amount END AS expected,
        CASE WHEN c.offset_before <> c.own_offset THEN c.before ELSE c.after END AS found
    FROM chain c
    WHERE c.is_broken
        OR c.own_offset <> c.offset_before AND c.own_offset <> coalesce(c.offset_before_that, c.offset_before)
    UNION ALL
    SELECT l.team_id, l.transaction_id, l.created_at, l.before + l.credits_amount, l.after
    FROM links l
    WHERE l.is_miscounted AND (l.is_payment OR NOT l.is_alone)
        -- Those that their instant tells of already.
        AND NOT EXISTS (
            SELECT FROM instants i
            WHERE NOT l.is_payment AND i.team_id = l.team_id AND i.created_at = l.created_at
                AND i.left_over > 1 + i.unseen)
    UNION ALL
    -- Allocated totals follow each other too; an adjustment may have changed them or not.
    SELECT p.team_id, p.transaction_id, p.created_at, p.before - p.step, p.before
    FROM (
        SELECT
            g.*,
            g.before - g.granted - lag(g.before - g.granted) OVER payments AS step,
            g.adjusted - lag(g.adjusted) OVER payments AS step_adjusted,
            g.before - g.granted - lag(g.before - g.granted, 2) OVER payments AS two_steps,
            g.adjusted - lag(g.adjusted, 2) OVER payments AS two_steps_adjusted,
            lag(g.before + g.credits_amount <> g.after) OVER payments AS is_behind_miscounted
        FROM (
            SELECT
                l.*,
                count(*) OVER (PARTITION BY l.team_id, l.created_at) = 1 AS is_alone,
                sum(CASE WHEN l.transaction_type <> 'adjustment' THEN l.credits_amount ELSE 0 END) OVER team
                    - l.credits_amount AS granted,
                sum(CASE WHEN l.transaction_type = 'adjustment' THEN l.credits_amount ELSE 0 END) OVER team AS adjusted
            FROM ledger l
            WHERE (l.is_payment OR l.transaction_type IN ('allocation', 'adjustment')) AND l.created_at < $2::timestamp
            WINDOW team AS (PARTITION BY l.team_id ORDER BY l.created_at)
        ) AS g
        WHERE g.is_payment AND g.is_alone AND g.before + g.after IS NOT NULL
        WINDOW payments AS (PARTITION BY g.team_id ORDER BY g.created_at)
    ) AS p
    WHERE p.step <> 0 AND p.step <> p.step_adjusted
        AND (p.two_steps <> 0 AND p.two_steps <> p.two_steps_adjusted) IS NOT FALSE
        AND p.before + p.credits_amount = p.after AND NOT p.is_behind_miscounted
),
-- What each job was charged.
charges AS NOT MATERIALIZED (
    SELECT
        l.job_id,
        count(*) FILTER (WHERE l.transaction_type = 'deduction') AS deductions,
        max(-l.credits_amount) FILTER (WHERE l.transaction_type = 'deduction') AS most,
        min(-l.credits_amount) FILTER (WHERE l.transaction_type = 'deduction') AS least,
        -sum(l.credits_amount) AS net
    FROM ledger l
    WHERE l.job_id IS NOT NULL AND l.transaction_type IN ('deduction', 'refund')
        -- A job is charged after it was made, by whichever clock.
        AND l.created_at >= $1::timestamp - interval '1 day'
    GROUP BY l.job_id
),
-- The jobs worth a look: all that were not charged just 1 credit, which some mode always explains.
charged_jobs AS MATERIALIZED (
    SELECT
        j.job_id, j.team_id, j.created_at, lower(j.status::text) = 'completed' AS is_completed,
        lower(j.status::text) = 'completed' AND j.credit_applied IS NOT TRUE AND coalesce(c.deductions, 0) = 0 AS is_unbilled,
        c.deductions, c.most, c.least, c.net
    FROM platform_jobs j
        LEFT JOIN charges c ON c.job_id = j.job_id
    WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
        AND (lower(j.status::text) = 'completed' AND j.credit_applied IS NOT TRUE AND c.deductions IS NULL
            OR c.deductions > 1
            OR c.deductions = 1 AND (lower(j.status::text) <> 'completed' OR c.most <> 1))
),
job_costs AS MATERIALIZED (
    SELECT
        j.job_id,
        sum(coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1))) AS client_cost_usd,
        coalesce(sum(CASE WHEN b.has_client_cost THEN c.client_cost_usd ELSE c.provider_cost_usd END), 0) AS platform_cost_usd,
        coalesce(sum(c.total_tokens), 0) AS tokens
    FROM charged_jobs j
        CROSS JOIN platform_basis b
        JOIN platform_calls c ON c.job_id = j.job_id
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    GROUP BY j.job_id
),
-- What the present rates of each mode make of a job. Its summary tells what the platform knew when it charged, and all that
-- is known of one whose calls were archived; with neither nothing can be said. The platform multiplies in binary floating
-- point, which may fall short of a whole number, and a summary is rounded.
priced_jobs AS MATERIALIZED (
    SELECT
        j.*, a.budget_mode,
        coalesce(c.client_cost_usd, s.total_cost_usd * CASE WHEN b.has_client_cost THEN 1 ELSE t.markup_factor END)
            AS client_cost_usd,
        coalesce(c.job_id, s.job_id) IS NOT NULL AS has_cost,
        greatest(1, CASE a.budget_mode
            WHEN 'consumption_usd'
                THEN trunc(coalesce(c.client_cost_usd, s.total_cost_usd, 0) * a.credits_per_dollar)
            WHEN 'consumption_tokens' THEN div(coalesce(c.tokens, s.total_tokens, 0), a.tokens_per_credit)
            ELSE 1 END) AS expected,
        ARRAY[
            1,
            div(c.tokens, a.tokens_per_credit), div(s.total_tokens, a.tokens_per_credit),
            trunc(c.client_cost_usd * a.credits_per_dollar), trunc(c.client_cost_usd * a.credits_per_dollar - 0.000000001),
            trunc(c.platform_cost_usd * a.credits_per_dollar), trunc(c.platform_cost_usd * a.credits_per_dollar - 0.000000001),
            trunc((s.total_cost_usd + 0.0000005) * a.credits_per_dollar),
            trunc((s.total_cost_usd - 0.0000005) * a.credits_per_dollar)
        ] AS explained
    FROM charged_jobs j
        JOIN credit_accounts a ON a.team_id = j.team_id
        JOIN platform_teams t ON t.team_id = j.team_id
        CROSS JOIN platform_basis b
        LEFT JOIN job_costs c ON c.job_id = j.job_id
        LEFT JOIN platform_summaries s ON s.job_id = j.job_id
),
findings AS MATERIALIZED (
    SELECT
        'balance_drift' AS kind, d.team_id, NULL::uuid AS job_id, NULL::uuid AS transaction_id, NULL::timestamp AS created_at,
        d.expected, d.found, d.found - d.expected AS credits, NULL::numeric AS amount_usd
    FROM balance_drift d
    UNION ALL
    SELECT 'chain_break', c.team_id, NULL, c.transaction_id, c.created_at, c.expected, c.found, c.found - c.expected, NULL
    FROM chain_break c
    WHERE c.created_at >= $1::timestamp
    UNION ALL
    -- Refunds may have made up for it.
    SELECT 'double_deduction', j.team_id, j.job_id, NULL, j.created_at, j.most, j.net, j.net - j.most, NULL
    FROM charged_jobs j
    WHERE j.deductions > 1 AND j.net > j.most
    UNION ALL
    -- A team that is gone could not be charged, and an unlimited one need not be.
    SELECT 'unbilled_job', j.team_id, j.job_id, NULL, j.created_at, j.expected, 0, j.expected, trim_scale(j.client_cost_usd)
    FROM priced_jobs j
    WHERE j.is_unbilled AND j.budget_mode <> 'unlimited'
    UNION ALL
    SELECT
        'missing_client_cost', min(j.team_id), j.job_id, NULL, min(j.created_at), NULL, NULL, NULL,
        trim_scale(sum(c.provider_cost_usd * coalesce(t.markup_factor, 1)))
    FROM platform_calls c
        JOIN platform_jobs j ON j.job_id = c.job_id
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    WHERE c.client_cost_usd IS NULL AND c.provider_cost_usd > 0
        AND (SELECT b.has_client_cost FROM platform_basis b)
        AND j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
    GROUP BY j.job_id
    UNION ALL
    SELECT
        'wrong_amount', j.team_id, j.job_id, NULL, j.created_at, w.expected, w.found, w.found - w.expected, NULL
    FROM priced_jobs j
        CROSS JOIN LATERAL (
            SELECT j.expected, a.amount AS found
            FROM (SELECT j.most UNION SELECT j.least) AS a (amount)
            WHERE j.is_completed AND j.has_cost
                AND (a.amount < 1 OR a.amount <> ALL (array_remove(j.explained, NULL)))
            UNION ALL
            -- Nothing is deducted for others, unless it was given back.
            SELECT 0, j.net
            WHERE NOT j.is_completed AND j.deductions > 0 AND j.net > 0
        ) AS w
    UNION ALL
    SELECT 'orphan_team', o.team_id, NULL, NULL, min(o.created_at), NULL, NULL, min(o.used), NULL
    FROM (
        SELECT j.team_id, min(j.created_at) AS created_at, NULL::numeric AS used
        FROM platform_jobs j
        WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
        GROUP BY j.team_id
        UNION ALL
        SELECT t.team_id, NULL, t.used
        FROM team_ledgers t
        WHERE t.rows_within > 0
    ) AS o
    WHERE NOT EXISTS (SELECT FROM team_credits t WHERE t.team_id = o.team_id)
    GROUP BY o.team_id
    UNION ALL
    SELECT 'negative_balance', a.team_id, NULL, NULL, NULL, 0, a.credits_remaining, a.credits_remaining, NULL
    FROM credit_accounts a
    WHERE a.credits_remaining < 0 AND NOT a.is_unlimited
)
SELECT r.*
FROM (
    SELECT
        'totals' AS section, k.position AS n, k.kind, count(f.kind) AS findings, count(DISTINCT f.team_id) AS teams,
        NULL::varchar AS team_id, NULL::uuid AS job_id, NULL::uuid AS transaction_id, NULL::timestamp AS created_at,
        NULL::numeric AS expected_credits, NULL::numeric AS found_credits,
        sum(abs(f.credits)) AS amount_credits, sum(f.amount_usd) AS amount_usd
    FROM kinds k
        LEFT JOIN findings f ON f.kind = k.kind
    GROUP BY k.kind, k.position
    UNION ALL
    SELECT
        'findings',
        row_number() OVER (
            ORDER BY k.position, abs(f.credits) DESC NULLS LAST, f.amount_usd DESC NULLS LAST, f.team_id, f.created_at,
                f.job_id, f.transaction_id),
        f.kind, NULL, NULL, f.team_id, f.job_id, f.transaction_id, f.created_at, f.expected, f.found, f.credits,
        f.amount_usd
    FROM findings f
        JOIN kinds k ON k.kind = f.kind
) AS r
WHERE r.section = 'totals' OR r.n <= coalesce($8::bigint, r.n)
ORDER BY r.section DESC, r.n;
