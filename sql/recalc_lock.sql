-- Takes the lock that lets one lm-recalc write at a time, until the transaction ends. The key is "lm-recal" in ASCII.
-- Returns whether it was free.
SELECT pg_try_advisory_xact_lock(x'6c6d2d726563616c'::bigint) AS is_locked;
