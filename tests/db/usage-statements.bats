#!/usr/bin/env bats
# sql/usage_*.sql: every statement of lm-usage but those of team and org, in psql, held against the queries of
# tests/independent that were written apart from it, row by row and digit by digit.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load ../cli/helper
load ../independent/compare

# What is asked for: the period's first instant and the one after it, then the filters, as independent_asked takes them.
statement_periods() {
	cat <<-'END'
		'2020-01-01'|'2027-02-01'|NULL|NULL|NULL|NULL|NULL
		'2025-10-01'|'2025-11-01'|NULL|NULL|NULL|NULL|NULL
		'2024-02-29'|'2024-03-01'|NULL|NULL|NULL|NULL|NULL
		'2024-02-01'|'2024-06-01'|NULL|NULL|NULL|NULL|NULL
		'2020-12-28'|'2021-01-04'|NULL|NULL|NULL|NULL|NULL
		'2026-12-28'|'2027-01-04'|NULL|NULL|NULL|NULL|NULL
		'2025-10-15 08:00'|'2025-10-15 09:00'|NULL|NULL|NULL|NULL|NULL
		'2025-11-14 12:00'|'2025-11-15 12:00'|NULL|NULL|NULL|NULL|NULL
		'2025-08-23 12:00:00.000001'|'2025-11-15 12:00:00.000001'|NULL|NULL|NULL|NULL|NULL
		'2025-09-30 23:59:59.999999'|'2025-10-31 23:59:59.999999'|NULL|NULL|NULL|NULL|NULL
		'2025-10-01'|'2025-11-15 12:00'|ARRAY['team_conflict', 'team_third', 'team_ledger', 'team_zero']|NULL|NULL|NULL|NULL
		'2025-10-01'|'2025-11-15 12:00'|NULL|ARRAY['org_acme', 'org_globex', 'org_ledger']|NULL|NULL|NULL
		'2025-10-01'|'2025-11-15 12:00'|NULL|NULL|ARRAY['mixed', 'streamed', 'first', 'chat']|NULL|NULL
		'2025-10-01'|'2025-11-15 12:00'|NULL|NULL|NULL|ARRAY['smart', '', 'writer', 'reasoning']|NULL
		'2025-10-01'|'2025-11-15 12:00'|NULL|NULL|NULL|NULL|ARRAY['user_0', 'user_2']
		'2025-10-01'|'2025-11-15 12:00'|NULL|ARRAY['org_globex', 'org_acme']|ARRAY['dust', 'mixed', 'first']|ARRAY['smart', 'a, b']|NULL
		'2025-10-01'|'2025-11-15 12:00'|NULL|NULL|ARRAY['nothing']|NULL|NULL
		'2025-10-01'|'2025-11-15 12:00'|ARRAY['nobody']|ARRAY['none']|NULL|NULL|NULL
	END
}

# The statement as a tool runs it, without its last semicolon.
# shellcheck disable=SC2016 # the dollar is a parameter's
statement() { # NAME
	if [ "$1" = overview ]; then
		cat "$LM_TOP/sql/facts_raw.sql" "$LM_TOP/sql/usage_$1.sql" | sed '$ s/;$//'
	else
		echo 'SELECT * FROM ('
		cat "$LM_TOP/sql/facts_raw.sql" "$LM_TOP/sql/usage_$1.sql" | sed '$ s/;$//'
		echo ') AS report LIMIT $8::bigint'
	fi
}

# Prints psql's commands that compare a statement's rows with those of the independent query.
compare_statement() { # NAME OWN-PARAMETERS WHAT
	cat <<-END
		CREATE TEMPORARY TABLE ours AS EXECUTE $1(:from, :to, :teams, :organizations, :job_types, :model_groups, :users,
		    NULL${2:+, $2});
		CREATE TEMPORARY TABLE theirs AS $(sed '/^--/d' "$LM_TOP/tests/independent/usage_$1.sql");
	END
	if [ "$1" = overview ]; then
		# Each section has columns of its own among those of all.
		cat <<-'END'
			CREATE TEMPORARY TABLE our_row AS
			SELECT section, row_number() OVER (PARTITION BY section ORDER BY n) AS n, row
			FROM (SELECT section, row_number() OVER () AS n, to_jsonb(o) AS row FROM ours o) o;
			CREATE TEMPORARY TABLE their_row AS SELECT section, place AS n, document AS row FROM theirs;
			UPDATE our_row o
			SET row = (
			    SELECT jsonb_object_agg(key, o.row -> key)
			    FROM jsonb_object_keys((SELECT t.row FROM their_row t WHERE t.section = o.section LIMIT 1)) key
			);
		END
	else
		cat <<-'END'
			CREATE TEMPORARY TABLE our_row AS
			SELECT '' AS section, row_number() OVER () AS n, to_jsonb(o) AS row FROM ours o;
			CREATE TEMPORARY TABLE their_row AS
			SELECT '' AS section, row_number() OVER () AS n, to_jsonb(t) AS row FROM theirs t;
		END
	fi
	cat <<-END
		SELECT '$3', :'asked', section, n, 'ours', o.row - t.same, 'theirs', t.row - t.same
		FROM our_row o
		    FULL JOIN their_row USING (section, n)
		    CROSS JOIN LATERAL (
		        SELECT their_row.row, ARRAY(
		            SELECT key FROM jsonb_each(o.row) e WHERE e.value = their_row.row -> e.key) AS same
		    ) t
		WHERE o.row IS DISTINCT FROM t.row
		ORDER BY section, n
		LIMIT 3;
		INSERT INTO compared SELECT '$3', count(*) FROM ours;
		DROP TABLE ours, theirs, our_row, their_row;
	END
}

# Fails with a line for each row that differs, in the database of PGDATABASE, whose session is in a time zone.
statements_agree() { # ZONE PERIODS-FUNCTION
	local name asked by
	{
		cat <<-END
			SET TimeZone = '$1';
			SET plan_cache_mode = force_custom_plan;
			SET jit = off;
			SET client_min_messages = warning;
			\\i '$LM_TOP/tests/independent/values.sql'
			\\i '$LM_TOP/tests/independent/buckets.sql'
			\\set now '''2025-11-15 12:00''::timestamp'
			\\set over 300
			CREATE TEMPORARY TABLE compared (what text, rows bigint);
		END
		for name in models latency errors_jobs errors_calls slow slow_failed jobs teams trend review costs_team costs_org \
			costs_model costs_day summaries overview; do
			echo "PREPARE $name AS $(statement $name);"
		done
		while IFS= read -r asked; do
			printf "\\\\set asked '%s'\n" "${asked//\'/\'\'}"
			independent_asked "$asked"
			for name in models latency errors_jobs errors_calls slow_failed jobs costs_team costs_org costs_model summaries; do
				compare_statement $name '' $name
			done
			compare_statement slow :over slow
			compare_statement teams :now teams
			compare_statement costs_day :now costs_day
			for by in hour day week month; do
				# A year of hours says no more than a week of them.
				[[ $by == hour && $asked != *2-2[89]*03-01* && $asked != *2-28*01-04* && $asked != *:00*:00* || $by == day && $asked == *2027-02* ]] && continue
				echo "\\set by $by"
				compare_statement trend ":'by', :now" "trend $by"
			done
			for by in week month; do
				cat <<-END
					\\set by $by
					SELECT quote_literal(date_trunc(:'by', :from::timestamp) + ('1 ' || :'by')::interval) AS shown_from \\gset
					\\i '$LM_TOP/tests/independent/review_figure.sql'
				END
				compare_statement review ":'by', :shown_from" "review $by"
			done
			cat <<-END
				SELECT quote_literal(:from::timestamp + (:to::timestamp - :from::timestamp) / 2) || '::timestamp' AS shown_from,
				    quote_literal(:from::timestamp + (:to::timestamp - :from::timestamp) / 2.5) || '::timestamp'
				        AS compared_to \\gset
				\\i '$LM_TOP/tests/independent/overview_figure.sql'
			END
			compare_statement overview ':shown_from, :compared_to, :now' overview
		done < <($2)
		# The guide's columns don't say which calls failed.
		echo "SELECT 'no rows were compared', what FROM compared
			WHERE current_database() <> 'shape_bare' OR what NOT IN ('errors_calls', 'slow_failed')
			GROUP BY what HAVING sum(rows) = 0;"
	} >"$BATS_TEST_TMPDIR/script"
	independent_psql -f "$BATS_TEST_TMPDIR/script" >"$BATS_TEST_TMPDIR/rows" || return 1
	[ ! -s "$BATS_TEST_TMPDIR/rows" ] || { head -n 40 "$BATS_TEST_TMPDIR/rows" && return 1; }
}

# Every other line of them, and the others.
odd_periods() {
	statement_periods | sed -n 'n;p'
}

even_periods() {
	statement_periods | sed -n 'p;n'
}

demo_periods() {
	cat <<-'END'
		'2025-10-16 12:00'|'2025-11-15 12:00'|NULL|NULL|NULL|NULL|NULL
		'2025-11-01'|'2025-12-01'|NULL|ARRAY['org_acme', 'org_hexlow']|NULL|ARRAY['smart-chat', 'economy']|NULL
	END
}

@test "every statement has the independent rows in tables made by migrations" {
	PGDATABASE=shape_migrations statements_agree UTC statement_periods
}

@test "every statement has the independent rows in tables made by the ORM, in Kiritimati" {
	PGDATABASE=shape_orm statements_agree Pacific/Kiritimati odd_periods
}

@test "every statement has the independent rows in tables with the guide's columns only, in New York" {
	PGDATABASE=shape_bare statements_agree America/New_York even_periods
}

@test "every statement has the independent rows of the demonstration" {
	new_database statements_demo orm
	sql -v jobs=2000 -v days=60 -v end='2025-11-15 12:00' -f "$LM_TOP/sql/demo.sql" >"$BATS_TEST_TMPDIR/demo"
	sql <<-'END'
		INSERT INTO team_usage_summaries (id, team_id, period, period_type, total_jobs, job_type_breakdown)
		VALUES (gen_random_uuid(), 'team_acme_legal', '2025-11-01', 'daily', NULL, '{}'),
		    (gen_random_uuid(), 'team_acme_legal', '2025-10-31', 'daily', 3, NULL),
		    (gen_random_uuid(), 'team_acme_legal', '2025-10-16', 'daily', 3, '{"chat": {"count": 3, "cost_usd": 0.10}}'),
		    (gen_random_uuid(), 'team_acme_legal', '2025-10-17', 'daily', 3, '{"chat": {"count": 3, "cost_usd": 0.10}}');
		-- A call at a loss that is larger than what a month earns: margins rise from below zero.
		INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
		VALUES ('00000000-0000-4000-8000-000000000001', 'team_acme_legal', 'chat', 'COMPLETED', '2025-10-20 12:00');
		INSERT INTO llm_calls (call_id, job_id, model_group_used, created_at, total_tokens, provider_cost_usd, client_cost_usd)
		VALUES (gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'smart-chat', '2025-10-20 12:00', 1, 99, 0);
	END
	statements_agree UTC demo_periods
}

# Asks one statement, with the session's settings of the tools.
ask() { # NAME PARAMETERS [COLUMNS]
	{
		echo "PREPARE report AS $(statement "$1");"
		echo "CREATE TEMPORARY TABLE answer AS EXECUTE report($2);"
		echo "SELECT ${3:-*} FROM answer;"
	} | sql -f -
}

@test "a failed call has the class that its error's name, words or code tell" {
	new_database statements_classes migrations
	sql <<-'END'
		INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
		VALUES ('00000000-0000-0000-0000-000000000001', 'team', 'chat', 'failed', '2025-10-15');
		INSERT INTO llm_calls (job_id, created_at, model_used, error)
		SELECT '00000000-0000-0000-0000-000000000001', '2025-10-15', class, text
		FROM (VALUES
		    ('rate_limit', 'litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached for gpt-4o'),
		    ('rate_limit', 'Error code: 429 - {''error'': {''code'': ''insufficient_quota''}}'),
		    ('rate_limit', 'HTTP/1.1 429'), ('rate_limit', '429'), ('rate_limit', 'Too Many Requests'),
		    ('rate_limit', 'PermissionDeniedError: 403 quota exceeded'), ('rate_limit', '{"type":"rate_limit_error"}'),
		    ('authentication', 'litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key'),
		    ('authentication', 'PermissionDeniedError: no access to this model'), ('authentication', 'invalid x-api-key, 401'),
		    ('authentication', 'Invalid API key'), ('authentication', 'HTTP 403'), ('authentication', '401 Unauthorized'),
		    ('timeout', 'litellm.Timeout: APITimeoutError - Request timed out.'), ('timeout', 'Deadline exceeded'),
		    ('timeout', 'status 408'), ('timeout', '504 Gateway Time-out'), ('timeout', 'ReadTimeout'),
		    ('timeout', 'ConnectTimeout: connection error'),
		    ('server', 'litellm.InternalServerError: AnthropicException - {"type":"overloaded_error"}'),
		    ('server', 'ServiceUnavailableError: 503'), ('server', 'Error code: 529'), ('server', '(502)'),
		    ('server', 'status_code=500'), ('server', 'Connection error.'), ('server', 'APIConnectionError'),
		    ('content_filter', 'litellm.ContentPolicyViolationError: your request was rejected as a result of our safety system'),
		    ('content_filter', 'BadRequestError: 400 - The response was filtered: content_filter'),
		    ('content_filter', 'violates the content management policy'),
		    ('other', 'BadRequestError: 400 - you requested 500 tokens, the limit is 429'),
		    ('other', 'litellm.ContextWindowExceededError: 503 tokens'), ('other', 'boom'), ('other', ' '),
		    ('other', 'took 0.500 s, id 5004291'), ('other', E'line\nbreak'), ('other', repeat('x', 1000)), (NULL, ''), (NULL, NULL)
		) e(class, text);
	END
	sql <<-END >"$BATS_TEST_TMPDIR/rows"
		PREPARE classes AS $(cat "$LM_TOP/sql/facts_raw.sql") SELECT model_used, error_class FROM call_facts;
		CREATE TEMPORARY TABLE classified AS EXECUTE classes('2025-01-01', '2026-01-01', NULL, NULL, NULL, NULL, NULL);
		SELECT * FROM classified WHERE model_used IS DISTINCT FROM error_class;
		SELECT 'too few' FROM classified HAVING count(*) < 38;
	END
	[ ! -s "$BATS_TEST_TMPDIR/rows" ] || { cat "$BATS_TEST_TMPDIR/rows" && return 1; }
}

@test "a limit cuts a list, and each list of the overview" {
	export PGDATABASE=shape_migrations
	local filters="'2025-10-01', '2025-11-01', NULL, NULL, NULL, NULL, NULL"
	[ "$(ask models "$filters, 2" 'count(*), min(call_count) > 10')" = '2|t' ]
	[ "$(ask models "$filters, NULL" 'count(*) > 2, sum(share_percent) BETWEEN 99.9999 AND 100.0001')" = 't|t' ]
	[ "$(ask overview "$filters, 2, '2025-10-01', '2025-10-01', '2025-10-15'" "string_agg(section, ' ')")" = "usage financial \
performance cost_per_team cost_per_team model_distribution model_distribution errors_by_type errors_by_type error_classes \
error_classes job_types job_types daily_usage daily_usage teams teams" ]
	[ "$(ask overview "$filters, NULL, '2025-10-01', '2025-10-01', '2025-10-15'" \
		"count(*) FILTER (WHERE section = 'cost_per_team'), count(*) FILTER (WHERE section = 'daily_usage')")" = '10|31' ]
}

@test "a year's figures in hours, days, weeks and months add up to those of all teams" {
	export PGDATABASE=shape_orm
	local by sums
	sums=$(ask teams "'2024-01-01', '2025-01-01', NULL, NULL, NULL, NULL, NULL, NULL, '2025-11-15'" \
		'sum(total_jobs), sum(total_api_calls), trim_scale(sum(total_cost_usd))')
	[[ $sums != '0|'* ]]
	for by in hour day week month; do
		[ "$(ask trend "'2024-01-01', '2025-01-01', NULL, NULL, NULL, NULL, NULL, NULL, '$by', '2025-11-15'" \
			'sum(total_jobs), sum(total_api_calls), trim_scale(sum(total_cost_usd))')" = "$sums" ]
	done
	[ "$(ask trend "'2024-01-01', '2025-01-01', NULL, NULL, NULL, NULL, NULL, NULL, 'day', '2025-11-15'" 'count(*)')" = 366 ]
	[ "$(ask trend "'2020-12-28', '2021-01-04', NULL, NULL, NULL, NULL, NULL, NULL, 'week', '2025-11-15'" 'period')" = 2020-W53 ]
}

@test "no statement puts out a prompt or a key" {
	export PGDATABASE=shape_migrations
	local name filters="'2020-01-01', '2027-01-01', NULL, NULL, NULL, NULL, NULL, NULL"
	{
		for name in models latency errors_jobs errors_calls slow_failed jobs costs_team costs_org costs_model summaries; do
			ask $name "$filters"
		done
		ask slow "$filters, 0"
		ask teams "$filters, '2025-11-15'"
		ask costs_day "$filters, '2025-11-15'"
		ask trend "$filters, 'day', '2025-11-15'"
		ask review "$filters, 'week', '2020-01-06'"
		ask overview "$filters, '2024-01-01', '2024-01-01', '2025-11-15'"
	} >"$BATS_TEST_TMPDIR/out"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -gt 1000 ]
	run ! grep -q SECRET "$BATS_TEST_TMPDIR/out"
}
