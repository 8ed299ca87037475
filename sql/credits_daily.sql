-- lm-credits daily: what each day of a period took from the credits and gave to them, oldest first. Follows the facts and the
-- credits.
-- Parameters: those of the facts; $1 and $2 are the midnights that begin the first day and end the last; and
-- $9::timestamp  now: what came later counts in no day
-- Of all teams asked for, together. The balance at the end of a day is that of the present without what came after the day,
-- of the teams that have a balance: one that was deleted has none.
, effects AS MATERIALIZED (
    SELECT
        CASE WHEN l.created_at < $9::timestamp THEN l.created_at::date ELSE 'infinity' END AS day,
        l.transaction_type, a.credits_remaining IS NOT NULL AS has_balance,
        sum(l.credits_amount) AS credits
    FROM credit_ledger l
        LEFT JOIN credit_accounts a ON a.team_id = l.team_id
    WHERE l.created_at >= $1::timestamp
    GROUP BY 1, 2, 3
),
days AS (
    SELECT
        d.day::date AS day,
        coalesce(-sum(e.credits) FILTER (WHERE e.transaction_type = 'deduction'), 0) AS used,
        coalesce(sum(e.credits) FILTER (
            WHERE e.transaction_type IN ('allocation', 'subscription_payment', 'one_time_payment')), 0) AS added,
        coalesce(sum(e.credits) FILTER (WHERE e.transaction_type = 'refund'), 0) AS refunded,
        coalesce(sum(e.credits) FILTER (WHERE e.transaction_type NOT IN
            ('deduction', 'allocation', 'subscription_payment', 'one_time_payment', 'refund')), 0) AS adjusted,
        coalesce(sum(e.credits), 0) AS net
    FROM generate_series($1::timestamp, $2::timestamp - interval '1 microsecond', interval '1 day') AS d (day)
        LEFT JOIN effects e ON e.day = d.day::date
    GROUP BY 1
)
SELECT
    to_char(d.day, 'YYYY-MM-DD') AS date,
    d.used AS credits_used,
    d.added AS credits_added,
    d.refunded AS credits_refunded,
    d.adjusted AS credits_adjusted,
    d.net AS credits_net,
    (SELECT sum(a.credits_remaining) FROM credit_accounts a)
        - coalesce((SELECT sum(e.credits) FROM effects e WHERE e.has_balance AND e.day > d.day), 0) AS balance
FROM days d
ORDER BY d.day;
