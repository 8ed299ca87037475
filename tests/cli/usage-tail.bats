#!/usr/bin/env bats
# lm-usage tail: jobs and calls as they land, and what may happen to the database meanwhile.

load helper

setup_file() {
	start_server
	echo 'max_prepared_transactions = 5' >>"$LM_PGDATA/postgresql.conf"
	restart_server
	new_database tail migrations
	for shape in orm bare; do
		new_database "tail_$shape" "$shape"
	done
}

teardown_file() {
	stop_server
}

setup() {
	use_server
	export PGDATABASE=tail
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	sql -c 'TRUNCATE jobs, llm_calls, team_credits, job_cost_summaries, credit_transactions'
}

teardown() {
	# shellcheck disable=SC2086 # process ids
	[ -z "${frozen-}" ] || kill -CONT $frozen 2>/dev/null || true
	[ -z "${follower-}" ] || end_follower
}

# Starts the tool in the background, to look fifty times a second, and waits until it has looked once.
follow() { # ARGUMENT...
	# shellcheck disable=SC2086
	$LM_WRAP "$LM_BUILD/bin/lm-usage" tail -v --interval 20ms "$@" >"$out" 2>"$err" 3>&- &
	follower=$!
	wait_until looked 1
}

looked() { # TIMES
	[ "$(grep -c '^lm-usage: tail: ' "$err")" -ge "$1" ]
}

# Waits until it has looked so many times more, at the least: the one that is at it may have begun earlier.
look_again() { # [TIMES]
	wait_until looked $(($(grep -c '^lm-usage: tail: ' "$err") + 1 + ${1-1}))
}

end_follower() {
	kill "$follower" 2>/dev/null || true
	wait "$follower" 2>/dev/null || true
}

has_ended() {
	! kill -0 "$follower" 2>/dev/null
}

# What was said beside what --verbose says.
said() {
	grep -vE '^lm-usage: (tail: |connected to )' "$err"
}

has_lines() { # COUNT
	[ "$(wc -l <"$out")" -ge "$1" ]
}

# Waits for so many rows, checks that there are no more, and prints members of each, a line a row.
rows() { # COUNT MEMBERS
	wait_until has_lines "$1"
	look_again
	[ "$(wc -l <"$out")" = "$1" ] || { cat "$out" && return 1; }
	jq -r "[$2] | map(. // \"-\" | tostring) | join(\" \")" "$out"
}

# Restarts the test file's own server.
restart_server() { # [MODE]
	local restart=("$LM_PGBIN/pg_ctl" -D "$LM_PGDATA" -l "$PGHOST/log" -s -w -m "${1-fast}" restart)
	[ "$UID" != 0 ] || restart=(runuser -u postgres -- "${restart[@]}")
	(cd "$PGHOST" && "${restart[@]}" 3>&-)
}

id() { # NUMBER
	printf '00000000-0000-4000-8000-%012d' "$1"
}

job() { # NUMBER [STATUS [AGE [TEAM]]]
	sql -v id="$(id "$1")" -v status="${2-pending}" -v age="${3-0}" -v team="${4-team_a}" <<-'END'
		INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
		VALUES (:'id', :'team', 'chat', :'status', now() - :'age'::interval);
	END
}

call() { # NUMBER JOB [AGE [GROUP]]
	sql -v id="$(id "$1")" -v job="$(id "$2")" -v age="${3-0}" -v "group=${4-smart}" <<-'END'
		INSERT INTO llm_calls (call_id, job_id, model_group_used, resolved_model, total_tokens, cost_usd, latency_ms, created_at)
		VALUES (:'id', :'job', :'group', 'gpt-4o', 100, 0.25, 1500, now() - :'age'::interval);
	END
}

status() { # NUMBER STATUS
	sql -c "UPDATE jobs SET status = '$2' WHERE job_id = '$(id "$1")'"
}

@test "jobs and calls are printed as they land, and jobs again as their status changes" {
	job 1 completed
	follow
	job 2
	rows 1 '.kind, .status, .previous_status' | grep -qx 'job pending -'
	sql -c "UPDATE jobs SET status = 'in_progress', started_at = '2025-10-15 08:30:00.5' WHERE job_id = '$(id 2)'"
	wait_until has_lines 2
	sql -c "INSERT INTO team_credits (team_id, organization_id, cost_markup_percentage) VALUES ('team_a', NULL, 20)"
	call 3 2
	wait_until has_lines 3
	sql -c "UPDATE jobs SET status = 'completed', completed_at = '2025-10-15 08:31', user_id = 'u' WHERE job_id = '$(id 2)'"
	rows 4 '.kind, .status, .previous_status, .total_tokens, .total_cost_usd' >"$BATS_TEST_TMPDIR/rows"
	diff "$BATS_TEST_TMPDIR/rows" - <<-'END'
		job pending - - -
		job in_progress pending - -
		call - - 100 0.3
		job completed in_progress 100 0.3
	END
	[ "$(sed -n 2p "$out" | jq -r .at)" = 2025-10-15T08:30:00.5Z ]
	[ "$(sed -n 4p "$out")" = '{"kind":"job","at":"2025-10-15T08:31:00Z","job_id":"'"$(id 2)"'","call_id":null,"team_id":"team_a","organization_id":null,"user_id":"u","job_type":"chat","status":"completed","previous_status":"in_progress","model_group_used":null,"resolved_model":null,"total_tokens":100,"total_cost_usd":0.3000000000,"latency_ms":null,"error_class":null}' ]
	[ "$(sed -n 3p "$out" | jq -c '[.job_id, .call_id, .model_group_used, .resolved_model, .latency_ms]')" = \
		"[\"$(id 2)\",\"$(id 3)\",\"smart\",\"gpt-4o\",1500]" ]
	[ "$(said)" = "" ]
}

@test "nothing is printed twice, whatever is written to it once it has ended" {
	follow
	job 1 completed
	call 2 1
	rows 2 .kind
	for _ in 1 2 3; do
		sql -c "UPDATE jobs SET credit_applied = NOT credit_applied" -c "UPDATE llm_calls SET purpose = 'x'"
		look_again
	done
	look_again 30
	[ "$(rows 2 .kind)" = $'job\ncall' ]
	# Tried again: that is a change.
	status 1 pending
	[ "$(rows 3 '.status, .previous_status' | tail -n 1)" = 'pending completed' ]
	[ "$(sed -n 3p "$out" | jq -r .at)" \> "$(sed -n 2p "$out" | jq -r .at)" ]
}

@test "a transaction that commits late loses nothing, and what lands meanwhile does not wait for it" {
	coproc psql { psql -X -qAt; }
	# shellcheck disable=SC2154
	psql_pid=$psql_PID
	ask() {
		echo "$1;" >&"${psql[1]}"
		echo 'SELECT 1;' >&"${psql[1]}"
		read -r -t 10 answer <&"${psql[0]}"
	}
	insert="INSERT INTO jobs (job_id, team_id, job_type, status, created_at) SELECT "
	# One that is open before the first look, and has not written yet; and one that begins later.
	ask 'BEGIN'
	ask "$insert '$(id 1)', 'late', 'chat', 'completed', now() - interval '9 minutes'"
	follow
	ask "SAVEPOINT s; $insert '$(id 2)', 'late', 'chat', 'completed', now() - interval '5 minutes'; RELEASE s"
	for i in 3 4 5; do
		job $i completed
		look_again 3
	done
	rows 3 .team_id
	ask "$insert '$(id 6)', 'late', 'new type', 'completed', now()"
	look_again 3
	ask COMMIT
	[ "$(rows 6 .team_id | sort | uniq -c | xargs)" = '3 late 3 team_a' ]
	ask "BEGIN; $insert '$(id 7)', 'never', 'chat', 'completed', now()"
	job 8 completed
	look_again 3
	ask ROLLBACK
	look_again 3
	[ "$(rows 7 .team_id | tail -n 1)" = team_a ]
	echo '\q' >&"${psql[1]}"
	wait "$psql_pid"
	look_again 5
	has_lines 7
	[ "$(jq -r .job_id "$out" | sort | uniq -d)" = "" ]
}

@test "rows from a clock that is some minutes slow, or an hour fast, are printed" {
	follow
	job 1 completed '9 minutes'
	job 2 completed '-1 hour'
	call 3 2 '-1 hour'
	call 4 2 '9 minutes'
	[ "$(rows 4 .kind | sort | xargs)" = 'call call job job' ]
}

@test "jobs that were open at the start are known, but those of yesterday's; one that is deleted is forgotten" {
	job 1 pending '23 hours'
	job 2 in_progress '25 hours'
	job 3 pending '1 minute'
	job 4 pending '20 minutes'
	follow
	sql -c "DELETE FROM jobs WHERE job_id = '$(id 3)'"
	status 2 completed
	look_again
	status 1 failed
	wait_until has_lines 1
	status 4 cancelled
	[ "$(rows 2 '.job_id, .status, .previous_status')" = "$(id 1) failed pending
$(id 4) cancelled pending" ]
}

@test "--since prints what landed since then first, in order of time, and then goes on" {
	job 1 completed '50 hours'
	job 2 pending '47 hours'
	call 3 2 '46 hours'
	job 4 pending '2 hours'
	call 5 4 '1 hour'
	job 6 completed '5 minutes'
	call 7 6 '1 minute'
	for since in 48h "$(date -u -d '-48 hours' +%FT%TZ)"; do
		follow --since "$since"
		wait_until has_lines 6
		job 8 completed
		wait_until has_lines 7
		status 2 completed
		[ "$(rows 8 '.kind, (.call_id // .job_id | .[35:]), .status, .previous_status')" = 'job 2 pending -
call 3 - -
job 4 pending -
call 5 - -
job 6 completed -
call 7 - -
job 8 completed -
job 2 completed pending' ]
		end_follower
		sql -c "DELETE FROM jobs WHERE job_id = '$(id 8)'"
		status 2 pending
	done
	# Within what is read again and again, not what is older.
	follow --since 3m
	[ "$(rows 1 .call_id)" = "$(id 7)" ]
	end_follower
	follow --since 1s
	look_again
	[ ! -s "$out" ]
}

@test "a time that is none, or to come, is refused" {
	fails_with 'lm-usage: --since: expected a duration such as 15m, or a time in UTC such as 2025-10-15T14:30:00Z, not "noon"' \
		lm-usage tail --since noon
	fails_with 'lm-usage: --since: that time is still to come' lm-usage tail --since 2999-01-01
	fails_with "lm-usage: tail follows the database's clock: --now does not go with it" lm-usage tail --now 2025-10-15
	fails_with 'lm-usage: tail: prom is a format for figures, and not for rows as they land; expected table, jsonl or csv' \
		lm-usage tail -f prom
}

@test "every filter is one, and may be given again" {
	sql -c "INSERT INTO organizations (organization_id, name) VALUES ('o1', 'One'), ('o2', 'Two') ON CONFLICT DO NOTHING" \
		-c "INSERT INTO team_credits (team_id, organization_id) VALUES ('a', 'o1'), ('b', 'o2')" \
		-c "INSERT INTO jobs (job_id, team_id, user_id, job_type, status)
		    VALUES ('$(id 1)', 'a', 'u1', 't1', 'pending'), ('$(id 2)', 'b', 'u2', 't2', 'pending'), ('$(id 3)', 'c', NULL, 't3', 'pending')"
	call 11 1 0 g1
	call 12 2 0 g2
	call 13 3 0 g3
	shows() { # NUMBERS ARGUMENT...
		follow --since 1h "${@:2}"
		look_again 4
		end_follower
		[ "$(said)" = "" ]
		[ "$(jq -r '(.call_id // .job_id)[34:]' "$out" | sort | xargs)" = "$1" ] || { cat "$out" && false; }
	}
	shows '01 02 03 11 12 13'
	shows '01 11' --team a
	shows '01 03 11 13' --team a --team c
	shows '02 12' --org o2
	shows '01 02 11 12' --org o2 --org o1
	shows '03 13' --job-type t3
	shows '02 12' --user u2
	shows '02 12' --model-group g2
	shows '01 03 11 13' --model-group g3 --model-group g1
	shows '01 11' --team a --team b --job-type t1 --user u1 --org o1 --model-group g1
	shows '' --team a --job-type t2
	shows '' --team $'\xff'
	shows '01 11' --team $'\xff' --team a
	shows '' --team "a' OR true --"
}

@test "under --model-group a job lands with its first call of such a group, however late that is" {
	job 1 in_progress '30 hours'
	job 2 pending
	follow --model-group wanted --model-group too
	job 3
	call 11 1 0 other
	call 12 2 0 other
	look_again
	call 13 1 0 wanted
	call 14 1 0 too
	wait_until has_lines 3
	status 1 completed
	wait_until has_lines 4
	call 15 1 0 wanted
	call 16 3 0 wanted
	status 2 failed
	[ "$(rows 7 '.kind, .job_id[35:], .status' | sort | uniq -c | xargs)" = '3 call 1 - 1 call 3 - 1 job 1 completed 1 job 1 in_progress 1 job 3 pending' ]
}

@test "ids of hostile text are data in every format, and prompts and errors are in none" {
	sql <<-'END'
		INSERT INTO jobs (job_id, team_id, user_id, job_type, status, job_metadata, error_message)
		VALUES ('00000000-0000-4000-8000-000000000001', E'"\\\n\x1b[2J', U&'\202Egnik', '=1+1', 'failed', '{"prompt": "SECRET"}', 'SECRET');
		INSERT INTO llm_calls (call_id, job_id, model_group_used, resolved_model, request_data, response_data, error)
		VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', ', g', E'\ttab', '{"p": "SECRET"}',
		    '{"p": "SECRET"}', 'RateLimitError: SECRET');
	END
	lm-usage tail --since 1h --timeout 300ms >"$out"
	[ "$(jq -c 'select(.kind == "job") | [.team_id, .user_id, .job_type]' "$out")" = '["\"\\\n\u001b[2J","'$'\u202e''gnik","=1+1"]' ]
	[ "$(jq -c 'select(.kind == "call") | [.model_group_used, .resolved_model, .error_class]' "$out")" = '[", g","\ttab","rate_limit"]' ]
	lm-usage tail --since 1h --timeout 300ms -f json | diff - "$out"
	! grep -q SECRET "$out"
	lm-usage tail --since 1h --timeout 300ms -f csv >"$out"
	[ "$(head -n 1 "$out")" = $'kind,at,job_id,call_id,team_id,organization_id,user_id,job_type,status,previous_status,model_group_used,resolved_model,total_tokens,total_cost_usd,latency_ms,error_class\r' ]
	grep -qF ",'=1+1," "$out"
	! grep -q SECRET "$out"
	lm-usage tail --since 1h --timeout 300ms -t >"$out"
	[ "$(wc -l <"$out")" = 4 ]
	grep -qF '"\\n\x1b[2J' "$out"
	grep -qF 'rate_limit' "$out"
	! grep -q SECRET "$out"
}

@test "on a terminal rows are lines of a table, of its width" {
	job 1 completed 0 'a team with a name that is long'
	run script -qec "stty cols 80; TERM=xterm $LM_BUILD/bin/lm-usage tail --since 1h --timeout 300ms" /dev/null
	output=${output//$'\r'/}
	[ "${#lines[@]}" = 3 ]
	[[ ${lines[0]} == $'\e[1m'20[0-9][0-9]-* ]]
	[[ $output == *$' job  a team wit…t is long chat        \e[32mcompleted\e[0m              -        -'* ]]
	run script -qec "stty cols 80; TERM=xterm $LM_BUILD/bin/lm-usage tail --plain --since 1h --timeout 300ms" /dev/null
	[[ $output == *$' job  a team wit~t is long chat '* ]]
}

@test "tables of every shape are followed" {
	for shape in migrations orm bare; do
		[ $shape = migrations ] || export PGDATABASE=tail_$shape
		case_of() { [ $shape = orm ] && echo "${1^^}" || echo "$1"; }
		follow
		job 1 "$(case_of pending)"
		call 2 1
		wait_until has_lines 2
		status 1 "$(case_of completed)"
		[ "$(rows 3 '.kind, .status, .total_tokens')" = 'job pending -
call - 100
job completed 100' ]
		[ "$(said)" = "" ]
		end_follower
	done
}

@test "where views stand for the tables, nothing is lost or printed twice" {
	sql -c 'CREATE SCHEMA IF NOT EXISTS views'
	for table in jobs llm_calls team_credits job_cost_summaries team_usage_summaries credit_transactions organizations; do
		sql -c "CREATE OR REPLACE VIEW views.$table AS TABLE public.$table"
	done
	printf 'database:\n  schema: views\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	follow --config "$BATS_TEST_TMPDIR/monitor.yaml"
	job 1
	call 2 1
	wait_until has_lines 2
	look_again 10
	status 1 failed
	look_again 10
	[ "$(rows 3 '.kind, .status' | xargs)" = 'job pending call - job failed' ]
}

@test "a burst of 20,000 rows in one transaction is printed whole" {
	job 0
	follow
	sql <<-'END'
		BEGIN;
		INSERT INTO jobs (team_id, job_type, status) SELECT 'burst', 'type ' || i % 50, 'completed' FROM generate_series(1, 10000) i;
		INSERT INTO llm_calls (job_id, total_tokens) SELECT job_id, 7 FROM jobs WHERE team_id = 'burst';
		COMMIT;
	END
	wait_until has_lines 20000
	look_again 3
	[ "$(jq -r '.kind + .job_id' "$out" | sort -u | wc -l)" = 20000 ]
	has_lines 20000
	! has_lines 20001
}

@test "no transaction is open between two looks" {
	follow --interval 1h
	[ "$(sql -c "SELECT state, backend_xmin IS NULL FROM pg_stat_activity WHERE application_name = 'lm-usage'")" = 'idle|t' ]
}

@test "a server that is restarted is waited for, and nothing of it is lost" {
	job 1
	follow
	job 2 completed
	wait_until has_lines 1
	sql -c "BEGIN; INSERT INTO jobs (job_id, team_id, job_type, status) VALUES ('$(id 4)', 'a', 't', 'completed')" \
		-c "PREPARE TRANSACTION 'kept'"
	restart_server
	job 3 completed
	status 1 completed
	wait_until has_lines 3
	look_again 3
	sql -c "COMMIT PREPARED 'kept'"
	[ "$(rows 4 '.job_id[35:]' | sort | xargs)" = '1 2 3 4' ]
	[ "$(tail -n 1 "$out" | jq -r .job_id)" = "$(id 4)" ]
	said >"$BATS_TEST_TMPDIR/said"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/said")" = 2 ]
	grep -qE "^lm-usage: (lost the connection to|cannot ask|cannot connect to) \"$PGHOST\": .*; trying again$" "$BATS_TEST_TMPDIR/said"
	grep -qxE "lm-usage: \"$PGHOST\" answers again, after [0-9]+ s" "$BATS_TEST_TMPDIR/said"
}

@test "a server that crashes is waited for, and what it says at its end is said once" {
	follow
	job 1
	rows 1 .status
	sql -c CHECKPOINT
	restart_server immediate
	status 1 completed
	[ "$(rows 2 .status | xargs)" = 'pending completed' ]
	[ "$(said | wc -l)" = 2 ] || { cat "$err" && false; }
}

@test "a server that is frozen is said once, and goes on where it stood" {
	printf 'database:\n  statement_timeout: 200ms\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	follow --config "$BATS_TEST_TMPDIR/monitor.yaml"
	job 1 completed
	wait_until has_lines 1
	frozen="$(sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'lm-usage'") $(server_pid)"
	# shellcheck disable=SC2086
	kill -STOP $frozen
	wait_until grep -q 'trying again' "$err"
	# shellcheck disable=SC2086
	kill -CONT $frozen
	job 2 completed
	[ "$(rows 2 '.job_id[35:]' | xargs)" = '1 2' ]
	[ "$(said | head -n 1)" = "lm-usage: \"$PGHOST\" did not answer: timeout after 1.2 s; trying again" ]
	[ "$(said | wc -l)" = 2 ]
}

@test "a server that is not there at the start is waited for, as long as --timeout says" {
	# Long enough for a second attempt.
	run --separate-stderr lm-usage tail --timeout 1200ms --dsn host=/nonexistent
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-usage: cannot connect to "/nonexistent": No such file or directory; trying again' ]
}

@test "what would fail again ends it" {
	fails_with "lm-usage: cannot connect to \"$PGHOST\": database \"nowhere\" does not exist" lm-usage tail --dsn dbname=nowhere
	sql -c 'DROP ROLE IF EXISTS poor' -c 'CREATE ROLE poor LOGIN'
	PGUSER=poor fails_like 'lm-usage: permission denied for table *; run: GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "poor"' \
		lm-usage tail
	printf 'database:\n  schema: nowhere\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	fails_with 'lm-usage: the database "tail" has no schema "nowhere": set database.schema' \
		lm-usage tail --config "$BATS_TEST_TMPDIR/monitor.yaml"
	sql -d postgres -c 'CREATE DATABASE tail_tableless'
	PGDATABASE=tail_tableless fails_like 'lm-usage: relation "*" does not exist in the schema "public" of the database "tail_tableless": *' \
		lm-usage tail
	# In the middle of a run too.
	follow
	sql -c 'ALTER TABLE team_credits RENAME TO elsewhere'
	wait_until has_ended
	status=0
	wait "$follower" || status=$?
	sql -c 'ALTER TABLE elsewhere RENAME TO team_credits'
	[ "$status" = 3 ]
	[ "$(said)" = 'lm-usage: relation "team_credits" does not exist in the schema "public" of the database "tail": is database.schema right?' ]
}

@test "a lock that is held on a table is waited for" {
	follow
	sql -c 'BEGIN' -c 'LOCK TABLE jobs' -c "INSERT INTO jobs (job_id, team_id, job_type, status) VALUES ('$(id 1)', 'a', 't', 'completed')" \
		-c "SELECT pg_sleep(2.5)" -c 'COMMIT' >"$BATS_TEST_TMPDIR/locked"
	[ "$(rows 1 .job_id)" = "$(id 1)" ]
	[ "$(said | head -n 1)" = 'lm-usage: canceling statement due to lock timeout: something holds a lock on a table for long; see pg_locks; trying again' ]
}

@test "--timeout ends it quietly, and a signal at once" {
	run --separate-stderr lm-usage tail --timeout 200ms
	[ "$status" = 0 ]
	[ "$output$stderr" = "" ]
	for signal in TERM INT HUP; do
		env --default-signal=INT,HUP,TERM "$LM_BUILD/bin/lm-usage" tail -v --interval 1h >"$out" 2>"$err" 3>&- &
		follower=$!
		wait_until looked 1
		kill -$signal "$follower"
		wait_until has_ended
		status=0
		wait "$follower" || status=$?
		[ "$status" = $((128 + $(kill -l $signal))) ]
		[ "$(said)" = "" ]
	done
}

@test "a reader that goes ends it quietly, though nothing lands any more" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	"$LM_BUILD/bin/lm-usage" tail -v --interval 1h >"$BATS_TEST_TMPDIR/pipe" 2>"$err" 3>&- &
	follower=$!
	exec {pipe}<"$BATS_TEST_TMPDIR/pipe"
	wait_until looked 1
	exec {pipe}<&-
	wait_until has_ended
	status=0
	wait "$follower" || status=$?
	[ "$status" = 141 ]
	[ "$(said)" = "" ]
}

@test "a reader that pauses holds up no statement and loses nothing" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	printf 'database:\n  statement_timeout: 1s\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	sql -c "INSERT INTO jobs (team_id, job_type, status) SELECT 'burst', 'chat', 'completed' FROM generate_series(1, 3000) i"
	"$LM_BUILD/bin/lm-usage" tail -v --since 1h --interval 20ms --config "$BATS_TEST_TMPDIR/monitor.yaml" \
		>"$BATS_TEST_TMPDIR/pipe" 2>"$err" 3>&- &
	follower=$!
	exec {pipe}<"$BATS_TEST_TMPDIR/pipe"
	wait_until looked 1
	is_idle() { [ "$(sql -c "SELECT state FROM pg_stat_activity WHERE application_name = 'lm-usage'")" = idle ]; }
	wait_until is_idle
	job 1 completed
	head -n 3001 <&"$pipe" >"$out"
	[ "$(jq -r .job_id "$out" | sort -u | wc -l)" = 3001 ]
	[ "$(said)" = "" ]
}

@test "rows that cannot be written are a failure" {
	job 1
	run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-usage tail --since 1h >/dev/full"
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-usage: cannot write to standard output: No space left on device' ]
}
