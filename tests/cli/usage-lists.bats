#!/usr/bin/env bats
# lm-usage's lists: what filters, --sort, --columns, --limit, --by and --over do to them; what they look like on a terminal;
# and what becomes of a list that is very long, or that cannot be had.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
# shellcheck disable=SC2016,SC2046,SC2086 # dollars of jq and SQL; words that are several arguments
load helper
load health

setup_file() {
	start_server
	new_database usage_lists migrations
	sql -f "$LM_TOP/tests/fixture.sql"
	# More than 50 of what slow has in its second list, and more than a handful of what summaries has.
	sql <<-'END'
		INSERT INTO llm_calls (job_id, created_at, error)
		SELECT '00000000-0000-4000-8000-000000000102', '2025-10-14'::timestamp + i * interval '1 second', 'boom'
		FROM generate_series(1, 60) i;
		INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs, failed_jobs, total_cost_usd)
		SELECT 'team_' || i % 5, '2025-10-' || lpad(i::text, 2, '0'), 'daily', i * 7 % 11, i % 3, i % 4
		FROM generate_series(1, 20) i;
	END
	new_database usage_small migrations
	sql -f "$LM_TOP/tests/cli/usage-reports.sql" -c 'CREATE ROLE poor LOGIN' \
		-c 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO poor' -c 'REVOKE SELECT ON llm_calls FROM poor'
	export calls=1000000
	[ -z "$LM_WRAP" ] || calls=20000
	new_database usage_million orm
	sql -v calls=$calls <<-'SQL'
		DO $$
		DECLARE
		    c name;
		BEGIN
		    FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = 'llm_calls'::regclass AND contype IN ('p', 'u', 'f') LOOP
		        EXECUTE format('ALTER TABLE llm_calls DROP CONSTRAINT %I', c);
		    END LOOP;
		END $$;
		DROP INDEX ix_llm_calls_created_at, ix_llm_calls_job_created;
		ALTER TABLE llm_calls SET UNLOGGED;
		INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
		VALUES ('00000000-0000-4000-8000-000000000001', 'team', 'chat', 'COMPLETED', '2025-10-15');
		INSERT INTO llm_calls (call_id, job_id, model_group_used, resolved_model, total_tokens, latency_ms, created_at)
		SELECT lpad(to_hex(i), 32, '0')::uuid, '00000000-0000-4000-8000-000000000001', 'group', 'model', i, i, '2025-10-15'
		FROM generate_series(1, :calls) i;
		ANALYZE llm_calls;
	SQL
}

teardown_file() {
	stop_server
}

setup() {
	use_server
	export PGDATABASE=usage_lists
}

# Each list, and the columns that tell its rows apart.
lists() {
	cat <<-'END'
		team_id teams
		job_type,status jobs
		model_group_used,resolved_model models
		model_group_used latency
		job_type,error_class errors
		call_id slow --over 0
		period trend
		period review
		team_id costs
		organization_id costs --by org
		model_group_used,resolved_model costs --by model
		date costs --by day
		team_id,period summaries
	END
}

some_lists() {
	if [ -n "$LM_WRAP" ]; then
		lists | sed -n '1p;5p'
	else
		lists
	fi
}

# Under a wrapper such as valgrind, what has no paths of its own in the tool is left out.
skip_under_wrapper() {
	[ -z "$LM_WRAP" ] || skip 'the same as without a wrapper'
}

# The columns of a list, but the name of its sections.
columns_of() { # VERB...
	lm-usage "$@" --limit 1 -p 2025-10 -f csv </dev/null | sed -n '1s/\r//; 1s/^section,//; 1s/,/ /gp'
}

@test "a list is sorted by each of its columns, unknown values last and ties by what tells rows apart" {
	# Input: objects {by, down, document}; prints those whose rows are out of order.
	check='def key: if . == null then [1] else [0, if type == "string" then sub("Z$"; "") else . end] end;
		($labels | split(",")) as $labels | .by as $by | .down as $down
		| .document | to_entries[] | select(.value | type == "array") | .key as $section | .value
		| select(length > 0 and (.[0] | has($by))) | . as $rows
		| ["sorted", length],
			(range(1; length) | $rows[. - 1] as $a | $rows[.] as $b
				| ($a[$by] | key) as $x | ($b[$by] | key) as $y
				| select((if $x == $y then [$labels[] as $l | $a[$l] | key] < [$labels[] as $l | $b[$l] | key]
					elif $x == [1] or $y == [1] then $y == [1]
					elif $down then $x > $y
					else $x < $y end) | not)
				| [$section, $by, $down, $a, $b])'
	n=0
	while read -r labels verb; do
		for column in $(columns_of $verb); do
			[ "$column" != daily_jobs ] || continue
			# By itself a text goes up and all else goes down.
			case $column in
			*_id | *_name | *_type | *_class | model_group_used | resolved_model | status | period | date | job_type_breakdown)
				down=false
				;;
			*) down=true ;;
			esac
			word=$column
			n=$((n + 1))
			case $((n % 3)) in
			1) word=$column:asc down=false ;;
			2) word=$column:desc down=true ;;
			esac
			echo "{\"by\": \"$column\", \"down\": $down, \"document\":"
			lm-usage $verb -p 2025-10 --limit 0 --sort "$word" -f json </dev/null
			echo '}'
		done >"$BATS_TEST_TMPDIR/documents"
		jq -c --arg labels "$labels" "$check" "$BATS_TEST_TMPDIR/documents" >"$BATS_TEST_TMPDIR/checked"
		finds_nothing -v '^\["sorted"' "$BATS_TEST_TMPDIR/checked"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/checked")" -ge 10 ] || { echo "$verb: hardly anything was sorted" && false; }
	done < <(some_lists)
}

@test "a list is sorted by a column that is not printed, too" {
	[ "$(lm-usage teams -p 2025-10 --sort total_tokens --columns team_id -f csv)" = \
		"$(lm-usage teams -p 2025-10 --sort total_tokens -f csv --columns team_id,total_tokens | sed 's/,[0-9]*\r$/\r/; s/,total_tokens//')" ]
	[ "$(lm-usage jobs -p 2025-10 --sort job_count --columns total_tokens -f csv)" = \
		"$(lm-usage jobs -p 2025-10 --sort job_count -f json | jq -r '"total_tokens\r", (.rows[] | "\(.total_tokens)\r")')" ]
	[ "$(lm-usage trend -p 2025-10 --sort failed_jobs:asc --columns period --limit 3 -f csv)" = \
		"$(lm-usage trend -p 2025-10 --sort failed_jobs:asc -f json | jq -r '"period\r", (.rows[:3][].period + "\r")')" ]
}

@test "sorting comes before the limit" {
	[ "$(lm-usage slow --over 100 -p 2025-10 --sort latency_ms:asc --limit 1 | jq '.slow_calls[].latency_ms')" = "$(sql -c \
		"SELECT min(latency_ms) FROM llm_calls WHERE created_at >= '2025-10-01' AND created_at < '2025-11-01' AND latency_ms > 100")" ]
	[ "$(lm-usage trend -p 2025-10 --sort period:desc --limit 2 | jq -c '[.rows[].period]')" = '["2025-10-31","2025-10-30"]' ]
}

there_is_no_column() { # OPTION WORD NAME VERB
	run --separate-stderr lm-usage "$4" "$1" "$2"
	[ "$status" = 3 ]
	[ "$output" = "" ]
	[ "$stderr" = "lm-usage: $1: there is no column \"$3\"; there are $(columns_of "$4" | sed 's/ /, /g')" ]
}

@test "a column that is not there is answered with those that are" {
	local words=('total_jobs;DROP TABLE jobs' nonsense '"x"' '1' 'total_jobs DESC' 'Total_Jobs' '*')
	[ -z "$LM_WRAP" ] || words=("${words[0]}")
	for word in "${words[@]}"; do
		there_is_no_column --sort "$word" "$word" trend
		there_is_no_column --columns "$word" "$word" trend
		there_is_no_column --columns "job_type,$word" "$word" jobs
	done
	there_is_no_column --sort : '' jobs
	there_is_no_column --sort ':desc' '' jobs
	there_is_no_column --columns , '' jobs
	there_is_no_column --columns ,job_type '' jobs
	there_is_no_column --columns job_type,,status '' jobs
	there_is_no_column --columns 'job_type, status' ' status' jobs
	there_is_no_column --sort $'x\e[31m\n' 'x\x1b[31m\n' jobs
	fails_with 'lm-usage: --sort: expected COLUMN, not an empty word' lm-usage jobs --sort ''
	fails_with 'lm-usage: --columns: expected COLUMNS, not an empty word' lm-usage jobs --columns ''
	fails_with 'lm-usage: --columns: "status" stands there twice' lm-usage jobs --columns status,job_type,status
	for word in job_count: job_count:up job_count:ASC job_count:asc:desc; do
		fails_with "lm-usage: --sort: expected job_count:asc or job_count:desc, not \"$word\"" lm-usage jobs --sort $word
	done
	# A sparkline is printed, but there is no order to it.
	fails_like 'lm-usage: --sort: "daily_jobs" is a series and has no order; there are team_id, *, last_job_at' \
		lm-usage teams --sort daily_jobs
	[ "$(sql -c 'SELECT count(*) > 0 FROM jobs')" = t ]
}

@test "columns are printed as chosen, in that order, in every format" {
	while read -r _ verb; do
		reversed=$(printf '%s\n' $(columns_of $verb) | tac | paste -sd ,)
		# Of two parts the first one's columns come first.
		[ "$verb" = errors ] || [ "$(lm-usage $verb -p 2025-10 --columns $reversed -f csv </dev/null | sed -n '1 { s/\r//; s/^section,//; p }')" = "$reversed" ]
		diff <(lm-usage $verb -p 2025-10 --columns $reversed -f jsonl </dev/null | jq -c 'to_entries | sort_by(.key)') \
			<(lm-usage $verb -p 2025-10 -f jsonl </dev/null | jq -c 'to_entries | sort_by(.key)')
		lm-usage $verb -p 2025-10 --columns $reversed -f json </dev/null | jq -e --arg columns "$reversed" '
			($columns | split(",")) as $columns | [to_entries[] | select(.value | type == "array").value[0] | keys_unsorted]
			| length > 0 and all(. as $keys | $columns - ($columns - $keys) == $keys)' >"$BATS_TEST_TMPDIR/true"
	done < <(some_lists)
}

@test "each column alone has the figures that it has among all" {
	skip_under_wrapper
	while read -r _ verb; do
		lm-usage $verb -p 2025-10 -f jsonl </dev/null >"$BATS_TEST_TMPDIR/all"
		for column in $(columns_of $verb); do
			diff <(lm-usage $verb -p 2025-10 --columns "$column" -f jsonl </dev/null | jq -c 'del(.section)') \
				<(jq -c --arg c "$column" 'select(has($c)) | {($c): .[$c]}' "$BATS_TEST_TMPDIR/all")
		done
	done < <(some_lists | grep -E '(teams|errors|slow.*|costs --by day)$')
}

@test "chosen columns are those of the table and of the samples, details too" {
	export PGDATABASE=usage_small
	at='-p 2025-11 --now 2025-11-15T12:00:00Z'
	[ "$(lm-usage teams $at --columns open_jobs,team_id,daily_jobs -t | sed -n 4,6p)" = \
		'Open  Team       14 days
   0  team_a     ▁▁▁█▁▁▁▁▁▁▁▁██
   0  team_b     ▁█▁▁▁▁▁▁█▁▁▁▁▁' ]
	[ "$(lm-usage teams $at --columns open_jobs,team_id -f prom)" = '# HELP lm_usage_teams_open_jobs all other jobs: pending or in progress
# TYPE lm_usage_teams_open_jobs gauge
lm_usage_teams_open_jobs{team_id="team_a"} 0
lm_usage_teams_open_jobs{team_id="team_b"} 0
lm_usage_teams_open_jobs{team_id="team_gone"} 1
lm_usage_teams_open_jobs{team_id="team_idle"} 0' ]
	run script -qec "stty cols 80; TERM=dumb $LM_WRAP $LM_BUILD/bin/lm-usage teams $at --columns team_id,open_jobs,credits_remaining" \
		/dev/null
	[[ $output == *'Team       Open  Credits left'* ]]
}

@test "a sample's name does not depend on which other columns were chosen" {
	diff <(lm-usage errors -p 2025-10 --columns error_class,failed_calls -f prom) \
		<(lm-usage errors -p 2025-10 -f prom | grep -E 'error_classes_failed_calls[ {]')
	diff <(lm-usage errors -p 2025-10 --columns job_type,open_jobs -f prom) \
		<(lm-usage errors -p 2025-10 -f prom | grep -E 'job_types_open_jobs[ {]')
}

@test "a part without any of the chosen columns is left out" {
	[ "$(lm-usage errors -p 2025-10 --columns error_class,affected_teams | jq -c 'to_entries | map(select(.value | type == "array").key)')" = \
		'["error_classes"]' ]
	[ "$(lm-usage errors -p 2025-10 --columns job_type | jq -c '[keys[] | select(. == "job_types" or . == "error_classes")]')" = \
		'["job_types"]' ]
	[ "$(lm-usage slow --over 0 -p 2025-10 --columns call_id,latency_ms | jq -c '[.slow_calls[0], .failed_without_latency[0] | keys_unsorted]')" = \
		'[["call_id","latency_ms"],["call_id"]]' ]
	[ "$(lm-usage slow --over 0 -p 2025-10 --columns latency_ms | jq 'has("failed_without_latency")')" = false ]
	for format in csv table prom; do
		run --separate-stderr lm-usage slow --over 0 -p 2025-10 --columns latency_ms -f $format
		[ "$status" = 0 ]
		[[ $output != *ailed* ]]
		# What tells rows apart is in every sample.
		[[ $format == prom || $output != *00000000-* ]]
	done
}

@test "a limit cuts each list; 0 is all" {
	skip_under_wrapper
	for count in 1 3; do
		[ "$(lm-usage slow --over 0 -p 2025-10 --limit $count | jq -c '[.slow_calls, .failed_without_latency | length]')" = \
			"[$count,$count]" ]
		[ "$(lm-usage teams -p 2025-10 --limit $count -f jsonl | wc -l)" = $count ]
		[ "$(lm-usage teams -p 2025-10 --limit $count -f csv | wc -l)" = $((count + 1)) ]
	done
	[ "$(lm-usage errors -p 2025-10 --limit 2 | jq -c '[.job_types, .error_classes | length]')" = '[2,2]' ]
	all=$(sql -c 'SELECT count(*) FROM (SELECT team_id FROM team_credits UNION SELECT team_id FROM jobs
		WHERE created_at >= $$2025-10-01$$ AND created_at < $$2025-11-01$$) t')
	[ "$all" -gt 50 ]
	for option in '' '--limit 0' '--limit 1000000000' "--limit $all"; do
		[ "$(lm-usage teams -p 2025-10 $option | jq '.rows | length')" = "$all" ]
	done
	[ "$(lm-usage teams -p 2025-10 --limit $((all - 1)) | jq '.rows | length')" = $((all - 1)) ]
	for word in -1 1.5 many 1000000001; do
		fails_with "lm-usage: --limit: expected a whole number from 0 to 1000000000, not \"$word\"" lm-usage teams --limit $word
	done
}

@test "without a limit slow prints the 50 slowest, and the 50 newest that failed" {
	of="FROM llm_calls WHERE created_at >= '2025-10-01' AND created_at < '2025-11-01' AND"
	[ "$(sql -c "SELECT count(*) > 50 $of latency_ms > 0")" = t ]
	[ "$(lm-usage slow --over 0 -p 2025-10 | jq -c '[.slow_calls, .failed_without_latency | length]')" = '[50,50]' ]
	[ "$(lm-usage slow --over 0 -p 2025-10 | jq '.slow_calls[49].latency_ms')" = \
		"$(sql -c "SELECT latency_ms $of latency_ms > 0 ORDER BY latency_ms DESC LIMIT 1 OFFSET 49")" ]
	[ "$(lm-usage slow --over 0 -p 2025-10 --limit 0 | jq -c '[.slow_calls, .failed_without_latency | length]')" = \
		"$(sql -c "SELECT format('[%s,%s]', count(*) FILTER (WHERE latency_ms > 0),
			count(*) FILTER (WHERE error <> '' AND latency_ms IS NULL)) $of true")" ]
}

@test "--over says what is slow, and it is 5000 ms without it" {
	export PGDATABASE=usage_small
	at='-p 2025-11 --now 2025-11-15T12:00:00Z'
	for case in :8000,6000 '--over 0':8000,6000,2000,1500,500 '--over 6000':8000 '--over 5999':8000,6000 '--over 8000': \
		'--over 1000000000':; do
		[ "$(lm-usage slow $at ${case%:*} | jq -c '[.slow_calls[].latency_ms]')" = "[${case#*:}]" ]
	done
	# A call without latency is beyond no bound, and it is there all the same.
	[ "$(lm-usage slow $at --over 1000000000 | jq '.failed_without_latency | length')" = 1 ]
	fails_with 'lm-usage: --over: expected a whole number from 0 to 1000000000, not "-1"' lm-usage slow --over -1
	fails_with 'lm-usage: --over: expected a whole number from 0 to 1000000000, not "5s"' lm-usage slow --over 5s
	fails_with 'lm-usage: --over does not go with latency; see lm-usage --help' lm-usage latency --over 5
}

@test "--by says what a row is" {
	skip_under_wrapper
	at='-p 2025-10 --now 2025-11-15T12:00:00Z'
	for case in trend:hour:744:2025-10-01T00 trend:day:31:2025-10-01 trend:week:5:2025-W40 trend:month:1:2025-10 \
		review:week:5:2025-W44 review:month:1:2025-10; do
		IFS=: read -r verb by rows first <<<"$case"
		[ "$(lm-usage $verb $at --by "$by" | jq -r '[(.rows | length), .rows[0].period] | join(" ")')" = "$rows $first" ]
	done
	for case in team:team_id org:organization_id model:model_group_used day:date; do
		[ "$(lm-usage costs -p 2025-10 --by "${case%:*}" | jq -r '.rows[0] | keys_unsorted[0]')" = "${case#*:}" ]
	done
	[ "$(lm-usage trend $at)" = "$(lm-usage trend $at --by day)" ]
	[ "$(lm-usage review $at)" = "$(lm-usage review $at --by week)" ]
	[ "$(lm-usage costs $at)" = "$(lm-usage costs $at --by team)" ]
}

@test "a word that is none of --by's is answered with those that are" {
	skip_under_wrapper
	for word in year days Day 'day hour' 'day;' team; do
		fails_like "lm-usage: --by: expected one of day*hour*week*month, not \"$word\"" lm-usage trend --by "$word"
	done
	fails_like 'lm-usage: --by: expected one of week*month, not "day"' lm-usage review --by day
	fails_with 'lm-usage: --by: expected one of team, org, model, day, not "week"' lm-usage costs --by week
	fails_with 'lm-usage: --by: expected UNIT, not an empty word' lm-usage costs --by ''
	fails_with 'lm-usage: --by does not go with jobs; see lm-usage --help' lm-usage jobs --by day
}

# Whether a document has no rows but those of an empty period.
is_empty_report() { # VERB...
	case $1 in
	errors) of '[.job_types, .error_classes] == [[], []]' ;;
	slow) of '[.slow_calls, .failed_without_latency] == [[], []]' ;;
	overview) of '.usage.total_jobs == 0 and .teams == [] and .cost_per_team == [] and .usage.total_jobs_today == 0' ;;
	trend) of '(.rows | length) == 7 and all(.rows[]; .total_jobs == 0 and .total_cost_usd == 0)' ;;
	review) of '(.rows | length) == 1 and .rows[0].total_jobs == 0' ;;
	*) of '.rows == []' ;;
	esac
}

@test "a filter that nothing matches is an empty report" {
	export PGDATABASE=usage_small
	hostile=$'q"\'; DROP TABLE jobs; --\n\e[31m'
	matches_nothing() { # VERB FILTER
		run --separate-stderr lm-usage $1 -p 2025-W46 --now 2025-11-17T00:00:00Z "$2" </dev/null
		[ "$status" = 0 ]
		[ "$stderr" = "" ]
		[ "$(is_empty_report $1)" = true ] || { echo "$1 $2: $output" && return 1; }
	}
	while read -r _ verb; do
		matches_nothing "$verb" --team=nobody
		matches_nothing "$verb" --org=none
		[ "$verb" != summaries ] || continue
		matches_nothing "$verb" --job-type=$'caf\xe9'
		matches_nothing "$verb" --model-group="$hostile"
		matches_nothing "$verb" --user=nobody
	done < <(some_lists && echo '- overview')
	local values=($'\xff\xfe' '{team_a,team_b}' NULL null '%' 'team_a ' TEAM_A 'team_' "$hostile")
	[ -z "$LM_WRAP" ] || values=("${values[0]}")
	for value in "${values[@]}"; do
		matches_nothing teams --team="$value"
		matches_nothing jobs --team="$value"
	done
	for format in table csv jsonl prom; do
		run --separate-stderr lm-usage jobs -p 2025-11 --team nobody --team $'\xff' -f $format
		[ "$status" = 0 ]
		[ "$stderr" = "" ]
		case $format in
		table) [[ $output == *$'\nNone.\n'* ]] ;;
		csv) [[ $output == job_type,*,total_cost_usd$'\r' ]] ;;
		*) [ "$output" = "" ] ;;
		esac
	done
	# What is no text finds nothing, and takes nothing away from what does.
	[ "$(lm-usage teams -p 2025-11 --team $'\xff' --team team_b | jq -c '[.rows[].team_id]')" = '["team_b"]' ]
}

@test "a filter that a verb does not have is refused" {
	fails_with 'lm-usage: --team does not go with team; see lm-usage --help' lm-usage team team_a --team team_b
	fails_with 'lm-usage: --limit does not go with org; see lm-usage --help' lm-usage org org_acme --limit 1
	fails_with 'lm-usage: --sort does not go with overview; see lm-usage --help' lm-usage overview --sort team_id
	for option in --job-type=chat --model-group=smart --user=ann; do
		fails_with 'lm-usage: summaries has no job types, model groups and users to filter by: use --team or --org' \
			lm-usage summaries $option
	done
	fails_with 'lm-usage: --team: expected TEAM, not an empty word' lm-usage teams --team ''
	fails_with 'lm-usage: teams takes no argument, but there is "team_a"' lm-usage teams team_a
}

no_table_is_wider() { # WIDTH
	while read -r _ verb; do
		on_terminal "$1" lm-usage $verb -p 2025-10..2025-11 --now 2025-11-15T12:00:00Z
		[ "$(wc -l <"$screen")" -gt 3 ]
		[ "$(wc -L <"$screen")" -le "$1" ] || { echo "$verb needs $(wc -L <"$screen") columns" && false; }
	done < <(some_lists && echo '- overview')
}

@test "a terminal of 80 columns holds every table" {
	export PGDATABASE=usage_small
	no_table_is_wider 80
}

@test "a wider terminal holds every table, too" {
	export PGDATABASE=usage_small
	no_table_is_wider 140
	no_table_is_wider 200
}

# The texts of the first columns of each table on the screen or in a file, a line a row: those behind a heading that
# starts with a title.
first_columns() { # TITLE COUNT FILE
	awk -v title="$1" -v count="$2" -F '  +' '
		$0 == "" { in_table = 0 }
		in_table { line = $1; for (i = 2; i <= count; i++) line = line "|" $i; print line }
		$1 == title { in_table = 1 }' "$3"
}

# The title of a list's first column, how many columns tell its rows apart, and the list.
titles() {
	cat <<-'END'
		Team 1 teams
		Job_type 2 jobs
		Model_group 2 models
		Model_group 1 latency
		Job_type 1 errors
		Error_class 1 errors
		Call 1 slow --over 0
		Period 1 trend
		Period 1 review
		Team 1 costs
		Organization 1 costs --by org
		Model_group 2 costs --by model
		Date 1 costs --by day
		Team 2 summaries
	END
}

@test "on 80 columns the texts that tell rows apart still do, and short ones are whole" {
	skip_under_wrapper
	for PGDATABASE in usage_small usage_lists; do
		while read -r title count verb; do
			title=${title/_/ }
			on_terminal 80 lm-usage $verb -p 2025-10..2025-11 --now 2025-11-15T12:00:00Z
			lm-usage $verb -p 2025-10..2025-11 --now 2025-11-15T12:00:00Z -t </dev/null >"$BATS_TEST_TMPDIR/whole"
			first_columns "$title" "$count" "$screen" >"$BATS_TEST_TMPDIR/labels"
			first_columns "$title" "$count" "$BATS_TEST_TMPDIR/whole" >"$BATS_TEST_TMPDIR/whole.labels"
			[ "$(wc -l <"$BATS_TEST_TMPDIR/labels")" -ge 1 ]
			[ "$(wc -l <"$BATS_TEST_TMPDIR/labels")" = "$(wc -l <"$BATS_TEST_TMPDIR/whole.labels")" ]
			# Ids that differ in their spaces alone are the same on paper, too.
			[ "$(sort -u "$BATS_TEST_TMPDIR/labels" | wc -l)" = "$(sort -u "$BATS_TEST_TMPDIR/whole.labels" | wc -l)" ] ||
				{ echo "$verb: $(sort "$BATS_TEST_TMPDIR/labels" | uniq -d)" && false; }
			[ $PGDATABASE = usage_lists ] || diff <(first_columns "$title" 1 "$BATS_TEST_TMPDIR/whole") \
				<(first_columns "$title" 1 "$screen")
		done < <(titles)
	done
}

@test "ids that differ in their last character alone are told apart on 80 columns" {
	sql -d postgres -c 'CREATE DATABASE usage_ids TEMPLATE usage_small'
	export PGDATABASE=usage_ids
	sql -c "INSERT INTO team_credits (team_id, credits_allocated) SELECT repeat('team_', 18) || i, 10
		FROM generate_series(1, 2) i"
	on_terminal 80 lm-usage teams -p 2025-11 --now 2025-11-15T12:00:00Z
	[ "$(grep -c '^team_.*….*_[12] ' "$screen")" = 2 ]
	[ "$(first_columns Team 1 "$screen" | sort | uniq -d)" = "" ]
	sql -d postgres -c 'DROP DATABASE usage_ids WITH (FORCE)'
}

@test "summaries have whole periods on 80 columns" {
	on_terminal 80 lm-usage summaries -p 2025-10 --now 2025-11-15T12:00:00Z
	[ "$(first_columns Team 2 "$screen" | grep -cE '\|2025-10(-[0-9][0-9])?$')" = "$(first_columns Team 2 "$screen" | wc -l)" ]
	grep -qE ' 2025-10-20 ' "$screen"
}

@test "a review has the change of jobs on 120 columns" {
	export PGDATABASE=usage_small
	on_terminal 120 lm-usage review --by month --now 2025-11-15T12:00:00Z
	grep -qE '^Period .* Jobs +Change ' "$screen"
	grep -qE '^2025-10 .* \+300\.00% ' "$screen"
}

@test "long and wide texts are cut on a terminal, and nowhere else" {
	# Ids of 255 characters, each two columns wide.
	on_terminal 80 lm-usage teams -p 2025-10
	[ "$(wc -L <"$screen")" -le 80 ]
	grep -q 字 "$screen"
	[ "$(lm-usage teams -p 2025-10 -t | wc -L)" -gt 500 ]
}

controls='[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80[\x8b\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf'

@test "no hostile text reaches a terminal as it is" {
	local verbs=(teams jobs costs 'costs --by org' overview)
	[ -z "$LM_WRAP" ] || verbs=(jobs)
	for verb in "${verbs[@]}"; do
		for format in table json jsonl csv prom; do
			on_terminal 80 lm-usage $verb -p 2025-10 -f $format
			[ -s "$screen" ]
			LC_ALL=C finds_nothing -nP "$controls" "$screen"
		done
	done
	# They are the controls that the ids have in a file.
	on_terminal 80 lm-usage jobs -p 2025-10
	grep -qF 'esc \x1b[31mred' "$screen"
	lm-usage jobs -p 2025-10 -f csv | LC_ALL=C grep -qP "$controls"
}

@test "headings are bold on a terminal, unless NO_COLOR says otherwise" {
	export PGDATABASE=usage_small
	no_colour='' on_terminal 80 lm-usage jobs -p 2025-11
	grep -qF $'\e[1mJobs by type and status\e[0m' "$screen"
	no_colour=1 on_terminal 80 lm-usage jobs -p 2025-11
	finds_nothing -F $'\e' "$screen"
	no_colour='' terminal=dumb on_terminal 80 lm-usage jobs -p 2025-11
	finds_nothing -F $'\e' "$screen"
	finds_nothing -F $'\e' < <(lm-usage jobs -p 2025-11 -t)
}

@test "bars and sparklines are blocks in UTF-8, and ASCII alone with --plain or elsewhere" {
	skip_under_wrapper
	export PGDATABASE=usage_small
	at='-p 2025-11 --now 2025-11-15T12:00:00Z -t'
	lm-usage teams $at | grep -qE '^team_a .*93.98%  █████████▍  .*  ▁▁▁█▁▁▁▁▁▁▁▁██$'
	lm-usage teams $at --plain | grep -qE '^team_a .*93.98%  #########   .*  ___#________##$'
	[ "$(lm-usage teams $at --columns team_id,share_percent,daily_jobs --plain)" = \
		"$(LC_ALL=C lm-usage teams $at --columns team_id,share_percent,daily_jobs)" ]
	while read -r _ verb; do
		for environment in LC_ALL=C 'LC_ALL=C.UTF-8 --plain' LC_ALL=POSIX; do
			env ${environment%% *} $LM_WRAP "$LM_BUILD/bin/lm-usage" $verb $at $(sed -n 's/.* //p' <<<"$environment") \
				--team team_a </dev/null >"$BATS_TEST_TMPDIR/out"
			LC_ALL=C finds_nothing -nP '[\x80-\xff]' "$BATS_TEST_TMPDIR/out"
		done
	done < <(some_lists && echo '- overview')
}

@test "a list's table says what it is, of when, and how many rows it has" {
	export PGDATABASE=usage_small
	run lm-usage jobs -p this-month --now 2025-11-15T12:00:00Z -t
	[ "${lines[0]}" = 'Jobs by type and status' ]
	[ "${lines[1]}" = '2025-11-01T00:00:00Z to 2025-12-01T00:00:00Z, still open' ]
	[[ ${lines[2]} == 'Job type  Status '*Jobs*Share*Duration*Cost ]]
	[ "${lines[-1]}" = '4 rows, as of 2025-11-15T12:00:00Z' ]
	run lm-usage jobs -p this-month --limit 1 --now 2025-11-15T12:00:00Z -t
	[ "${lines[-1]}" = '1 row, as of 2025-11-15T12:00:00Z' ]
	run lm-usage errors -p 2025-10 --now 2025-11-15T12:00:00Z -t
	[ "${lines[1]}" = '2025-10-01T00:00:00Z to 2025-11-01T00:00:00Z' ]
	[ "${lines[2]}" = 'Job types' ]
	[[ ${lines[*]} == *' Error classes '* ]]
}

# How many rows the whole list has, how large the tool has been when most of them were read, and whether it ended well.
streams() { # BYTES FORMAT ARGUMENT...
	local pid fd first peak rest
	mkfifo "$BATS_TEST_TMPDIR/pipe.$2"
	"$LM_BUILD/bin/lm-usage" slow --over 0 --limit 0 -p 2025-10 -f "$2" "${@:3}" >"$BATS_TEST_TMPDIR/pipe.$2" 3>&- &
	pid=$!
	exec {fd}<"$BATS_TEST_TMPDIR/pipe.$2"
	first=$(head -c "$1" <&"$fd" | wc -l)
	peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")
	rest=$(wc -l <&"$fd")
	exec {fd}<&-
	wait "$pid"
	echo "$2: $first and $rest lines, $peak kB"
	[ $((first + rest)) = "$rows" ]
	[ "$first" -gt $((rows / 2)) ]
	[ "$peak" -lt 32768 ]
}

@test "a million rows of JSON lines and of CSV go through the memory of a few" {
	[[ $LM_BUILD != */san ]] || skip "a sanitizer keeps what is freed"
	skip_under_wrapper
	export PGDATABASE=usage_million
	rows=1000000 streams 250000000 jsonl
	rows=1000001 streams 40000000 csv --columns call_id,latency_ms
}

@test "a connection lost in the middle of a list leaves whole rows and one line that says so" {
	export PGDATABASE=usage_million
	for format in jsonl csv; do
		loses_connection 'end_sessions lm-usage' lm-usage slow --over 0 --limit 0 -p 2025-10 -f $format
		[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -lt "$calls" ]
		# Each line is whole, the last one too.
		if [ $format = jsonl ]; then
			jq -c .created_at "$BATS_TEST_TMPDIR/out" | sort -u | diff - <(echo '"2025-10-15T00:00:00Z"')
		else
			finds_nothing -vE '^(slow_calls,0.*,2025-10-15T00:00:00Z|section,.*,created_at)'$'\r''$' "$BATS_TEST_TMPDIR/out"
		fi
		[ "$(tail -c 1 "$BATS_TEST_TMPDIR/out" | od -An -c | tr -d ' ')" = '\n' ]
	done
}

@test "a closed pipe ends a long list quietly" {
	export PGDATABASE=usage_million
	for format in jsonl csv json; do
		run --separate-stderr bash -c "trap - PIPE; $LM_WRAP $LM_BUILD/bin/lm-usage slow --over 0 --limit 0 -p 2025-10 -f $format |
			head -n 1 | wc -l; echo \${PIPESTATUS[0]}"
		[ "$stderr" = "" ]
		[ "$output" = $'1\n141' ]
	done
}

@test "a list that cannot be written is a failure, in every format" {
	export PGDATABASE=usage_small
	for format in table json jsonl csv prom; do
		for verb in jobs slow overview; do
			run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-usage $verb -p 2025-11 -f $format >/dev/full"
			[ "$status" = 3 ]
			[ "$stderr" = 'lm-usage: cannot write to standard output: No space left on device' ]
		done
	done
}

@test "--timeout bounds a list, and the setting is named" {
	export PGDATABASE=usage_small
	sql -c 'CREATE SCHEMA slow' \
		-c "DO \$\$ DECLARE t text; BEGIN
			FOREACH t IN ARRAY ARRAY['jobs', 'team_credits', 'job_cost_summaries', 'team_usage_summaries',
			    'credit_transactions', 'organizations'] LOOP
			    EXECUTE format('CREATE VIEW slow.%I AS TABLE public.%I', t, t);
			END LOOP; END \$\$" \
		-c 'CREATE VIEW slow.llm_calls AS SELECT c.* FROM public.llm_calls c WHERE (SELECT pg_sleep(30)) IS NOT NULL'
	printf 'database:\n  schema: slow\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	for verb in models overview; do
		fails_with "lm-usage: \"$PGHOST\" did not answer: timeout after 1 s; raise --timeout or ask for a shorter period" \
			lm-usage $verb --config "$BATS_TEST_TMPDIR/monitor.yaml" --timeout 1s
	done
}

@test "a missing privilege on the calls is named with the GRANT that gives it" {
	export PGDATABASE=usage_small
	while read -r _ verb; do
		[ "$verb" != summaries ] || continue
		PGUSER=poor fails_with 'lm-usage: permission denied for table llm_calls; run: GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "poor"' \
			lm-usage $verb
	done < <(some_lists && echo '- overview')
	[ -n "$LM_WRAP" ] || PGUSER=poor lm-usage summaries
}
