-- Settles the session for the transaction alone, and says what the tools need to know about it.
-- $1::text      the schema of the platform's tables
-- $2::text      lock_timeout in milliseconds
-- $3::text      statement_timeout in milliseconds, NULL to leave it as the server has it
-- Returns now_us (microseconds since 1970 on the server's clock), whether the schema exists, whether it may be used.
SELECT
    (extract(epoch FROM now()) * 1000000)::bigint AS now_us,
    to_regnamespace(quote_ident($1::text)) IS NOT NULL AS has_schema,
    coalesce(has_schema_privilege(to_regnamespace(quote_ident($1::text)), 'USAGE'), false) AS may_use_schema
FROM (
    SELECT
        set_config('TimeZone', 'UTC', true),
        set_config('DateStyle', 'ISO, YMD', true),
        set_config('search_path', 'pg_catalog, ' || quote_ident($1::text) || ', pg_temp', true),
        set_config('jit', 'off', true),
        -- What is asked for is recent, and so mostly in memory: an index lookup costs less than a disk seek.
        set_config('random_page_cost', '2', true),
        -- Room to group a month by team without files.
        set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), 33554432) / 1024 || 'kB', true),
        -- lm-recalc holds its lock in a transaction of its own, which is idle while another works.
        set_config('idle_in_transaction_session_timeout', '0', true),
        set_config('lock_timeout', $2::text, true),
        CASE WHEN $3::text IS NOT NULL THEN set_config('statement_timeout', $3::text, true) END
    OFFSET 0
) AS settings;
