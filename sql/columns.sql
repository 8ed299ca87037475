-- The names of a table's columns.
-- $1::text  the table, in the schema of the platform's tables
SELECT a.attname AS name
FROM pg_attribute a
WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped;
