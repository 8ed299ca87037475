-- Whether the chain of a team's ledger is broken, found by a replay: the rows are taken row by row, of those that are due the
-- one whose balance before it is the one that is left. For psql.

-- Rows of one stretch of time, in each of which something happened within 5 minutes of the last: is there an order in which
-- they follow each other? Tries one after another, and goes back where there is no way on.
CREATE FUNCTION has_order(balance bigint, befores bigint[], afters bigint[], grants bigint[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF befores = '{}' AND grants = '{}' THEN
        RETURN TRUE;
    END IF;
    FOR i IN 1..cardinality(befores) LOOP
        IF befores[i] = balance AND has_order(afters[i], befores[:i - 1] || befores[i + 1:], afters[:i - 1] || afters[i + 1:],
            grants)
        THEN
            RETURN TRUE;
        END IF;
    END LOOP;
    FOR i IN 1..cardinality(grants) LOOP
        IF has_order(balance + grants[i], befores, afters, grants[:i - 1] || grants[i + 1:]) THEN
            RETURN TRUE;
        END IF;
    END LOOP;
    RETURN FALSE;
END
$$;

CREATE FUNCTION chain_is_broken(team text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    l record;
    c record;
    was timestamp;
    signed bigint;
    used bigint := 0;
    used_net bigint := 0;
    adjusted bigint := 0;
    balances bigint[];
    befores bigint[] := '{}';
    afters bigint[] := '{}';
    grants bigint[] := '{}';
    is_started boolean := FALSE;
BEGIN
    FOR l IN
        SELECT transaction_type AS type, credits_amount AS amount, credits_before AS before, credits_after AS after, created_at AS at
        FROM credit_transactions WHERE team_id = team
        UNION ALL
        SELECT 'end', 0, 0, 0, 'infinity'
        ORDER BY at
    LOOP
        IF l.at > was + interval '5 minutes' THEN
            -- Nobody knows what was before the first stretch: any row may have been first, or the grants before it.
            IF NOT is_started THEN
                balances := befores || ARRAY(SELECT b - (SELECT sum(g) FROM unnest(grants) g) FROM unnest(befores) b)::bigint[];
            END IF;
            IF befores <> '{}' OR is_started THEN
                is_started := TRUE;
                balances := ARRAY(
                    SELECT DISTINCT b + (SELECT coalesce(sum(x), 0) FROM unnest(afters || grants) x)
                        - (SELECT coalesce(sum(x), 0) FROM unnest(befores) x)
                    FROM unnest(balances) b WHERE has_order(b, befores, afters, grants))::bigint[];
                IF balances = '{}' THEN
                    RETURN TRUE;
                END IF;
            END IF;
            befores := '{}';
            afters := '{}';
            grants := '{}';
        END IF;
        was := l.at;
        EXIT WHEN l.type = 'end';
        signed := CASE l.type WHEN 'deduction' THEN -abs(l.amount) WHEN 'adjustment' THEN l.amount ELSE abs(l.amount) END;
        -- A refund may give back less, down to nothing used.
        IF l.before + signed <> l.after AND NOT (l.type = 'refund' AND l.after - l.before = used AND used < signed) THEN
            RETURN TRUE;
        END IF;
        CASE
        WHEN l.type = 'deduction' THEN used := used - signed;
        WHEN l.type = 'refund' THEN used := greatest(0, used - signed);
        WHEN l.type = 'adjustment' THEN adjusted := adjusted + signed;
        ELSE NULL;
        END CASE;
        IF l.type IN ('subscription_payment', 'one_time_payment') THEN
            grants := grants || signed;
        ELSE
            befores := befores || l.before::bigint;
            afters := afters || l.after::bigint;
        END IF;
    END LOOP;
    SELECT * INTO c FROM team_credits t WHERE t.team_id = team;
    RETURN is_started AND c.credits_used IN (used, greatest(0, used - adjusted)) AND c.credits_remaining <> ALL (balances)
        AND (c.credits_remaining >= 0 OR coalesce(c.budget_mode, '') = 'unlimited');
END
$$;
