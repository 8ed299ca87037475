-- lm-health: how the server is. Reads no table of the platform's, so that any role may ask.
-- $1::numeric  this machine's clock, in seconds since 1970
-- Returns server_version, in_recovery, clock_skew_seconds, connections_used, connections_max.
SELECT
    split_part(current_setting('server_version'), ' ', 1) AS server_version,
    pg_is_in_recovery() AS in_recovery,
    trim_scale(round(extract(epoch FROM clock_timestamp()) - $1::numeric, 3)) AS clock_skew_seconds,
    (SELECT sum(d.numbackends) FROM pg_stat_database d) AS connections_used,
    current_setting('max_connections')::integer AS connections_max;
