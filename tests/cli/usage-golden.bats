#!/usr/bin/env bats
# lm-usage's lists and its overview: each format, to the letter, of rows that are few enough to be added up by hand.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load helper
load health

setup_file() {
	new_database usage_golden migrations
	sql -f "$LM_TOP/tests/cli/usage-reports.sql"
	{
		log_line 2025-11-15T11:50:00Z up up up
		log_line 2025-11-15T11:55:00Z up off down
	} >"$BATS_FILE_TMPDIR/health.log"
	printf 'health:\n  log: %s\n' "$BATS_FILE_TMPDIR/health.log" >"$BATS_FILE_TMPDIR/monitor.yaml"
}

teardown_file() {
	sql -d postgres -c 'DROP DATABASE usage_golden WITH (FORCE)'
}

setup() {
	export PGDATABASE=usage_golden LM_CONFIG=$BATS_FILE_TMPDIR/monitor.yaml
}

# What each golden file is of. The name teams is taken by documents of several teams.
commands() {
	cat <<-'END'
		overview overview
		all-teams teams
		jobs jobs
		models models
		latency latency
		errors errors
		slow slow
		trend trend -p 3d
		review review --by month -p 2025-09..2025-10
		costs-team costs
		costs-org costs --by org
		costs-model costs --by model
		costs-day costs --by day
		summaries summaries
	END
}

# Runs a test function with the words of each of these lines, as many as a wrapper lets one afford.
for_each_command() { # FUNCTION
	local words
	while read -r -a words; do
		"$1" "${words[@]}" --now 2025-11-15T12:00:00Z </dev/null
	done < <(commands | if [ -n "$LM_WRAP" ]; then sed -n '1p;6p;8p'; else cat; fi)
}

is_golden() { # NAME ARGUMENT...
	lm-usage "${@:2}" -f "$format" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
	diff /dev/null "$BATS_TEST_TMPDIR/err"
	diff "$LM_TOP/tests/expected/usage-$1.$format" "$BATS_TEST_TMPDIR/out"
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

promtool_is_silent() { # NAME ARGUMENT...
	shift
	run promtool check metrics < <(lm-usage "$@" -f prom)
	[ "$status" = 0 ]
	[ "$output" = "" ]
}

@test "promtool finds nothing to say of any sample" {
	command -v promtool >/dev/null || skip 'promtool is not installed'
	for_each_command promtool_is_silent
}

rows_are_the_same() { # NAME ARGUMENT...
	shift
	[ "$1" != overview ] || return 0
	diff <(lm-usage "$@" -f json | jq -c 'del(.report, .from, .to, .partial, .basis, .as_of) | to_entries[] | .key as $section
			| .value[] | if $section == "rows" then . else {section: $section} + . end') \
		<(lm-usage "$@" -f jsonl | jq -c .)
}

@test "the JSON lines are the rows of the document" {
	for_each_command rows_are_the_same
}

has_columns() { # COLUMNS JQ-PATH ARGUMENT...
	local found
	found=$(lm-usage "${@:3}" --now 2025-11-15T12:00:00Z | jq -r "$2 | keys_unsorted | join(\" \")")
	for name in $1; do
		[[ " $found " == *" $name "* ]] || { echo "${*:3}: no $name among $found" && return 1; }
	done
}

@test "what the guide asks its database for has the guide's names" {
	has_columns 'job_type status job_count avg_duration_seconds' '.rows[0]' jobs
	has_columns 'model_group_used resolved_model call_count total_tokens total_cost_usd avg_latency_ms' '.rows[0]' models
	has_columns 'team_id organization_id total_jobs total_api_calls total_tokens total_cost_usd avg_latency_ms' '.rows[0]' \
		teams
	has_columns 'team_id period period_type total_jobs successful_jobs failed_jobs total_cost_usd total_tokens job_type_breakdown' \
		'.rows[0]' summaries
	has_columns 'model_group_used call_count avg_latency_ms min_latency_ms max_latency_ms p50_latency_ms p95_latency_ms p99_latency_ms' \
		'.rows[0]' latency
	has_columns 'job_type total_jobs failed_jobs' '.job_types[0]' errors
	has_columns 'call_id job_id model_group_used resolved_model latency_ms total_tokens created_at' '.slow_calls[0]' slow
	has_columns 'total_jobs avg_cost_per_job avg_latency_ms error_rate_percent' '.rows[0]' review
	has_columns 'platform usage financial performance job_types daily_usage teams' . overview
	has_columns 'saas_api litellm_proxy database overall' .platform overview
	has_columns 'job_type count' '.job_types[0]' overview
	has_columns 'date jobs' '.daily_usage[0]' overview
	has_columns 'requests_per_minute avg_latency_ms success_rate_percent error_rate_percent' .performance overview
	has_columns 'credits_allocated credits_used total_cost_usd revenue_usd' .financial overview
}

@test "each column and each section is in the manual" {
	page=$(mandoc -T ascii "$LM_TOP/man/lm-usage.1" | sed 's,.\x08,,g')
	while read -r _ arguments; do
		# shellcheck disable=SC2086 # words
		for name in $(lm-usage $arguments -f csv --now 2025-11-15T12:00:00Z </dev/null | sed -n '1s/,/ /g;1s/\r//p'); do
			[[ $name == section || $name == *_trend_percent ]] && continue
			grep -qE "^ *${name}( |$)|[ ,]${name}[ ,]" <<<"$page" || { echo "$arguments: no $name" && false; }
		done
	done < <(commands)
}

nothing_is_secret() { # NAME ARGUMENT...
	shift
	for format in $formats; do
		run lm-usage "$@" -p 2025 -f "$format" -v
		[ "$status" = 0 ]
		[[ $output != *SECRET* && $output == *' rows in '* ]]
	done
}

@test "no prompt, no answer, no error's text and no key appears in any format" {
	for table in jobs llm_calls team_credits credit_transactions organizations; do
		[ "$(sql -c "SELECT count(*) FROM $table t WHERE t::text LIKE '%SECRET%'")" -gt 0 ]
	done
	[ -z "$LM_WRAP" ] || skip 'the same as without a wrapper'
	formats='table json jsonl csv prom'
	for_each_command nothing_is_secret
	formats=json
	PGDATABASE=shape_migrations for_each_command nothing_is_secret
}
