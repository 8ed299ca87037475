#!/usr/bin/env bats
# lm-health uptime: what a log of checks says.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by run and by start_peer
load helper
load health

setup() {
	export PGDATABASE=shape_migrations
	log=$BATS_TEST_TMPDIR/health.jsonl
}

teardown() {
	stop_peers
}

# Appends lines to the log, one every five minutes from a time on: a word each is the status of the database, or "-" for a
# line that is missing.
add_lines() { # TIME STATUS...
	local at time word
	local -A lines=()
	at=$(date -u -d "$1" +%s)
	shift
	for word; do
		[ -n "${lines[$word]-}" ] || lines[$word]=$(log_line TIME up up "$word")
		printf -v time '%(%Y-%m-%dT%H:%M:%SZ)T' "$at"
		[ "$word" = - ] || echo "${lines[$word]/TIME/$time}"
		at=$((at + 300))
	done >>"$log"
}

# The same word so many times.
times() { # N WORD
	local i
	for ((i = 0; i < $1; i++)); do
		echo "$2"
	done
}

uptime() {
	run --separate-stderr lm-health uptime -f json "$@"
	is "$status" 0 "$stderr"
	is "$stderr" "${said-}"
	# Every second is up, down or unknown: of the whole always, and of a component while the log has it and it is not off.
	# shellcheck disable=SC2016 # jq's own
	is "$(of '((.to[:19] + "Z" | fromdate) - (.from[:19] + "Z" | fromdate)) as $all
		| [.components | to_entries[] | (.value | .up_seconds + .down_seconds + .unknown_seconds) as $sum
			| if .key == "overall" then $sum == $all else $sum <= $all end] | all')" true "$(of '[.from, .to, .components]')"
}

database_has() { # FIELDS-AS-JSON-ARRAY: uptime_percent, to three digits, up degraded down unknown incidents longest
	is "$(of '.components.database | [(.uptime_percent | if . then . * 1000 | floor / 1000 else . end), .up_seconds, .degraded_seconds, .down_seconds, .unknown_seconds,
		.incidents, .longest_outage_seconds]')" "$1"
}

@test "an hour of a database that was down for ten minutes" {
	add_lines 2025-10-15T00:00Z up up up up down down up up up up up up up
	uptime "$log"
	is "$(of '[.report, .from[:19], .to[:19]]')" '["uptime","2025-10-15T00:00:00","2025-10-15T01:00:00"]'
	is "$(of '[.log.lines, .log.broken_lines, .log.late_lines, .log.interval_seconds]')" '[13,0,0,300]'
	database_has '[83.333,3000,0,600,0,1,600]'
	is "$(of '.components.saas_api | [.uptime_percent, .up_seconds, .down_seconds, .incidents]')" '[100,3600,0,0]'
	# Unhealthy is down, and so is the whole.
	is "$(of '.components.overall | [.up_seconds, .down_seconds, .incidents, .longest_outage_seconds]')" '[3000,600,1,600]'
	is "$(of '.incidents | map([.component, .started_at[:19], .ended_at[:19], .duration_seconds]) | sort')" \
		'[["database","2025-10-15T00:20:00","2025-10-15T00:30:00",600],["overall","2025-10-15T00:20:00","2025-10-15T00:30:00",600]]'
	is "$(of '.incidents[] | select(.component == "database").message')" 'HTTP 500, expected 200'
}

@test "slow is up, and so is a platform that is degraded" {
	add_lines 2025-10-15T00:00Z up slow slow up up
	log_line 2025-10-15T00:25:00Z down up up >>"$log"
	add_lines 2025-10-15T00:30Z up
	uptime "$log"
	database_has '[100,1800,600,0,0,0,0]'
	is "$(of '.components.saas_api | [.up_seconds, .degraded_seconds, .down_seconds, .incidents]')" '[1500,0,300,1]'
	is "$(of '.components.overall | [.uptime_percent, .up_seconds, .degraded_seconds, .down_seconds, .incidents]')" '[100,1800,900,0,0]'
}

@test "what was unknown or off is neither up nor down" {
	add_lines 2025-10-15T00:00Z up unknown unknown up up
	uptime "$log"
	database_has '[100,600,0,0,600,0,0]'
	rm "$log"
	add_lines 2025-10-15T00:00Z off off off
	uptime "$log"
	# What is off is not watched: no time of its is anything.
	database_has '[null,0,0,0,0,0,0]'
}

@test "a hole in the log is unknown time, and counts neither way" {
	# Half an hour, a hole of an hour and a half, half an hour.
	add_lines 2025-10-15T00:00Z up up up up up up up
	add_lines 2025-10-15T02:00Z up up up up up up up
	uptime "$log"
	database_has '[100,3600,0,0,5400,0,0]'
	is "$(of '[.components.saas_api, .components.overall] | map([.up_seconds, .unknown_seconds])')" '[[3600,5400],[3600,5400]]'
	# The same beside an outage: half of what is known.
	rm "$log"
	add_lines 2025-10-15T00:00Z down down down down down down down
	add_lines 2025-10-15T02:00Z up up up up up up up
	uptime "$log"
	database_has '[50,1800,0,1800,5400,1,1800]'
}

@test "twice the usual interval is no hole, and a second more is one" {
	add_lines 2025-10-15T00:00Z up up up up - up up up
	uptime "$log"
	is "$(of .log.interval_seconds)" 300
	database_has '[100,2100,0,0,0,0,0]'
	rm "$log"
	add_lines 2025-10-15T00:00Z up up up up
	add_lines 2025-10-15T00:25:01Z up up up
	uptime "$log"
	# The whole time between the two lines is unknown, from the first second on.
	database_has '[100,1500,0,0,601,0,0]'
}

@test "an outage with a hole in it is one incident, without the time of the hole" {
	add_lines 2025-10-15T00:00Z up up up up up down down
	add_lines 2025-10-15T02:00Z down up up up up up
	uptime "$log"
	# 00:25 to 00:30, and 02:00 to 02:05.
	database_has '[81.818,2700,0,600,5400,1,600]'
	is "$(of '.incidents[] | select(.component == "database") | [.started_at[:19], .ended_at[:19], .duration_seconds]')" \
		'["2025-10-15T00:25:00","2025-10-15T02:05:00",600]'
	# So it is with lines that could not say.
	rm "$log"
	add_lines 2025-10-15T00:00Z up down unknown unknown down up up
	uptime "$log"
	is "$(of '.components.database | [.up_seconds, .down_seconds, .unknown_seconds, .incidents, .longest_outage_seconds]')" '[600,600,600,1,600]'
	is "$(of '.incidents[] | select(.component == "database").duration_seconds')" 600
}

@test "an outage that goes on has no end" {
	add_lines 2025-10-15T00:00Z up up down down down
	uptime "$log"
	is "$(of '.incidents[] | select(.component == "database") | [.started_at[:19], .ended_at, .duration_seconds]')" '["2025-10-15T00:10:00",null,600]'
	database_has '[50,600,0,600,0,1,600]'
}

@test "lines that are none are counted and skipped" {
	add_lines 2025-10-15T00:00Z up up up
	{
		echo 'lm-health: cannot resolve'
		echo '{"saas_api":true,"overall":"healthy","checked_at":"2025-10-15T00:1'
		echo '[]'
		echo '{}'
		echo '"2025-10-15T00:12:00Z"'
		echo '{"overall":"healthy","checked_at":"soon","components":{}}'
		echo '{"overall":"healthy","checked_at":"2025-13-45T99:99:99Z","components":{}}'
		printf '\xff\xfe\x00\x01 broken\n'
		head -c 3000000 /dev/zero | tr '\0' 'x'
		echo
	} >>"$log"
	add_lines 2025-10-15T00:15Z up up
	# Two writers at once.
	printf '%s%s\n' "$(log_line 2025-10-15T00:25:00Z up up up)" "$(log_line 2025-10-15T00:25:00Z up up up)" >>"$log"
	add_lines 2025-10-15T00:25Z up
	# The writer was stopped in the middle of a line.
	printf '%s' "$(log_line 2025-10-15T00:30:00Z up up down | head -c 300)" >>"$log"
	uptime "$log"
	is "$(of '[.log.lines, .log.broken_lines]')" '[6,11]'
	database_has '[100,1500,0,0,0,0,0]'
}

@test "the last line counts without a line end too" {
	add_lines 2025-10-15T00:00Z up up
	printf '%s' "$(log_line 2025-10-15T00:10:00Z up up up)" >>"$log"
	uptime "$log"
	is "$(of '[.log.lines, .to[:19]]')" '[3,"2025-10-15T00:10:00"]'
}

@test "lines with windows' ends, blanks, and members in another order say the same" {
	add_lines 2025-10-15T00:00Z up up down down up
	uptime "$log"
	before=$output
	jq -c 'to_entries | reverse | from_entries | .components |= map_values(to_entries | reverse | from_entries) | .more = {"a": [1]}' \
		"$log" | sed 's/,"/ , "/g; s/$/\r/' >"$log.other"
	uptime "$log.other"
	is "$output" "$before"
}

@test "a line older than the one before is counted and skipped" {
	add_lines 2025-10-15T00:00Z up up up up
	add_lines 2025-10-15T00:05Z down
	add_lines 2025-10-15T00:20Z up
	said='lm-health: left out 1 line older than the one before' uptime "$log"
	is "$(of .log.late_lines)" 1
	database_has '[100,1200,0,0,0,0,0]'
}

@test "a line of a clock that was wrong is left out, and not all that follow it" {
	add_lines 2025-10-15T00:00Z up up up
	add_lines 2099-01-01T00:00Z down
	add_lines 2025-10-15T00:15Z down up
	said='lm-health: left out 1 line later than now: was a clock wrong?' uptime "$log"
	is "$(of '[.log.lines, .log.late_lines, .log.future_lines, .to[:19]]')" '[5,0,1,"2025-10-15T00:20:00"]'
	database_has '[75,900,0,300,0,1,300]'
	# What is taken for the present is what counts; five minutes more are none too many.
	said='lm-health: left out 2 lines later than now: was a clock wrong?' uptime --now 2025-10-15T00:10:00Z "$log"
	is "$(of '[.log.lines, .log.future_lines]')" '[4,2]'
}

@test "several files are read in the order of their first lines, and standard input too" {
	add_lines 2025-10-15T00:00Z up up up up down down up up up up up up
	uptime "$log"
	whole=$output
	split -l 4 "$log" "$BATS_TEST_TMPDIR/part."
	cd "$BATS_TEST_TMPDIR"
	for files in 'part.aa part.ab part.ac' 'part.ac part.ab part.aa' 'part.ab part.aa part.ac'; do
		# shellcheck disable=SC2086 # words
		uptime $files
		is "$output" "$whole" "$files"
	done
	# Broken lines in front do not hide where a file belongs.
	sed -i '1i rotated' part.aa
	uptime part.ac part.aa part.ab
	is "$(of '[.log.lines, .log.broken_lines, .log.late_lines, .components.database.down_seconds]')" '[12,1,0,600]'
	run --separate-stderr lm-health uptime -f json - <"$log"
	is "$status$stderr" 0
	is "$output" "$whole"
	run --separate-stderr bash -c "cat '$log' | $LM_WRAP $LM_BUILD/bin/lm-health uptime - -f json"
	is "$output" "$whole"
}

@test "without a file, the log is health.log of the configuration" {
	add_lines 2025-10-15T00:00Z up up up
	configure 'database: {}'
	configure_more "log: $log"
	uptime
	is "$(of .log.lines)" 3
	fails_like 'lm-health: *"/var/log/lm-monitor/health.jsonl*' lm-health uptime --config /dev/null
}

@test "what two runs appended is what uptime reads" {
	start_platform
	lm-health -f jsonl --now 2025-10-15T00:00:00Z >>"$log"
	PGHOST=/nonexistent lm-health -f jsonl --now 2025-10-15T00:05:00Z >>"$log" || [ $? = 2 ]
	lm-health -f jsonl --now 2025-10-15T00:10:00Z >>"$log"
	uptime "$log"
	is "$(of '[.from[:19], .to[:19], .log.lines, .log.broken_lines, .log.interval_seconds]')" '["2025-10-15T00:00:00","2025-10-15T00:10:00",3,0,300]'
	database_has '[50,300,0,300,0,1,300]'
	is "$(of '.incidents[] | select(.component == "database").message')" 'cannot connect to "/nonexistent": No such file or directory'
	is "$(of '.components | keys_unsorted | sort')" '["database","litellm_proxy","overall","saas_api"]'
	is "$(of '.components.saas_api | .avg_latency_ms > 0 and .p95_latency_ms > 0')" true
}

@test "components that come and go are known for the time in which they are in the log" {
	add_lines 2025-10-15T00:00Z up up up
	for words in '15 up' '20 down' '25 up'; do
		log_line "2025-10-15T00:${words% *}:00Z" up up "${words#* }"
	done | jq -c 'del(.components.litellm_proxy) | .components.queue = .components.database' >>"$log"
	uptime "$log"
	is "$(of '.components | [.litellm_proxy, .queue] | map([.up_seconds, .down_seconds, .unknown_seconds])')" '[[900,0,0],[300,300,0]]'
}

@test "components beyond the 64th are left out, and that is said" {
	jq -cn --arg at 2025-10-15T00:00:00Z '[range(64) | {key: "c\(.)", value: {status: "up"}}] | from_entries
		| {overall: "healthy", checked_at: $at, components: .}' >"$log"
	uptime "$log"
	is "$(of '.components | length')" 65
	jq -c '.components.more = {status: "down"} | .checked_at = "2025-10-15T00:05:00Z"' "$log" >>"$log.more"
	said='lm-health: the log names more than 64 components: those after them are left out' uptime "$log" "$log.more"
	is "$(of '.components | length, has("more")' | paste -sd ' ')" '65 false'
}

@test "latencies are averaged, and the percentile is one that was observed" {
	for ((i = 0; i < 20; i++)); do
		log_line "$(date -u -d "2025-10-15T00:00Z + $((i * 5)) minutes" +%FT%TZ)" up up up $(((i * 7 % 20 + 1) * 10)) >>"$log"
	done
	# Without a latency there is nothing to count.
	log_line 2025-10-15T01:40:00Z down up up 100000 >>"$log"
	uptime "$log"
	is "$(of '.components.saas_api | [.avg_latency_ms, .p95_latency_ms]')" '[105,190]'
}

@test "--days looks back from the present, and what the log does not tell is unknown" {
	# From the 13th at noon to the 14th at 18:00, one line every five minutes, the last two hours of them down.
	mapfile -t words < <(times 337 up && times 24 down && echo up)
	add_lines 2025-10-13T12:00Z "${words[@]}"
	uptime --days 1 --now 2025-10-14T18:05:00Z "$log"
	is "$(of '[.from[:19], .to[:19]]')" '["2025-10-13T18:05:00","2025-10-14T18:05:00"]'
	is "$(of '.components.database | [.up_seconds, .down_seconds, .unknown_seconds]')" '[79200,7200,0]'
	# Six hours later, the log ended six hours ago.
	uptime --days 1 --now 2025-10-15T00:05:00Z "$log"
	is "$(of '.components.database | [.down_seconds, .incidents, .unknown_seconds >= 21600, .unknown_seconds <= 21900]')" '[7200,1,true,true]'
	# Two weeks: the log began less than two days ago.
	uptime --days 14 --now 2025-10-14T18:05:00Z "$log"
	is "$(of '[.from[:19], (.components.database | .down_seconds, .unknown_seconds)]')" "[\"2025-09-30T18:05:00\",7200,$((14 * 86400 - 30 * 3600 - 300))]"
	# A year later it says nothing.
	run --separate-stderr lm-health uptime --days 1 --now 2026-10-14T18:05:00Z "$log"
	if [ "$status" = 0 ]; then
		is "$(of '.components | map(.unknown_seconds) | unique')" '[86400]'
	else
		is "$status" 3
		is_like "$stderr" 'lm-health: ?*'
	fi
}

@test "--days is from 1 to 36500" {
	add_lines 2025-10-15T00:00Z up up
	for days in 0 36501 200000000; do
		fails_with 'lm-health: --days: expected a whole number from 1 to 36500' lm-health uptime --days $days "$log"
	done
	uptime --days 36500 --now 2025-10-15T00:05:00Z "$log"
	is "$(of '[.from[:4], .components.overall.up_seconds]')" '["1925",300]'
}

@test "an outage that began before the time looked at counts for what lies in it" {
	mapfile -t words < <(times 12 up && times 24 down && times 13 up)
	add_lines 2025-10-14T00:00Z "${words[@]}"
	# From 02:00 on: an hour of the two.
	uptime --days 1 --now 2025-10-15T02:00:00Z "$log"
	is "$(of '.components.database.down_seconds')" 3600
}

@test "the newest incidents are printed, 50 of them or as many as --limit says" {
	mapfile -t words < <(for ((i = 0; i < 60; i++)); do printf 'up\ndown\n'; done)
	add_lines 2025-10-15T00:00Z "${words[@]}" up
	uptime "$log"
	is "$(of '[.components.database.incidents, .components.overall.incidents, (.incidents | length)]')" '[60,60,50]'
	# The last begins at 119 * 5 minutes.
	is "$(of '[.incidents[].started_at[:19]] | max')" 2025-10-15T09:55:00
	uptime "$log" --limit 3
	is "$(of '.incidents | length')" 3
	is "$(of '[.incidents[].started_at[:19]] | [min >= "2025-10-15T09:45:00", max]')" '[true,"2025-10-15T09:55:00"]'
	uptime "$log" --limit 0
	is "$(of '.incidents | length')" 120
	is "$(of '[.incidents[] | select(.component == "database").duration_seconds] | unique')" '[300]'
}

@test "every format has it" {
	add_lines 2025-10-15T00:00Z up up down down up up
	run --separate-stderr lm-health uptime -f table "$log"
	is "$status$stderr" 0
	for line in '*database*60*' '*overall*' '*database*2025-10-15T00:10:00Z*2025-10-15T00:20:00Z*10 min*HTTP 500*'; do
		is_like "$output" "$line"
	done
	run --separate-stderr lm-health uptime -f jsonl "$log"
	is "$status$stderr" 0
	is "$(wc -l <<<"$output")" 1
	is "$(of .components.database.down_seconds)" 600
	run --separate-stderr lm-health uptime -f csv "$log"
	is "$status$stderr" 0
	is_like "${lines[0]}" 'section,*component,uptime_percent,up_seconds,*'
	is "$(awk -F, 'NR > 1 { print $1 }' <<<"$output" | uniq -c | awk '{ print $1, $2 }' | paste -sd ' ')" '1 log 4 components 2 incidents'
	lm-health uptime -f prom "$log" >"$BATS_TEST_TMPDIR/prom"
	grep -qE '^lm_health_.*down_seconds.*\{component="database"\} 600$' "$BATS_TEST_TMPDIR/prom"
	run --separate-stderr promtool check metrics <"$BATS_TEST_TMPDIR/prom"
	is "$status$output$stderr" 0
	for format in table json jsonl csv prom; do
		run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-health uptime -f $format '$log' >/dev/full"
		is "$status" 3
		is "$stderr" 'lm-health: cannot write to standard output: No space left on device'
	done
}

@test "a terminal of 80 columns shows what is unknown too" {
	add_lines 2025-10-15T00:00Z up down up
	on_terminal 80 lm-health uptime --days 30 --now 2025-11-10T00:00:00Z "$log"
	# shellcheck disable=SC2154 # set by on_terminal
	grep -qE '^Component +Uptime +Up +Down +Unknown +Incidents +Longest +Latency$' "$screen" || { cat "$screen" && false; }
	grep -qE '^database +50\.00% +5 min +5 min +29 d 23 h +1 +5 min +12 ms$' "$screen" || { cat "$screen" && false; }
	[ "$(wc -L <"$screen")" -le 80 ] || { cat "$screen" && false; }
}

@test "what a log says cannot break out of any format" {
	# shellcheck disable=SC1003 # JSON's
	printf '%s\n' '{"overall":"healthy","checked_at":"2025-10-15T00:00:00Z","components":{"a|\n\u001b[31m\"\\\u202e":{"status":"up"}}}' \
		'{"overall":"unhealthy","checked_at":"2025-10-15T00:05:00Z","components":{"a|\n\u001b[31m\"\\\u202e":{"status":"down","message":"x\n\u001b[31m\u0000\u009b\"\\"}}}' \
		'{"overall":"healthy","checked_at":"2025-10-15T00:10:00Z","components":{"a|\n\u001b[31m\"\\\u202e":{"status":"up"}}}' >"$log"
	# In a quoted cell CSV has any character, and so has a label of Prometheus'.
	for format in table json jsonl csv prom; do
		lm-health uptime -f $format "$log" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
		case $format in csv | prom) continue ;; esac
		finds_nothing -aP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]' "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
	done
	run --separate-stderr promtool check metrics <"$BATS_TEST_TMPDIR/out"
	is "$status$output$stderr" 0
}

@test "a log without a line that says how the platform was is an error" {
	: >"$log"
	fails_like 'lm-health: ?*' lm-health uptime "$log"
	printf 'nothing\n{}\n\n' >"$log"
	fails_like 'lm-health: ?*' lm-health uptime "$log"
	fails_like 'lm-health: ?*' lm-health uptime - </dev/null
	fails_like 'lm-health: *no such log*: No such file or directory' lm-health uptime "$BATS_TEST_TMPDIR/no such log"
	add_lines 2025-10-15T00:00Z up
	fails_like 'lm-health: *no such log*: No such file or directory' lm-health uptime "$log" "$BATS_TEST_TMPDIR/no such log"
	fails_like 'lm-health: *: Is a directory' lm-health uptime "$BATS_TEST_TMPDIR"
}

@test "a compressed log is an error that says how it is read" {
	add_lines 2025-10-15T00:00Z up up up
	gzip -k "$log"
	fails_with "lm-health: \"$log.gz\" is compressed: zcat FILE | lm-health uptime -" lm-health uptime "$log.gz" "$log"
	# However the bytes come.
	fails_with 'lm-health: "standard input" is compressed: zcat FILE | lm-health uptime -' lm-health uptime - \
		< <(for at in 1 2 3; do dd bs=1 count=1 iflag=fullblock 2>>"$BATS_TEST_TMPDIR/dd"; done <"$log.gz"; cat "$log.gz")
	run --separate-stderr bash -c "zcat '$log.gz' | $LM_WRAP $LM_BUILD/bin/lm-health uptime - -f json"
	is "$status$stderr" 0
	is "$(of .log.lines)" 3
}

@test "a single line is a log, of no time" {
	add_lines 2025-10-15T00:00Z up
	uptime "$log"
	database_has '[null,0,0,0,0,0,0]'
}

@test "standard input that says nothing ends at --timeout" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	exec {pipe}<>"$BATS_TEST_TMPDIR/pipe"
	timed lm-health uptime - --timeout 300ms <&"$pipe"
	is "$status" 3
	is_like "$stderr" 'lm-health: *timeout after 0.3 s*'
	is "$output" ""
	took_less_than 300
}

# Lines like the tool's, as many as make so many megabytes; with an incident every 50 of them.
make_megabytes() { # MEGABYTES
	perl -e '
		my ($before, $after) = split /2025-10-15T00:00:00Z/, $ARGV[1];
		my ($bad_before, $bad_after) = split /2025-10-15T00:00:00Z/, $ARGV[2];
		my ($left, $at, $n) = ($ARGV[0] * 1e6, 1577836800, 0);
		while ($left > 0) {
			my @t = gmtime($at += 60);
			my $time = sprintf "%04d-%02d-%02dT%02d:%02d:%02dZ", $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0];
			my $line = ++$n % 50 ? "$before$time$after\n" : "$bad_before$time$bad_after\n";
			print $line;
			$left -= length $line;
		}' "$1" "$(log_line 2025-10-15T00:00:00Z up up up)" "$(log_line 2025-10-15T00:00:00Z up up down)"
}

@test "the memory that a log takes does not depend on its length" {
	[ -z "$LM_WRAP" ] || skip 'a wrapper has memory of its own'
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	# What AddressSanitizer keeps of freed memory is not the tool's.
	ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1 "$LM_BUILD/bin/lm-health" uptime - -f json --timeout 5m <"$BATS_TEST_TMPDIR/pipe" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	reader=$!
	exec {pipe}>"$BATS_TEST_TMPDIR/pipe"
	# All but what a pipe holds has been read when a writer has written.
	peak_kib() { awk '/^VmHWM/ { print $2 }' "/proc/$reader/status"; }
	make_megabytes 10 >&"$pipe"
	small=$(peak_kib)
	make_megabytes 200 >&"$pipe"
	large=$(peak_kib)
	exec {pipe}>&-
	wait "$reader"
	[ "$small" -gt 500 ]
	[ $((large - small)) -lt 1000 ] || { echo "$small KiB after 10 MB, $large KiB after 210 MB" && false; }
	output=$(cat "$BATS_TEST_TMPDIR/out")
	[ "$(of .log.lines)" -gt 100000 ]
	is "$(of '.incidents | length')" 50
	[ "$(of .components.database.incidents)" -gt 2000 ]
}
