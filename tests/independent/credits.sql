-- What teams have and what their ledgers say, worked out apart from the suite's own statements, in the words of the
-- platform's description: the temporary tables team_value and entry_value. A row is read as JSON, where a column that a
-- database lacks is NULL like one that is empty. For psql; :teams and :organizations are arrays or NULL, :now a timestamp.
SET client_min_messages = warning;
DROP TABLE IF EXISTS entry_value, team_value;

CREATE TEMPORARY TABLE team_value AS
SELECT t.team_id::text AS id, to_jsonb(t) - 'virtual_key' AS row, 'Unknown' AS organization_name,
    FALSE AS endless, NULL::numeric AS used_share, NULL::numeric AS left_share,
    NULL::numeric AS history, NULL::numeric AS burn_1d, NULL::numeric AS burn_7d, NULL::numeric AS burn_28d,
    NULL::numeric AS days, NULL::timestamp AS refill_at
FROM team_credits t;
UPDATE team_value v SET organization_name = o.name
FROM organizations o
WHERE o.organization_id = v.row ->> 'organization_id' AND o.name IS NOT NULL;
UPDATE team_value SET endless = TRUE WHERE row ->> 'budget_mode' = 'unlimited';
UPDATE team_value
SET used_share = (row ->> 'credits_used')::numeric * 100 / (row ->> 'credits_allocated')::numeric,
    left_share = (row ->> 'credits_remaining')::numeric * 100 / (row ->> 'credits_allocated')::numeric
WHERE (row ->> 'credits_allocated')::numeric <> 0;

CREATE TEMPORARY TABLE entry_value AS
SELECT e.team_id::text AS id, e.created_at AS at, e.transaction_type AS type, e.job_id,
    CASE WHEN s.sign IS NULL THEN e.credits_amount ELSE s.sign * abs(e.credits_amount) END::numeric AS credits,
    to_jsonb(e) AS row
FROM credit_transactions e
    LEFT JOIN (VALUES ('deduction', -1), ('allocation', 1), ('refund', 1), ('subscription_payment', 1),
        ('one_time_payment', 1)) s(type, sign) ON s.type = e.transaction_type;
DELETE FROM entry_value e
WHERE (:organizations)::text[] IS NOT NULL
    AND coalesce((SELECT v.row FROM team_value v WHERE v.id = e.id), e.row) ->> 'organization_id'
        = ANY ((:organizations)::text[]) IS NOT TRUE;
DELETE FROM team_value
WHERE (:organizations)::text[] IS NOT NULL AND row ->> 'organization_id' = ANY ((:organizations)::text[]) IS NOT TRUE;
DELETE FROM team_value WHERE (:teams)::text[] IS NOT NULL AND id <> ALL ((:teams)::text[]);
DELETE FROM entry_value WHERE (:teams)::text[] IS NOT NULL AND id <> ALL ((:teams)::text[]);

-- Rates, with three days of ledger or more.
UPDATE team_value v
SET history = (SELECT extract(epoch FROM :now - e.at) / 86400 FROM entry_value e WHERE e.id = v.id AND e.at < :now
    ORDER BY e.at LIMIT 1);
CREATE FUNCTION pg_temp.burned(team text, days integer, now timestamp) RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(CASE type WHEN 'deduction' THEN abs(credits) WHEN 'refund' THEN -abs(credits) END), 0)
    FROM entry_value
    WHERE id = team AND at BETWEEN now - days * interval '24 hours' AND now - interval '1 microsecond'
$$;
UPDATE team_value
SET burn_1d = pg_temp.burned(id, 1, :now),
    burn_7d = pg_temp.burned(id, 7, :now) / CASE WHEN history < 7 THEN history ELSE 7 END,
    burn_28d = pg_temp.burned(id, 28, :now) / CASE WHEN history < 28 THEN history ELSE 28 END
WHERE history >= 3;
DROP FUNCTION pg_temp.burned;

-- Refills that happen: after the team was made there has been one, and it is not longer ago than a period.
UPDATE team_value
SET refill_at = (row ->> 'last_refill_at')::timestamp + (
        '1 ' || CASE row ->> 'refill_period' WHEN 'daily' THEN 'day' WHEN 'weekly' THEN 'week' ELSE 'month' END)::interval
WHERE (row ->> 'auto_refill')::boolean AND (row ->> 'refill_amount')::integer > 0
    AND row ->> 'refill_period' IN ('daily', 'weekly', 'monthly')
    AND (row ->> 'last_refill_at')::timestamp <= :now
    AND NOT (row ->> 'last_refill_at')::timestamp <= (row ->> 'created_at')::timestamp + interval '60 seconds';
UPDATE team_value SET refill_at = NULL WHERE refill_at <= :now;
UPDATE team_value
SET days = (row ->> 'credits_remaining')::numeric / burn_7d
WHERE burn_7d > 0 AND left_share > 0;
UPDATE team_value
SET days = ((row ->> 'credits_remaining')::numeric + (row ->> 'refill_amount')::numeric) / burn_7d
WHERE extract(epoch FROM refill_at - :now) / 86400 <= days;
UPDATE team_value SET days = 0
WHERE (row ->> 'credits_remaining')::numeric <= 0
    AND ((row ->> 'credits_allocated')::numeric <> 0 OR (row ->> 'credits_used')::numeric > 0);
UPDATE team_value SET days = NULL WHERE endless;
