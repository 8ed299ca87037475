#!/usr/bin/env bats
# lm-usage: who waits for whom: slow readers, silent hosts, interrupts; and how a session is settled.

load helper

setup_file() {
	new_database usage_waiting migrations
	add_small_team small
	sql -c "INSERT INTO team_credits (team_id) SELECT 'idle_' || i FROM generate_series(1, 3000) i" -c 'ANALYZE'
	sql -c "SELECT 'idle_' || i FROM generate_series(1, 3000) i" >"$BATS_FILE_TMPDIR/ids"
}

teardown_file() {
	sql -d postgres -c 'DROP DATABASE usage_waiting WITH (FORCE)'
}

setup() {
	export PGDATABASE=usage_waiting
}

teardown() {
	[ -z "${peer-}" ] || kill "$peer" 2>/dev/null || true
}

silent_peer() { # DIRECTORY
	mkdir "$1"
	"$LM_TOP/tests/stubs/silent-socket" "$1/.s.PGSQL.5432" 3>&- &
	peer=$!
	wait_until test -S "$1/.s.PGSQL.5432"
}

@test "a reader that pauses for longer than any limit still gets everything" {
	printf 'database:\n  statement_timeout: 300ms\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	lm-usage team - -f json --timeout "${LM_WRAP:+1}2s" --config "$BATS_TEST_TMPDIR/monitor.yaml" \
		<"$BATS_FILE_TMPDIR/ids" >"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	writer=$!
	exec {pipe}<"$BATS_TEST_TMPDIR/pipe"
	# Longer than both limits: what is waited for is that time passes.
	sleep 3.2
	[ "$(jq '.teams | length' <&"$pipe")" = 3000 ]
	wait "$writer"
	[ ! -s "$BATS_TEST_TMPDIR/err" ]
}

@test "an interrupt ends the statement on the server too" {
	sql -c 'CREATE SCHEMA slow' \
		-c 'CREATE VIEW slow.jobs AS SELECT j.* FROM public.jobs j WHERE (SELECT pg_sleep(30)) IS NOT NULL' \
		-c 'CREATE VIEW slow.team_credits AS TABLE public.team_credits' \
		-c 'CREATE VIEW slow.llm_calls AS TABLE public.llm_calls' \
		-c 'CREATE VIEW slow.job_cost_summaries AS TABLE public.job_cost_summaries' \
		-c 'CREATE VIEW slow.team_usage_summaries AS TABLE public.team_usage_summaries' \
		-c 'CREATE VIEW slow.credit_transactions AS TABLE public.credit_transactions' \
		-c 'CREATE VIEW slow.organizations AS TABLE public.organizations'
	printf 'database:\n  schema: slow\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	asking="SELECT count(*) FROM pg_stat_activity WHERE datname = 'usage_waiting' AND application_name = 'lm-usage' AND wait_event = 'PgSleep'"
	is_asking() { [ "$(sql -d postgres -c "$asking")" = 1 ]; }
	nobody_asks() { [ "$(sql -d postgres -c "$asking")" = 0 ]; }
	for signal in INT TERM; do
		# A shell has its background jobs ignore SIGINT.
		env --default-signal=INT,HUP,TERM "$LM_BUILD/bin/lm-usage" team small --config "$BATS_TEST_TMPDIR/monitor.yaml" 3>&- &
		asker=$!
		wait_until is_asking
		kill -$signal "$asker"
		status=0
		wait "$asker" || status=$?
		[ "$status" = $((128 + $(kill -l $signal))) ]
		wait_at_most 50 nobody_asks
	done
}

@test "of several hosts, a silent one is passed over, and one that was passed over at first is taken in the end" {
	silent_peer "$BATS_TEST_TMPDIR/s"
	for hosts in "/nonexistent,$BATS_TEST_TMPDIR/s,$PGHOST" "$PGHOST,$BATS_TEST_TMPDIR/s"; do
		run --separate-stderr lm-usage team small -p 2025-10 --timeout "${LM_WRAP:+1}2s" \
			--dsn "host=$hosts dbname=usage_waiting target_session_attrs=prefer-standby"
		[ "$status" = 0 ] || { echo "$hosts: $stderr" && false; }
		[ "$(jq .summary.total_jobs <<<"$output")" = 1 ]
	done
}

@test "of several hosts that fail, the last one's own reason is given" {
	fails_with "lm-usage: cannot connect to \"$PGHOST\": database \"nowhere\" does not exist" lm-usage team small \
		--dsn "host=127.0.0.1,/nonexistent,$PGHOST port=1,5432,5432 dbname=nowhere"
}

@test "standard input that says nothing is a timeout, in the log file too" {
	mkfifo "$BATS_TEST_TMPDIR/ids"
	exec {ids}<>"$BATS_TEST_TMPDIR/ids"
	run --separate-stderr lm-usage team - --timeout 200ms --log-file "$BATS_TEST_TMPDIR/log" <&"$ids"
	[ "$status" = 3 ]
	[ "$output" = "" ]
	[ "$stderr" = 'lm-usage: timeout after 0.2 s, reading ids from standard input' ]
	grep -qE '^20[0-9-]{8}T[0-9:]{8}Z lm-usage\[[0-9]+\] error: timeout after 0.2 s, reading ids' "$BATS_TEST_TMPDIR/log"
}

@test "standard streams that are closed are failures" {
	run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-usage team small -p 2025-10 >&-"
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-usage: cannot write to standard output: Bad file descriptor' ]
	run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-usage team - <&-"
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-usage: cannot read standard input: Bad file descriptor' ]
}

@test "where the database is: --dsn, LM_DATABASE_URL, the configuration, DATABASE_URL, and libpq's own variables, in turn" {
	printf 'database:\n  url: dbname=from_config\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	named() { # NAME ARGUMENT...
		fails_with "lm-usage: cannot connect to \"$PGHOST\": database \"$1\" does not exist" lm-usage team small "${@:2}"
	}
	export PGDATABASE=from_pgdatabase
	named from_pgdatabase
	export DATABASE_URL="postgresql+psycopg2:///from_url?host=$PGHOST"
	named from_url
	named from_config --config "$BATS_TEST_TMPDIR/monitor.yaml"
	export LM_DATABASE_URL="postgresql://postgres@/from_lm_url?host=$PGHOST"
	named from_lm_url --config "$BATS_TEST_TMPDIR/monitor.yaml"
	named from_dsn --config "$BATS_TEST_TMPDIR/monitor.yaml" --dsn dbname=from_dsn
}

@test "the session reads only, and no function of the platform's schema is taken for one of PostgreSQL's" {
	sql -c 'CREATE TABLE touched (n integer)' \
		-c "CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE sql AS \$\$ SELECT 'shadowed' \$\$" \
		-c "CREATE FUNCTION public.touch() RETURNS boolean LANGUAGE sql AS \$\$ INSERT INTO public.touched VALUES (1) RETURNING true \$\$" \
		-c 'CREATE SCHEMA writing' \
		-c 'CREATE VIEW writing.jobs AS SELECT * FROM public.jobs WHERE public.touch()'
	[ "$(lm-usage team small -p 2025-10 | jq .summary.successful_jobs)" = 1 ]
	for table in team_credits llm_calls job_cost_summaries team_usage_summaries credit_transactions organizations; do
		sql -c "CREATE VIEW writing.$table AS TABLE public.$table"
	done
	printf 'database:\n  schema: writing\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	fails_with 'lm-usage: the database refused: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)' \
		lm-usage team small -p 2025-10 --config "$BATS_TEST_TMPDIR/monitor.yaml"
	[ "$(sql -c 'SELECT count(*) FROM touched')" = 0 ]
}

@test "a log file of the configuration that cannot be written is a warning, not the end" {
	printf 'log:\n  file: /nonexistent/lm.log\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	run --separate-stderr lm-usage team small -p 2025-10 --config "$BATS_TEST_TMPDIR/monitor.yaml"
	[ "$status" = 0 ]
	[ "$stderr" = 'lm-usage: cannot write the log file "/nonexistent/lm.log": No such file or directory' ]
	[ "$(jq .summary.total_jobs <<<"$output")" = 1 ]
}

@test "a dumb terminal gets no colour" {
	run script -qec "TERM=dumb $LM_WRAP $LM_BUILD/bin/lm-usage team small -p 2025-10" /dev/null
	[[ $output == *'Team small'* && $output != *$'\e'* ]]
}
