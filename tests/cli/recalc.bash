# What the tests of lm-recalc share.

# As helper.bash has it for lm-usage.
lm-recalc() {
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	$LM_WRAP "$LM_BUILD/bin/lm-recalc" "$@"
}

# Makes a database of a shape with the rows of the fixture, to be copied by copy_database.
make_template() { # SHAPE
	local file=${BATS_TEST_FILENAME##*/}
	new_database "template_${file//[!a-z]/_}_$1" "$1"
	sql -f "$LM_TOP/tests/fixture.sql"
	echo "$PGDATABASE" >"$BATS_FILE_TMPDIR/template.$1"
}

# Makes a database as make_template made it, and makes it the one that psql and the tools read. Keeps the stored rows
# as they are then in the tables stored_before and jobs_before.
copy_database() { # NAME SHAPE
	sql -d postgres -c "CREATE DATABASE $1 TEMPLATE $(<"$BATS_FILE_TMPDIR/template.$2")"
	export PGDATABASE=$1
	remember_rows
}

remember_rows() {
	sql -c 'SET client_min_messages = warning' -c 'DROP TABLE IF EXISTS stored_before, jobs_before' \
		-c 'CREATE TABLE stored_before AS SELECT s.*, s.xmin AS old_xmin, s.ctid AS old_ctid FROM team_usage_summaries s' \
		-c 'CREATE TABLE jobs_before AS SELECT s.*, s.xmin AS old_xmin, s.ctid AS old_ctid FROM job_cost_summaries s'
}

# The rows that were written since remember_rows, "period team" or the job's number.
written_summaries() {
	sql -c "SELECT to_json(s.period || ' ' || s.team_id) FROM team_usage_summaries s LEFT JOIN stored_before b USING (id)
		WHERE (b.old_xmin, b.old_ctid) IS DISTINCT FROM (s.xmin, s.ctid)
		UNION ALL SELECT to_json('gone: ' || b.period || ' ' || b.team_id) FROM stored_before b
		WHERE NOT EXISTS (SELECT FROM team_usage_summaries s WHERE s.id = b.id)" | LC_ALL=C sort
}

written_jobs() {
	sql -c "SELECT s.job_id::text FROM job_cost_summaries s LEFT JOIN jobs_before b USING (job_id)
		WHERE (b.old_xmin, b.old_ctid) IS DISTINCT FROM (s.xmin, s.ctid)
		UNION ALL SELECT 'gone: ' || b.job_id FROM jobs_before b
		WHERE NOT EXISTS (SELECT FROM job_cost_summaries s WHERE s.job_id = b.job_id)" | LC_ALL=C sort
}

nothing_was_written() {
	local written
	written=$(written_summaries && written_jobs)
	[ -z "$written" ] || { printf 'written:\n%s\n' "$written" | head -n 20 && return 1; }
}

independent_session() {
	env -u PGTZ -u PGOPTIONS psql -X -qAt -v ON_ERROR_STOP=1 "$@"
}

prints_nothing() {
	local said
	said=$("$@" 2>&1) || { printf '%s\n' "$said" && return 1; }
	[ -z "$said" ] || { head -n 40 <<<"$said" && return 1; }
}

# Fails with a line for each stored row that is not as the independent query has it. UNITS is a query of the months and
# days that were stored since remember_rows: period, period_type, first, next. No other row may have been written.
summaries_agree() { # UNITS
	prints_nothing independent_session -v units="$1" <<-END
		\\i '$LM_TOP/tests/independent/values.sql'
		CREATE TEMPORARY TABLE unit AS $1;
		\\i '$LM_TOP/tests/independent/summaries.sql'
		WITH ours AS (
		    SELECT period, team_id, to_jsonb(s) - 'id' - 'calculated_at' AS row
		    FROM team_usage_summaries s JOIN unit USING (period)
		), theirs AS (
		    SELECT period, team_id, (
		            SELECT jsonb_object_agg(key, value)
		            FROM jsonb_each(to_jsonb(t)), pg_attribute
		            WHERE attrelid = 'team_usage_summaries'::regclass AND NOT attisdropped AND attname = key
		        ) AS row
		    FROM true_summary t
		    WHERE total_tokens <= 2147483647
		)
		SELECT format('%s %s: ours %s theirs %s', period, to_json(team_id), o.row, t.row)
		FROM ours o FULL JOIN theirs t USING (period, team_id)
		WHERE o.row IS DISTINCT FROM t.row
		UNION ALL
		SELECT format('%s %s: none of the months and days', period, to_json(team_id))
		FROM team_usage_summaries s LEFT JOIN stored_before b USING (id, period, team_id)
		WHERE period NOT IN (SELECT period FROM unit)
		    AND (s.xmin, s.ctid) IS DISTINCT FROM (b.old_xmin, b.old_ctid)
		UNION ALL
		SELECT 'nothing was compared' WHERE (SELECT count(*) FROM theirs) < 35;
	END
}

# The same for the rows of jobs that were created from FROM until before TO and ended an hour before NOW.
jobs_agree() { # FROM TO NOW
	prints_nothing independent_session -v from="$1" -v to="$2" -v settled="$(date -u -d "$3 1 hour ago" '+%F %T')" <<-END
		\\i '$LM_TOP/tests/independent/values.sql'
		\\i '$LM_TOP/tests/independent/job_summaries.sql'
		WITH ours AS (
		    SELECT job_id, to_jsonb(s) - 'calculated_at' AS row, s.xmin AS new_xmin, s.ctid AS new_ctid
		    FROM job_cost_summaries s
		), theirs AS (
		    SELECT job_id, (
		            SELECT jsonb_object_agg(key, value)
		            FROM jsonb_each(to_jsonb(t)), pg_attribute
		            WHERE attrelid = 'job_cost_summaries'::regclass AND NOT attisdropped AND attname = key
		        ) AS row
		    FROM true_job_summary t
		    WHERE total_tokens <= 2147483647
		)
		SELECT format('%s: ours %s theirs %s', job_id, o.row, t.row)
		FROM theirs t LEFT JOIN ours o USING (job_id)
		WHERE o.row IS DISTINCT FROM t.row
		UNION ALL
		SELECT format('%s: none of the jobs', job_id)
		FROM ours o LEFT JOIN jobs_before b USING (job_id)
		WHERE job_id NOT IN (SELECT job_id FROM theirs)
		    AND (o.new_xmin, o.new_ctid) IS DISTINCT FROM (b.old_xmin, b.old_ctid)
		UNION ALL
		SELECT 'nothing was compared' WHERE (SELECT count(*) FROM theirs) < 20;
	END
}

# Queries for summaries_agree: the months and days of a period.
months_of() { # FIRST NEXT
	echo "SELECT to_char(at, 'YYYY-MM') AS period, 'monthly' AS period_type, at AS first, at + interval '1 month' AS next
		FROM generate_series('$1'::timestamp, '$2'::timestamp - interval '1 day', interval '1 month') at"
}

days_of() { # FIRST NEXT
	echo "SELECT to_char(at, 'YYYY-MM-DD') AS period, 'daily' AS period_type, at AS first, at + interval '1 day' AS next
		FROM generate_series('$1'::timestamp, '$2'::timestamp - interval '1 day', interval '1 day') at"
}

# Runs the tool, whose exit status has to be STATUS; leaves what it says in $output and $stderr.
recalc_ends() { # STATUS ARGUMENT...
	local expected=$1
	shift
	run --separate-stderr lm-recalc "$@"
	# shellcheck disable=SC2154 # set by run
	[ "$status" = "$expected" ] || { printf 'exit status %s\n%s\n%s\n' "$status" "$stderr" "$output" | head -n 40 && return 1; }
}

# A number of the tool's answer in $output, summed up over all rows.
total() { # KEY
	# shellcheck disable=SC2154
	jq "[.rows[].$1] | add // 0" <<<"$output"
}

# shellcheck disable=SC2034
big_month='lm-recalc: team "team_big", 2025-10: 6442451177 tokens do not fit into team_usage_summaries; run: ALTER TABLE team_usage_summaries ALTER COLUMN total_tokens TYPE bigint'
big_day='lm-recalc: team "team_big", 2025-10-10: 6442451177 tokens do not fit into team_usage_summaries; run: ALTER TABLE team_usage_summaries ALTER COLUMN total_tokens TYPE bigint'
# shellcheck disable=SC2034 # for the tests
big_job='lm-recalc: job "00000000-0000-4000-8000-000000000171", 2025-10-10: 4294967294 tokens do not fit into job_cost_summaries; run: ALTER TABLE job_cost_summaries ALTER COLUMN total_tokens TYPE bigint'
# shellcheck disable=SC2034
big_team=$big_month$'\n'$big_day
