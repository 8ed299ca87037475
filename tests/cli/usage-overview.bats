#!/usr/bin/env bats
# lm-usage overview: what the health log says, changes against the span before, and --watch.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
# shellcheck disable=SC2016,SC2086 # dollars of jq; words that are several arguments
load helper
load health

setup_file() {
	start_server
	new_database usage_overview migrations
	sql -f "$LM_TOP/tests/cli/usage-reports.sql"
}

teardown_file() {
	stop_server
}

setup() {
	use_server
	export PGDATABASE=usage_overview LM_CONFIG=$BATS_TEST_TMPDIR/monitor.yaml
	health_log=$BATS_TEST_TMPDIR/health.jsonl
	printf 'health:\n  log: %s\n' "$health_log" >"$LM_CONFIG"
}

teardown() {
	stop_peers
}

overview() { # OPTION...
	lm-usage overview --now 2025-11-15T12:00:00Z "$@"
}

# What the section platform says, and that nothing is said on stderr.
platform_is() { # JSON
	run --separate-stderr overview
	is "$status" 0
	is "$stderr" ''
	is "$(of .platform)" "$1"
}

nothing_known='{"saas_api":null,"litellm_proxy":null,"database":null,"overall":null,"checked_at":null,"age_seconds":null}'

@test "the platform is as the newest line of the health log has it, and so old" {
	log_line 2025-11-15T11:00:00Z up up up >"$health_log"
	platform_is '{"saas_api":true,"litellm_proxy":true,"database":true,"overall":"healthy","checked_at":"2025-11-15T11:00:00Z","age_seconds":3600}'
	log_line 2025-11-15T11:59:59.5Z slow down off >>"$health_log"
	platform_is '{"saas_api":true,"litellm_proxy":false,"database":null,"overall":"degraded","checked_at":"2025-11-15T11:59:59.500000Z","age_seconds":0}'
	log_line 2025-11-15T11:59:00Z unknown up down >>"$health_log"
	platform_is '{"saas_api":null,"litellm_proxy":true,"database":false,"overall":"unhealthy","checked_at":"2025-11-15T11:59:00Z","age_seconds":60}'
	is "$(lm-usage overview --now 2025-11-16T11:59:00Z | jq .platform.age_seconds)" 86400
	# In the past, what was known then.
	is "$(lm-usage overview --now 2025-11-15T11:30:00Z | jq -c '.platform | [.checked_at, .age_seconds]')" '["2025-11-15T11:00:00Z",1800]'
	is "$(lm-usage overview --now 2025-11-15T10:30:00Z | jq -c .platform)" "$nothing_known"
	overview -t | grep -qxE 'Age +1 min'
}

@test "what lm-health appends is what the overview reads" {
	configure "database: {required: true}" "saas_api: {url: \"http://127.0.0.1:1/health\"}"
	configure_more "log: $health_log"
	lm-health -f jsonl >>"$health_log" || is $? 1
	run --separate-stderr lm-usage overview
	is "$(of '.platform | [.saas_api, .litellm_proxy, .database, .overall]')" '[false,null,true,"degraded"]'
	is "$(of '.platform.age_seconds | . >= 0 and . < 60')" true
}

@test "a line that is still being written is not read" {
	log_line 2025-11-15T11:00:00Z up up up >"$health_log"
	log_line 2025-11-15T11:05:00Z down down down | tr -d '\n' >>"$health_log"
	platform_is '{"saas_api":true,"litellm_proxy":true,"database":true,"overall":"healthy","checked_at":"2025-11-15T11:00:00Z","age_seconds":3600}'
	echo >>"$health_log"
	is "$(overview | jq -r .platform.overall)" unhealthy
}

@test "lines that are no health documents are passed over" {
	log_line 2025-11-15T11:00:00Z up up up >"$health_log"
	printf '%s\n' 'Traceback (most recent call last):' '[]' '{}' '"healthy"' '{"overall": "healthy"}' \
		'{"overall": "healthy", "checked_at": "yesterday"}' '{"overall": true, "checked_at": "2025-11-15T11:30:00Z"}' '' \
		'{"overall": "unhealthy", "checked_at": "2025-11-15T11:30:00Z"' >>"$health_log"
	is "$(overview | jq -r .platform.checked_at)" 2025-11-15T11:00:00Z
	# Up to a point: what is not among the last 64 KiB is not looked for.
	head -c 70000 /dev/zero | tr '\0' '\n' >>"$health_log"
	run --separate-stderr overview
	is "$(of .platform)" "$nothing_known"
	is "$stderr" "lm-usage: \"$health_log\" ends with no line that lm-health -f jsonl writes"
}

@test "without a log nothing is known, and nothing is wrong" {
	platform_is "$nothing_known"
	: >"$health_log"
	platform_is "$nothing_known"
	overview -t | grep -qxE 'Overall +-'
	overview -f prom | finds_nothing -E 'saas_api|age_seconds'
}

@test "a log that cannot be read is said, and the rest is printed" {
	mkdir "$health_log"
	run --separate-stderr overview
	is "$status" 0
	is "$stderr" "lm-usage: cannot read \"$health_log\": Is a directory"
	is "$(of .platform)" "$nothing_known"
	is "$(of .usage.total_jobs)" 6
	rmdir "$health_log"
	mkfifo "$health_log"
	run --separate-stderr overview
	is_like "$stderr" "lm-usage: cannot read \"$health_log\": *"
	is "$(of .usage.total_jobs)" 6
}

@test "hostile text in the log reaches no terminal" {
	jq -nc '{saas_api: "\u001b[2J", litellm_proxy: [1], database: {a: 1}, checked_at: "2025-11-15T11:00:00Z",
		overall: "\u001b[31m\u202e\u2066é"}' >"$health_log"
	run script -qec "TERM=dumb $LM_WRAP $LM_BUILD/bin/lm-usage overview --now 2025-11-15T12:00:00Z" /dev/null
	is "$status" 0
	LC_ALL=C finds_nothing -P '[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\xe2\x80\xae|\xe2\x81\xa6' <<<"$output"
	is "$(overview | jq -c '.platform | [.saas_api, .litellm_proxy, .database]')" '[null,null,null]'
	# However long it is, what is printed is no broken text.
	jq -nc '{checked_at: "2025-11-15T11:00:00Z", overall: ("é" * 1000)}' >"$health_log"
	for format in json jsonl csv prom table; do
		overview -f $format | iconv -f UTF-8 -t UTF-8 >"$BATS_TEST_TMPDIR/out"
		finds_nothing $'\ufffd' "$BATS_TEST_TMPDIR/out"
	done
}

@test "figures have their changes beside them" {
	run overview -t
	for line in 'Jobs 6 \+100\.00%' 'Jobs today 2 -' 'Completed 3 \+50\.00%' 'Cost \$0\.33 \+18\.57%' \
		'Average cost of a job \$0\.06 -40\.71%' 'Credits allocated 1,150' 'Average latency 3,600 ms \+300\.00%' \
		'Failure rate 25\.00% -25\.00%'; do
		grep -qxE "${line// / +} *" <<<"$output" || { echo "no $line in $output" && false; }
	done
	is "${lines[0]} ${lines[1]}" 'Overview 2025-11-01T00:00:00Z to 2025-12-01T00:00:00Z, still open'
	is "${lines[-1]}" 'as of 2025-11-15T12:00:00Z'
}

@test "a job of just before the compared span's end is compared with, and one of its end is not" {
	# Until noon of the 15th of October there were three jobs, one of them 1 µs before noon, and one at noon.
	is "$(overview | jq -c '.usage | [.total_jobs, .total_jobs_trend_percent]')" '[6,100]'
	is "$(lm-usage overview --now 2025-11-15T11:59:59.999999Z | jq -c '.usage | [.total_jobs, .total_jobs_trend_percent]')" \
		'[5,150]'
	is "$(lm-usage overview --now 2025-11-15T12:00:00.000001Z | jq -c '.usage | [.total_jobs, .total_jobs_trend_percent]')" \
		'[6,50]'
}

# Starts --watch, with its output in the file named by watched.
watch() { # OPTION...
	watched=$BATS_TEST_TMPDIR/watched
	$LM_WRAP "$LM_BUILD/bin/lm-usage" overview --watch=200ms "$@" >"$watched" 2>"$watched.err" 3>&- &
	watcher=$!
	stop_in_teardown watch $watcher
}

has_lines() { # COUNT
	[ "$(wc -l <"$watched")" -ge "$1" ]
}

@test "--watch prints a document a line, so often, until it is told to end" {
	watch
	wait_until has_lines 6
	kill -TERM $watcher
	status=0
	wait $watcher || status=$?
	is $status 143
	is "$(cat "$watched.err")" ''
	is "$(tail -c 1 "$watched" | od -An -c | tr -d ' ')" '\n'
	jq -e '.report == "overview" and .usage.total_jobs_today == 0' "$watched" >"$BATS_TEST_TMPDIR/true"
	# They are 200 ms apart, though the first may have been late.
	is "$(jq -rs 'def us: sub("Z$"; "") | split(".") | (.[0] + "Z" | fromdateiso8601) + ("0." + (.[1] // "0") | tonumber);
		[.[].as_of] | (.[5] | us) - (.[0] | us) > 0.5' "$watched")" true
}

@test "--watch has new figures in each line" {
	watch
	wait_until has_lines 1
	sql -c "INSERT INTO jobs (team_id, job_type, created_at) SELECT 'team_b', 'chat', now() AT TIME ZONE 'UTC' - interval '1 ms'"
	wait_until grep -q '"total_jobs_today":1' "$watched"
	sql -c "DELETE FROM jobs WHERE created_at > '2026-01-01'"
	is "$(head -n 1 "$watched" | jq .usage.total_jobs_today)" 0
}

@test "--watch shows other formats too, one after the other" {
	for format in table csv json prom; do
		watch -f $format
		case $format in
		table) again='^Overview$' ;;
		csv) again='^section,' ;;
		json) again='^  "report": "overview"' ;;
		prom) again='^lm_usage_overview_partial ' ;;
		esac
		comes_again() { [ "$(grep -c "$again" "$watched")" -ge 2 ]; }
		wait_until comes_again
		stop_peer watch
	done
}

@test "--watch redraws a terminal, with as much from the top as it has rows for" {
	watched=$BATS_TEST_TMPDIR/screen
	script -qefc "stty rows 12 cols 80; TERM=xterm NO_COLOR=1 $LM_WRAP $LM_BUILD/bin/lm-usage overview --watch=200ms" "$watched" \
		</dev/null >"$BATS_TEST_TMPDIR/out" 3>&- &
	stop_in_teardown script $!
	is_redrawn() { [ "$(grep -c $'^\e\[H\e\[2JOverview' "$watched")" -ge 3 ]; }
	wait_until is_redrawn
	# The second screen: all rows but the last, where the cursor stays.
	is "$(tr -d '\r' <"$watched" | awk 'BEGIN { RS = "\033\\[H\033\\[2J" } NR == 3' | grep -c .)" \
		"$(lm-usage overview -t --plain | head -n 11 | grep -c .)"
}

restart_server() { # pg_ctl's options and its verb
	local as=()
	[ "$(id -u)" != 0 ] || as=(runuser -u postgres --)
	# In the directory of the server: its user may not read the present one.
	(cd "${LM_PGDATA%/data}" && "${as[@]}" "$LM_PGBIN/pg_ctl" -D "$LM_PGDATA" -s -w -l log "$@") 3>&-
}

@test "--watch says that the database has gone, and goes on when it is back" {
	watch
	wait_until has_lines 2
	restart_server -m immediate stop
	wait_until grep -q "^lm-usage: cannot connect to \"$PGHOST\": " "$watched.err"
	before=$(wc -l <"$watched")
	restart_server start
	wait_until has_lines $((before + 2))
	kill -TERM $watcher
	wait $watcher || is $? 143
	# Nothing but whole documents, and no word but of the connection.
	is "$(jq -r .report "$watched" | sort -u)" overview
	finds_nothing -vE '^lm-usage: (cannot connect to|lost the connection to) ' "$watched.err"
}

@test "--watch ends quietly when nobody reads any more" {
	run --separate-stderr timeout 60 bash -c "trap - PIPE; $LM_WRAP $LM_BUILD/bin/lm-usage overview --watch=50ms | head -n 2 | wc -l
		echo \${PIPESTATUS[0]}"
	is "$output" $'2\n141'
	is "$stderr" ''
}

@test "--watch ends when what it shows cannot be written" {
	run --separate-stderr timeout 60 sh -c "$LM_WRAP $LM_BUILD/bin/lm-usage overview --watch=50ms >/dev/full"
	is "$status" 3
	is "$stderr" 'lm-usage: cannot write to standard output: No space left on device'
}

@test "--watch does not repeat a mistake of the command line" {
	within="timeout ${LM_WRAP:+1}5 $LM_WRAP"
	fails_with 'lm-usage: "2025-13" is not a period: there is no month 13' \
		$within "$LM_BUILD/bin/lm-usage" overview --watch=1h -p 2025-13
	fails_like 'lm-usage: --dsn: expected *' $within "$LM_BUILD/bin/lm-usage" overview --watch=1h --dsn 'postgresql://[host'
	fails_with 'lm-usage: --watch: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not "0s"' \
		lm-usage overview --watch=0s
	fails_with 'lm-usage: --watch does not go with jobs; see lm-usage --help' lm-usage jobs --watch
}
