#!/usr/bin/env bats
# lm-usage's lists and its overview: every figure, for periods as the tool itself resolves them, against queries that were
# written apart from the suite's own (tests/independent), in each shape of the platform's tables.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load helper
load ../independent/compare

setup_file() {
	local shape
	for shape in migrations:UTC orm:Pacific/Kiritimati bare:America/New_York; do
		new_database "usage_reports_${shape%:*}" "${shape%:*}"
		sql -f "$LM_TOP/tests/fixture.sql"
		# The same as of a server whose own time zone this is.
		sql -c "ALTER DATABASE usage_reports_${shape%:*} SET timezone = '${shape#*:}'"
	done
	PGDATABASE=usage_reports_migrations sql <<-'END'
		INSERT INTO team_usage_summaries (team_id, period, period_type, total_jobs, total_cost_usd)
		VALUES ('edge', '2025-04', 'monthly', 1, 1), ('edge', '2025-05', 'monthly', 2, 1), ('edge', '2025-11', 'monthly', 3, 1),
		    ('edge', '2025-12', 'monthly', 4, 1), ('edge', '2025-04-30', 'daily', 5, 1), ('edge', '2025-05-01', 'daily', 6, 1),
		    ('edge', '2025-11-30', 'daily', 7, 1), ('edge', '2025-12-01', 'daily', 8, 1);
	END
}

teardown_file() {
	for shape in migrations orm bare; do
		sql -d postgres -c "DROP DATABASE usage_reports_$shape WITH (FORCE)"
	done
}

# Where a test's answers and its script for psql are kept.
begin() { # SHAPE
	export PGDATABASE=usage_reports_$1
	dir=$BATS_TEST_TMPDIR/$1
	asked=0
	mkdir "$dir"
	cat >"$dir/script" <<-END
		SET plan_cache_mode = force_custom_plan;
		SET jit = off;
		SET client_min_messages = warning;
		\\i '$LM_TOP/tests/independent/values.sql'
		\\i '$LM_TOP/tests/independent/buckets.sql'
		CREATE TEMPORARY TABLE ours (document jsonb);
		-- Instants as PostgreSQL writes them in JSON.
		CREATE FUNCTION pg_temp.plain(document jsonb) RETURNS jsonb LANGUAGE sql AS \$\$
		    SELECT coalesce(jsonb_object_agg(key, CASE
		        WHEN value #>> '{}' ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z\$' THEN to_jsonb(rtrim(value #>> '{}', 'Z'))
		        ELSE value END), '{}')
		    FROM jsonb_each(document)
		\$\$;
	END
	at 2025-11-15T12:00:00Z
	filtered
}

# Says which point in time the present is from here on.
at() { # TIME
	now=$1
	echo "\\set now '''$1''::timestamp'" >>"$dir/script"
}

# Says which filters follow, as independent_asked takes them: TEAMS|ORGANIZATIONS|JOB-TYPES|MODEL-GROUPS|USERS, and as
# options.
filtered() { # [EXPRESSIONS OPTION...]
	filters=${1-NULL|NULL|NULL|NULL|NULL}
	options=("${@:2}")
}

# Says which span the tool has to make of the periods that follow.
span() { # FROM TO PARTIAL
	from=$1 to=$2 partial=$3
	independent_asked "'$from'|'$to'|$filters" >>"$dir/script"
}

# Asks the tool, at most as often as a wrapper lets one afford. Fails when there is no answer to compare.
ask() { # VERB ARGUMENT...
	[ -z "$LM_WRAP" ] || [ "$asked" -lt 8 ] || return 1
	asked=$((asked + 1))
	label="$* ${options[*]}"
	label=${label//[^[:alnum:] .:_-]/?}
	independent_run "$dir/$asked.json" "$@" "${options[@]}" --now "$now" -f json || exit 1
	cat >>"$dir/script" <<-END
		\\set label '$label'
		\\set answer \`cat $asked.json\`
		TRUNCATE ours;
		INSERT INTO ours VALUES (:'answer');
	END
}

# Compares the head of the answer with the span.
expect_head() { # VERB BASIS
	cat >>"$dir/script" <<-END
		SELECT :'label', 'head', h.ours, h.theirs
		FROM (SELECT jsonb_object_agg(key, value) AS ours,
		        jsonb_build_object('report', '$1', 'from', '$from', 'to', '$to', 'partial', $partial, 'basis', '$2',
		            'as_of', '$now') AS theirs
		    FROM ours, jsonb_each(document)
		    WHERE jsonb_typeof(value) NOT IN ('array', 'object')) h
		WHERE h.ours IS DISTINCT FROM h.theirs;
	END
}

# Compares the rows of a section with those of a query.
expect_rows() { # SECTION QUERY
	cat >>"$dir/script" <<-END
		SELECT :'label', '$1', n, 'ours', o.row, 'theirs', t.row
		FROM (SELECT n, pg_temp.plain(row) AS row FROM ours, jsonb_array_elements(document -> '$1') WITH ORDINALITY a(row, n)) o
		    FULL JOIN (
		        SELECT row_number() OVER () AS n, to_jsonb(q) AS row
		        FROM ($(sed '/^--/d' "$LM_TOP/tests/independent/usage_$2.sql")) q
		    ) t USING (n)
		WHERE o.row IS DISTINCT FROM t.row
		ORDER BY n
		LIMIT 2;
		SELECT count(*) + :compared AS compared FROM ours, jsonb_array_elements(document -> '$1') \\gset
	END
}

# Asks for a list and compares it.
list() { # QUERY BASIS VERB ARGUMENT...
	ask "${@:3}" || return 0
	expect_head "$3" "$2"
	expect_rows rows "$1"
}

errors() { # ARGUMENT...
	ask errors "$@" || return 0
	expect_head errors 'job, call'
	expect_rows job_types errors_jobs
	expect_rows error_classes errors_calls
}

slow() { # ARGUMENT...
	ask slow "$@" --limit 0 || return 0
	echo '\set over 300' >>"$dir/script"
	expect_head slow call
	expect_rows slow_calls slow
	expect_rows failed_without_latency slow_failed
}

trend() { # UNIT ARGUMENT...
	echo "\\set by $1" >>"$dir/script"
	list trend job trend --by "$1" "${@:2}"
}

# The span is set apart, since it takes one week or month more to compare with.
review() { # UNIT BEFORE FROM TO ARGUMENT...
	span "$2" "$4" false
	from=$3
	cat >>"$dir/script" <<-END
		\\set by $1
		\\set shown_from '''$3''::timestamp'
		\\i '$LM_TOP/tests/independent/review_figure.sql'
	END
	list review job review --by "$1" "${@:5}"
}

costs() { # ARGUMENT...
	local by
	list costs_team job costs "$@"
	for by in org:job model:call day:call; do
		list "costs_${by%:*}" "${by#*:}" costs --by "${by%:*}" "$@"
	done
}

# The span is compared with one that begins at BEFORE and ends at BEFORE-END; what is counted ends at COUNTED-END.
overview() { # BEFORE BEFORE-END FROM COUNTED-END TO PARTIAL ARGUMENT...
	span "$1" "$4" "$6"
	from=$3 to=$5
	ask overview "${@:7}" || return 0
	cat >>"$dir/script" <<-END
		\\set shown_from '''$3''::timestamp'
		\\set compared_to '''$2''::timestamp'
		\\i '$LM_TOP/tests/independent/overview_figure.sql'
		CREATE TEMPORARY TABLE theirs AS $(sed '/^--/d' "$LM_TOP/tests/independent/usage_overview.sql");
		SELECT :'label', section, n, 'ours', o.row - t.same, 'theirs', t.row - t.same
		FROM (
		    SELECT key AS section, n, pg_temp.plain(row) AS row
		    FROM ours, jsonb_each(document),
		        jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END)
		            WITH ORDINALITY a(row, n)
		    WHERE jsonb_typeof(value) IN ('array', 'object') AND key <> 'platform'
		) o
		    FULL JOIN (
		        SELECT section, row_number() OVER (PARTITION BY section ORDER BY place) AS n, document AS row FROM theirs
		    ) theirs USING (section, n)
		    CROSS JOIN LATERAL (
		        SELECT theirs.row, ARRAY(SELECT key FROM jsonb_each(o.row) e WHERE e.value = theirs.row -> e.key) AS same
		    ) t
		WHERE o.row IS DISTINCT FROM t.row
		ORDER BY section, n
		LIMIT 5;
		SELECT count(*) + :compared AS compared FROM theirs \\gset
		DROP TABLE theirs;
	END
	expect_head overview job
}

# Runs the script. Fails with a line for each difference, and when hardly any rows were compared.
all_agree() { # ROWS
	(cd "$dir" && { printf '\\set compared 0\n' && cat script && printf '\\echo compared :compared\n'; } |
		independent_psql -f - >differences) || return 1
	[[ $(tail -n 1 "$dir/differences") =~ ^compared\ ([0-9]+)$ ]]
	local compared=${BASH_REMATCH[1]}
	[ "$(wc -l <"$dir/differences")" = 1 ] || { head -n 20 "$dir/differences" | cut -c 1-2000 && return 1; }
	[ -n "$LM_WRAP" ] || [ "$compared" -ge "$1" ] || { echo "only $compared rows were compared" && return 1; }
}

# Each verb's own period at noon of a Saturday in the middle of a month.
default_periods() {
	span 2025-10-16T12:00:00Z 2025-11-15T12:00:00Z false
	list teams job teams
	trend day
	trend week
	span 2025-11-08T12:00:00Z 2025-11-15T12:00:00Z false
	list models call models
	errors
	span 2025-11-14T12:00:00Z 2025-11-15T12:00:00Z false
	list latency call latency
	slow --over 300
	span 2025-11-01T00:00:00Z 2025-12-01T00:00:00Z true
	list jobs job jobs
	costs
	span 2025-05-01T00:00:00Z 2025-12-01T00:00:00Z true
	list summaries job summaries
	review week 2025-08-11T00:00:00Z 2025-08-18T00:00:00Z 2025-11-10T00:00:00Z
	review month 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2025-11-01T00:00:00Z
	overview 2025-10-01T00:00:00Z 2025-10-15T12:00:00Z 2025-11-01T00:00:00Z 2025-11-15T12:00:00Z 2025-12-01T00:00:00Z true
}

# All lists but review and summaries of one period.
lists() { # PERIOD
	list teams job teams -p "$1"
	list jobs job jobs -p "$1"
	list models call models -p "$1"
	list latency call latency -p "$1"
	errors -p "$1"
	slow --over 300 -p "$1"
	costs -p "$1"
}

@test "each verb has the independent figures of its own period" {
	begin migrations
	default_periods
	all_agree 150
}

@test "so it has in tables made by the ORM, in a server of Kiritimati" {
	begin orm
	default_periods
	all_agree 150
}

@test "so it has in tables with the guide's columns only, in a server of New York" {
	begin bare
	default_periods
	all_agree 150
}

@test "the edges of a month, of a leap day, of a week 53 and of a range belong to where they begin" {
	begin orm
	span 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
	lists 2025-10
	trend day -p 2025-10
	trend month -p 2025-10
	span 2024-02-29T00:00:00Z 2024-03-01T00:00:00Z false
	lists 2024-02-29
	trend hour -p 2024-02-29
	span 2020-12-28T00:00:00Z 2021-01-04T00:00:00Z false
	lists 2020-W53
	trend day -p 2020-W53
	trend week -p 2020-W53
	span 2025-10-15T07:00:00Z 2025-10-15T09:00:00Z false
	lists 2025-10-15T07..2025-10-15T08
	trend hour -p 2025-10-15T07..2025-10-15T08
	all_agree 250
	[ -n "$LM_WRAP" ] || [ "$(lm-usage trend -p 2020-W53 --by week | jq -r '.rows[].period')" = 2020-W53 ]
}

@test "a rolling period ends now, to the microsecond" {
	begin migrations
	for at in 2025-11-15T12:00:00Z 2025-11-15T12:00:00.000001Z 2025-11-15T11:59:59.999999Z; do
		at $at
		span "${at/15T/14T}" $at false
		list jobs job jobs -p 24h
		list models call models -p 24h
		list teams job teams -p 24h
		trend hour -p 24h
		span "${at/15T/08T}" $at false
		list jobs job jobs -p 7d
		span "${at/11-15T/10-16T}" $at false
		list jobs job jobs -p 30d
	done
	all_agree 100
	# A job of just 24 hours ago belongs to it, one of now does not.
	[ -n "$LM_WRAP" ] || [ "$(lm-usage trend -p 24h --now 2025-11-15T12:00:00Z | jq '[.rows[].total_jobs] | add')" = "$(sql -c \
		"SELECT count(*) FROM jobs WHERE created_at >= '2025-11-14 12:00' AND created_at < '2025-11-15 12:00'")" ]
}

@test "a trend of a month that is still open ends now, and says so" {
	begin bare
	span 2025-11-01T00:00:00Z 2025-12-01T00:00:00Z true
	trend day -p this-month
	trend week -p this-month
	trend month -p this-month
	all_agree 19
	[ -n "$LM_WRAP" ] || [ "$(lm-usage trend -p this-month --now "$now" | jq -c '.rows[-1] | [.period, .partial]')" = \
		'["2025-11-15",true]' ]
}

@test "a review is of whole weeks or months, however its period begins and ends" {
	begin orm
	review week 2025-10-06T00:00:00Z 2025-10-13T00:00:00Z 2025-10-20T00:00:00Z -p 2025-10-15
	review week 2020-12-21T00:00:00Z 2020-12-28T00:00:00Z 2021-01-04T00:00:00Z -p 2020-W53
	# The week that is not over yet is left out.
	review week 2025-10-20T00:00:00Z 2025-10-27T00:00:00Z 2025-11-10T00:00:00Z -p 2025-11
	review week 2025-10-27T00:00:00Z 2025-11-03T00:00:00Z 2025-11-10T00:00:00Z -p 7d
	review month 2024-01-01T00:00:00Z 2024-02-01T00:00:00Z 2025-11-01T00:00:00Z -p 2024-02-29..2025-10-15
	review month 2024-01-01T00:00:00Z 2024-02-01T00:00:00Z 2024-03-01T00:00:00Z -p 2024-02-29
	review month 2024-11-01T00:00:00Z 2024-12-01T00:00:00Z 2025-11-01T00:00:00Z -p 2024-W52..this-month
	at 2025-11-10T00:00:00Z
	review week 2025-08-11T00:00:00Z 2025-08-18T00:00:00Z 2025-11-10T00:00:00Z
	at 2025-11-09T23:59:59.999999Z
	review week 2025-08-04T00:00:00Z 2025-08-11T00:00:00Z 2025-11-03T00:00:00Z
	all_agree 60
}

@test "a review of the present week or month alone is refused, and says where to look" {
	export PGDATABASE=usage_reports_orm
	for period in 2025-11-15 2025-W46 2026-01; do
		fails_with "lm-usage: --period: no week of \"$period\" is over yet, and review shows whole ones; see lm-usage trend" \
			lm-usage review -p $period --now 2025-11-15T12:00:00Z
	done
	fails_with 'lm-usage: --period: no month of "2025-11" is over yet, and review shows whole ones; see lm-usage trend' \
		lm-usage review --by month -p 2025-11 --now 2025-11-15T12:00:00Z
}

@test "the overview compares with as much of the span before as has passed" {
	begin migrations
	# A whole month, though that before it was shorter.
	overview 2025-09-01T00:00:00Z 2025-10-01T00:00:00Z 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z 2025-11-01T00:00:00Z false \
		-p 2025-10
	# On the 31st of March all of February has passed.
	at 2025-03-31T12:00:00Z
	overview 2025-02-01T00:00:00Z 2025-03-01T00:00:00Z 2025-03-01T00:00:00Z 2025-03-31T12:00:00Z 2025-04-01T00:00:00Z true
	at 2025-02-28T12:00:00Z
	overview 2025-01-01T00:00:00Z 2025-01-28T12:00:00Z 2025-02-01T00:00:00Z 2025-02-28T12:00:00Z 2025-03-01T00:00:00Z true
	at 2025-11-15T12:00:00Z
	overview 2025-11-01T12:00:00Z 2025-11-08T12:00:00Z 2025-11-08T12:00:00Z 2025-11-15T12:00:00Z 2025-11-15T12:00:00Z false \
		-p 7d
	overview 2025-11-03T00:00:00Z 2025-11-08T12:00:00Z 2025-11-10T00:00:00Z 2025-11-15T12:00:00Z 2025-11-17T00:00:00Z true \
		-p 2025-W46
	overview 2025-10-30T00:00:00Z 2025-11-04T12:00:00Z 2025-11-10T00:00:00Z 2025-11-15T12:00:00Z 2025-11-21T00:00:00Z true \
		-p 2025-11-10..2025-11-20
	overview 2023-01-01T00:00:00Z 2024-01-01T00:00:00Z 2024-01-01T00:00:00Z 2025-01-01T00:00:00Z 2025-01-01T00:00:00Z false \
		-p 2024
	# Three months before three months, of 92 and 91 days.
	overview 2025-04-01T00:00:00Z 2025-07-01T00:00:00Z 2025-07-01T00:00:00Z 2025-10-01T00:00:00Z 2025-10-01T00:00:00Z false \
		-p 2025-07..2025-09
	all_agree 300
}

@test "the overview of a day compares with the day before, in a server of Kiritimati" {
	begin orm
	overview 2025-11-14T00:00:00Z 2025-11-14T12:00:00Z 2025-11-15T00:00:00Z 2025-11-15T12:00:00Z 2025-11-16T00:00:00Z true \
		-p today
	overview 2024-02-28T00:00:00Z 2024-02-29T00:00:00Z 2024-02-29T00:00:00Z 2024-03-01T00:00:00Z 2024-03-01T00:00:00Z false \
		-p 2024-02-29
	all_agree 25
}

@test "the overview of a period that has not begun is of zeros" {
	export PGDATABASE=usage_reports_migrations
	lm-usage overview -p 2030 --now 2025-11-15T12:00:00Z | jq -e '.partial and .usage.total_jobs == 0
		and .financial.total_cost_usd == 0 and .performance.success_rate_percent == null and .teams == []
		and .usage.total_jobs_this_month > 0 and .usage.total_jobs_trend_percent == null'
}

@test "stored summaries are of the months and days that begin in the period" {
	begin migrations
	span 2025-05-01T00:00:00Z 2025-12-01T00:00:00Z true
	list summaries job summaries
	span 2024-05-01T00:00:00Z 2024-06-01T00:00:00Z false
	list summaries job summaries -p 2024-05
	span 2025-11-15T00:00:00Z 2025-11-16T00:00:00Z true
	list summaries job summaries -p today
	all_agree 5
	[ -n "$LM_WRAP" ] || [ "$(lm-usage summaries --team edge --now "$now" | jq -c '[.rows[].total_jobs]')" = '[7,3,6,2]' ]
}

# What filters are asked for, with the verbs that they mean something to.
filtered_lists() {
	span 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
	list teams job teams -p 2025-10
	list jobs job jobs -p 2025-10
	list models call models -p 2025-10
	list latency call latency -p 2025-10
	errors -p 2025-10
	slow --over 300 -p 2025-10
	costs -p 2025-10
	trend week -p 2025-10
	review month 2025-09-01T00:00:00Z 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z -p 2025-10
	overview 2025-10-01T00:00:00Z 2025-10-15T12:00:00Z 2025-11-01T00:00:00Z 2025-11-15T12:00:00Z 2025-12-01T00:00:00Z true
}

@test "each filter alone has the independent figures" {
	begin migrations
	filtered "ARRAY['team_ledger']|NULL|NULL|NULL|NULL" --team team_ledger
	filtered_lists
	span 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
	list summaries job summaries -p 2025-10
	filtered "NULL|ARRAY['org_acme']|NULL|NULL|NULL" --org org_acme
	filtered_lists
	span 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
	list summaries job summaries -p 2025-10
	filtered "NULL|NULL|ARRAY['mixed']|NULL|NULL" --job-type mixed
	filtered_lists
	filtered "NULL|NULL|NULL|ARRAY['smart']|NULL" --model-group smart
	filtered_lists
	filtered "NULL|NULL|NULL|NULL|ARRAY['user_0']" --user user_0
	filtered_lists
	all_agree 400
}

@test "filters that are repeated are for any of their values, and several together for what fits all" {
	begin orm
	filtered "ARRAY['team_conflict', 'team_third', 'team_zero']|NULL|ARRAY['mixed', 'streamed']|NULL|NULL" \
		--team team_conflict --team team_third --job-type mixed --team team_zero --job-type streamed
	filtered_lists
	filtered "NULL|ARRAY['org_globex', 'org_acme']|ARRAY['dust', 'mixed', 'first']|ARRAY['smart', 'a, b']|NULL" \
		--org org_globex --org org_acme --job-type dust --job-type mixed --job-type first --model-group smart --model-group 'a, b'
	filtered_lists
	all_agree 120
}

@test "a filter's value is taken as it is, whatever it looks like" {
	begin migrations
	local value quoted
	# shellcheck disable=SC1003 # a backslash at the end
	for value in '{a,b}' 'NULL' "a 'single' quote" 'a "double" quote' "'; DROP TABLE jobs; --" 'back\slash \n \u0041 \\' \
		$'new\nline' '-f' '%' 'comma, here' $'e\u0301' $'\x7f\x01' 'space '; do
		quoted="'${value//\'/\'\'}'"
		[[ $value != *$'\n'* ]] || quoted="E'new\\nline'"
		filtered "ARRAY[$quoted]|NULL|ARRAY[$quoted, 'count']|NULL|NULL" --team="$value" --job-type="$value" --job-type=count
		span 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
		list jobs job jobs -p 2025-10
	done
	all_agree 26
}
