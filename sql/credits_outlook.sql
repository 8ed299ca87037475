-- How long the credits of each team last: credit_outlook. Follows the credits; what a report adds follows after this text.
-- $9::timestamp  now
-- A rate, in credits a day, is over so many days up to now, or over as many as the team's ledger has; under three it says
-- nothing yet.
, credit_burn AS MATERIALIZED (
    SELECT
        l.team_id,
        ($9::timestamp - min(l.created_at)) AS history,
        -sum(l.credits_amount) FILTER (WHERE l.created_at >= $9::timestamp - interval '1 day') AS burned_1d,
        -sum(l.credits_amount) FILTER (WHERE l.created_at >= $9::timestamp - interval '7 days') AS burned_7d,
        -sum(l.credits_amount) FILTER (WHERE l.created_at >= $9::timestamp - interval '28 days') AS burned_28d
    FROM (
        SELECT
            c.team_id, c.created_at,
            CASE WHEN c.transaction_type IN ('deduction', 'refund') THEN c.credits_amount ELSE 0 END AS credits_amount
        FROM credit_ledger c
        WHERE c.created_at < $9::timestamp AND isfinite(c.created_at)
    ) AS l
    GROUP BY l.team_id
),
credit_rates AS NOT MATERIALIZED (
    SELECT
        b.team_id,
        coalesce(b.burned_1d, 0) AS burn_1d,
        coalesce(b.burned_7d, 0) / least(7, d.days) AS burn_7d,
        coalesce(b.burned_28d, 0) / least(28, d.days) AS burn_28d
    FROM credit_burn b
        CROSS JOIN LATERAL (SELECT extract(epoch FROM b.history) / 86400 AS days) AS d
    WHERE d.days >= 3
),
-- A refill is counted where refills really happen: one has happened since the team was made, and the next is not overdue.
credit_outlook AS NOT MATERIALIZED (
    SELECT
        a.*, r.burn_1d, r.burn_7d, r.burn_28d, r.team_id IS NOT NULL AS has_history,
        f.next_refill_at, f.next_refill_amount,
        CASE
            WHEN a.is_unlimited OR a.credits_remaining IS NULL THEN NULL
            WHEN a.credits_remaining <= 0 AND (a.has_allocation OR a.credits_used > 0) THEN 0
            WHEN a.has_allocation AND r.burn_7d > 0 THEN
                CASE WHEN extract(epoch FROM f.next_refill_at - $9::timestamp) <= a.credits_remaining / r.burn_7d * 86400
                    THEN (a.credits_remaining + f.next_refill_amount) / r.burn_7d
                    ELSE a.credits_remaining / r.burn_7d
                END
        END AS days_to_empty
    FROM credit_accounts a
        LEFT JOIN credit_rates r ON r.team_id = a.team_id
        LEFT JOIN LATERAL (
            SELECT a.last_refill_at + a.refill_every AS next_refill_at, a.refill_amount AS next_refill_amount
            WHERE a.auto_refill AND a.refill_amount > 0
                AND a.last_refill_at > coalesce(a.created_at + interval '1 minute', '-infinity')
                AND a.last_refill_at <= $9::timestamp
                AND a.last_refill_at + a.refill_every > $9::timestamp
        ) AS f ON true
)
