-- Ledgers of several hundred teams in which nothing is wrong, by the stand-in of credits_platform.sql, which this follows:
-- rows of one instant in no order, rows that start before those that they follow, payments between them, refunds of more than
-- was used. Then spoil() makes one fault in each of some teams, and says in the table spoilt what is to be found.
SELECT setseed(0.4242) \g /dev/null
CREATE TABLE true_order (n bigserial, transaction_id uuid, team_id text, created_at timestamp);

INSERT INTO team_credits (team_id, credits_allocated, credits_used, auto_refill, budget_mode, credits_per_dollar,
    tokens_per_credit, cost_markup_percentage, created_at)
SELECT 'random_' || lpad(i::text, 3, '0'), 0, 0, FALSE,
    (ARRAY['job_based', 'consumption_usd', 'consumption_tokens', 'unlimited'])[1 + i % 4], 100, 2500, 20, '2025-01-01'
FROM generate_series(1, 400) i;

DO $$
DECLARE
    team text;
    at timestamp;
    dice float8;
BEGIN
    FOR team IN SELECT team_id FROM team_credits WHERE team_id LIKE 'random%' ORDER BY 1 LOOP
        at := '2025-01-01';
        PERFORM entry(team, NULL, 'allocation', 1000, at);
        FOR i IN 1..30 LOOP
            dice := random();
            at := at + CASE WHEN dice < 0.35 THEN interval '0 s' WHEN dice < 0.6 THEN random() * interval '100 s'
                ELSE interval '1 hour' + random() * interval '30 hours' END;
            dice := random();
            IF dice < 0.65 THEN
                PERFORM work(team, 'completed', at, trunc(random()::numeric / 20, 4), (random() * 9000)::integer);
            ELSIF dice < 0.73 THEN
                PERFORM entry(team, NULL, (ARRAY['subscription_payment', 'one_time_payment'])[1 + i % 2], 40 + i, at + '10 s');
            ELSIF dice < 0.80 THEN
                PERFORM entry(team, NULL, 'allocation', 30 + i, at + '10 s');
            ELSIF dice < 0.87 THEN
                PERFORM entry(team, NULL, 'adjustment', (random() * 20)::integer - 10, at + '10 s');
            ELSIF dice < 0.95 THEN
                PERFORM entry(team, NULL, 'refund', 1, at + '10 s') FROM team_credits WHERE team_id = team AND credits_used > 25;
            ELSE
                -- In which order this happened with others decides what is left, so it has no neighbours.
                at := at + interval '2 hours';
                PERFORM entry(team, NULL, 'refund', credits_used + i, at) FROM team_credits WHERE team_id = team;
                at := at + interval '2 hours';
            END IF;
        END LOOP;
    END LOOP;
END
$$;

INSERT INTO true_order (transaction_id, team_id, created_at)
SELECT transaction_id, team_id, created_at FROM credit_transactions WHERE team_id LIKE 'random%' ORDER BY transaction_id;
-- Of neighbours a few minutes apart, some started the other way round.
UPDATE credit_transactions l
SET created_at = s.at
FROM (
    SELECT unnest(ARRAY[a.transaction_id, b.transaction_id]) AS id, unnest(ARRAY[b.created_at, a.created_at]) AS at
    FROM true_order a JOIN true_order b ON b.team_id = a.team_id AND b.n = a.n + 1
    WHERE a.n % 2 = 0 AND b.created_at - a.created_at BETWEEN '1 us' AND '4 minutes' AND a.n % 3 > 0
) s
WHERE l.transaction_id = s.id;
-- The ids tell no order.
CREATE TABLE shuffled AS
SELECT n, transaction_id, md5(n::text || random())::uuid AS new_id FROM true_order ORDER BY n;
UPDATE credit_transactions l SET transaction_id = s.new_id FROM shuffled s WHERE s.transaction_id = l.transaction_id;
UPDATE true_order o SET transaction_id = s.new_id FROM shuffled s WHERE s.n = o.n;

CREATE TABLE spoilt (team_id text, fault text, transaction_id uuid, credits integer, has_drift boolean);

-- Faults of each kind in turn in teams a number apart, in a row that has no neighbours in time and no payment near it, which
-- might be taken for one that is recorded late: a deduction, or what no job is charged for.
CREATE FUNCTION spoil(every integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t record;
    x record;
    d integer;
    fault text;
    places integer := 0;
BEGIN
    FOR t IN SELECT team_id FROM team_credits WHERE team_id LIKE 'random%' AND right(team_id, 3)::integer % every = 0
        ORDER BY 1
    LOOP
        fault := (ARRAY['lost update', 'shifted', 'wrong amount', 'wrong after', 'wrong before', 'deleted', 'lost grant'])
            [1 + places % 7];
        places := places + 1;
        IF fault = 'lost grant' THEN
            INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before,
                credits_after, created_at)
            SELECT next_id(), team_id, 'one_time_payment', 50, credits_allocated, credits_allocated + 50, '2025-12-01'
            FROM team_credits c
            WHERE c.team_id = t.team_id AND 0 = (
                SELECT count(*) FROM (
                    SELECT transaction_type FROM credit_transactions l WHERE l.team_id = t.team_id ORDER BY created_at DESC LIMIT 12
                ) newest WHERE transaction_type LIKE '%payment');
            IF FOUND THEN
                INSERT INTO spoilt VALUES (t.team_id, fault, NULL, -50, FALSE);
            END IF;
            CONTINUE;
        END IF;
        SELECT s.* INTO x
        FROM (
            SELECT l.*, o.n,
                lag(o.transaction_id) OVER w AS previous_id, lead(o.transaction_id) OVER w AS next_id,
                lag(l.created_at) OVER w < l.created_at - interval '30 minutes'
                    AND lead(l.created_at) OVER w > l.created_at + interval '30 minutes'
                    AND lead(l.created_at, 2) OVER w > lead(l.created_at) OVER w + interval '30 minutes' AS is_alone,
                count(*) FILTER (WHERE l.transaction_type LIKE '%payment') OVER (
                    ORDER BY o.n ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING) = 0 AS is_without_payments
            FROM true_order o JOIN credit_transactions l USING (transaction_id)
            WHERE l.team_id = t.team_id
            WINDOW w AS (ORDER BY o.n)
        ) s
        WHERE s.is_alone AND s.is_without_payments
            AND s.transaction_type = CASE WHEN fault = 'wrong amount' THEN 'adjustment' ELSE 'deduction' END
        ORDER BY s.n LIMIT 1;
        CONTINUE WHEN x.transaction_id IS NULL;
        d := 3;
        CASE fault
        WHEN 'lost update' THEN
            -- What was deducted before was overwritten.
            UPDATE credit_transactions l SET credits_before = credits_before + d, credits_after = credits_after + d
            FROM true_order o
            WHERE o.transaction_id = l.transaction_id AND o.team_id = t.team_id AND o.n >= x.n
                AND l.transaction_type NOT LIKE '%payment';
            UPDATE team_credits c SET credits_used = credits_used - d WHERE c.team_id = t.team_id;
        WHEN 'shifted' THEN
            UPDATE credit_transactions l SET credits_before = credits_before + d, credits_after = credits_after + d
            WHERE l.transaction_id = x.transaction_id;
        WHEN 'wrong amount' THEN
            UPDATE credit_transactions l SET credits_amount = credits_amount - d WHERE l.transaction_id = x.transaction_id;
        WHEN 'wrong after' THEN
            UPDATE credit_transactions l SET credits_after = credits_after + d WHERE l.transaction_id = x.transaction_id;
        WHEN 'wrong before' THEN
            UPDATE credit_transactions l SET credits_before = credits_before - d WHERE l.transaction_id = x.transaction_id;
        WHEN 'deleted' THEN
            d := -x.credits_amount;
            DELETE FROM credit_transactions l WHERE l.transaction_id = x.transaction_id;
        END CASE;
        INSERT INTO spoilt VALUES (t.team_id, fault, CASE WHEN fault = 'deleted' THEN x.next_id ELSE x.transaction_id END, d,
            fault IN ('lost update', 'deleted'));
    END LOOP;
END
$$;
