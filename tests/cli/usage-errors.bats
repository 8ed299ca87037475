#!/usr/bin/env bats
# lm-usage team and org: what goes wrong, and what is said of it.

load helper

setup_file() {
	start_server
	new_database usage_errors migrations
	add_small_team small
	sql -c "UPDATE team_credits SET organization_id = NULL" \
		-c "INSERT INTO organizations (organization_id, name) VALUES ('org_small', 'Small')" \
		-c "CREATE ROLE poor LOGIN" -c "CREATE ROLE locked LOGIN PASSWORD 'right'"
	sed -i '1i local all locked scram-sha-256' "$LM_PGDATA/pg_hba.conf"
	sql -c 'SELECT pg_reload_conf()' >"$BATS_FILE_TMPDIR/reloaded"
}

teardown_file() {
	stop_server
}

setup() {
	use_server
	export PGDATABASE=usage_errors
}

period_is_refused() { # WORD REASON
	fails_with "lm-usage: \"$1\" is not a period: $2" lm-usage team small --period "$1"
	PGHOST=/nonexistent fails_with "lm-usage: \"$1\" is not a period: $2" lm-usage org org_small --period "$1"
}

@test "a period that does not exist is refused before anything is asked of the database" {
	period_is_refused 2025-13 'there is no month 13'
	period_is_refused 2025-02-29 '2025-02 has the days 01 to 28'
	period_is_refused 2025-10..2025-09 'it ends before it starts'
	period_is_refused 2025-W53 '2025 has the weeks W01 to W52'
	period_is_refused 2025-10-15T24 'a day has the hours 00 to 23'
	fails_like 'lm-usage: "last week" is not a period: expected 2025, *' lm-usage team small -p 'last week'
	fails_with 'lm-usage: --period: expected PERIOD, not an empty word' lm-usage team small -p ''
}

@test "no id at all is refused" {
	fails_with 'lm-usage: team: expected the id of a team, or - to read ids from standard input, one a line' lm-usage team
	fails_with 'lm-usage: org: expected the id of an organization, or - to read ids from standard input, one a line' \
		lm-usage org
	fails_with 'lm-usage: argument 2 is empty' lm-usage team small ''
}

@test "an unknown id is named, whatever the format" {
	for format in table json jsonl csv; do
		fails_with 'lm-usage: unknown team "nobody": it has no credits, jobs, summaries or ledger rows' \
			lm-usage team nobody -f $format
		fails_with 'lm-usage: unknown organization "none": it is not in organizations, and no team, job or ledger row names it' lm-usage org none -f $format
	done
}

@test "an unknown id among several is named, and the others are printed" {
	run --separate-stderr lm-usage team nobody small no-one -p 2025-10
	[ "$status" = 3 ]
	[ "$(jq -c '[.teams[].team_id]' <<<"$output")" = '["small"]' ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = 'lm-usage: unknown team "nobody": it has no credits, jobs, summaries or ledger rows
lm-usage: unknown team "no-one": it has no credits, jobs, summaries or ledger rows' ]
}

@test "several ids of which none is known print nothing" {
	run --separate-stderr lm-usage team nobody no-one
	[ "$status" = 3 ]
	[ "$output" = "" ]
}

@test "a database that is not there is named" {
	PGHOST=/nonexistent fails_with 'lm-usage: cannot connect to "/nonexistent": No such file or directory' lm-usage team small
	fails_with 'lm-usage: cannot connect to "127.0.0.1": Connection refused' \
		lm-usage team small --dsn 'postgresql://lm:SECRET@127.0.0.1:1/saas'
	PGDATABASE=nowhere fails_with "lm-usage: cannot connect to \"$PGHOST\": database \"nowhere\" does not exist" \
		lm-usage team small
}

@test "a wrong password is said without the password" {
	PGUSER=locked PGPASSWORD=SECRET fails_with \
		"lm-usage: cannot connect to \"$PGHOST\": password authentication failed for user \"locked\"" lm-usage team small
	PGUSER=locked PGPASSWORD=right fails_like 'lm-usage: permission denied for *' lm-usage team small
}

@test "a malformed connection string is refused without a word of it" {
	fails_with 'lm-usage: --dsn: expected postgresql://USER@HOST:PORT/DATABASE or "host=HOST dbname=DATABASE"' \
		lm-usage team small --dsn 'postgresql://lm:SECRET@[host/saas'
	LM_DATABASE_URL='host=db pasword=SECRET' fails_with \
		'lm-usage: LM_DATABASE_URL: expected postgresql://USER@HOST:PORT/DATABASE or "host=HOST dbname=DATABASE"' \
		lm-usage team small
	fails_with 'lm-usage: --dsn: expected a URL that starts with postgresql://' \
		lm-usage team small --dsn 'mysql://lm:SECRET@host/saas'
}

@test "an environment variable that the configuration wants and that is not set is named" {
	file=$BATS_TEST_TMPDIR/monitor.yaml
	printf 'database:\n  url: os.environ/LM_TEST_URL\n' >"$file"
	fails_with "lm-usage: $file:2: database.url: the environment variable LM_TEST_URL is not set" \
		lm-usage team small --config "$file"
	LM_TEST_URL="postgresql+psycopg2:///usage_errors?host=$PGHOST" lm-usage team small --config "$file"
	lm-usage team small --config "$file" --dsn usage_errors
}

@test "a missing privilege is named with the GRANT that gives it" {
	PGUSER=poor fails_like 'lm-usage: permission denied for table *; run: GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "poor"' \
		lm-usage team small
	sql -c 'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "poor"'
	PGUSER=poor lm-usage team small
	sql -c 'REVOKE SELECT ON ALL TABLES IN SCHEMA "public" FROM "poor"'
}

@test "a schema that is not there, or may not be used, is named" {
	file=$BATS_TEST_TMPDIR/monitor.yaml
	printf 'database:\n  schema: Elsewhere\n' >"$file"
	fails_with 'lm-usage: the database "usage_errors" has no schema "Elsewhere": set database.schema' \
		lm-usage team small --config "$file"
	sql -c 'CREATE SCHEMA "Elsewhere"'
	PGUSER=poor fails_with \
		'lm-usage: permission denied for the schema "Elsewhere"; run: GRANT USAGE ON SCHEMA "Elsewhere" TO "poor"' \
		lm-usage team small --config "$file"
	fails_like 'lm-usage: relation "*" does not exist in the schema "Elsewhere" of the database "usage_errors": is database.schema right?' \
		lm-usage team small --config "$file"
}

@test "a missing table is named" {
	sql -d postgres -c 'CREATE DATABASE tableless'
	export PGDATABASE=tableless
	sql -f "$LM_TOP/sql/platform/migrations.sql" -c 'DROP TABLE llm_calls'
	fails_with 'lm-usage: relation "llm_calls" does not exist in the schema "public" of the database "tableless": is database.schema right?' \
		lm-usage team small
}

# A schema in which reading the jobs takes half a minute.
make_slow_schema() {
	file=$BATS_TEST_TMPDIR/monitor.yaml
	printf 'database:\n  schema: slow\n  statement_timeout: %s\n' "$1" >"$file"
	sql -c 'DROP SCHEMA IF EXISTS slow CASCADE' -c 'CREATE SCHEMA slow' \
		-c 'CREATE VIEW slow.jobs AS SELECT j.* FROM public.jobs j WHERE (SELECT pg_sleep(30)) IS NOT NULL' \
		-c "DO \$\$ DECLARE t text; BEGIN
			FOREACH t IN ARRAY ARRAY['llm_calls', 'team_credits', 'job_cost_summaries', 'team_usage_summaries',
			    'credit_transactions', 'organizations'] LOOP
			    EXECUTE format('CREATE VIEW slow.%I AS SELECT * FROM public.%I', t, t);
			END LOOP; END \$\$" 2>"$BATS_TEST_TMPDIR/notices"
}

is_asking() {
	[ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lm-usage' AND wait_event = 'PgSleep'")" = 1 ]
}

nobody_asks() {
	[ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lm-usage'")" = 0 ]
}

@test "a statement that takes too long is ended by the server, and the setting is named" {
	make_slow_schema 200ms
	fails_with 'lm-usage: canceling statement due to statement timeout: raise database.statement_timeout or --timeout, or ask for a shorter period' \
		lm-usage team small --config "$file"
}

@test "--timeout bounds the run, and leaves no statement running" {
	make_slow_schema 1h
	fails_with "lm-usage: \"$PGHOST\" did not answer: timeout after 1 s; raise --timeout or ask for a shorter period" \
		lm-usage team small --config "$file" --timeout 1s
	# At once, and not when the server's own limit comes a second later.
	wait_at_most 50 nobody_asks
}

is_locked() {
	[ "$(sql -c "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted
		AND relation = 'llm_calls'::regclass")" = 1 ]
}

@test "a lock that is held is not waited for longer than two seconds" {
	sql -c 'BEGIN' -c 'LOCK TABLE llm_calls' -c "SELECT pg_sleep(20)" >"$BATS_TEST_TMPDIR/locked" &
	locker=$!
	wait_until is_locked
	fails_with 'lm-usage: canceling statement due to lock timeout: something holds a lock on a table for long; see pg_locks' \
		lm-usage team small
	sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()" >"$BATS_TEST_TMPDIR/ended"
	wait "$locker" || true
}

@test "a server that is frozen before the connection stands is a timeout" {
	kill -STOP "$(server_pid)"
	fails_with "lm-usage: cannot connect to \"$PGHOST\": timeout after 0.5 s" lm-usage team small --timeout 500ms
	kill -CONT "$(server_pid)"
}

@test "a server that is frozen in the middle of a statement is a timeout" {
	make_slow_schema 1h
	lm-usage team small --config "$file" --timeout 3s >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	asker=$!
	wait_until is_asking
	backend=$(sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'lm-usage'")
	kill -STOP "$backend" "$(server_pid)"
	status=0
	wait "$asker" || status=$?
	kill -CONT "$backend" "$(server_pid)"
	[ "$status" = 3 ]
	[ ! -s "$BATS_TEST_TMPDIR/out" ]
	[ "$(cat "$BATS_TEST_TMPDIR/err")" = "lm-usage: \"$PGHOST\" did not answer: timeout after 3 s; raise --timeout or ask for a shorter period" ]
}

@test "a server that is restarted in the middle of a statement is a lost connection" {
	make_slow_schema 1h
	lm-usage team small --config "$file" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	asker=$!
	wait_until is_asking
	end_sessions lm-usage
	status=0
	wait "$asker" || status=$?
	[ "$status" = 3 ]
	[ ! -s "$BATS_TEST_TMPDIR/out" ]
	[ "$(cat "$BATS_TEST_TMPDIR/err")" = "lm-usage: lost the connection to \"$PGHOST\": terminating connection due to administrator command" ]
}

teardown() {
	[ -z "${peer-}" ] || kill "$peer" 2>/dev/null || true
}

silent_peer() { # PATH [WORDS]
	"$LM_TOP/tests/stubs/silent-socket" "$@" 3>&- &
	peer=$!
}

@test "a peer that accepts and says nothing is a timeout" {
	mkdir "$BATS_TEST_TMPDIR/s"
	silent_peer "$BATS_TEST_TMPDIR/s/.s.PGSQL.5432"
	wait_until test -S "$BATS_TEST_TMPDIR/s/.s.PGSQL.5432"
	fails_with "lm-usage: cannot connect to \"$BATS_TEST_TMPDIR/s\": timeout after 0.3 s" \
		lm-usage team small --dsn "host=$BATS_TEST_TMPDIR/s" --timeout 300ms
}

@test "a peer that is no PostgreSQL is said so in one line" {
	mkdir "$BATS_TEST_TMPDIR/s"
	silent_peer "$BATS_TEST_TMPDIR/s/.s.PGSQL.5432" "$(printf 'HTTP/1.1 400 Bad Request\r\n\r\n\033[31m')"
	wait_until test -S "$BATS_TEST_TMPDIR/s/.s.PGSQL.5432"
	fails_like "lm-usage: cannot connect to \"$BATS_TEST_TMPDIR/s\": *" lm-usage team small --dsn "host=$BATS_TEST_TMPDIR/s"
}

@test "of several hosts, one that says nothing is passed over in its share of the time" {
	mkdir "$BATS_TEST_TMPDIR/s"
	silent_peer "$BATS_TEST_TMPDIR/s/.s.PGSQL.5432"
	wait_until test -S "$BATS_TEST_TMPDIR/s/.s.PGSQL.5432"
	# Under a wrapper that makes everything slower, the share that is left has to do for it.
	run --separate-stderr lm-usage team small -p 2025-10 --timeout "${LM_WRAP:+1}2s" \
		--dsn "host=/nonexistent,$BATS_TEST_TMPDIR/s,$PGHOST dbname=usage_errors"
	[ "$status" = 0 ]
	[ "$(jq .summary.total_jobs <<<"$output")" = 1 ]
}

@test "a name server that does not answer ends at the timeout all the same" {
	[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || skip 'needs root and mount name spaces'
	silent_peer udp:127.9.9.9
	wait_until grep -q ' 0909097F:0035 ' /proc/net/udp
	echo 'nameserver 127.9.9.9' >"$BATS_TEST_TMPDIR/resolv.conf"
	fails_with 'lm-usage: cannot connect to the database: timeout after 1 s; does its name resolve?' unshare -m sh -c "
		mount --bind $BATS_TEST_TMPDIR/resolv.conf /etc/resolv.conf
		exec $LM_WRAP $LM_BUILD/bin/lm-usage team small --timeout 1s --dsn postgresql://db.example/saas"
}

@test "what is said on stderr goes into the log file too, with a time stamp" {
	lm-usage team nobody --log-file "$BATS_TEST_TMPDIR/log" 2>/dev/null || true
	lm-usage team nobody --log-file "$BATS_TEST_TMPDIR/log" 2>/dev/null || true
	[ "$(wc -l <"$BATS_TEST_TMPDIR/log")" = 2 ]
	grep -qE '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z lm-usage\[[0-9]+\] error: unknown team "nobody": ' "$BATS_TEST_TMPDIR/log"
	fails_with "lm-usage: cannot write the log file \"$BATS_TEST_TMPDIR/no/log\": No such file or directory" \
		lm-usage team small --log-file "$BATS_TEST_TMPDIR/no/log"
}

@test "a report that cannot be written is a failure" {
	for format in table json jsonl csv; do
		run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-usage team small -f $format >/dev/full"
		[ "$status" = 3 ]
		[ "$stderr" = 'lm-usage: cannot write to standard output: No space left on device' ]
	done
}

@test "a line of standard input with a NUL byte, and a standard input that cannot be read, are named" {
	printf 'small\nsm\0all\n' >"$BATS_TEST_TMPDIR/ids"
	run --separate-stderr lm-usage team - <"$BATS_TEST_TMPDIR/ids"
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-usage: line 2 of standard input holds a NUL byte' ]
	run --separate-stderr lm-usage team - <"$BATS_TEST_TMPDIR"
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-usage: cannot read standard input: Is a directory' ]
}
