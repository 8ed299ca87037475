#!/usr/bin/env bats
# lm-recalc verify: what differs, by class; and how each verb prints its answer.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; run sets output and stderr
load helper
load recalc

now=2026-01-15T12:00:00Z

setup_file() {
	local shape
	for shape in migrations orm bare; do
		make_template $shape
		store_rows $shape
	done
}

# Makes a template in which the rows of a week and of its month are stored.
store_rows() { # SHAPE
	copy_database "template_stored_$1" "$1"
	sql -c 'ALTER TABLE team_usage_summaries ALTER total_tokens TYPE bigint'
	lm-recalc summaries 2025-10-04..2025-10-09 --now $now >"$BATS_FILE_TMPDIR/stored"
	lm-recalc summaries 2025-10 --monthly --now $now >"$BATS_FILE_TMPDIR/stored"
	lm-recalc jobs 2025-10-04..2025-10-09 --now $now >"$BATS_FILE_TMPDIR/stored"
	echo "$PGDATABASE" >"$BATS_FILE_TMPDIR/template.stored_$1"
}

copy_stored() { # NAME SHAPE
	copy_database "$1" "stored_$2"
}

# The rows of the last answer, each as its class, period, team, and the pairs of jobs, cost and tokens.
differences() {
	jq -rc '.rows[] | [.table_name, .class, .period, .team_id, .rows, .stored_jobs, .true_jobs, .stored_cost_usd,
		.true_cost_usd, .stored_tokens, .true_tokens] | @tsv' <<<"$output" | tr '\t' '|'
}

verify_says() { # STATUS EXPECTED [PERIOD...]
	local expected=$2
	recalc_ends "$1" verify --now $now "${@:3}"
	[ "$(differences)" = "$expected" ] || { printf 'said:\n%s\n' "$(differences)" && return 1; }
	[ "$stderr" = '' ]
	nothing_was_written
}

@test "after a run verify says nothing and exits 0, in each shape of the tables" {
	for shape in migrations orm bare; do
		copy_stored "verify_clean_$shape" $shape
		verify_says 0 '' 2025-10-04..2025-10-09
	done
}

@test "a team's row that was changed by hand is drift, named with its amounts" {
	for shape in migrations orm bare; do
		copy_stored "verify_team_$shape" $shape
		sql -c "UPDATE team_usage_summaries SET total_cost_usd = 1234.56, total_jobs = 4, total_tokens = 172
			WHERE team_id = 'team_third' AND period = '2025-10-06'"
		remember_rows
		cost=1.07
		[ $shape != bare ] || cost=1.2
		verify_says 1 "team_usage_summaries|drift|2025-10-06|team_third|1|4|3|1234.56|$cost|172|171" 2025-10-05..2025-10-07
		verify_says 0 '' 2025-10-05..2025-10-07 --team team_zero
		verify_says 1 "team_usage_summaries|drift|2025-10-06|team_third|1|4|3|1234.56|$cost|172|171" 2025-10-06 \
			--team team_third
		verify_says 0 '' 2025-10-04..2025-10-05
	done
}

@test "any column of a team's row that was changed by hand is drift" {
	copy_stored verify_columns migrations
	for change in 'total_jobs = total_jobs + 1' 'successful_jobs = 0' 'failed_jobs = 9' 'cancelled_jobs = 1' \
		'total_cost_usd = 1.08' 'total_tokens = 170' "job_type_breakdown = '{}'" "period_type = 'monthly'"; do
		sql -c "UPDATE team_usage_summaries SET $change WHERE team_id = 'team_third' AND period = '2025-10-06'"
		recalc_ends 1 verify 2025-10-06 --now $now
		[ "$change $(jq -c '[.rows[] | [.class, .team_id]]' <<<"$output")" = "$change [[\"drift\",\"team_third\"]]" ]
		recalc_ends 0 summaries 2025-10-06 --now $now
		recalc_ends 0 verify 2025-10-06 --now $now
	done
}

@test "a job's row that was changed by hand is drift, named with its team and amounts" {
	for shape in migrations orm bare; do
		copy_stored "verify_job_$shape" $shape
		sql -c "UPDATE job_cost_summaries SET total_cost_usd = 7.654321, total_tokens = 88 WHERE job_id::text LIKE '%000132'"
		remember_rows
		# 0.8 and 0.85 without a markup; 0.9 twice where there is no other cost.
		cost=1.65
		[ $shape != bare ] || cost=1.8
		verify_says 1 "job_cost_summaries|drift|2025-10-07|team_zero|1|||7.654321|$cost|88|177" 2025-10-07..2025-10-08
	done
	for change in total_calls=9 successful_calls=0 failed_calls=1 total_prompt_tokens=1 total_completion_tokens=1 \
		avg_latency_ms=7; do
		PGDATABASE=verify_job_orm sql -c "UPDATE job_cost_summaries SET $change WHERE job_id::text LIKE '%000151'"
		PGDATABASE=verify_job_orm recalc_ends 1 verify 2025-10-09 --now $now
		[ "$change $(jq -c '[.rows[] | [.class, .team_id]]' <<<"$output")" = "$change [[\"drift\",\"team_conflict\"]]" ]
		PGDATABASE=verify_job_orm recalc_ends 0 jobs 2025-10-09 --now $now
	done
}

@test "rows that were changed after their job or team got more jobs and calls are drift" {
	copy_stored verify_more orm
	sql -c "UPDATE llm_calls SET client_cost_usd = 10, provider_cost_usd = 9, total_tokens = 33 WHERE job_id::text LIKE '%000131'" \
		-c "INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
			VALUES (gen_random_uuid(), 'team_third', 'new', 'PENDING', '2025-10-06 23:59:59.999999')"
	verify_says 1 'team_usage_summaries|drift|2025-10-06|team_third|1|3|4|1.07|1.07|171|171
team_usage_summaries|drift|2025-10-07|team_zero|1|3|3|2.35|11.65|177|210
job_cost_summaries|drift|2025-10-07|team_zero|1|||0.7|10|0|33' 2025-10-04..2025-10-09
}

@test "a row that was deleted is missing, which is no failure; a team without jobs misses none" {
	copy_stored verify_missing migrations
	sql -c "DELETE FROM team_usage_summaries WHERE period = '2025-10-06' AND team_id IN ('team_third', 'team_zero')" \
		-c "DELETE FROM job_cost_summaries WHERE job_id::text LIKE '%00012_'"
	remember_rows
	verify_says 0 'team_usage_summaries|missing|2025-10-06|team_third|1||3||1.07||171
job_cost_summaries|missing|2025-10-06|team_third|3||||1.066641||171' 2025-10-04..2025-10-09
}

# The rows as the platform writes them: the sum of client_cost_usd with NULL as 0, and tokens that are often 0.
write_as_the_platform() {
	sql -c "UPDATE job_cost_summaries s SET total_cost_usd = (
		    SELECT coalesce(sum(coalesce(client_cost_usd, 0)), 0) FROM llm_calls c WHERE c.job_id = s.job_id)
		WHERE EXISTS (SELECT FROM llm_calls c WHERE c.job_id = s.job_id)"
	remember_rows
}

@test "a cost that lacks streamed calls is another basis, and empty tokens are unfilled, which is no failure" {
	for shape in migrations orm; do
		copy_stored "verify_basis_$shape" $shape
		write_as_the_platform
		# 142 and 143 are streamed, and 141 has a call of 1.1: 5.54 less 1.44 is missing.
		verify_says 0 'job_cost_summaries|basis|2025-10-08|team_deleted|3|||1.44|5.54|25|25' 2025-10-08
		recalc_ends 0 jobs 2025-10-07..2025-10-09 --now $now
		sql -c "UPDATE job_cost_summaries SET total_prompt_tokens = 0, total_completion_tokens = 0
			WHERE job_id::text LIKE '%00015_'" \
			-c "UPDATE job_cost_summaries SET total_tokens = 0 WHERE job_id::text LIKE '%000132'"
		remember_rows
		verify_says 0 'job_cost_summaries|unfilled|2025-10-07|team_zero|1|||1.65|1.65|0|177
job_cost_summaries|unfilled|2025-10-09|team_conflict|2|||4.95|4.95|48|48' 2025-10-07..2025-10-09
		# Another cost that no basis explains, and tokens that are neither 0 nor right.
		sql -c "UPDATE job_cost_summaries SET total_cost_usd = 1.45 WHERE job_id::text LIKE '%000141'" \
			-c "UPDATE job_cost_summaries SET total_tokens = 1 WHERE job_id::text LIKE '%000151'"
		recalc_ends 1 verify 2025-10-08..2025-10-09 --now $now
		[ "$(jq -c '[.rows[] | [.class, .team_id, .rows]]' <<<"$output")" = \
			'[["drift","team_deleted",1],["drift","team_conflict",1],["unfilled","team_conflict",1]]' ]
	done
}

@test "a team's cost in provider's money is another basis" {
	copy_stored verify_basis_team migrations
	# 2.1, 2.3 and 2.9 without the markup of 12.5 %.
	sql -c "UPDATE team_usage_summaries SET total_cost_usd = 7.30 WHERE team_id = 'team_conflict' AND period = '2025-10-09'"
	remember_rows
	verify_says 0 'team_usage_summaries|basis|2025-10-09|team_conflict|1|3|3|7.3|8.21|48|48' 2025-10-09
}

@test "what was stored before its calls were archived stays, and is called archived" {
	for shape in migrations orm bare; do
		copy_database "verify_archived_calls_$shape" $shape
		recalc_ends 0 summaries 2025-10-04..2025-10-09 --now $now
		recalc_ends 0 jobs 2025-10-04..2025-10-09 --now $now
		sql -c "DELETE FROM llm_calls c USING jobs j WHERE c.job_id = j.job_id AND j.created_at < '2025-10-10'"
		# More than their jobs' rows say, to the cent.
		sql -c "UPDATE job_cost_summaries SET total_cost_usd = 0 WHERE job_id::text LIKE '%00015_'"
		remember_rows
		recalc_ends 0 summaries 2025-10-04..2025-10-09 --now $now
		[ "$(total archived) $(total inserted) $(total updated) $(total failed)" = '1 0 0 0' ]
		[ "$(jq -c '.rows[] | select(.archived > 0) | .period' <<<"$output")" = '"2025-10-09"' ]
		recalc_ends 0 jobs 2025-10-04..2025-10-09 --now $now
		[ "$(total archived) $(total inserted) $(total updated) $(total failed)" = '13 0 0 0' ]
		nothing_was_written
		recalc_ends 0 verify 2025-10-04..2025-10-09 --now $now
		[ "$(jq -r '.rows[].class' <<<"$output" | sort -u)" = archived ]
		[ "$(jq -r '[.rows[] | select(.table_name == "job_cost_summaries") | .rows] | add' <<<"$output")" = 13 ]
		nothing_was_written
	done
}

@test "what was stored stays when calls of jobs that never had a row were archived" {
	copy_database verify_archived_open migrations
	# Open jobs with calls: the platform writes no row for them.
	recalc_ends 0 summaries 2025-10-14 2025-10-19 --now $now
	recalc_ends 0 jobs 2025-10-14 2025-10-19 --now $now
	sql -c "DELETE FROM llm_calls WHERE created_at < '2025-10-20'"
	remember_rows
	recalc_ends 0 summaries 2025-10-14 2025-10-19 --now $now
	nothing_was_written
	recalc_ends 0 verify 2025-10-14 2025-10-19 --now $now
	[ "$(jq -r '.rows[].class' <<<"$output" | sort -u)" = archived ]
}

@test "what was stored stays when a part of a job's calls was archived" {
	copy_database verify_archived_part migrations
	recalc_ends 0 summaries 2025-10-31 --now $now
	recalc_ends 0 jobs 2025-10-31 --now $now
	sql -c "DELETE FROM llm_calls WHERE created_at < '2025-11-15'"
	remember_rows
	recalc_ends 0 summaries 2025-10-31 --now $now
	recalc_ends 0 jobs 2025-10-31 --now $now
	nothing_was_written
	recalc_ends 0 verify 2025-10-31 --now $now
	[ "$(jq -r '.rows[].class' <<<"$output" | sort -u)" = archived ]
}

@test "what was stored before its jobs were archived stays, and is called archived" {
	for shape in migrations orm bare; do
		copy_database "verify_archived_jobs_$shape" $shape
		recalc_ends 0 summaries 2025-09-29..2025-10-05 --now $now
		recalc_ends 0 summaries 2024-02 --monthly --now $now
		sql -c "DELETE FROM credit_transactions t USING jobs j WHERE t.job_id = j.job_id AND j.created_at < '2025-10-05'" \
			-c "DELETE FROM jobs WHERE created_at < '2025-10-05'"
		remember_rows
		recalc_ends 0 summaries 2025-09-29..2025-10-05 --now $now
		nothing_was_written
		[ "$(jq -c '[.rows[] | .archived]' <<<"$output")" = '[1,4,2,1,1,1,0]' ]
		recalc_ends 0 summaries 2024-02 --monthly --now $now
		nothing_was_written
		period=2025-09-29..2025-10-04
		[ $shape != orm ] || period="$period 2024-02"
		# shellcheck disable=SC2086 # words
		recalc_ends 0 verify $period --now $now
		[ "$(jq -r '.rows[] | .table_name + " " + .class' <<<"$output" | sort -u)" = 'team_usage_summaries archived' ]
		[ "$(jq -r '[.rows[] | select(.period == "2025-10-01") | [.team_id, .stored_jobs, .true_jobs] | join(" ")] | join(", ")' \
			<<<"$output")" = 'team_acme_research 1 0, team_edges 1 0' ]
	done
}

@test "verify looks at what is open too, where a row that is not stored yet is not missing" {
	copy_database verify_open migrations
	recalc_ends 0 verify 2025-11-13..2025-11-15 --team team_edges --now 2025-11-15T12:00:00Z
	[ "$(jq -c '[.partial, [.rows[] | select(.table_name == "team_usage_summaries") | [.period, .class]]]' <<<"$output")" = \
		'[true,[["2025-11-13","missing"],["2025-11-14","missing"]]]' ]
	recalc_ends 0 summaries 2025-11-15 --allow-open --team team_edges --now 2025-11-15T12:00:00Z
	sql -c "UPDATE team_usage_summaries SET total_jobs = 9 WHERE period = '2025-11-15'"
	recalc_ends 1 verify 2025-11-15 --team team_edges --now 2025-11-15T12:00:00Z
	[ "$(jq -c '[.rows[] | select(.class == "drift") | [.stored_jobs, .true_jobs]]' <<<"$output")" = '[[9,2]]' ]
}

head_keys='"report","from","to","partial","basis","as_of","rows"'

@test "JSON has the same keys in the same order in each shape of the tables" {
	for shape in migrations orm bare; do
		copy_database "verify_json_$shape" $shape
		while IFS='|' read -r status arguments keys; do
			# shellcheck disable=SC2086 # words
			recalc_ends "$status" $arguments 2025-10-06 --now $now -f json
			[ "$(jq -c keys_unsorted <<<"$output")" = "[$head_keys]" ]
			[ "$(jq -c '.rows[] | keys_unsorted' <<<"$output" | sort -u)" = "$keys" ]
			[ "$(jq -c 'del(.rows)' <<<"$output")" = '{"report":"'"${arguments%% *}"'","from":"2025-10-06T00:00:00Z","to":"2025-10-07T00:00:00Z","partial":false,"basis":"job","as_of":"2026-01-15T12:00:00Z"}' ]
			# shellcheck disable=SC2086
			recalc_ends "$status" $arguments 2025-10-06 --now $now -f jsonl
			[ "$(jq -c keys_unsorted <<<"$output" | sort -u)" = "$keys" ]
			# shellcheck disable=SC2086
			recalc_ends "$status" $arguments 2025-10-06 --now $now -f csv
			[ "[\"$(head -n 1 <<<"$output" | tr -d '\r' | sed 's/,/","/g')\"]" = "$keys" ]
		done <<-'END'
			0|summaries -n|["period","period_type","team_id","change","old_jobs","new_jobs","old_cost_usd","new_cost_usd","old_tokens","new_tokens"]
			0|jobs -n|["period","team_id","job_id","change","old_cost_usd","new_cost_usd","old_tokens","new_tokens"]
			1|verify --team team_third|["table_name","class","period","team_id","rows","stored_jobs","true_jobs","stored_cost_usd","true_cost_usd","stored_tokens","true_tokens"]
			0|summaries|["period","period_type","teams","inserted","updated","unchanged","archived","failed"]
			0|jobs|["period","jobs","inserted","updated","unchanged","archived","failed"]
		END
	done
}

@test "every format says the same" {
	copy_database verify_formats migrations
	sql -c "INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs)
		VALUES ('team_third', '2025-10-06', 'daily', 8)" -c "DELETE FROM job_cost_summaries"
	recalc_ends 1 verify 2025-10-06 --now $now --team team_third -f jsonl
	[ "$output" = '{"table_name":"team_usage_summaries","class":"drift","period":"2025-10-06","team_id":"team_third","rows":1,"stored_jobs":8,"true_jobs":3,"stored_cost_usd":0,"true_cost_usd":1.07,"stored_tokens":0,"true_tokens":171}
{"table_name":"job_cost_summaries","class":"missing","period":"2025-10-06","team_id":"team_third","rows":3,"stored_jobs":null,"true_jobs":null,"stored_cost_usd":null,"true_cost_usd":1.066641,"stored_tokens":null,"true_tokens":171}' ]
	recalc_ends 1 verify 2025-10-06 --now $now --team team_third -f csv
	[ "$(tr -d '\r' <<<"$output")" = 'table_name,class,period,team_id,rows,stored_jobs,true_jobs,stored_cost_usd,true_cost_usd,stored_tokens,true_tokens
team_usage_summaries,drift,2025-10-06,team_third,1,8,3,0,1.07,0,171
job_cost_summaries,missing,2025-10-06,team_third,3,,,,1.066641,,171' ]
	recalc_ends 1 verify 2025-10-06 --now $now --team team_third -f table
	# shellcheck disable=SC2016 # dollars
	[ "$(awk 'NR > 4 { $1 = $1; print }' <<<"$output")" = 'team_usage_summaries drift 2025-10-06 team_third 1 8 3 $0.00 $1.07 0 171
job_cost_summaries missing 2025-10-06 team_third 3 - - - $1.07 - 171

2 rows, as of 2026-01-15T12:00:00Z' ] || { echo "$output" && return 1; }
	recalc_ends 1 verify 2025-10-06 --now $now --team team_third -f csv --quiet
	[ "$(wc -l <<<"$output")" = 3 ]
	recalc_ends 0 summaries 2025-10-06 --now $now --team team_third -f csv
	[ "$(tr -d '\r' <<<"$output")" = 'period,period_type,teams,inserted,updated,unchanged,archived,failed
2025-10-06,daily,1,0,1,0,0,0' ]
	recalc_ends 0 jobs 2025-10-06 --now $now --team team_third -f table
	[ "$(tail -n 3 <<<"$output" | awk '{ $1 = $1; print; exit }')" = '2025-10-06 3 3 0 0 0 0' ]
	for format in table json jsonl csv prom; do
		recalc_ends 0 verify 2025-10-06 --now $now --team team_third -f $format -q
		[ "$output" = '' ]
	done
}

@test "no hostile id reaches the terminal as it is, and none is lost" {
	copy_database verify_hostile migrations
	sql -c "INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs)
		SELECT DISTINCT team_id, '2025-10-21', 'daily', 77 FROM jobs" \
		-c "UPDATE llm_calls SET total_tokens = 2000000000 WHERE created_at = '2025-10-21'"
	for arguments in 'summaries -n' 'jobs -n' verify; do
		# shellcheck disable=SC2086 # words
		lm-recalc $arguments 2025-10-20..2025-10-22 --now $now -t >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || true
		[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -gt 40 ]
		run ! grep -P '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$BATS_TEST_TMPDIR/out"
		# shellcheck disable=SC2086
		lm-recalc $arguments 2025-10-20..2025-10-22 --now $now -j >"$BATS_TEST_TMPDIR/json" || true
		[ "$(jq -c '.rows[].team_id' "$BATS_TEST_TMPDIR/json" | sort -u | wc -l)" -ge 48 ]
	done
	# Two calls of 2,000,000,000 do not fit into a row of their team: each id is on stderr, on one line.
	ended=0
	lm-recalc summaries 2025-10-20..2025-10-22 --now $now >"$BATS_TEST_TMPDIR/json" 2>"$BATS_TEST_TMPDIR/err" || ended=$?
	[ "$ended" = 3 ]
	[ "$(jq '[.rows[].failed] | add' "$BATS_TEST_TMPDIR/json")" = 48 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/err")" = 48 ]
	[ "$(grep -c '^lm-recalc: team ".*", 2025-10-2[0-2]: 4000000000 tokens do not fit into team_usage_summaries; run: ALTER TABLE team_usage_summaries ALTER COLUMN total_tokens TYPE bigint$' "$BATS_TEST_TMPDIR/err")" = 48 ]
	run ! grep -P '[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$BATS_TEST_TMPDIR/err"
}
