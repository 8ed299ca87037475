#!/usr/bin/env bats
# lm-recalc: what goes wrong, what is said of it, and what is stored then.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; run sets output and stderr
load helper
load recalc

setup_file() {
	start_server
	make_template migrations
	sql -d postgres -c 'CREATE ROLE reader LOGIN' -c 'CREATE ROLE writer LOGIN'
}

teardown_file() {
	stop_server
}

setup() {
	use_server
}

now=2026-01-15T12:00:00Z

period_is_refused() { # WORD REASON
	fails_with "lm-recalc: $2" lm-recalc summaries "$1" --now $now
	PGHOST=/nonexistent fails_with "lm-recalc: $2" lm-recalc summaries 2025-10 "$1" --now $now
}

@test "a period that is none, or not made of whole days, is refused before anything is asked of the database" {
	copy_database errors_periods migrations
	period_is_refused 2025-13 '"2025-13" is not a period: there is no month 13'
	period_is_refused 2025-10..2025-09 '"2025-10..2025-09" is not a period: it ends before it starts'
	for word in 24h 90m 2025-10-15T08 2025-10-15T08..2025-10-16T08; do
		[ $word = 90m ] || period_is_refused $word "\"$word\" is not made of whole days, as stored rows are"
	done
	fails_with 'lm-recalc: "24h" is not made of whole days, as stored rows are' lm-recalc jobs 24h --now $now
	fails_with 'lm-recalc: "24h" is not made of whole days, as stored rows are' lm-recalc verify 24h --now $now
	fails_with 'lm-recalc: "2025-10-15" holds no whole month' lm-recalc summaries --monthly 2025-10-15 --now $now
	fails_with 'lm-recalc: "2025-10-02..2025-11-29" holds no whole month' \
		lm-recalc summaries --monthly 2025-10-02..2025-11-29 --now $now
	nothing_was_written
}

@test "no period at all is refused" {
	for verb in summaries jobs verify; do
		fails_with "lm-recalc: $verb: expected a PERIOD, such as 2025-10, 2025-10-15 or last-month" lm-recalc $verb
	done
	fails_like 'lm-recalc: expected a verb: summaries, jobs, verify; *' lm-recalc
	fails_like 'lm-recalc: --allow-open does not go with jobs; *' lm-recalc jobs --allow-open 2025-10
	fails_like 'lm-recalc: --dry-run does not go with verify; *' lm-recalc verify --dry-run 2025-10
}

is_open='is still open, and the platform would show its row for ever once it is stored; ask for periods that are over, or give --allow-open'

@test "a period that is open is refused, and nothing is stored of those that are over either" {
	copy_database errors_open migrations
	fails_with "lm-recalc: 2025-11 $is_open" lm-recalc summaries this-month --now 2025-11-15T12:00:00Z
	fails_with "lm-recalc: 2025-11-15 $is_open" lm-recalc summaries today --now 2025-11-15T12:00:00Z
	fails_with "lm-recalc: 2025-11 $is_open" lm-recalc summaries 2025-10 2025-11 --now 2025-11-30T23:59:59Z
	fails_with "lm-recalc: 2025-11 $is_open" lm-recalc summaries 2025-11 --dry-run --now 2025-11-15T12:00:00Z
	fails_with "lm-recalc: 2026-01 $is_open" lm-recalc summaries 2026-01 --now 2025-11-15T12:00:00Z
	# By the server's clock.
	fails_like "lm-recalc: 20??-??-?? $is_open" lm-recalc summaries today
	nothing_was_written
	recalc_ends 0 summaries 2025-11 --team team_zero --now 2025-12-01T00:00:00Z
}

@test "--allow-open stores a row of what is open with a warning, and passes over what has not begun" {
	copy_database errors_allowed migrations
	recalc_ends 0 summaries 2025-11-13..2025-11-17 --allow-open --team team_edges --now 2025-11-15T12:00:00Z
	[ "$(jq -c '[.partial, [.rows[].period]]' <<<"$output")" = '[true,["2025-11-13","2025-11-14","2025-11-15"]]' ]
	[ "$stderr" = 'lm-recalc: 2025-11-15 is still open: the platform shows its row, as it is now, until this is run again after its end' ]
	[ "$(written_summaries)" = '"2025-11-13 team_edges"
"2025-11-14 team_edges"
"2025-11-15 team_edges"' ]
	recalc_ends 0 summaries this-month --monthly --allow-open --team team_edges --now 2025-11-15T12:00:00Z
	[ "$(jq -c '[.rows[].period]' <<<"$output")" = '["2025-11"]' ]
	recalc_ends 0 summaries 2025-11-15 --allow-open --dry-run --team team_zero --now 2025-11-15T12:00:00Z
	[ "$(jq -c '[.rows[].period]' <<<"$output")" = '["2025-11-15"]' ]
	remember_rows
	fails_with 'lm-recalc: nothing of the periods asked for has begun' \
		lm-recalc summaries 2026-02 --allow-open --now 2025-11-15T12:00:00Z
	fails_with 'lm-recalc: nothing of the periods asked for has begun' lm-recalc verify 2026-02 --now 2025-11-15T12:00:00Z
	nothing_was_written
}

has_lock() {
	[ "$(sql -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" = 1 ]
}

# Runs statements in a transaction that stays open, until end_holding.
hold() { # SQL
	rm -f "$BATS_TEST_TMPDIR/held"
	: >"$BATS_TEST_TMPDIR/held"
	exec {holder_in}> >(exec psql -X -qAt -v ON_ERROR_STOP=1 >"$BATS_TEST_TMPDIR/held" 2>&1 3>&-)
	printf "SET application_name = 'holder';\nBEGIN;\n%s;\nSELECT 'held';\n" "$1" >&"$holder_in"
	wait_until grep -q held "$BATS_TEST_TMPDIR/held"
}

end_holding() {
	echo 'ROLLBACK;' >&"$holder_in"
	exec {holder_in}>&-
	wait_until nobody_holds
}

nobody_holds() {
	[ "$(sql -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder'")" = 0 ]
}

@test "while another one is at work a run ends at once, and verify and --dry-run work beside it" {
	copy_database errors_two migrations
	hold "SELECT pg_try_advisory_xact_lock(x'6c6d2d726563616c'::bigint)"
	has_lock
	busy='lm-recalc: another lm-recalc is at work on this database: try again when it has ended'
	fails_with "$busy" lm-recalc summaries 2025-10 --now $now
	fails_with "$busy" lm-recalc jobs 2025-10 --now $now
	nothing_was_written
	recalc_ends 0 summaries 2025-09 --dry-run --now $now
	[ "$(jq '.rows | length' <<<"$output")" -gt 30 ]
	recalc_ends 0 jobs 2025-09 --dry-run --now $now
	recalc_ends 1 verify 2025-10-01 --now $now
	end_holding
	recalc_ends 0 summaries 2025-09 --now $now
}

@test "a role that may not write is told what it needs, and --dry-run and verify need less" {
	copy_database errors_role migrations
	sql -c 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader, writer' \
		-c 'GRANT INSERT, UPDATE ON team_usage_summaries, job_cost_summaries TO writer'
	needs='run: GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reader"; GRANT INSERT, UPDATE ON team_usage_summaries, job_cost_summaries TO "reader"'
	PGUSER=reader fails_with "lm-recalc: 2025-10: permission denied for table team_usage_summaries; $needs" \
		lm-recalc summaries 2025-10 --now $now
	PGUSER=reader fails_with "lm-recalc: 2025-10-01: permission denied for table job_cost_summaries; $needs" \
		lm-recalc jobs 2025-10 --now $now
	nothing_was_written
	PGUSER=reader recalc_ends 0 summaries 2025-09 --dry-run --now $now
	PGUSER=reader recalc_ends 1 verify 2025-10-01 --now $now
	PGUSER=writer recalc_ends 0 summaries 2025-09 --now $now
	PGUSER=writer recalc_ends 0 jobs 2025-09 --now $now
	[ "$(total inserted)" = 2 ]
}

locked_too_long='canceling statement due to lock timeout: something holds a lock on a table for long; see pg_locks'

# Whether each day of 2025-10 has all of its teams' rows or none, and prints the days that have.
whole_days() {
	sql -c "SELECT day, n FROM (
		    SELECT to_char(d, 'YYYY-MM-DD') AS day, (SELECT count(*) FROM team_usage_summaries
		        WHERE period = to_char(d, 'YYYY-MM-DD')) AS n, (
		            SELECT count(*) FROM (SELECT team_id FROM team_credits UNION SELECT team_id FROM jobs
		            WHERE created_at >= d AND created_at < d + interval '1 day') teams
		        ) - (to_char(d, 'DD') = '10')::integer AS whole
		    FROM generate_series('2025-10-01'::timestamp, '2025-10-31', interval '1 day') d
		) days WHERE n NOT IN (0, whole)" >"$BATS_TEST_TMPDIR/partial"
	[ ! -s "$BATS_TEST_TMPDIR/partial" ] || { echo "partly: $(<"$BATS_TEST_TMPDIR/partial")" && return 1; }
	sql -c "SELECT count(DISTINCT period) FROM team_usage_summaries WHERE period LIKE '2025-10-__'"
}

# A second run stores what is missing.
is_completed() {
	recalc_ends 3 summaries 2025-10 --daily --now $now
	[ "$stderr" = "$big_day" ]
	[ "$(whole_days)" = 31 ]
	summaries_agree "$(days_of 2025-10-01 2025-11-01)"
}

@test "a lock that is held is not waited for longer than two seconds, and what was done before is said" {
	copy_database errors_lock migrations
	sql -c "INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs)
		VALUES ('team_zero', '2025-10-03', 'daily', 1)"
	remember_rows
	hold "SELECT id FROM team_usage_summaries WHERE team_id = 'team_zero' FOR UPDATE"
	recalc_ends 3 summaries 2025-10 --daily --now $now
	[ "$stderr" = "lm-recalc: 2025-10-03: $locked_too_long" ]
	[ "$(jq -c '[.rows[].period]' <<<"$output")" = '["2025-10-01","2025-10-02"]' ]
	[ "$(written_summaries | cut -c2-11 | sort -u)" = $'2025-10-01\n2025-10-02' ]
	end_holding
	hold 'LOCK TABLE team_usage_summaries'
	fails_with "lm-recalc: 2025-10: $locked_too_long" lm-recalc summaries 2025-10 --now $now
	end_holding
	is_completed
}

@test "a row that must not change, locked by another, is not waited for" {
	copy_database errors_unchanged migrations
	recalc_ends 0 summaries 2025-09 --now $now
	recalc_ends 0 jobs 2025-09 --now $now
	hold 'SELECT id FROM team_usage_summaries FOR UPDATE; SELECT job_id FROM job_cost_summaries FOR UPDATE;
		SELECT job_id FROM jobs FOR UPDATE'
	recalc_ends 0 summaries 2025-09 --now $now
	recalc_ends 0 jobs 2025-09 --now $now
	end_holding
}

# Runs the days of 2025-10 while the row of the 3rd is held, and waits until it waits for it.
start_waiting_run() { # ARGUMENT...
	sql -c "INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs)
		VALUES ('team_zero', '2025-10-03', 'daily', 1)"
	hold "SELECT id FROM team_usage_summaries WHERE team_id = 'team_zero' FOR UPDATE"
	# Not by the function, whose process would be between.
	# shellcheck disable=SC2086
	$LM_WRAP "$LM_BUILD/bin/lm-recalc" summaries 2025-10 --daily --now $now "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	runner=$!
	wait_until is_waiting
}

is_waiting() {
	[ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lm-recalc' AND wait_event_type = 'Lock'")" = 1 ]
}

nobody_runs() {
	[ "$(sql -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lm-recalc'")" = 0 ]
}

# Waits for the end of that run, which has to say one line.
run_said() { # LINE
	local ended=0
	wait "$runner" || ended=$?
	[ "$(<"$BATS_TEST_TMPDIR/err")" = "$1" ] || { cat "$BATS_TEST_TMPDIR/err" && return 1; }
	[ $ended = 3 ]
	[ "$(jq -c '[.rows[].period]' <"$BATS_TEST_TMPDIR/out")" = '["2025-10-01","2025-10-02"]' ]
	wait_until nobody_runs
}

@test "a connection that is lost in the middle leaves whole days, and the next run goes on" {
	copy_database errors_lost migrations
	start_waiting_run
	end_sessions lm-recalc
	run_said "lm-recalc: 2025-10-03: lost the connection to \"$PGHOST\": terminating connection due to administrator command"
	end_holding
	sql -c "DELETE FROM team_usage_summaries WHERE period = '2025-10-03' AND team_id = 'team_zero'"
	[ "$(whole_days)" = 2 ]
	is_completed
}

@test "a run that is killed in the middle leaves whole days, and no lock" {
	copy_database errors_killed migrations
	start_waiting_run
	has_lock
	kill -KILL "$runner"
	wait "$runner" || true
	end_holding
	wait_until nobody_runs
	sql -c "DELETE FROM team_usage_summaries WHERE period = '2025-10-03' AND team_id = 'team_zero'"
	[ "$(whole_days)" = 2 ]
	is_completed
}

@test "a server that crashes in the middle leaves whole days" {
	copy_database errors_crashed migrations
	sql -c 'ALTER DATABASE errors_crashed SET synchronous_commit = on'
	start_waiting_run
	pid=$(sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'lm-recalc' AND wait_event_type = 'Lock'")
	kill -KILL "$pid"
	exec {holder_in}>&-
	ended=0
	wait "$runner" || ended=$?
	[ $ended = 3 ]
	[[ $(<"$BATS_TEST_TMPDIR/err") == "lm-recalc: 2025-10-03: lost the connection to \"$PGHOST\": "* ]]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 1 ]
	wait_until sql -c 'SELECT 1' >"$BATS_TEST_TMPDIR/back" 2>&1
	sql -c "DELETE FROM team_usage_summaries WHERE period = '2025-10-03' AND team_id = 'team_zero'"
	[ "$(whole_days)" = 2 ]
	is_completed
}

@test "--timeout bounds the run, and leaves whole days and no statement running" {
	copy_database errors_timeout migrations
	start_waiting_run --timeout 1s
	run_said "lm-recalc: 2025-10-03: \"$PGHOST\" did not answer: timeout after 1 s; raise --timeout or ask for a shorter period"
	end_holding
	sql -c "DELETE FROM team_usage_summaries WHERE period = '2025-10-03' AND team_id = 'team_zero'"
	[ "$(whole_days)" = 2 ]
}

@test "the statement timeout of the role is what ends a statement" {
	copy_database errors_statement migrations
	sql -c 'GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO writer' \
		-c "ALTER ROLE writer SET statement_timeout = '700ms'"
	PGUSER=writer start_waiting_run
	run_said 'lm-recalc: 2025-10-03: canceling statement due to statement timeout: raise --timeout, or the statement_timeout of the role "writer"'
	end_holding
	sql -c 'ALTER ROLE writer RESET statement_timeout' \
		-c "DELETE FROM team_usage_summaries WHERE period = '2025-10-03' AND team_id = 'team_zero'"
	[ "$(whole_days)" = 2 ]
}

@test "writes of the platform beside it do not wait" {
	copy_database errors_platform migrations
	sql -c "INSERT INTO job_cost_summaries (job_id) SELECT job_id FROM jobs WHERE job_id::text LIKE '%000112'"
	# The day has two jobs to store: it waits for the row of one with the other's written or still to be written.
	hold "SELECT job_id FROM job_cost_summaries WHERE job_id::text LIKE '%000112' FOR UPDATE"
	lm-recalc jobs 2025-10-01..2025-10-20 --now $now >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	runner=$!
	wait_until is_waiting
	sql <<-'END'
		SET lock_timeout = '100ms';
		INSERT INTO jobs (job_id, team_id, job_type, created_at)
		VALUES ('00000000-0000-4000-8000-000000999999', 'team_acme_ops', 'chat', '2025-10-05 09:00');
		INSERT INTO llm_calls (job_id, total_tokens, client_cost_usd, created_at)
		SELECT job_id, 1, 0.01, '2025-10-05 09:00' FROM jobs WHERE team_id = 'team_acme_ops';
		UPDATE jobs SET status = 'completed', completed_at = '2025-10-05 09:01', credit_applied = true
		WHERE team_id = 'team_acme_ops';
		INSERT INTO job_cost_summaries (job_id, total_calls) VALUES ('00000000-0000-4000-8000-000000999999', 1);
		UPDATE team_credits SET credits_used = credits_used + 1;
		INSERT INTO credit_transactions (team_id, job_id, transaction_type, credits_amount, credits_before, credits_after)
		SELECT team_id, job_id, 'deduction', 1, 2, 1 FROM jobs WHERE team_id = 'team_acme_ops';
		UPDATE llm_calls SET latency_ms = 1 WHERE job_id = '00000000-0000-4000-8000-000000000112';
	END
	end_holding
	ended=0
	wait "$runner" || ended=$?
	[[ $(<"$BATS_TEST_TMPDIR/err") == "$big_job"* ]]
	[ $ended = 3 ]
	[ "$(sql -c "SELECT total_calls FROM job_cost_summaries WHERE job_id::text LIKE '%000112'")" = 1 ]
}

@test "a full disk is said in one line, and leaves whole days" {
	[ "$(id -u)" = 0 ] || skip 'needs root to mount a small file system'
	copy_database errors_full migrations
	disk=${LM_PGDATA%/data}/small
	mkdir "$disk"
	mount -t tmpfs -o size=200k,mode=700,uid="$(id -u postgres)" none "$disk" 2>/dev/null || skip 'may not mount'
	full=0
	fill_the_disk || full=$?
	sql -c 'DROP TABLE team_usage_summaries' -c 'DROP TABLESPACE small' || sql -d postgres -c 'CHECKPOINT'
	umount "$disk"
	[ $full = 0 ]
}

fill_the_disk() {
	sql -c "CREATE TABLESPACE small LOCATION '$disk'" &&
		sql -c 'ALTER TABLE team_usage_summaries SET TABLESPACE small' \
			-c 'ALTER INDEX team_usage_summaries_pkey SET TABLESPACE small' \
			-c 'ALTER INDEX team_usage_summaries_team_id_period_key SET TABLESPACE small' || return 1
	recalc_ends 3 summaries 2025-10 --daily --now $now || return 1
	[[ ${stderr##*$'\n'} == 'lm-recalc: 2025-10-'*': '*'No space left on device'* ]] || { echo "$stderr" && return 1; }
	[ "$(wc -l <<<"$stderr")" -le 2 ] || return 1
	days=$(whole_days) || return 1
	[[ $days -gt 3 && $days -lt 31 ]] || { echo "$days days" && return 1; }
	[ "$(jq '.rows | length' <<<"$output")" = "$days" ]
}

@test "an answer that cannot be written is a failure, and what was stored stays whole" {
	copy_database errors_devfull migrations
	for format in json jsonl csv table; do
		ended=0
		lm-recalc summaries 2025-10-01..2025-10-09 --now $now -f $format >/dev/full 2>"$BATS_TEST_TMPDIR/err" || ended=$?
		[ $ended = 3 ]
		[ "$(<"$BATS_TEST_TMPDIR/err")" = 'lm-recalc: cannot write to standard output: No space left on device' ]
		whole_days >"$BATS_TEST_TMPDIR/days"
		ended=0
		lm-recalc verify 2025-10 --now $now -f $format >/dev/full 2>"$BATS_TEST_TMPDIR/err" || ended=$?
		[ "$ended $(<"$BATS_TEST_TMPDIR/err")" = '3 lm-recalc: cannot write to standard output: No space left on device' ]
	done
}

@test "a table or a database that is missing is named" {
	copy_database errors_missing migrations
	sql -c 'DROP TABLE team_usage_summaries'
	fails_like 'lm-recalc: *relation "team_usage_summaries" does not exist in the schema "public" of the database "errors_missing": is database.schema right?' \
		lm-recalc summaries 2025-10 --now $now
	PGDATABASE=nowhere fails_with "lm-recalc: cannot connect to \"$PGHOST\": database \"nowhere\" does not exist" \
		lm-recalc summaries 2025-10 --now $now
}

@test "an unknown team is refused by every verb" {
	copy_database errors_unknown migrations
	for verb in summaries jobs verify; do
		fails_with 'lm-recalc: unknown team "nobody": it has no credits, jobs, summaries or ledger rows' \
			lm-recalc $verb 2025-09 --team nobody --now $now
	done
	nothing_was_written
}
