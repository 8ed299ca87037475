-- What "lm-credits daily" has to say, from the tables of tests/independent/credits.sql: every day on its own, up to
-- :now.
SELECT d::date::text AS date,
    (SELECT coalesce(sum(abs(credits)), 0) FROM entry_value WHERE at < :now AND at::date = d::date
        AND type = 'deduction') AS credits_used,
    (SELECT coalesce(sum(credits), 0) FROM entry_value
        WHERE at < :now AND at::date = d::date
        AND (type = 'allocation' OR type LIKE '%payment')) AS credits_added,
    (SELECT coalesce(sum(credits), 0) FROM entry_value WHERE at < :now AND at::date = d::date
        AND type = 'refund') AS credits_refunded,
    (SELECT coalesce(sum(credits), 0) FROM entry_value WHERE at < :now AND at::date = d::date
        AND type = 'adjustment') AS credits_adjusted,
    (SELECT coalesce(sum(credits), 0) FROM entry_value WHERE at < :now AND at::date = d::date) AS credits_net,
    (SELECT sum((row ->> 'credits_remaining')::numeric - coalesce((
            SELECT sum(credits) FROM entry_value e WHERE e.id = v.id AND (at >= d::date + 1 OR at >= :now)), 0))
        FROM team_value v) AS balance
FROM generate_series((:from)::date, (:to)::date - 1, interval '1 day') d
ORDER BY 1
