#!/usr/bin/env bats
# lm-health: all are asked at once, whatever hangs ends at its deadline, and nothing is left behind.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by run and by start_peer
load helper
load health

setup_file() {
	start_server
}

teardown_file() {
	stop_server
}

setup() {
	use_server
}

teardown() {
	stop_peers
	kill -CONT "$(server_pid)"
}

# The lesser time of several runs, so that what else the machine does is left out.
best_of() { # RUNS COMMAND...
	local runs=$1 best_ms=
	shift
	for ((; runs > 0; runs--)); do
		timed "$@"
		is "$status" 0 "$stderr $output"
		[ -n "$best_ms" ] && [ "$best_ms" -le "$elapsed_ms" ] || best_ms=$elapsed_ms
	done
	elapsed_ms=$best_ms
}

@test "components that answer after a second each take a second together" {
	slack_ms=100
	[ -z "$LM_WRAP" ] || slack_ms=1000
	start_peer slow --path /slow --delay 1 --body '{"status":"healthy"}' --next --body '{"status":"healthy"}'
	start_postgres_peer relay slow-relay "$PGHOST/.s.PGSQL.5432" 1
	for path in fast slow; do
		[ $path = fast ] || export PGHOST=$relay
		configure "saas_api: {url: \"http://localhost:$slow/$path\", $patient}" \
			"litellm_proxy: {url: \"http://localhost:$slow/$path\", $patient}" \
			"third: {url: \"http://localhost:$slow/$path\", $patient}" "database: {$patient}"
		best_of 3 lm-health
		[ $path = slow ] || start_up_ms=$elapsed_ms
	done
	is "$(of '[.components[] | .latency_ms >= 1000] | all')" true
	[ "$elapsed_ms" -lt $((1000 + slack_ms + start_up_ms)) ] ||
		{ echo "took $elapsed_ms ms, and $start_up_ms without delays" && false; }
}

# A third component at a URL, beside a platform that is well, ends at its own timeout. Its message follows.
hangs() { # URL MESSAGE-PATTERN
	start_platform
	printf '    hanging: {url: "%s", timeout: 700ms}\n' "$1" >>"$LM_CONFIG"
	timed lm-health
	is "$status" 1 "$stderr"
	component_is hanging down "$2"
	is "$(of '[.saas_api, .litellm_proxy, .database, .database_details.in_recovery]')" '[true,true,true,false]'
	[ "$elapsed_ms" -ge 700 ]
	took_less_than 700
}

@test "one that never answers ends at its timeout, and the others' results are there" {
	start_peer hung --path /silent --silent --next --path /byte --drip 1 --next --path /body --drip-body 1 --body '{"status":"healthy"}'
	hangs "http://localhost:$hung/silent" 'no answer within 0.7 s'
	hangs "http://localhost:$hung/byte" '* within 0.7 s'
	hangs "http://localhost:$hung/body" 'the answer did not end within 0.7 s'
}

@test "a TLS server that says nothing ends at its timeout" {
	start_peer hung --silent
	hangs "https://localhost:$hung/" 'no answer within 0.7 s'
}

@test "an answer without an end does not take until the timeout" {
	start_peer hung --path /body --body '{"status":"healthy"}' --endless --next --path /head --endless-head
	start_platform
	printf '    %s\n' "body: {url: \"http://localhost:$hung/body\", expect: {json: {status: healthy}}}" \
		"head: {url: \"http://localhost:$hung/head\"}" "plain: {url: \"http://localhost:$hung/body\"}" >>"$LM_CONFIG"
	timed lm-health
	took_less_than 1000
	is "$status" 1
	component_is body down 'the answer is longer than 64 KiB'
	component_is head down '?*'
	# Of what nothing is expected but the status, no more is read either.
	component_is plain up null
}

# The database hangs in one way or another, beside two services that are well.
database_hangs() { # OPTION...
	start_platform
	sed -i "s/database: {/database: {timeout: 700ms, /" "$LM_CONFIG"
	LM_TEST_MARK=$BATS_TEST_TMPDIR timed lm-health "$@"
	is "$status" 2 "$stderr"
	is "$stderr" ""
	# In a wrapper that makes it slow, its process may not have come as far as to say what it was doing.
	component_is database down "${LM_WRAP:+*}$([ -n "$LM_WRAP" ] || echo 'cannot connect to "*": timeout after') 0.7 s"
	is "$(of '[.saas_api, .litellm_proxy, .database]')" '[true,true,false]'
	[ "$elapsed_ms" -ge 700 ]
	took_less_than 700
	# The process that asked the database ends with the others.
	wait_at_most 50 nothing_is_left_of "$BATS_TEST_TMPDIR"
}

@test "a PostgreSQL that accepts and never speaks ends at its timeout" {
	start_peer mute --silent
	database_hangs --dsn "postgresql://lm@127.0.0.1:$mute/saas"
	start_postgres_peer socket silent-socket
	database_hangs --dsn "host=$socket"
}

@test "a PostgreSQL that is frozen before the connection stands ends at its timeout" {
	kill -STOP "$(server_pid)"
	database_hangs
	kill -CONT "$(server_pid)"
}

# Locks a table that is read after SELECT 1.
lock_jobs() {
	new_database "$1" migrations
	sql -c 'BEGIN' -c 'LOCK TABLE jobs' -c 'SELECT pg_sleep(60)' >"$BATS_TEST_TMPDIR/locked" 2>&1 3>&- &
	is_locked() {
		[ "$(sql -c "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'jobs'::regclass")" = 1 ]
	}
	wait_until is_locked
	start_platform
	timeout_ms=2000
	[ -z "$LM_WRAP" ] || timeout_ms=12000
	sed -i "s/database: {/database: {timeout: ${timeout_ms}ms, /" "$LM_CONFIG"
}

unlock_jobs() {
	sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" \
		>"$BATS_TEST_TMPDIR/ended"
}

@test "a PostgreSQL that answers SELECT 1 and then lets a table's lock wait is up" {
	lock_jobs health_locked
	# Before the server gives up the lock, after two seconds too.
	[ -n "$LM_WRAP" ] || { timeout_ms=1000 && sed -i 's/timeout: 2000ms/timeout: 1000ms/' "$LM_CONFIG"; }
	timed lm-health
	# Nothing goes on waiting on the server for nobody.
	nobody_asks() { [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lm-health'")" = 0 ]; }
	wait_at_most 50 nobody_asks
	unlock_jobs
	took_less_than $timeout_ms
	component_is database up "${LM_WRAP:+?*}$([ -n "$LM_WRAP" ] || echo 'its tables did not answer within 1 s')"
	is "$(of '[.database, .overall, .database_details.newest_job_age_seconds]')" '[true,"healthy",null]'
	is "$status" 0 "$stderr"
}

@test "a PostgreSQL that is frozen after SELECT 1 is up, and ends at its timeout" {
	lock_jobs health_frozen
	start=${EPOCHREALTIME/./}
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	LM_TEST_MARK=$BATS_TEST_TMPDIR $LM_WRAP "$LM_BUILD/bin/lm-health" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	asker=$!
	backend_waits() {
		backend=$(sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'lm-health' AND wait_event_type = 'Lock'")
		[ -n "$backend" ]
	}
	wait_until backend_waits
	kill -STOP "$backend" "$(server_pid)"
	status=0
	wait "$asker" || status=$?
	elapsed_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
	kill -CONT "$backend" "$(server_pid)"
	unlock_jobs
	took_less_than $timeout_ms
	output=$(cat "$BATS_TEST_TMPDIR/out")
	component_is database up "its tables did not answer within $((timeout_ms / 1000)) s"
	is "$status" 0 "$(cat "$BATS_TEST_TMPDIR/err")"
	wait_at_most 100 nothing_is_left_of "$BATS_TEST_TMPDIR"
}

# Runs a command with a name server that never answers.
with_silent_name_server() { # COMMAND...
	echo 'nameserver 127.9.9.10' >"$BATS_TEST_TMPDIR/resolv.conf"
	# shellcheck disable=SC2016 # the shell's own
	unshare -m sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' "$BATS_TEST_TMPDIR/resolv.conf" "$@"
}

@test "a name server that does not answer holds up no other component" {
	[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || skip 'needs root and mount name spaces'
	start_silent_name_server
	start_peer proxy --body '{"db":"connected"}'
	configure 'saas_api: {url: "http://saas.example:8003/health", timeout: 700ms}' \
		"litellm_proxy: {url: \"http://127.0.0.1:$proxy/\"}" 'database: {timeout: 700ms}'
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	LM_TEST_MARK=$BATS_TEST_TMPDIR timed with_silent_name_server $LM_WRAP "$LM_BUILD/bin/lm-health" \
		--dsn postgresql://lm@db.example/saas
	took_less_than 700
	is "$(of '[.saas_api, .database, .litellm_proxy]')" '[null,null,true]'
	component_is saas_api unknown 'cannot resolve "saas.example": the name server does not answer'
	component_is database unknown 'cannot resolve "db.example": the name server does not answer'
	is "$status" 3
	is "$(wc -l <<<"$stderr")" 2
	wait_at_most 100 nothing_is_left_of "$BATS_TEST_TMPDIR"
	# The environment and a service name hosts too, of which one is a name.
	PGHOST=127.9.9.11,db.example PGPORT=1 run --separate-stderr with_silent_name_server $LM_WRAP "$LM_BUILD/bin/lm-health"
	component_is database unknown 'cannot resolve "db.example": the name server does not answer'
	printf '[saas]\nhost=db.example\n' >"$BATS_TEST_TMPDIR/services"
	PGSERVICEFILE=$BATS_TEST_TMPDIR/services run --separate-stderr with_silent_name_server $LM_WRAP \
		"$LM_BUILD/bin/lm-health" --dsn service=saas
	component_is database unknown 'cannot resolve its host: the name server does not answer'
	# With a database that can be found, its results are there too.
	# shellcheck disable=SC2086
	timed with_silent_name_server $LM_WRAP "$LM_BUILD/bin/lm-health"
	took_less_than 700
	is "$(of '[.litellm_proxy, .database]')" '[true,true]'
}

@test "--timeout bounds the run, whatever the components' own timeouts are" {
	start_peer hung --silent
	start_peer proxy --body '{"db":"connected"}'
	configure "saas_api: {url: \"http://localhost:$hung/\", timeout: 1h}" "litellm_proxy: {url: \"http://localhost:$proxy/\"}" \
		'database: {timeout: 1h}'
	limit_ms=1000
	[ -z "$LM_WRAP" ] || limit_ms=12000
	timed lm-health --timeout "${limit_ms}ms" --dsn "postgresql://lm@127.0.0.1:$hung/saas"
	took_less_than $limit_ms
	is "$status" 2
	component_is saas_api down 'no answer within *'
	component_is database down '*timeout after *'
	is "$(of .litellm_proxy)" true
}

@test "--timeout bounds retries too" {
	start_peer saas --status 500
	configure "saas_api: {url: \"http://localhost:$saas/\"}"
	limit_ms=1500
	[ -z "$LM_WRAP" ] || limit_ms=12000
	timed lm-health --timeout "${limit_ms}ms" --retries 10
	took_less_than $limit_ms
	component_is saas_api down 'HTTP 500, expected 200'
	[ "$(of .components.saas_api.attempts)" -ge 2 ]
}

@test "a signal ends the run at once, and the process that asks the database with it" {
	start_peer hung --silent
	configure "saas_api: {url: \"http://localhost:$hung/\"}" 'database: {}'
	kill -STOP "$(server_pid)"
	for signal in TERM INT HUP KILL; do
		# A shell has its background jobs ignore SIGINT.
		LM_TEST_MARK=$BATS_TEST_TMPDIR env --default-signal=INT,HUP,TERM "$LM_BUILD/bin/lm-health" 3>&- \
			>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
		asker=$!
		# The tool and its process.
		asks() { [ "$(marked_processes "$BATS_TEST_TMPDIR" | wc -l)" -ge 2 ] && [ -s "$(log_of hung)" ]; }
		wait_until asks
		: >"$(log_of hung)"
		kill -$signal "$asker"
		status=0
		wait "$asker" || status=$?
		[ "$status" = $((128 + $(kill -l $signal))) ] || { echo "$signal: $status" && false; }
		wait_at_most 100 nothing_is_left_of "$BATS_TEST_TMPDIR" || { echo "left after $signal" && false; }
	done
	kill -CONT "$(server_pid)"
}

@test "--watch prints a line each time in a pipe, and ends on SIGTERM" {
	start_platform
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	LM_TEST_MARK=$BATS_TEST_TMPDIR $LM_WRAP "$LM_BUILD/bin/lm-health" --watch=1s 3>&- \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	watcher=$!
	stop_in_teardown watcher $watcher
	has_lines() { [ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -ge "$1" ]; }
	wait_at_most 3000 has_lines 1
	# It is written at once, and not when a buffer is full.
	wait_at_most 3000 has_lines 3
	start=${EPOCHREALTIME/./}
	kill "$watcher"
	status=0
	wait "$watcher" || status=$?
	[ $((${EPOCHREALTIME/./} - start)) -lt 3000000 ]
	is "$status" 143
	wait_at_most 100 nothing_is_left_of "$BATS_TEST_TMPDIR"
	is "$(cat "$BATS_TEST_TMPDIR/err")" ""
	head -n 3 "$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/lines"
	is "$(jq -c '[.overall, (.components | length)]' "$BATS_TEST_TMPDIR/lines" | sort -u)" '["healthy",3]'
	is "$(wc -l <"$BATS_TEST_TMPDIR/lines")" 3
	# A second apart, more or less, and no burst.
	jq -s 'map(.checked_at[:19] + "Z" | fromdate) | .[2] - .[0] >= 1' "$BATS_TEST_TMPDIR/lines" | grep -qx true
}

@test "--watch sees what changes" {
	start_peer saas --times 2 --body '{"status":"healthy"}' --next --times 2 --status 500 --next --body '{"status":"healthy"}'
	configure "saas_api: {url: \"http://localhost:$saas/\", $patient}"
	run bash -c "$LM_WRAP $LM_BUILD/bin/lm-health check --watch=100ms | head -n 6 | jq -r .overall | paste -sd ' '"
	is "$output" 'healthy healthy unhealthy unhealthy healthy healthy'
	# With -q a healthy round is left out.
	start_peer quiet --times 2 --body '{"status":"healthy"}' --next --times 1 --status 500 --next --times 2 \
		--body '{"status":"healthy"}' --next --status 500
	configure "saas_api: {url: \"http://localhost:$quiet/\", $patient}"
	run bash -c "$LM_WRAP $LM_BUILD/bin/lm-health check -q --watch=100ms | head -n 2 | jq -r .overall | paste -sd ' '"
	is "$output" 'unhealthy unhealthy'
}

@test "--timeout bounds each check of --watch, and not the watching" {
	start_peer hung --silent
	configure "saas_api: {url: \"http://localhost:$hung/\", timeout: 1h}"
	run bash -c "timeout 60 $LM_WRAP $LM_BUILD/bin/lm-health --watch=50ms --timeout 300ms | head -n 4 | jq -r .overall | paste -sd ' '"
	is "$output" 'unhealthy unhealthy unhealthy unhealthy'
}

@test "a reader that closes the pipe ends --watch quietly" {
	start_platform
	LM_TEST_MARK=$BATS_TEST_TMPDIR run --separate-stderr bash -c "trap '' PIPE
		timeout 60 $LM_WRAP $LM_BUILD/bin/lm-health --watch=100ms | head -n 1 | jq -r .overall; echo \${PIPESTATUS[0]}"
	is "$stderr" ""
	[[ $output == $'healthy\n'@(0|141) ]] || { echo "$output" && false; }
	wait_at_most 100 nothing_is_left_of "$BATS_TEST_TMPDIR"
}

@test "--watch goes on when the database is not there, and sees it come back" {
	configure "database: {$patient}"
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	PGDATABASE=health_later $LM_WRAP "$LM_BUILD/bin/lm-health" --watch=100ms 3>&- \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	watcher=$!
	stop_in_teardown watcher $watcher
	last_is() { [ "$(tail -n 1 "$BATS_TEST_TMPDIR/out" | jq -c .database)" = "$1" ]; }
	wait_at_most 3000 last_is null
	sql -d postgres -c 'CREATE DATABASE health_later'
	wait_at_most 3000 last_is true
	kill "$watcher"
	wait "$watcher" || true
}

@test "--watch redraws a terminal's screen with the table" {
	start_platform
	LM_TEST_MARK=$BATS_TEST_TMPDIR script -qfec "$LM_WRAP $LM_BUILD/bin/lm-health --watch=200ms" "$BATS_TEST_TMPDIR/screen" \
		</dev/null >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	watcher=$!
	stop_in_teardown watcher $watcher
	has_pages() { [ "$(grep -c 'saas_api .*up' "$BATS_TEST_TMPDIR/screen")" -ge 2 ]; }
	wait_at_most 3000 has_pages
	# The terminal is gone.
	kill "$watcher"
	wait "$watcher" || true
	wait_at_most 200 nothing_is_left_of "$BATS_TEST_TMPDIR"
	grep -qF $'\e[' "$BATS_TEST_TMPDIR/screen"
	finds_nothing -F '"saas_api"' "$BATS_TEST_TMPDIR/screen"
}
