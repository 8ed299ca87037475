#!/usr/bin/env bats
# lm-recalc summaries and jobs: the stored rows, held against queries that were written apart from it, and which rows are
# written at all.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; run sets output and stderr
load helper
load recalc

setup_file() {
	make_template migrations
	make_template orm
	make_template bare
}

now=2026-01-15T12:00:00Z

# Stores the months of two years and the days of two months.
store_some() {
	recalc_ends 3 summaries 2024 2025 --monthly --now $now
	[ "$stderr" = "$big_month" ]
	recalc_ends 3 summaries 2025-10-01..2025-11-05 2024-02-28..2024-03-02 --daily --now $now
	[ "$stderr" = "$big_day" ]
}

some() {
	echo "$(months_of 2024-01-01 2026-01-01) UNION ALL $(days_of 2025-10-01 2025-11-06)
		UNION ALL $(days_of 2024-02-28 2024-03-03)"
}

@test "the rows of a year's months and days are the independent ones in tables made by migrations" {
	copy_database recalc_year migrations
	recalc_ends 3 summaries 2025 --now $now
	[ "$stderr" = "$big_team" ]
	summaries_agree "$(months_of 2025-01-01 2026-01-01) UNION ALL $(days_of 2025-01-01 2026-01-01)"
}

@test "the rows of months and days are the independent ones in tables made by the ORM" {
	copy_database recalc_orm orm
	store_some
	summaries_agree "$(some)"
}

@test "the rows of months and days are the independent ones in tables with the guide's columns only" {
	copy_database recalc_bare bare
	store_some
	summaries_agree "$(some)"
}

@test "the rows of jobs are the independent ones in each shape of the tables" {
	for shape in migrations orm bare; do
		copy_database "recalc_jobs_$shape" $shape
		recalc_ends 3 jobs 2025-10..2025-11-16 --now $now
		[[ $stderr == "$big_job"* && $stderr != *$'\n'* ]]
		jobs_agree 2025-10-01 2025-11-17 $now || { echo "in $shape" && return 1; }
	done
}

@test "rows are the same, and calculated in UTC, whatever time zone the server is set to" {
	for zone in Pacific/Kiritimati America/New_York; do
		copy_database "recalc_zone_${zone//[!a-z]/}" migrations
		sql -c "ALTER DATABASE $PGDATABASE SET timezone = '$zone'" \
			-c "ALTER DATABASE $PGDATABASE SET datestyle = 'SQL, DMY'"
		recalc_ends 3 summaries 2025-10
		summaries_agree "$(months_of 2025-10-01 2025-11-01) UNION ALL $(days_of 2025-10-01 2025-11-01)"
		recalc_ends 3 jobs 2025-10..2025-11
		jobs_agree 2025-10-01 2025-12-01 "$(date -u '+%F %T')"
		for table in team_usage_summaries job_cost_summaries; do
			[ "$(sql -c "SELECT count(*) > 30 AND bool_and(now() AT TIME ZONE 'UTC' - calculated_at < interval '2 minutes'
				AND calculated_at <= now() AT TIME ZONE 'UTC') FROM $table WHERE calculated_at > '2025-12-01'")" = t ]
		done
	done
}

@test "a month has the figures that were worked out by hand" {
	copy_database recalc_hand orm
	recalc_ends 3 summaries 2025-10 2024-05 --monthly --now $now
	[ "$(total inserted) $(total updated) $(total unchanged) $(total failed)" = '96 3 0 1' ]
	# 0.12 + 0.2525, 0 + 0.06, 0.01 with 20 %, 0.00000148: see the fixture.
	[ "$(sql -c "SELECT period_type, total_jobs, successful_jobs, failed_jobs, cancelled_jobs, total_cost_usd, total_tokens
		FROM team_usage_summaries WHERE team_id = 'team_acme_research' AND period = '2025-10'")" = 'monthly|7|2|2|1|0.44|361' ]
	[ "$(sql -c "SELECT job_type_breakdown::jsonb = '{\"document_analysis\": {\"count\": 2, \"cost_usd\": 0.43},
		\"content_generation\": {\"count\": 2, \"cost_usd\": 0.01}, \"data_extraction\": {\"count\": 1, \"cost_usd\": 0},
		\"without_calls\": {\"count\": 2, \"cost_usd\": 0}}' FROM team_usage_summaries
		WHERE team_id = 'team_acme_research' AND period = '2025-10'")" = t ]
	# Archived jobs: 1.234567 and 0.000001 of their summaries, and one that has none.
	[ "$(sql -c "SELECT total_jobs, successful_jobs, failed_jobs, total_cost_usd, total_tokens
		FROM team_usage_summaries WHERE team_id = 'team_archive' AND period = '2024-05'")" = '3|2|1|1.23|3050' ]
	# Credits alone; a stored row alone; a deleted team.
	[ "$(sql -c "SELECT team_id, total_jobs, successful_jobs, failed_jobs, cancelled_jobs, total_cost_usd, total_tokens,
		job_type_breakdown FROM team_usage_summaries WHERE period = '2025-10'
		AND team_id IN ('team_credits_only', 'team_summary_only') ORDER BY 1")" = 'team_credits_only|0|0|0|0|0.00|0|{}
team_summary_only|0|0|0|0|0.00|0|{}' ]
	[ "$(sql -c "SELECT total_jobs, total_cost_usd FROM team_usage_summaries
		WHERE team_id = 'team_deleted' AND period = '2025-10'")" = '3|5.54' ]
}

@test "a job has the figures that were worked out by hand, and keeps the duration that is stored" {
	copy_database recalc_hand_jobs orm
	sql -c "UPDATE job_cost_summaries SET total_duration_seconds = 77 WHERE job_id::text LIKE '%101'" \
		-c "UPDATE job_cost_summaries SET total_duration_seconds = NULL WHERE job_id::text LIKE '%102'" \
		-c "UPDATE jobs SET completed_at = created_at + interval '3.999 seconds' WHERE job_id::text LIKE '%102'"
	recalc_ends 0 jobs 2025-10-01..2025-10-03 --now $now
	# 0.12 + 0.2525 in 800 and 0 ms; 0 + 0.06 and one without a cost, in 31000, 1200 ms and none; 0.01 with 20 %.
	[ "$(sql -c "SELECT right(job_id::text, 3), total_calls, successful_calls, failed_calls, total_prompt_tokens,
		total_completion_tokens, total_tokens, total_cost_usd, avg_latency_ms, total_duration_seconds
		FROM job_cost_summaries WHERE right(job_id::text, 6) IN ('000101', '000102', '000103') ORDER BY 1")" = \
		'101|2|2|0|300|34|334|0.372500|400|77
102|3|1|2|20|5|25|0.060000|16100|3
103|1|1|0|7|5|0|0.012000|100|' ]
}

@test "open jobs, jobs without calls, archived ones and those that ended less than an hour ago are left alone" {
	copy_database recalc_settled migrations
	sql -c "UPDATE jobs SET completed_at = '2025-10-05 10:59:59.999999' WHERE job_id::text LIKE '%000111'" \
		-c "UPDATE jobs SET completed_at = '2025-10-05 11:00:00.000001' WHERE job_id::text LIKE '%000112'"
	remember_rows
	recalc_ends 0 jobs 2025-10-04..2025-10-05 --now 2025-10-05T12:00:00Z
	[ "$(written_jobs)" = 00000000-0000-4000-8000-000000000111 ]
	remember_rows
	recalc_ends 0 jobs 2025-10-04..2025-10-05 --team team_acme_ops --now 2025-10-05T12:00:02Z
	[ "$(written_jobs)" = 00000000-0000-4000-8000-000000000112 ]
	remember_rows
	recalc_ends 0 jobs 2025-10-31 2025-10-15 2024-05 --now $now
	run ! grep -E '0000001(04|05|07|08|8[12346789])$' <(written_jobs)
	[[ $(written_jobs) == *000000000161* ]]
}

# Runs a verb a second time, which has to say that there is nothing to do, and to write no row.
second_run_writes_nothing() { # VERB PERIOD...
	local before after
	remember_rows
	before=$(sql -c 'SELECT pg_current_wal_insert_lsn()')
	recalc_ends 0 "$@" --now $now
	after=$(sql -c 'SELECT pg_current_wal_insert_lsn()')
	[ "$stderr" = '' ]
	[ "$(total inserted) $(total updated) $(total failed)" = '0 0 0' ]
	[ "$(total unchanged)" -gt 30 ]
	nothing_was_written
	# Of the two tables: autovacuum writes what it found out about any table when it likes.
	# What is not on the disk yet cannot be read.
	sql -c 'SET synchronous_commit = on' -c "SELECT pg_logical_emit_message(true, '', '')" >"$BATS_TEST_TMPDIR/flushed"
	[ "$before" = "$after" ] || [ "$(sql -c "SELECT count(*) FROM pg_get_wal_records_info('$before', '$after'),
		    (VALUES ('team_usage_summaries'), ('job_cost_summaries')) AS written (name)
		WHERE resource_manager = 'Heap' AND block_ref LIKE '%/' || (
		    SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || pg_relation_filenode(name::regclass)
		    || ' %'")" = 0 ]
}

make_storable() {
	sql -c 'ALTER TABLE team_usage_summaries ALTER total_tokens TYPE bigint' \
		-c 'ALTER TABLE job_cost_summaries ALTER total_tokens TYPE bigint'
	if [ "${1-}" != bare ]; then
		sql -c 'ALTER TABLE job_cost_summaries ALTER total_prompt_tokens TYPE bigint'
	fi
	remember_rows
}

@test "a second run says 0 inserted, 0 updated, and writes no row and no record of one" {
	[ "$(sql -d postgres -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_walinspect'")" = 1 ] ||
		skip 'needs pg_walinspect'
	period=2025-10-12..2025-10-31
	for shape in migrations orm bare; do
		copy_database "recalc_twice_$shape" $shape
		sql -c 'CREATE EXTENSION pg_walinspect'
		make_storable $shape
		recalc_ends 0 summaries $period --now $now
		[ "$(total inserted)" -gt 150 ]
		second_run_writes_nothing summaries $period
		recalc_ends 0 jobs $period --now $now
		[ "$(total inserted)" -gt 90 ]
		second_run_writes_nothing jobs $period
		recalc_ends 0 summaries $period --now $now
		[ "$(total inserted) $(total updated)" = '0 0' ]
		period=2025-10-18..2025-10-22
	done
}

@test "a row that differs in one column alone is written, and only that row" {
	copy_database recalc_one_column orm
	make_storable
	recalc_ends 0 summaries 2025-10-20 --now $now
	recalc_ends 0 jobs 2025-10-01..2025-10-03 --now $now
	remember_rows
	for change in 'total_jobs = total_jobs + 1' 'successful_jobs = NULL' 'failed_jobs = failed_jobs + 1' \
		'cancelled_jobs = 5' 'total_cost_usd = total_cost_usd + 0.01' 'total_tokens = total_tokens - 1' \
		"job_type_breakdown = '{}'" 'job_type_breakdown = NULL' "job_type_breakdown = 'null'" \
		"period_type = 'monthly'"; do
		sql -c "UPDATE team_usage_summaries SET $change WHERE team_id = 'a \"double\" quote'"
		recalc_ends 0 summaries 2025-10-20 --now $now
		[ "$change: $(total updated) $(total inserted)" = "$change: 1 0" ]
		[ "$(written_summaries)" = '"2025-10-20 a \"double\" quote"' ]
		prints_nothing sql -c "SELECT period, team_id, total_jobs, successful_jobs, failed_jobs, cancelled_jobs,
			total_cost_usd, total_tokens, job_type_breakdown::jsonb, period_type FROM team_usage_summaries
			EXCEPT SELECT period, team_id, total_jobs, successful_jobs, failed_jobs, cancelled_jobs, total_cost_usd,
			total_tokens, job_type_breakdown::jsonb, period_type FROM stored_before"
	done
	for change in total_calls=9 successful_calls=9 failed_calls=NULL total_prompt_tokens=0 total_completion_tokens=0 \
		total_tokens=1 total_cost_usd=0 avg_latency_ms=NULL; do
		sql -c "UPDATE job_cost_summaries SET $change WHERE job_id::text LIKE '%000101'"
		recalc_ends 0 jobs 2025-10-01..2025-10-03 --now $now
		[ "$change: $(total updated) $(total inserted)" = "$change: 1 0" ]
		[ "$(written_jobs)" = 00000000-0000-4000-8000-000000000101 ]
		prints_nothing sql -c "SELECT to_jsonb(s) - 'calculated_at' FROM job_cost_summaries s
			EXCEPT SELECT to_jsonb(b) - 'calculated_at' - 'old_xmin' - 'old_ctid' FROM jobs_before b"
	done
}

@test "--dry-run changes nothing, and lists just the rows that a run then changes" {
	periods='2025-10 2024-05'
	for shape in migrations orm bare; do
		copy_database "recalc_dry_$shape" $shape
		make_storable $shape
		recalc_ends 0 summaries 2025-10-20 --now $now
		sql -c "UPDATE team_usage_summaries SET total_tokens = 1 WHERE period = '2025-10-20' AND team_id LIKE 'team_%'"
		remember_rows
		# shellcheck disable=SC2086 # words
		recalc_ends 0 summaries $periods --dry-run --now $now -f jsonl
		nothing_was_written
		dry=$(jq -c '.period + " " + .team_id' <<<"$output" | LC_ALL=C sort)
		[ "$(wc -l <<<"$dry")" -gt 100 ]
		[ "$(jq -s 'map(select(.change == "update" and .period == "2025-10-20")) | length' <<<"$output")" = 11 ]
		# shellcheck disable=SC2086
		recalc_ends 0 summaries $periods --now $now
		[ "$dry" = "$(written_summaries | jq -c . | LC_ALL=C sort)" ]
		# shellcheck disable=SC2086
		recalc_ends 0 summaries $periods --dry-run --now $now
		[ "$(jq -c .rows <<<"$output")" = '[]' ]

		remember_rows
		recalc_ends 0 jobs 2025-10-15..2025-10-22 --dry-run --now $now -f jsonl
		nothing_was_written
		dry=$(jq -r .job_id <<<"$output" | LC_ALL=C sort)
		[ "$(wc -l <<<"$dry")" -gt 90 ]
		recalc_ends 0 jobs 2025-10-15..2025-10-22 --now $now
		[ "$dry" = "$(written_jobs)" ]
		recalc_ends 0 jobs 2025-10-15..2025-10-22 --dry-run --now $now
		[ "$(jq -c .rows <<<"$output")" = '[]' ]
		periods='2025-10-19..2025-10-22'
	done
}

@test "--dry-run says what is stored and what would be" {
	copy_database recalc_dry_says migrations
	recalc_ends 0 summaries 2025-10 --monthly -n --team team_acme_research --now $now
	[ "$(jq -c '.rows' <<<"$output")" = '[{"period":"2025-10","period_type":"monthly","team_id":"team_acme_research","change":"update","old_jobs":999,"new_jobs":7,"old_cost_usd":999.99,"new_cost_usd":0.44,"old_tokens":999,"new_tokens":361}]' ]
	recalc_ends 0 summaries 2025-10 --monthly -n --team team_big --now $now
	[ "$(jq -c '.rows' <<<"$output")" = '[{"period":"2025-10","period_type":"monthly","team_id":"team_big","change":"overflow","old_jobs":null,"new_jobs":4,"old_cost_usd":null,"new_cost_usd":13566.33,"old_tokens":null,"new_tokens":6442451177}]' ]
	recalc_ends 0 jobs 2025-10-06 -n --team team_third --now $now
	[[ $output == *'{"period": "2025-10-06", "team_id": "team_third", "job_id": "00000000-0000-4000-8000-000000000121", "change": "update", "old_cost_usd": 0.000000, "new_cost_usd": 0.133331, "old_tokens": 0, "new_tokens": 0}'* ]]
	[ "$(jq -c '.rows[1:][] | [.job_id[-3:], .change]' <<<"$output")" = '["122","insert"]
["123","insert"]' ]
}

@test "--team touches that team alone, whatever its id looks like" {
	copy_database recalc_team migrations
	while read -r team; do
		id=$(jq -r . <<<"$team")
		remember_rows
		recalc_ends 0 summaries 2025-10-20..2025-10-21 --now $now "--team=$id"
		[ "$(total inserted)" -gt 0 ] && [ "$(total inserted)" = "$(total teams)" ]
		[ "$(written_summaries | jq -r '.[11:]' | sort -u)" = "$id" ]
		recalc_ends 0 jobs 2025-10-20..2025-10-22 --now $now "--team=$id"
		[ "$(sql -c "SELECT DISTINCT to_json(team_id)::text FROM jobs JOIN job_cost_summaries s USING (job_id)
			LEFT JOIN jobs_before b USING (job_id) WHERE b.job_id IS NULL" | jq -r .)" = "$id" ]
		[ "$(total inserted)" = 2 ]
	done <<-'END'
		"a \"double\" quote"
		"{a,b}"
		"NULL"
		"back\\slash \\n \\u0041 \\\\"
		"'; DROP TABLE jobs; --"
	END
	# Neither in capitals nor with a space is it the same team.
	remember_rows
	recalc_ends 0 summaries 2025-10 --monthly --team team_edges --now $now
	[ "$(written_summaries)" = '"2025-10 team_edges"' ]
}

@test "--monthly and --daily store those rows alone, and both are stored without them" {
	copy_database recalc_types migrations
	make_storable
	recalc_ends 0 summaries 2025-10 --team team_third --monthly --now $now
	[ "$(written_summaries)" = '"2025-10 team_third"' ]
	remember_rows
	recalc_ends 0 summaries 2025-10 --team team_third --daily --now $now
	[ "$(written_summaries | wc -l)" = 31 ]
	run ! grep '2025-10 ' <(written_summaries)
	remember_rows
	recalc_ends 0 summaries 2025-09-29..2025-11-01 --team team_zero --now $now
	[ "$(written_summaries | wc -l) $(written_summaries | grep -c '2025-10 ')" = '35 1' ]
	[ "$(sql -c "SELECT DISTINCT period_type, length(period) FROM team_usage_summaries ORDER BY 1")" = 'daily|10
monthly|7' ]
}

@test "periods that overlap are done once" {
	copy_database recalc_overlap migrations
	recalc_ends 0 summaries 2025-11 2025-11-28..2025-12-02 2025-12 2025-11 --team team_edges --now $now
	[ "$(jq -r '.rows[].period' <<<"$output" | sort | uniq -d)" = '' ]
	[ "$(jq '.rows | length' <<<"$output")" = 63 ]
	[ "$(jq -c '[.from, .to]' <<<"$output")" = '["2025-11-01T00:00:00Z","2026-01-01T00:00:00Z"]' ]
	recalc_ends 0 jobs 2025-10-31 2025-10-31..2025-11-02 2025-11-01 --now $now
	[ "$(jq -c '[.rows[].period]' <<<"$output")" = '["2025-10-31","2025-11-01","2025-11-02"]' ]
}

@test "a team whose tokens do not fit is named, all others are stored, and it is after the column was widened" {
	copy_database recalc_overflow migrations
	recalc_ends 3 summaries 2025-10 --now $now
	[ "$stderr" = "$big_team" ]
	[ "$(jq -c '[.rows[] | select(.failed > 0) | [.period, .failed]]' <<<"$output")" = '[["2025-10",1],["2025-10-10",1]]' ]
	[ "$(sql -c "SELECT count(*) FROM team_usage_summaries WHERE period = '2025-10'")" = 63 ]
	[ "$(sql -c "SELECT count(*) FROM team_usage_summaries WHERE team_id = 'team_big'")" = 30 ]
	sql -c "${stderr##*run: }"
	recalc_ends 0 summaries 2025-10 --now $now
	[ "$stderr $(total inserted) $(total updated)" = ' 2 0' ]
	[ "$(sql -c "SELECT total_tokens FROM team_usage_summaries WHERE team_id = 'team_big' AND total_tokens > 0")" = \
		$'6442451177\n6442451177' ]
}

@test "a job whose tokens do not fit is named, all others are stored, and it is after what is said was done" {
	copy_database recalc_overflow_job migrations
	recalc_ends 3 jobs 2025-10-10 --now $now
	[ "$stderr" = "$big_job, ALTER COLUMN total_prompt_tokens TYPE bigint, ALTER COLUMN total_completion_tokens TYPE bigint" ]
	[ "$(jq -c .rows <<<"$output")" = '[{"period":"2025-10-10","jobs":4,"inserted":3,"updated":0,"unchanged":0,"archived":0,"failed":1}]' ]
	sql -c "${stderr##*run: }"
	recalc_ends 0 jobs 2025-10-10 --now $now
	[ "$(sql -c "SELECT total_tokens FROM job_cost_summaries WHERE job_id::text LIKE '%000171'")" = 4294967294 ]
}

@test "tables from before the new cost columns are filled from the provider's costs" {
	copy_database recalc_old migrations
	sql -c 'ALTER TABLE llm_calls DROP input_cost_usd, DROP output_cost_usd, DROP provider_cost_usd,
		DROP client_cost_usd, DROP model_pricing_input, DROP model_pricing_output'
	recalc_ends 3 summaries 2025-10 --monthly --now $now
	summaries_agree "$(months_of 2025-10-01 2025-11-01)"
	recalc_ends 3 jobs 2025-10 --now $now
	# 0.1 + 0.2: what calls cost the provider, without the team's markup of 20 %.
	[ "$(sql -c "SELECT total_cost_usd FROM job_cost_summaries WHERE job_id::text LIKE '%000101'")" = 0.300000 ]
}
