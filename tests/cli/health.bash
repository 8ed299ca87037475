# What the tests of lm-health share. Each file has to call stop_peers in its teardown.

# shellcheck disable=SC2154 # set by bats, by run and by the runner

# As helper.bash has it for lm-usage.
lm-health() {
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	$LM_WRAP "$LM_BUILD/bin/lm-health" "$@"
}

# Under a wrapper everything is slower: a healthy component gets more time.
health_timeout=${LM_WRAP:+1}8s
# For where the message of a component that is up matters, which has to be none however busy the machine is.
patient='latency_warn_ms: 60000, latency_crit_ms: 60000'

declare -gA peers=() # bats loads this file in a function

stop_peer() { # NAME
	[ -n "${peers[$1]-}" ] || return 0
	kill "${peers[$1]}" 2>/dev/null || true
	wait "${peers[$1]}" 2>/dev/null || true
	unset "peers[$1]"
}

stop_peers() {
	local name
	for name in "${!peers[@]}"; do
		stop_peer "$name"
	done
}

# For whatever else a test started.
stop_in_teardown() { # NAME PID
	peers[$1]=$2
}

# Starts an HTTP server with options of tests/stubs/http-peer, in place of the one of that name before. Its port is in
# the variable NAME, and what it was asked in the file that log_of names.
start_peer() { # NAME OPTION...
	local name=$1 file=$BATS_TEST_TMPDIR/$1.port
	stop_peer "$name"
	rm -f "$file" "$(log_of "$name")"
	"$LM_TOP/tests/stubs/http-peer" "$file" --log "$(log_of "$name")" "${@:2}" 3>&- &
	peers[$name]=$!
	wait_until test -s "$file"
	printf -v "$name" %s "$(<"$file")"
}

log_of() { # NAME
	echo "$BATS_TEST_TMPDIR/$1.requests"
}

# Starts a server on a Unix socket where libpq looks for it; its directory is in the variable NAME.
start_postgres_peer() { # NAME STUB ARGUMENT...
	local name=$1 directory
	stop_peer "$name"
	# The path of a socket is short.
	directory=$(mktemp -d "$BATS_TEST_TMPDIR/XXX")
	"$LM_TOP/tests/stubs/$2" "$directory/.s.PGSQL.5432" "${@:3}" 3>&- &
	peers[$name]=$!
	wait_until test -S "$directory/.s.PGSQL.5432"
	printf -v "$name" %s "$directory"
}

# A name server at 127.9.9.10 that never answers.
start_silent_name_server() {
	"$LM_TOP/tests/stubs/silent-socket" udp:127.9.9.10 3>&- &
	peers[name_server]=$!
	# As the kernel has it: the address backwards, and port 53.
	wait_until grep -qF ' 0A09097F:0035 ' /proc/net/udp
}

# Makes the configuration: the components, each as a line of YAML.
configure() { # LINE...
	export LM_CONFIG=$BATS_TEST_TMPDIR/monitor.yaml
	printf 'health:\n  timeout: %s\n' "$health_timeout" >"$LM_CONFIG"
	printf '  components:\n' >>"$LM_CONFIG"
	printf '    %s\n' "$@" >>"$LM_CONFIG"
	chmod 600 "$LM_CONFIG"
}

# Adds a line to the section health of the configuration.
configure_more() { # LINE
	printf '  %s\n' "$1" >>"$LM_CONFIG"
}

# Two services that are well, and a configuration with them and the database.
start_platform() {
	start_peer saas --path /health --body '{"status":"healthy","service":"saas-llm-api"}'
	start_peer proxy --path /health/readiness --body '{"status":"healthy","db":"connected"}'
	configure "saas_api: {url: \"http://localhost:$saas/health\", $patient}" \
		"litellm_proxy: {url: \"http://localhost:$proxy/health/readiness\", $patient}" \
		"database: {$patient}"
}

is() { # VALUE EXPECTED [WHAT]
	[ "$1" = "$2" ] || { printf '%s\nexpected: %s\nbut got:  %s\n' "${3-}" "$2" "$1" && return 1; }
}

is_like() { # VALUE PATTERN [WHAT]
	# shellcheck disable=SC2053 # a pattern
	[[ $1 == $2 ]] || { printf '%s\nexpected: %s\nbut got:  %s\n' "${3-}" "$2" "$1" && return 1; }
}

# What jq makes of the output of run, on one line.
of() { # FILTER
	jq -cr "$1" <<<"$output"
}

# A component's status and message.
component_is() { # COMPONENT STATUS MESSAGE-PATTERN
	is_like "$(of ".components[\"$1\"] | \"\\(.status): \\(.message)\"")" "$2: $3" "$1"
}

# Runs a command as run does. The time that it took is in elapsed_ms.
timed() { # COMMAND...
	local start=${EPOCHREALTIME/./}
	run --separate-stderr "$@"
	elapsed_ms=$(((${EPOCHREALTIME/./} - start) / 1000))
}

# Whether that was less, start-up not counted: on a busy machine, under sanitizers and in a wrapper it takes its time.
took_less_than() { # MS
	local start_up_ms=1500
	[ -z "$LM_WRAP" ] || start_up_ms=12000
	[ "$elapsed_ms" -lt $(($1 + start_up_ms)) ] || { echo "took $elapsed_ms ms, not $1 and start-up" && return 1; }
}

# The processes that have a variable of this value in their environment.
marked_processes() { # VALUE
	grep -lszxF "LM_TEST_MARK=$1" /proc/[0-9]*/environ | cut -d / -f 3
}

nothing_is_left_of() { # MARK
	[ -z "$(marked_processes "$1")" ]
}

# A line as lm-health -f jsonl appends it to the log: LEVELS are the statuses of saas_api, litellm_proxy and database.
log_line() { # TIME STATUS STATUS STATUS [LATENCY_MS]
	jq -cn --arg at "$1" --argjson ms "${5-12}" --args '
		def up: if . == "up" or . == "slow" then true elif . == "down" then false else null end;
		def worded: {up: null, slow: "took 5100 ms, critical at 5000 ms", down: "HTTP 500, expected 200",
			unknown: "cannot resolve \"api.example\"", off: null}[.];
		["saas_api", "litellm_proxy", "database"] as $names | $ARGS.positional as $levels
		| (if $levels[2] == "down" then ["unhealthy", 2]
			elif any($levels[]; . == "down") then ["degraded", 1]
			elif any($levels[]; . == "unknown") then ["unknown", 3]
			elif any($levels[]; . == "slow") then ["degraded", 1]
			else ["healthy", 0] end) as $overall
		| reduce range(3) as $i ({}; .[$names[$i]] = ($levels[$i] | up))
		| . + {overall: $overall[0], exit_status: $overall[1], checked_at: $at, components: (reduce range(3) as $i ({};
			.[$names[$i]] = {up: ($levels[$i] | up), status: $levels[$i], required: true,
				latency_ms: (if ($levels[$i] | up) then $ms else null end),
				http_status: (if $i < 2 and ($levels[$i] | up) then 200 else null end), attempts: 1,
				message: ($levels[$i] | worded)})),
			database_details: {dialect: "migrations", server_version: "15.8", in_recovery: false,
				newest_job_age_seconds: 12, stuck_jobs: 0, clock_skew_seconds: 0, connections_used: 4,
				connections_max: 100}}' "$2" "$3" "$4"
}
