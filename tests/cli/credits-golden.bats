#!/usr/bin/env bats
# lm-credits: each format of each verb, to the letter, of rows that are few enough to be worked out by hand.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load helper
load credits

setup_file() {
	new_database credits_golden migrations
	sql -f "$LM_TOP/tests/cli/credits.sql"
	# The figures were worked out in UTC.
	sql -c "ALTER DATABASE credits_golden SET timezone = 'Pacific/Kiritimati'"
}

teardown_file() {
	sql -d postgres -c 'DROP DATABASE credits_golden WITH (FORCE)'
}

setup() {
	export PGDATABASE=credits_golden
}

# What each golden file is of: its name, the exit status, the arguments.
commands() {
	cat <<-'END'
		balance 0 balance team_a
		balances 0 balance team_b team_gone team_unscheduled
		transactions 0 transactions team_a
		daily 0 daily --days 6
		daily-teams 0 daily team_a team_gone --days 3
		top 0 top
		low 2 low
		forecast 0 forecast
		refills 0 refills
		audit 1 audit
	END
}

# Runs a test function with the words of each of these lines, as many as a wrapper lets one afford.
for_each_command() { # FUNCTION
	local words
	while read -r -a words; do
		# shellcheck disable=SC2086 # words
		"$1" "${words[@]}" $credits_at </dev/null
	done < <(commands | affordable '3p;7p')
}

is_golden() { # NAME STATUS ARGUMENT...
	local status=0
	lm-credits "${@:3}" -f "$format" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	diff /dev/null "$BATS_TEST_TMPDIR/err"
	diff "$LM_TOP/tests/expected/credits-$1.$format" "$BATS_TEST_TMPDIR/out"
	[ "$status" = "$2" ] || { echo "${*:3}: exit status $status" && false; }
}

@test "each table is as it was" {
	format=table
	for_each_command is_golden
}

@test "each JSON document is as it was" {
	format=json
	for_each_command is_golden
}

@test "the JSON lines of each are as they were" {
	format=jsonl
	for_each_command is_golden
}

@test "the CSV of each is as it was" {
	format=csv
	for_each_command is_golden
}

@test "the samples of each are as they were" {
	format=prom
	for_each_command is_golden
}

@test "tables made by the ORM give the same figures" {
	new_database credits_golden_orm orm
	sql -f "$LM_TOP/tests/cli/credits.sql"
	format=csv
	for_each_command is_golden
	sql -d postgres -c 'DROP DATABASE credits_golden_orm WITH (FORCE)'
}

promtool_is_silent() { # NAME STATUS ARGUMENT...
	lm-credits "${@:3}" -f prom >"$BATS_TEST_TMPDIR/samples" || [ $? = "$2" ]
	[ -s "$BATS_TEST_TMPDIR/samples" ]
	run promtool check metrics <"$BATS_TEST_TMPDIR/samples"
	[ "$status" = 0 ]
	[ "$output" = "" ]
}

@test "promtool finds nothing to say of any sample" {
	command -v promtool >/dev/null || skip 'promtool is not installed'
	for_each_command promtool_is_silent
}

@test "what is unknown or unlimited has no sample" {
	# shellcheck disable=SC2086 # words
	lm-credits forecast $credits_at -f prom >"$BATS_TEST_TMPDIR/samples"
	for team in team_endless team_two_thirds team_new team_unscheduled; do
		finds_nothing "seconds_to_empty.*\"$team\"" "$BATS_TEST_TMPDIR/samples"
	done
	# 20 credits by 3 a day, in seconds of what is printed.
	grep -qxF 'lm_credits_forecast_seconds_to_empty{team_id="team_daily"} 576288' "$BATS_TEST_TMPDIR/samples"
	finds_nothing -iE ' (nan|[+-]?inf|null)?$' "$BATS_TEST_TMPDIR/samples"
}

rows_are_the_same() { # NAME STATUS ARGUMENT...
	[[ $1 != balance* ]] || return 0
	diff <(lm-credits "${@:3}" -f json | jq -c 'del(.report, .from, .to, .partial, .basis, .as_of, .team_id, .total, .returned)
			| to_entries[] | .key as $section
			| .value[] | if $section == "rows" or $section == "transactions" then . else {section: $section} + . end') \
		<(lm-credits "${@:3}" -f jsonl | jq -c .)
}

@test "the JSON lines are the rows of the document" {
	for_each_command rows_are_the_same
}

@test "the heads of lists and their bases are those of the manual" {
	# shellcheck disable=SC2086 # words
	for case in "daily --days 6:daily 2025-11-10T00:00:00Z 2025-11-16T00:00:00Z true ledger" "top:top null null null balance" \
		"low:low null null null balance" "forecast:forecast null null null balance, ledger" \
		"refills:refills null null null balance" "audit:audit null null null job, ledger" \
		"audit --since 7d:audit 2025-11-08T12:00:00Z null true job, ledger"; do
		[ "$(lm-credits ${case%%:*} $credits_at | jq -r '"\(.report) \(.from) \(.to) \(.partial) \(.basis)"')" = "${case#*:}" ]
		[ -z "$LM_WRAP" ] || break
	done
}

@test "each column and each section is in the manual" {
	page=$(mandoc -T ascii "$LM_TOP/man/lm-credits.1" | sed 's,.\x08,,g')
	while read -r _ _ arguments; do
		# shellcheck disable=SC2086 # words
		for name in $(lm-credits $arguments -f csv $credits_at </dev/null | sed -n '1s/,/ /g;1s/\r//p'); do
			[ "$name" != section ] || continue
			grep -qE "^ *${name}( |$)|[ ,]${name}[ ,]" <<<"$page" || { echo "$arguments: no $name" && false; }
		done
	done < <(commands | affordable '3p;7p')
}

@test "the examples of the manual run" {
	export PATH=$LM_BUILD/bin:$PATH
	sed -n 's/^\.Dl //p' "$LM_TOP/man/lm-credits.1" >"$BATS_TEST_TMPDIR/examples"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/examples")" -ge 4 ]
	while read -r example; do
		# The ids of the manual are those of the demo.
		run --separate-stderr bash -c "set -o pipefail; ${example//team_acme_research/team_a}" </dev/null
		[ "$status" -le 2 ] && [ "$stderr" = "" ] && [ "$output" != "" ] || { echo "$example: $status, $stderr" && false; }
	done <"$BATS_TEST_TMPDIR/examples"
}

nothing_is_secret() { # NAME STATUS ARGUMENT...
	for format in table json jsonl csv prom; do
		run lm-credits "${@:3}" -f $format -v
		[ "$status" = "$2" ]
		[[ $output != *SECRET* && $output == *' rows in '* ]] || { echo "${*:3} -f $format: $output" && return 1; }
	done
}

@test "no key, no prompt, no answer and no error's text appears in any format, nor with -v" {
	for table in jobs llm_calls team_credits; do
		[ "$(sql -c "SELECT count(*) FROM $table t WHERE t::text LIKE '%SECRET%'")" -gt 0 ]
	done
	for_each_command nothing_is_secret
}

@test "no verb needs the privilege to read a key, a prompt, an answer or an error's text" {
	sql <<-'SQL'
		CREATE ROLE credits_blind LOGIN;
		DO $$
		DECLARE
		    r record;
		BEGIN
		    FOR r IN SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns
		        FROM information_schema.columns
		        WHERE table_schema = 'public' AND column_name NOT IN ('virtual_key', 'request_data', 'response_data', 'job_metadata',
		            'error_message', 'metadata', 'details')
		        GROUP BY table_name LOOP
		        EXECUTE format('GRANT SELECT (%s) ON %I TO credits_blind', r.columns, r.table_name);
		    END LOOP;
		END $$;
	SQL
	export PGUSER=credits_blind
	fails=$(psql -X -qAt -c 'SELECT virtual_key FROM team_credits' 2>&1 || true)
	[[ $fails == *'permission denied'* ]]
	format=jsonl
	for_each_command is_golden
	PGUSER=postgres sql -c 'DROP OWNED BY credits_blind' -c 'DROP ROLE credits_blind'
}
