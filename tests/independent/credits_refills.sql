-- What "lm-credits refills" has to say, from the tables of tests/independent/credits.sql: refills are counted one by one.
WITH RECURSIVE refill AS (
    SELECT id, row, coalesce((row ->> 'last_refill_at')::timestamp, (row ->> 'created_at')::timestamp) AS base,
        CASE row ->> 'refill_period' WHEN 'daily' THEN interval '1 day' WHEN 'weekly' THEN interval '1 week'
            WHEN 'monthly' THEN interval '1 month' END AS period
    FROM team_value
    WHERE row ->> 'auto_refill' = 'true'
), scheduled AS (
    SELECT r.*, row ? 'last_refill_at' AS kept,
        row ? 'last_refill_at' AND base + period IS NOT NULL AND (row ->> 'refill_amount')::integer > 0 AS planned
    FROM refill r
), missed AS (
    SELECT id, 0 AS n, base + period AS next_at FROM scheduled WHERE planned IS TRUE
    UNION ALL
    SELECT m.id, n + 1, s.base + (n + 2) * s.period FROM missed m JOIN scheduled s USING (id) WHERE next_at <= :now
), counted AS (
    SELECT id, max(n) AS n FROM missed GROUP BY id
)
SELECT s.id AS team_id, s.row -> 'organization_id' AS organization_id, v.organization_name, s.row -> 'status' AS status,
    CASE WHEN NOT kept THEN 'unknown' WHEN planned IS NOT TRUE THEN 'unscheduled'
        WHEN s.row ->> 'last_refill_at' IS NULL THEN 'never' ELSE 'overdue' END AS state,
    s.row -> 'refill_period' AS refill_period, s.row -> 'refill_amount' AS refill_amount,
    (s.row ->> 'last_refill_at')::timestamp AS last_refill_at,
    CASE WHEN planned THEN base + period END AS due_at,
    CASE WHEN planned THEN round(extract(epoch FROM :now - (base + period)) / 86400, 2) END AS overdue_days,
    c.n AS missed_refills, c.n * (s.row ->> 'refill_amount')::bigint AS missed_credits,
    s.row -> 'credits_remaining' AS credits_remaining
FROM scheduled s
    JOIN team_value v USING (id)
    LEFT JOIN counted c USING (id)
WHERE planned IS NOT TRUE OR c.n > 0
ORDER BY due_at, s.id COLLATE "C"
