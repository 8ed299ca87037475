# What the command-line tests share. The runner (tests/check) sets LM_BUILD, LM_TOP, LM_WRAP and the PG* variables.
bats_require_minimum_version 1.5.0

lm-usage() {
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	$LM_WRAP "$LM_BUILD/bin/lm-usage" "$@"
}

# Asks psql and prints the bare answer.
sql() {
	psql -X -qAt -v ON_ERROR_STOP=1 "$@"
}

# Makes a database with the platform's tables in one shape, and makes it the one that psql and the tools read.
new_database() { # NAME SHAPE
	sql -d postgres -c "CREATE DATABASE $1"
	export PGDATABASE=$1
	sql -f "$LM_TOP/sql/platform/$2.sql"
}

# A team with one completed job of 2025-10-15, and two calls of 0.25 and 0.50 dollars.
add_small_team() { # TEAM
	sql -v team="$1" <<-'END'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used) VALUES (:'team', 100, 1);
		WITH job AS (
		    INSERT INTO jobs (job_id, team_id, job_type, status, created_at, completed_at, credit_applied)
		    VALUES (gen_random_uuid(), :'team', 'chat', 'completed', '2025-10-15 08:30', '2025-10-15 08:31', true)
		    RETURNING job_id
		)
		INSERT INTO llm_calls (call_id, job_id, model_used, total_tokens, cost_usd, provider_cost_usd, client_cost_usd,
		    created_at)
		SELECT gen_random_uuid(), job_id, 'gpt-4o', 100, cost, cost, cost * 2, '2025-10-15 08:30:10'
		FROM job, (VALUES (0.125), (0.25)) AS calls (cost);
	END
}

# Starts a server of the test file's own, to be stopped, frozen and restarted; teardown_file has to call stop_server.
start_server() {
	"$LM_TOP/tests/with-postgres" --start "$BATS_FILE_TMPDIR/server"
	use_server
}

use_server() {
	# shellcheck source=/dev/null
	. "$BATS_FILE_TMPDIR/server"
}

stop_server() {
	"$LM_TOP/tests/with-postgres" --stop "$BATS_FILE_TMPDIR/server"
}

# The process id of that server.
server_pid() {
	head -n 1 "$LM_PGDATA/postmaster.pid"
}

# Waits until a command succeeds, at most so many hundredths of a second and what the command takes.
wait_at_most() { # TRIES COMMAND...
	local tries=$1
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.01
	done
}

wait_until() {
	wait_at_most 1000 "$@"
}

# Runs a command as bats' run does, and checks that it fails as every tool does: status 3, nothing on stdout, and one
# line on stderr that a pattern describes.
fails_like() { # PATTERN COMMAND...
	local pattern=$1
	shift
	run --separate-stderr "$@"
	# shellcheck disable=SC2053,SC2154 # a pattern; set by run
	[[ $stderr == $pattern && $stderr != *$'\n'* ]] || { printf 'expected: %s\nbut said: %s\n' "$pattern" "$stderr" && return 1; }
	# shellcheck disable=SC2154
	[ "$status" = 3 ] || { echo "exit status $status" && return 1; }
	# shellcheck disable=SC2154
	[ "$output" = "" ] || { echo "stdout: $output" && return 1; }
}

# The same, for just this line.
fails_with() { # LINE COMMAND...
	# shellcheck disable=SC2001 # each of the characters that a pattern knows gets a backslash
	fails_like "$(sed 's/[][*?\\]/\\&/g' <<<"$1")" "${@:2}"
}

# Fails when grep finds something, and shows it. In bats "! grep" alone fails nothing.
finds_nothing() { # GREP-ARGUMENT...
	if grep "$@"; then
		return 1
	fi
}

# Runs a tool on a pseudo terminal so many columns wide; what it showed is in the file that is named by screen.
on_terminal() { # WIDTH TOOL ARGUMENT...
	local command
	screen=$BATS_TEST_TMPDIR/screen
	printf -v command '%q ' "$LM_BUILD/bin/$2" "${@:3}"
	script -qec "stty cols $1; TERM=${terminal-xterm} NO_COLOR=${no_colour-1} $LM_WRAP $command" /dev/null </dev/null |
		tr -d '\r' >"$screen"
}

# Ends the sessions that a tool has with the server of the test file's own.
end_sessions() { # TOOL
	sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '$1'" >"$BATS_TEST_TMPDIR/ended"
}

# Runs a tool and a command in the middle of what it prints, which takes the connection away: it has to end with status 3
# and say so in one line. What it printed is in the file out.
loses_connection() { # COMMAND TOOL ARGUMENT...
	local pipe=$BATS_TEST_TMPDIR/pipe writer reader status=0
	mkfifo "$pipe"
	"${@:2}" >"$pipe" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	writer=$!
	exec {reader}<"$pipe"
	head -c 1000 <&"$reader" >"$BATS_TEST_TMPDIR/out"
	# shellcheck disable=SC2086 # a command with its arguments
	$1
	cat <&"$reader" >>"$BATS_TEST_TMPDIR/out"
	exec {reader}<&-
	rm "$pipe"
	wait "$writer" || status=$?
	[ "$status" = 3 ] || { echo "exit status $status" && return 1; }
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 1 ]
	grep -qx "$2: lost the connection to \"$PGHOST\": .*" "$BATS_TEST_TMPDIR/err" || { cat "$BATS_TEST_TMPDIR/err" && return 1; }
}
