-- lm-usage tail: what the transaction that asks sees of the others. Whoever asked before has to be told what may have come
-- since: rows of transactions that had not begun to write then, and of those that were at it and have ended.
-- $1::text  what this statement returned as snapshot when it was last asked on this connection; NULL for the first time
-- Returns snapshot; xmin and xmax, of which transactions before the first have ended, and those from the second on had not
-- begun to write; first_xid, before which no transaction can have written what was not seen with $1 (NULL: any may have);
-- mark_us, a time in microseconds since 1970 before which transactions from xmax on had not written; now_us.
SELECT
    c.snapshot::text AS snapshot,
    pg_snapshot_xmin(c.snapshot) AS xmin,
    pg_snapshot_xmax(c.snapshot) AS xmax,
    CASE
        -- Rows that come from other servers have transactions of theirs.
        WHEN EXISTS (SELECT FROM pg_foreign_table)
            OR EXISTS (SELECT FROM pg_extension e WHERE e.extname = 'citus') THEN NULL
        -- A standby's snapshots do not list what is in progress.
        WHEN pg_is_in_recovery() THEN pg_snapshot_xmin(p.snapshot)
        ELSE coalesce(
            (SELECT x.xid FROM pg_snapshot_xip(p.snapshot) AS x (xid) WHERE pg_visible_in_snapshot(x.xid, c.snapshot)
                ORDER BY x.xid LIMIT 1),
            pg_snapshot_xmax(p.snapshot))
    END AS first_xid,
    -- A standby shows what its primary did until then.
    (extract(epoch FROM CASE WHEN pg_is_in_recovery() THEN least(now(), pg_last_xact_replay_timestamp()) ELSE now() END)
        * 1000000)::bigint AS mark_us,
    (extract(epoch FROM now()) * 1000000)::bigint AS now_us
FROM (SELECT pg_current_snapshot() AS snapshot) AS c,
    (SELECT $1::text::pg_snapshot AS snapshot) AS p;
