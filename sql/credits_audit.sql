-- lm-credits audit: what does not add up, and the totals of each kind. Follows the facts and the credits.
-- Parameters: those of the facts, where $1 and $2 are -infinity and infinity unless they were asked for. They bound ledger
-- rows, and jobs by their creation or a charge; balances are always of the whole ledger and of the present.
-- $8::bigint  how many findings are listed, NULL for all; the totals are of all
-- Returns section, and the columns of the sections totals and findings.
, kinds (kind, position) AS (
    VALUES ('balance_drift', 1), ('chain_break', 2), ('double_deduction', 3), ('unbilled_job', 4),
        ('missing_client_cost', 5), ('wrong_amount', 6), ('orphan_team', 7), ('negative_balance', 8)
),
-- Overlapping transactions are recorded by their starts, because created_at defaults to NOW(): rows that lie so close in
-- time may stand in any order. No transaction of the platform takes longer.
closeness (span) AS (
    VALUES (interval '5 minutes')
),
-- Two books: what remains, told by all rows but payments, and what was allocated, told by payments. Rows that tell nothing
-- of a book are unseen steps in it. An adjustment may have changed what was allocated or not.
entries AS NOT MATERIALIZED (
    SELECT
        l.transaction_id, l.team_id, l.created_at, l.transaction_type, l.credits_amount, l.credits_before::bigint AS before,
        l.credits_after::bigint AS after, FALSE AS is_allocated,
        l.transaction_type NOT IN ('subscription_payment', 'one_time_payment')
            AND l.credits_before IS NOT NULL AND l.credits_after IS NOT NULL AS is_seen,
        CASE WHEN l.transaction_type IN ('deduction', 'refund') THEN -l.credits_amount ELSE 0 END AS used,
        0 AS adjustment
    FROM credit_ledger l
    UNION ALL
    SELECT
        l.transaction_id, l.team_id, l.created_at, l.transaction_type,
        l.credits_amount, l.credits_before, l.credits_after, TRUE,
        l.transaction_type IN ('subscription_payment', 'one_time_payment')
            AND l.credits_before IS NOT NULL AND l.credits_after IS NOT NULL,
        0,
        CASE WHEN l.transaction_type = 'adjustment' THEN l.credits_amount ELSE 0 END
    FROM credit_ledger l
    WHERE l.transaction_type IN ('subscription_payment', 'one_time_payment', 'allocation', 'adjustment')
),
-- Balances less the unseen steps up to the row, so that each row's balance before it is the one after the row before.
steps AS MATERIALIZED (
    SELECT
        e.transaction_id, e.team_id, e.created_at, e.transaction_type, e.credits_amount, e.is_allocated, e.is_seen, e.used,
        sum(e.used) OVER instants AS used_upto,
        sum(CASE WHEN e.is_seen THEN 0 ELSE e.credits_amount END) OVER book AS unseen,
        lag(CASE WHEN NOT e.is_seen THEN e.created_at END) OVER book AS unseen_before_at,
        lead(CASE WHEN NOT e.is_seen THEN e.created_at END) OVER book AS unseen_after_at,
        sum(e.adjustment) OVER book AS adjusted,
        e.before, e.after,
        -- The platform lets no refund take credits_used below 0: then less is given back than the row says.
        e.is_seen AND e.before + e.credits_amount <> e.after
            AND NOT (e.transaction_type = 'refund' AND e.after BETWEEN e.before AND e.before + e.credits_amount
                AND sum(e.used) OVER instants <= 0) AS is_miscounted
    FROM entries e
    WINDOW book AS (PARTITION BY e.team_id, e.is_allocated ORDER BY e.created_at, e.transaction_id),
        instants AS (PARTITION BY e.team_id, e.is_allocated ORDER BY e.created_at)
),
team_ledgers AS MATERIALIZED (
    SELECT
        s.team_id,
        -- As credits_used is, which no refund takes below 0.
        sum(s.used) - least(0, min(s.used_upto)) AS used,
        coalesce(sum(s.credits_amount) FILTER (WHERE NOT s.is_allocated AND s.transaction_type = 'adjustment'), 0) adjusted,
        coalesce(sum(s.credits_amount) FILTER (WHERE NOT s.is_allocated AND NOT s.is_seen), 0) AS unseen,
        count(*) FILTER (WHERE s.created_at >= $1::timestamp AND s.created_at < $2::timestamp) AS rows_within
    FROM steps s
    GROUP BY s.team_id
),
-- An adjustment may have changed credits_used or credits_allocated.
balance_drift AS MATERIALIZED (
    SELECT a.team_id, coalesce(t.used, 0) AS expected, a.credits_used::numeric AS found
    FROM credit_accounts a
        LEFT JOIN team_ledgers t ON t.team_id = a.team_id
    WHERE coalesce(a.credits_used, 0) <> coalesce(t.used, 0)
        AND coalesce(a.credits_used, 0) <> greatest(t.used - t.adjusted, 0)
),
negative_balance AS MATERIALIZED (
    SELECT a.team_id, coalesce(a.credits_remaining, -a.credits_used) AS found
    FROM credit_accounts a
    WHERE coalesce(a.credits_remaining, -a.credits_used) < 0 AND NOT a.is_unlimited
),
-- Each row of a book that tells balances, with what the row before it left; where that one does not add up, it may have left
-- what it says or what its amount makes of it. Of those, the first, the last and the broken ones.
links AS MATERIALIZED (
    SELECT *
    FROM (
        SELECT
            s.team_id, s.is_allocated, s.transaction_id, s.created_at, s.is_miscounted, s.unseen, s.unseen_before_at,
            s.unseen_after_at,
            row_number() OVER book AS n, lead(s.team_id) OVER book IS NULL AS is_last,
            s.before - s.unseen AS before,
            s.after - s.unseen AS after,
            s.counted - s.unseen AS counted,
            lag(s.created_at) OVER book AS left_at,
            lag(s.unseen) OVER book AS left_unseen, lag(s.counted - s.unseen) OVER book AS counts,
            lag(s.unseen_after_at) OVER book AS left_unseen_at,
            lag(s.after - s.unseen) OVER book AS leaves,
            lag(s.counted - s.unseen + s.adjusted) OVER book - s.adjusted AS or_leaves
        FROM (
            SELECT a.*, CASE WHEN a.is_miscounted THEN a.before + a.credits_amount ELSE a.after END AS counted
            FROM steps a
            WHERE a.is_seen
        ) AS s
        WINDOW book AS (PARTITION BY s.team_id, s.is_allocated ORDER BY s.created_at, s.transaction_id)
    ) AS l
    WHERE l.n = 1 OR l.is_last OR l.is_miscounted OR l.before NOT IN (l.leaves, l.or_leaves, l.counts)
),
-- The links that are broken, and the ends of each book: nobody knows what was before the first row, but the last one should
-- leave credits_remaining, unless something is found about that already. Where nobody knows, it may be anything.
breaks AS MATERIALIZED (
    SELECT
        l.team_id, l.is_allocated, l.n, l.transaction_id, l.created_at, l.is_miscounted, l.unseen, l.unseen_before_at,
        l.before, l.after, l.left_at, l.left_unseen, l.left_unseen_at, l.leaves, l.or_leaves
    FROM links l
    WHERE l.n = 1 OR l.before NOT IN (l.leaves, l.or_leaves, l.counts)
    UNION ALL
    SELECT
        l.team_id, l.is_allocated, l.n + 1, NULL, NULL, FALSE, t.unseen, NULL,
        a.credits_remaining - t.unseen, NULL, l.created_at, l.unseen, l.unseen_after_at, l.after, l.counted
    FROM links l
        JOIN team_ledgers t ON t.team_id = l.team_id
        LEFT JOIN credit_accounts a ON a.team_id = l.team_id AND NOT l.is_allocated
            AND NOT EXISTS (SELECT FROM balance_drift d WHERE d.team_id = l.team_id)
            AND NOT EXISTS (SELECT FROM negative_balance d WHERE d.team_id = l.team_id)
    WHERE l.is_last AND (a.credits_remaining - t.unseen IN (l.after, l.counted)) IS NOT TRUE
),
-- Broken links with no more than that time from the first row behind one to the last row before the next.
clusters AS MATERIALIZED (
    SELECT
        c.*,
        -- An unseen step may stand on the wrong side of a row, whose links are both of the cluster then.
        c.n > min(c.n) OVER cluster AND (c.left_unseen_at <= c.left_at + c.span
                OR c.left_unseen <> lag(c.unseen) OVER (PARTITION BY c.cluster ORDER BY c.n))
            OR c.n < max(c.n) OVER cluster AND c.unseen_before_at + c.span >= c.created_at AS has_unseen
    FROM (
        SELECT s.*, count(*) FILTER (WHERE s.is_first) OVER (ORDER BY s.team_id, s.is_allocated, s.n) AS cluster
        FROM (
            SELECT b.*, k.span, (b.left_at <= lag(b.created_at) OVER book + k.span) IS NOT TRUE AS is_first
            FROM breaks b
                CROSS JOIN closeness k
            WINDOW book AS (PARTITION BY b.team_id, b.is_allocated ORDER BY b.n)
        ) AS s
    ) AS c
    WINDOW cluster AS (PARTITION BY c.cluster)
),
-- In any order, each balance before a row is one that a row has left. Intact links between broken ones cancel out.
balances AS MATERIALIZED (
    SELECT c.cluster, b.balance, sum(b.many) AS many, sum(b.maybe) AS maybe
    FROM clusters c
        CROSS JOIN LATERAL (VALUES
            (c.before, 1, 0),
            (c.leaves, -(c.leaves = c.or_leaves)::integer, (c.leaves <> c.or_leaves)::integer),
            (c.or_leaves, 0, (c.leaves <> c.or_leaves)::integer)) AS b (balance, many, maybe)
    WHERE b.balance IS NOT NULL
    GROUP BY c.cluster, b.balance
),
-- What was before the first row is left by none. Where unseen steps stand in any order, there is only the sum to go by. Of a
-- whole ledger, any balance may be the first, with the unseen steps or without; of a beginning or an end nobody can say.
disorders AS MATERIALIZED (
    SELECT cluster
    FROM clusters c
        JOIN (SELECT cluster, sum(greatest(b.many - b.maybe, 0)) AS odd FROM balances b GROUP BY 1) AS u USING (cluster)
    GROUP BY cluster
    HAVING max(u.odd) > (min(c.n) = 1)::integer
        AND NOT (bool_or(c.has_unseen) IS TRUE AND CASE
            WHEN bool_or(c.before IS NULL) OR min(c.n) = 1 AND bool_and(c.created_at IS NOT NULL) THEN TRUE
            WHEN min(c.n) = 1 THEN
                array_agg(c.before + c.unseen) && ARRAY[
                    max(c.before) FILTER (WHERE c.n = 1) + sum(c.before - c.leaves),
                    max(c.before) FILTER (WHERE c.n = 1) + sum(c.before - c.leaves) + max(c.unseen)]
            ELSE sum(c.before - c.leaves) = 0 OR sum(c.before - c.or_leaves) = 0 END)
),
unmatched AS MATERIALIZED (
    SELECT u.*,
        count(*) FILTER (WHERE u.is_odd) OVER cluster - (min(u.n) OVER cluster = 1)::integer AS odd_place,
        count(*) FILTER (WHERE u.is_left) OVER cluster AS left_place
    FROM (
        SELECT
            c.*,
            row_number() OVER (PARTITION BY c.cluster, c.before ORDER BY c.n DESC) <= b.many - b.maybe AS is_odd,
            CASE WHEN c.leaves <> c.or_leaves THEN l.many <= 0 AND o.many <= 0
                ELSE row_number() OVER (PARTITION BY c.cluster, c.leaves ORDER BY c.n DESC) <= -l.many END AS is_left
        FROM disorders d
            JOIN clusters c ON c.cluster = d.cluster
            LEFT JOIN balances b ON b.cluster = d.cluster AND b.balance = c.before
            LEFT JOIN balances l ON l.cluster = d.cluster AND l.balance = c.leaves
            LEFT JOIN balances o ON o.cluster = d.cluster AND o.balance = c.or_leaves
    ) AS u
    WINDOW cluster AS (PARTITION BY u.cluster ORDER BY u.n)
),
-- Two breaks that undo each other, one of them of a row that no neighbour knows, are that row alone: the other leads back,
-- and the balance that it left itself is not what was due before it.
pairs AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.cluster, p.run ORDER BY p.n) % 2 = 0 AS is_second
    FROM (
        SELECT g.*, count(*) FILTER (WHERE g.opens) OVER (PARTITION BY g.cluster ORDER BY g.n) AS run
        FROM (
            SELECT
                u.*, l.leaves AS due, l.n = u.n + 1 AS is_own,
                (u.before - l.leaves + lag(u.before - l.leaves) OVER cluster = 0
                    OR u.before - l.or_leaves + lag(u.before - l.or_leaves) OVER cluster = 0) IS NOT TRUE AS opens,
                EXISTS (SELECT FROM unmatched o WHERE o.is_left AND o.cluster = u.cluster AND o.leaves = u.after)
                    AS is_stranger
            FROM unmatched u
                LEFT JOIN unmatched l ON l.is_left AND l.cluster = u.cluster AND l.left_place = u.odd_place
            WHERE u.is_odd AND u.odd_place > 0
            WINDOW cluster AS (PARTITION BY u.cluster ORDER BY u.n)
        ) AS g
    ) AS p
),
chain_break (team_id, transaction_id, created_at, expected, found) AS (
    SELECT p.team_id, p.transaction_id, p.created_at, coalesce(p.owed, p.leaves) + p.unseen, p.before + p.unseen
    FROM (
        SELECT
            p.*,
            CASE WHEN p.is_own THEN lead(p.due, CASE WHEN p.is_second THEN -1 ELSE 1 END) OVER run ELSE p.due END AS owed,
            CASE WHEN p.is_second THEN lag(p.is_stranger) OVER run
                ELSE NOT p.is_stranger AND lead(p.is_stranger) OVER run END IS TRUE AS leads_back,
            -- Between rows out of order a few links may be whole by chance: then what is odd here is due there.
            (lead(p.n) OVER book <= p.n + 6 AND (p.before, p.due) = (lead(p.due) OVER book, lead(p.before) OVER book)
                OR lag(p.n) OVER book >= p.n - 6 AND (p.before, p.due) = (lag(p.due) OVER book, lag(p.before) OVER book))
                IS TRUE AS is_order
        FROM pairs p
        WINDOW run AS (PARTITION BY p.cluster, p.run ORDER BY p.n),
            book AS (PARTITION BY p.team_id, p.is_allocated ORDER BY p.n)
    ) AS p
    WHERE NOT p.is_miscounted AND NOT p.leads_back AND NOT p.is_order
        AND NOT (p.is_allocated AND EXISTS (
            SELECT FROM credit_ledger a
            WHERE a.team_id = p.team_id AND a.transaction_type = 'adjustment'
                AND abs(a.credits_amount) = abs(p.before - p.leaves)
                AND a.created_at BETWEEN p.left_at - p.span AND p.created_at + p.span))
    UNION ALL
    SELECT l.team_id, l.transaction_id, l.created_at, l.counted + l.unseen, l.after + l.unseen
    FROM links l
    WHERE l.is_miscounted
),
-- The jobs that were created or charged in that time. A job may be of another organization than its team, so its charges and
-- its team's rates are looked for among all.
audited_jobs AS NOT MATERIALIZED (
    SELECT j.*
    FROM platform_jobs j
    WHERE j.created_at >= $1::timestamp AND j.created_at < $2::timestamp
    UNION ALL
    SELECT j.*
    FROM platform_jobs j
    WHERE ($1::timestamp > '-infinity' OR $2::timestamp < 'infinity')
        AND NOT (j.created_at >= $1::timestamp AND j.created_at < $2::timestamp)
        AND j.job_id IN (
            SELECT l.job_id
            FROM platform_ledger l
            WHERE l.transaction_type = 'deduction' AND l.created_at >= $1::timestamp AND l.created_at < $2::timestamp)
),
-- What each job was charged.
charges AS NOT MATERIALIZED (
    SELECT
        l.job_id,
        count(*) FILTER (WHERE l.transaction_type = 'deduction') AS deductions,
        max(-l.credits_amount) FILTER (WHERE l.transaction_type = 'deduction') AS most,
        min(-l.credits_amount) FILTER (WHERE l.transaction_type = 'deduction') AS least,
        -sum(l.credits_amount) AS net
    FROM platform_ledger l
    WHERE l.job_id IN (SELECT j.job_id FROM audited_jobs j) AND l.transaction_type IN ('deduction', 'refund')
    GROUP BY l.job_id
),
-- The jobs worth a look: all that were not charged just 1 credit, which some mode always explains.
charged_jobs AS MATERIALIZED (
    SELECT
        j.job_id, j.team_id, j.created_at, lower(j.status::text) = 'completed' AS is_completed,
        lower(j.status::text) = 'completed' AND j.credit_applied IS NOT TRUE AND coalesce(c.deductions, 0) = 0
            AS is_unbilled,
        c.deductions, c.most, c.least, c.net
    FROM audited_jobs j
        LEFT JOIN charges c ON c.job_id = j.job_id
    WHERE lower(j.status::text) = 'completed' AND j.credit_applied IS NOT TRUE AND coalesce(c.deductions, 0) = 0
        OR c.deductions > 1
        OR c.deductions = 1 AND (lower(j.status::text) <> 'completed' OR c.most <> 1)
),
job_costs AS MATERIALIZED (
    SELECT
        j.job_id,
        sum(coalesce(c.client_cost_usd, c.provider_cost_usd * coalesce(t.markup_factor, 1))) AS client_cost_usd,
        coalesce(sum(CASE WHEN b.has_client_cost THEN c.client_cost_usd ELSE c.provider_cost_usd END), 0)
            AS platform_cost_usd,
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
            trunc(c.platform_cost_usd * a.credits_per_dollar),
            trunc(c.platform_cost_usd * a.credits_per_dollar - 0.000000001),
            trunc((s.total_cost_usd + 0.0000005) * a.credits_per_dollar),
            trunc((s.total_cost_usd - 0.0000005) * a.credits_per_dollar)
        ] AS explained
    FROM charged_jobs j
        JOIN platform_accounts a ON a.team_id = j.team_id
        JOIN platform_teams t ON t.team_id = j.team_id
        CROSS JOIN platform_basis b
        LEFT JOIN job_costs c ON c.job_id = j.job_id
        LEFT JOIN platform_summaries s ON s.job_id = j.job_id
),
findings AS MATERIALIZED (
    SELECT
        'balance_drift' AS kind, d.team_id, NULL::uuid AS job_id, NULL::uuid AS transaction_id,
        NULL::timestamp AS created_at, d.expected, d.found, coalesce(d.found, 0) - d.expected AS credits,
        NULL::numeric AS amount_usd
    FROM balance_drift d
    UNION ALL
    SELECT 'chain_break', c.team_id, NULL, c.transaction_id, c.created_at, c.expected, c.found, c.found - c.expected, NULL
    FROM chain_break c
    WHERE c.transaction_id IS NULL OR c.created_at >= $1::timestamp AND c.created_at < $2::timestamp
    UNION ALL
    -- Refunds may have made up for it. What of others was deducted is wrong_amount, all of it.
    SELECT 'double_deduction', j.team_id, j.job_id, NULL, j.created_at, j.most, j.net, j.net - j.most, NULL
    FROM charged_jobs j
    WHERE j.is_completed AND j.deductions > 1 AND j.net > j.most
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
        JOIN audited_jobs j ON j.job_id = c.job_id
        LEFT JOIN platform_teams t ON t.team_id = j.team_id
    WHERE c.client_cost_usd IS NULL AND c.provider_cost_usd > 0
        AND (SELECT b.has_client_cost FROM platform_basis b)
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
        FROM audited_jobs j
        GROUP BY j.team_id
        UNION ALL
        SELECT t.team_id, NULL, t.used FROM team_ledgers t WHERE t.rows_within > 0
    ) AS o
    WHERE NOT EXISTS (SELECT FROM team_credits t WHERE t.team_id = o.team_id)
    GROUP BY o.team_id
    UNION ALL
    SELECT 'negative_balance', b.team_id, NULL, NULL, NULL, 0, b.found, b.found, NULL
    FROM negative_balance b
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
        f.kind, NULL, NULL, f.team_id, f.job_id, f.transaction_id,
        CASE WHEN isfinite(f.created_at) THEN f.created_at END, f.expected, f.found, f.credits, f.amount_usd
    FROM findings f
        JOIN kinds k ON k.kind = f.kind
) AS r
WHERE r.section = 'totals' OR r.n <= coalesce($8::bigint, r.n)
ORDER BY r.section DESC, r.n;
