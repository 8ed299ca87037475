-- lm-credits refills: the refills that should have happened and have not, the longest overdue first. Follows the facts and
-- the credits.
-- Parameters: those of the facts, and
-- $9::timestamp  now
-- A refill is due a period after the last, or after the team was made. A team whose refills have no period or amount is
-- listed with those nulls: it will never get any. Where the database doesn't keep the time of the last refill, nothing can
-- be said of any.
SELECT
    a.team_id, a.organization_id, a.organization_name, a.status,
    CASE WHEN NOT k.has_last THEN 'unknown' WHEN b.base IS NULL THEN 'unscheduled'
        WHEN a.last_refill_at IS NULL THEN 'never' ELSE 'overdue' END AS state,
    a.refill_period, a.refill_amount, a.last_refill_at,
    b.base + a.refill_every AS due_at,
    trim_scale(round(extract(epoch FROM $9::timestamp - (b.base + a.refill_every)) / 86400, 2)) AS overdue_days,
    m.missed AS missed_refills,
    m.missed * a.refill_amount AS missed_credits,
    a.credits_remaining
FROM credit_accounts a
    CROSS JOIN (
        SELECT EXISTS (
            SELECT FROM pg_attribute c
            WHERE c.attrelid = to_regclass('team_credits') AND c.attname = 'last_refill_at' AND NOT c.attisdropped
        ) AS has_last
    ) AS k
    CROSS JOIN LATERAL (
        SELECT CASE WHEN k.has_last AND a.refill_every IS NOT NULL AND a.refill_amount > 0
            THEN coalesce(CASE WHEN isfinite(a.last_refill_at) THEN a.last_refill_at END,
                CASE WHEN isfinite(a.created_at) THEN a.created_at END) END AS base
    ) AS b
    -- How many months lie between is one less when the last of them isn't over.
    CROSS JOIN LATERAL (
        SELECT ((extract(year FROM $9::timestamp) - extract(year FROM b.base)) * 12
            + extract(month FROM $9::timestamp) - extract(month FROM b.base))::integer AS months
    ) AS c
    CROSS JOIN LATERAL (
        SELECT CASE lower(a.refill_period)
            WHEN 'daily' THEN floor(extract(epoch FROM $9::timestamp - b.base) / 86400)
            WHEN 'weekly' THEN floor(extract(epoch FROM $9::timestamp - b.base) / 604800)
            WHEN 'monthly' THEN c.months - (b.base + c.months * interval '1 month' > $9::timestamp)::integer
        END::bigint AS missed
    ) AS m
WHERE a.auto_refill
    AND (b.base IS NULL OR b.base + a.refill_every <= $9::timestamp)
ORDER BY due_at NULLS LAST, a.team_id;
