#!/usr/bin/env bats
# lm-usage team and org: each format, to the letter; and what becomes of hostile text.

load helper

setup_file() {
	new_database usage_formats migrations
	sql -f "$LM_TOP/tests/cli/usage-formats.sql"
}

teardown_file() {
	sql -d postgres -c 'DROP DATABASE usage_formats WITH (FORCE)'
}

setup() {
	export PGDATABASE=usage_formats
}

is_golden() { # NAME COMMAND...
	local name=$1
	shift
	run --separate-stderr "$@"
	[ "$status" = 0 ]
	# shellcheck disable=SC2154 # set by run
	[ "$stderr" = "" ]
	diff "$LM_TOP/tests/expected/$name" <("$@")
}

@test "each format of a team is as it was" {
	for format in table json jsonl csv; do
		is_golden "usage-team.$format" lm-usage team team_a -p 2025-10 -f $format
		is_golden "usage-teams.$format" lm-usage team team_a team_idle -p 2025-10 -f $format
	done
}

@test "each format of an organization is as it was" {
	for format in table json jsonl csv; do
		is_golden "usage-org.$format" lm-usage org org_a -p 2025-10..2025-12 -f $format
	done
}

@test "the guide's documents are there, key for key and in its order" {
	keys='to_entries | map(.key) | join(" ")'
	[ "$(lm-usage team team_a -p 2025-10 | jq -r "$keys")" = 'team_id period from to partial summary job_types' ]
	[ "$(lm-usage team team_a -p 2025-10 | jq -r ".summary | $keys")" = 'total_jobs successful_jobs failed_jobs cancelled_jobs open_jobs success_rate_percent total_cost_usd provider_cost_usd fallback_cost_calls total_tokens avg_cost_per_job' ]
	[ "$(lm-usage team team_a -p 2025-10 | jq -r ".job_types.chat | $keys")" = 'count cost_usd' ]
	[ "$(lm-usage org org_a -p 2025-10 | jq -r "$keys")" = 'organization_id period from to partial summary teams' ]
	[ "$(lm-usage org org_a -p 2025-10 | jq -r ".summary | $keys")" = 'total_jobs completed_jobs failed_jobs cancelled_jobs open_jobs success_rate_percent credits_used total_cost_usd provider_cost_usd fallback_cost_calls total_tokens' ]
	[ "$(lm-usage org org_a -p 2025-10 | jq -r ".teams.team_a | $keys")" = 'jobs credits_used' ]
}

@test "an id without jobs in the period is a document of zeros" {
	lm-usage team team_idle -p 2025-10 | jq -e '.summary == {total_jobs: 0, successful_jobs: 0, failed_jobs: 0,
		cancelled_jobs: 0, open_jobs: 0, success_rate_percent: null, total_cost_usd: 0, provider_cost_usd: 0,
		fallback_cost_calls: 0, total_tokens: 0, avg_cost_per_job: 0} and .job_types == {}'
	lm-usage org org_idle -p 2025-10 | jq -e '.summary.total_jobs == 0 and .summary.credits_used == 0 and .teams == {}'
}

@test "one id gives the object; several, or standard input, a list in the order asked for, each once" {
	[ "$(lm-usage team team_a | jq -r .team_id)" = team_a ]
	[ "$(lm-usage team team_idle team_a team_idle | jq -r '[.teams[].team_id] | join(" ")')" = 'team_idle team_a' ]
	[ "$(printf 'team_a\r\n\nteam_idle\nteam_a' | lm-usage team - | jq -r '[.teams[].team_id] | join(" ")')" = \
		'team_a team_idle' ]
	[ "$(echo team_a | lm-usage team - | jq -r '.teams | length')" = 1 ]
	[ "$(echo team_a | lm-usage team team_idle - | jq -r '[.teams[].team_id] | join(" ")')" = 'team_idle team_a' ]
	[ "$(lm-usage org org_a org_idle | jq -r '[.organizations[].organization_id] | join(" ")')" = 'org_a org_idle' ]
}

@test "no id on standard input is an empty list" {
	[ "$(lm-usage team - -f json </dev/null | jq -c .)" = '{"teams":[]}' ]
	[ "$(lm-usage team - -f jsonl </dev/null)" = "" ]
	[ "$(lm-usage team - -f csv </dev/null | wc -l)" = 1 ]
	[ "$(lm-usage team - -f table </dev/null)" = "" ]
}

@test "calendar words are resolved by --now, and a period that is still open is partial" {
	at='--now 2025-10-15T14:30:00Z'
	# shellcheck disable=SC2086
	for word in today:2025-10-15:2025-10-16T00:00:00Z:true yesterday:2025-10-14:2025-10-15T00:00:00Z:false \
		this-month:2025-10:2025-11-01T00:00:00Z:true last-month:2025-09:2025-10-01T00:00:00Z:false \
		24h:24h:2025-10-15T14:30:00Z:false; do
		document=$(lm-usage team team_a $at -p "${word%%:*}")
		[ "$(jq -r '[.period, .to, .partial] | join(":")' <<<"$document")" = "${word#*:}" ]
	done
	# shellcheck disable=SC2086
	[ "$(lm-usage team team_a $at | jq -r .period)" = 2025-10 ]
	[ "$(lm-usage team team_a | jq -r .period)" = "$(sql -c "SELECT to_char(now(), 'YYYY-MM')")" ]
}

@test "the columns of the documents are those of the manual" {
	page=$(mandoc -T ascii "$LM_TOP/man/lm-usage.1" | sed 's,.\x08,,g')
	for verb in 'team team_a' 'org org_a'; do
		# shellcheck disable=SC2086
		for name in $(lm-usage $verb -f csv | head -n 1 | tr -d '\r' | tr , ' '); do
			grep -qE "^ *${name}( |$)|[ ,]${name}[ ,]" <<<"$page" || { echo "no $name" && false; }
		done
	done
}

hostile=$'team "q" \'s\' \\ \n\t\r \e[31m \u202e\u2066\u200f\ufeff \'; DROP TABLE jobs; --'

@test "a hostile id finds just itself, and reaches no terminal as it is" {
	lm-usage team "$hostile" -p 2025-10 | jq -e --arg id "$hostile" '.team_id == $id and .summary.total_jobs == 1'
	for format in table json; do
		run --separate-stderr lm-usage team "$hostile" -p 2025-10 -f $format
		[ "$status" = 0 ]
		finds_nothing -P '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf' <<<"$output"
	done
	fails_like 'lm-usage: unknown team "x\\x1b\[2J\\u202e\\n'\''; DROP TABLE jobs; --": *' \
		lm-usage team $'x\e[2J\u202e\n\'; DROP TABLE jobs; --'
	fails_like 'lm-usage: unknown team "\\xff\\xfe": *' lm-usage team $'\xff\xfe'
	[ "$(sql -c 'SELECT count(*) FROM jobs')" -gt 5 ]
}

@test "on a terminal a table is cut to its width, and csv is escaped" {
	long=$(printf 'x%.0s' {1..200})
	sql -c "UPDATE jobs SET job_type = left('$long', 100) WHERE team_id = 'team_long'"
	run script -qec "stty cols 60; TERM=xterm NO_COLOR=1 $LM_WRAP $LM_BUILD/bin/lm-usage team team_long -p 2025-10" /dev/null
	[ "$status" = 0 ]
	[[ $output == *Jobs* && $output != *$'\e'* ]]
	finds_nothing -E '^.{62}' <<<"$output"
	run script -qec "TERM=xterm $LM_WRAP $LM_BUILD/bin/lm-usage team team_long -p 2025-10" /dev/null
	[[ $output == *$'\e[1m'* ]]
	export hostile
	run script -qec "$LM_WRAP $LM_BUILD/bin/lm-usage team \"\$hostile\" -p 2025-10 -f csv" /dev/null
	[[ $output != *$'\e'* && $output == *'\x1b[31m'* ]]
}

@test "no secret and no prompt appears in any format" {
	for format in table json jsonl csv; do
		run lm-usage team team_a team_idle "$hostile" -p 2025 -f $format -v
		[ "$status" = 0 ]
		[[ $output != *SECRET* ]]
	done
}

@test "-v says what was asked and how long it took" {
	run --separate-stderr lm-usage team team_a -p 2025-10 -v
	[[ $stderr =~ ^lm-usage:\ connected\ to\ \".*\",\ PostgreSQL\ [0-9.]+,\ in\ [0-9.]+\ ms$'\n'lm-usage:\ team\ 2025-10\ from\ 2025-10-01T00:00:00Z\ to\ 2025-11-01T00:00:00Z:\ [0-9]+\ rows\ in\ [0-9.]+\ ms$ ]]
}

@test "a closed pipe ends a long report quietly, at a whole row" {
	sql -c 'SELECT team_id FROM jobs' >"$BATS_TEST_TMPDIR/ids"
	run --separate-stderr bash -c "trap - PIPE; for i in {1..3000}; do echo nobody\$i; done | cat $BATS_TEST_TMPDIR/ids - |
		$LM_BUILD/bin/lm-usage team - -f json 2>$BATS_TEST_TMPDIR/err | head -c 1"
	[ "$output" = '{' ]
	finds_nothing -v 'unknown team' "$BATS_TEST_TMPDIR/err"
}

@test "the tool works without HOME, LANG and terminal" {
	run --separate-stderr env -i PGHOST="$PGHOST" PGUSER="$PGUSER" PGDATABASE="$PGDATABASE" \
		"$LM_BUILD/bin/lm-usage" team team_a -p 2025-10 -t
	[ "$status" = 0 ]
	[[ $output == 'Team team_a'* ]]
}

@test "the examples of the manual run" {
	export PATH=$LM_BUILD/bin:$PATH
	sed -n 's/^\.Dl //p' "$LM_TOP/man/lm-usage.1" >"$BATS_TEST_TMPDIR/examples"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/examples")" -ge 4 ]
	while read -r example; do
		# The ids of the manual are those of the demo.
		example=${example//team_acme_research/team_a}
		run --separate-stderr bash -c "set -o pipefail; ${example//org_acme/org_a}" </dev/null
		[ "$status" = 0 ] || { echo "$example: $stderr" && false; }
		[ "$output" != "" ]
	done <"$BATS_TEST_TMPDIR/examples"
}
