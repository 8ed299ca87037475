#!/usr/bin/env bats
# lm-usage team and org: every figure, held against queries that were written apart from it, and against figures
# worked out by hand.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load helper
load ../independent/compare

# Makes a database of a shape with the rows of the fixture, and makes it the one that psql and the tools read.
database_with_fixture() { # NAME SHAPE
	new_database "$1" "$2"
	sql -f "$LM_TOP/tests/fixture.sql"
}

# Where a zone, a style of dates or now could matter.
zone_periods() {
	affordable_periods 3 | grep -E '^(2025-10 |2025-10-15 |2025-11-02T|24h|today)'
}

demo_periods() {
	cat <<-'END'
		2025-09 2025-09-01T00:00:00Z 2025-10-01T00:00:00Z false
		2025-10 2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
		2025-11 2025-11-01T00:00:00Z 2025-12-01T00:00:00Z true
	END
}

# Compares a member of a document with what was worked out by hand, number by number and digit by digit.
says() { # MEMBER EXPECTED-JSON VERB ID PERIOD
	local said
	said=$(lm-usage "$3" "$4" --period "$5" --now 2025-11-15T12:00:00Z -f json) || return 1
	said=$(sql -v said="$said" -v member="$1" -v expected="$2" <<-'END'
		SELECT :'said'::jsonb -> :'member'
		WHERE :'said'::jsonb -> :'member' IS DISTINCT FROM :'expected'::jsonb
	END
	) || return 1
	[ -z "$said" ] || { printf 'lm-usage %s %s -p %s: %s:\n%s\nexpected\n%s\n' "${@:3}" "$1" "$said" "$2" && return 1; }
}

@test "teams and organizations have the independent figures in tables made by migrations" {
	PGDATABASE=shape_migrations usage_agrees affordable_periods
}

@test "teams and organizations have the independent figures in tables made by the ORM" {
	PGDATABASE=shape_orm usage_agrees affordable_periods
}

@test "teams and organizations have the independent figures in tables with the guide's columns only" {
	PGDATABASE=shape_bare usage_agrees affordable_periods
}

@test "tables from before the new cost columns have the independent figures, with a markup and without" {
	database_with_fixture figures_old migrations
	sql -c 'ALTER TABLE llm_calls DROP input_cost_usd, DROP output_cost_usd, DROP provider_cost_usd,
		DROP client_cost_usd, DROP model_pricing_input, DROP model_pricing_output'
	usage_agrees demo_periods
	sql -c 'ALTER TABLE team_credits DROP cost_markup_percentage, DROP budget_mode, DROP status, DROP virtual_key'
	usage_agrees demo_periods
}

@test "figures are the same whatever time zone and date style the environment asks for" {
	export PGDATABASE=shape_migrations
	PGTZ=Pacific/Kiritimati usage_agrees zone_periods
	PGTZ=America/New_York PGDATABASE=shape_bare usage_agrees zone_periods team
	PGOPTIONS='-c timezone=America/New_York -c datestyle=German -c intervalstyle=iso_8601' usage_agrees zone_periods
}

@test "figures are the same whatever time zone the database is set to" {
	database_with_fixture figures_kiritimati migrations
	sql -c "ALTER DATABASE figures_kiritimati SET timezone = 'Pacific/Kiritimati'"
	[ "$(sql -c 'SHOW timezone')" = Pacific/Kiritimati ]
	usage_agrees zone_periods
	database_with_fixture figures_new_york orm
	sql -c "ALTER DATABASE figures_new_york SET timezone = 'America/New_York'" \
		-c "ALTER DATABASE figures_new_york SET datestyle = 'SQL, DMY'"
	[ "$(sql -c 'SHOW timezone')" = America/New_York ]
	usage_agrees zone_periods
}

@test "today by the database's clock is the day in UTC, in a time zone where it is another one" {
	local before after zone from
	export PGDATABASE=shape_bare
	for zone in Pacific/Kiritimati Pacific/Pago_Pago; do
		before=$(sql -c "SELECT (now() AT TIME ZONE 'UTC')::date")
		from=$(PGTZ=$zone lm-usage team team_zero --period today | jq -r .from)
		after=$(sql -c "SELECT (now() AT TIME ZONE 'UTC')::date")
		[ "$from" = "${before}T00:00:00Z" ] || [ "$from" = "${after}T00:00:00Z" ]
	done
}

@test "all teams and organizations of the demonstration have the independent figures" {
	new_database figures_demo orm
	sql -v jobs=3000 -v days=90 -v end='2025-11-15 12:00' -f "$LM_TOP/sql/demo.sql" >"$BATS_TEST_TMPDIR/demo"
	usage_agrees demo_periods
}

@test "of four jobs around a period's first and last instants it has the two that are inside" {
	new_database figures_edges migrations
	sql <<-'END'
		CREATE TEMPORARY TABLE period AS
		SELECT * FROM (VALUES
		    ('2024', '2024-01-01'::timestamp, '2025-01-01'::timestamp), ('2024-02', '2024-02-01', '2024-03-01'),
		    ('2024-12', '2024-12-01', '2025-01-01'), ('2024-02-29', '2024-02-29', '2024-03-01'),
		    ('2025-02-28', '2025-02-28', '2025-03-01'), ('2025-10-15T08', '2025-10-15 08:00', '2025-10-15 09:00'),
		    ('2020-W53', '2020-12-28', '2021-01-04'), ('2025-W01', '2024-12-30', '2025-01-06'),
		    ('2024-02..2024-02-29', '2024-02-01', '2024-03-01'), ('36h', '2025-11-14 00:00', '2025-11-15 12:00'),
		    ('today', '2025-11-15', '2025-11-16'), ('last-month', '2025-10-01', '2025-11-01')
		) p(word, first, next);
		WITH instant AS (
		    SELECT word, type, at, cost, gen_random_uuid() AS id
		    FROM period, LATERAL (VALUES ('before', first - '1 us'::interval, 1), ('first', first, 2),
		        ('last', next - '1 us'::interval, 4), ('after', next, 8)) i(type, at, cost)
		), job AS (
		    INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
		    SELECT id, word, type, 'completed', at FROM instant
		)
		INSERT INTO llm_calls (job_id, created_at, total_tokens, client_cost_usd)
		SELECT id, '2025-10-15', cost, cost FROM instant;
	END
	local word
	for word in 2024 2024-02 2024-12 2024-02-29 2025-02-28 2025-10-15T08 2020-W53 2025-W01 2024-02..2024-02-29 36h \
		today last-month; do
		says job_types '{"first": {"count": 1, "cost_usd": 2}, "last": {"count": 1, "cost_usd": 4}}' \
			team "$word" "$word"
	done
	says summary '{"total_jobs": 2, "successful_jobs": 2, "failed_jobs": 0, "cancelled_jobs": 0, "open_jobs": 0,
		"success_rate_percent": 100, "total_cost_usd": 6, "provider_cost_usd": 0, "fallback_cost_calls": 0,
		"total_tokens": 6, "avg_cost_per_job": 3}' team 2024-02-29 2024-02-29
}

@test "a month has the figures that were worked out by hand" {
	local shape
	for shape in migrations orm; do
		export PGDATABASE=shape_$shape
		# The jobs 101 to 105, 107 and 108: 0.12 + 0.2525, 0 + 0.06, 0.01 with 20 %, 0.00000148, and three without
		# costs.
		says summary '{"total_jobs": 7, "successful_jobs": 2, "failed_jobs": 2, "cancelled_jobs": 1, "open_jobs": 2,
			"success_rate_percent": 50, "total_cost_usd": 0.44450148, "provider_cost_usd": 0.37000123,
			"fallback_cost_calls": 1, "total_tokens": 361, "avg_cost_per_job": 0.0635}' team team_acme_research 2025-10
		says job_types '{"document_analysis": {"count": 2, "cost_usd": 0.4325},
			"content_generation": {"count": 2, "cost_usd": 0.01200148}, "data_extraction": {"count": 1, "cost_usd": 0},
			"without_calls": {"count": 2, "cost_usd": 0}}' team team_acme_research 2025-10
	done
	# There the costs are cost_usd: 0.1 + 0.2, 0 + 0.05, 0.01, 0.000001; one call of 102 and that of 105 have none.
	PGDATABASE=shape_bare says summary '{"total_jobs": 7, "successful_jobs": 2, "failed_jobs": 2, "cancelled_jobs": 1,
		"open_jobs": 2, "success_rate_percent": 50, "total_cost_usd": 0.360001, "provider_cost_usd": 0.360001,
		"fallback_cost_calls": 6, "total_tokens": 361, "avg_cost_per_job": 0.0514}' team team_acme_research 2025-10
}

@test "a call without client cost is priced with the team's markup, to the last digit" {
	local shape
	for shape in migrations orm; do
		# 0.100001 and 0.30000001 with 33.33 %, and 0.53332 as stored; a stored 0 is 0.
		PGDATABASE=shape_$shape says summary '{"total_jobs": 3, "successful_jobs": 2, "failed_jobs": 1,
			"cancelled_jobs": 0, "open_jobs": 0, "success_rate_percent": 66.666667, "total_cost_usd": 1.066641346633,
			"provider_cost_usd": 1.20000101, "fallback_cost_calls": 3, "total_tokens": 171,
			"avg_cost_per_job": 0.3555}' team team_third 2025-10
		# No markup, and a team that is gone, add nothing: 1.1 + 1.44 + 1.3 + 1.7.
		PGDATABASE=shape_$shape says job_types '{"mixed": {"count": 1, "cost_usd": 2.54},
			"streamed": {"count": 2, "cost_usd": 3}}' team team_deleted 2025-10
		PGDATABASE=shape_$shape says job_types '{"document_analysis": {"count": 1, "cost_usd": 1.75},
			"streamed": {"count": 1, "cost_usd": 0.333333}, "overnight": {"count": 1, "cost_usd": 6.8}}' \
			team team_acme_ops 2025-10
	done
	PGDATABASE=shape_bare says job_types '{"streamed": {"count": 1, "cost_usd": 0.100001},
		"mixed": {"count": 2, "cost_usd": 1.1}}' team team_third 2025-10
}

@test "a job whose calls were archived has the figures of its summary" {
	local shape
	for shape in migrations orm; do
		PGDATABASE=shape_$shape says summary '{"total_jobs": 3, "successful_jobs": 2, "failed_jobs": 1,
			"cancelled_jobs": 0, "open_jobs": 0, "success_rate_percent": 66.666667, "total_cost_usd": 1.234568,
			"provider_cost_usd": null, "fallback_cost_calls": 0, "total_tokens": 3050, "avg_cost_per_job": 0.4115}' \
			team team_archive 2024-05
	done
	for shape in migrations orm bare; do
		PGDATABASE=shape_$shape says job_types '{"archived": {"count": 2, "cost_usd": 1.234568},
			"gone": {"count": 1, "cost_usd": 0}}' team team_archive 2024-05
	done
	# Without client costs a summary adds up what the provider charges, in 3 and 1 calls.
	PGDATABASE=shape_bare says summary '{"total_jobs": 3, "successful_jobs": 2, "failed_jobs": 1, "cancelled_jobs": 0,
		"open_jobs": 0, "success_rate_percent": 66.666667, "total_cost_usd": 1.234568, "provider_cost_usd": 1.234568,
		"fallback_cost_calls": 4, "total_tokens": 3050, "avg_cost_per_job": 0.4115}' team team_archive 2024-05
}

@test "costs by team, day and model add up to the same, whether calls were archived or not" {
	local shape status by period
	for shape in migrations:completed orm:COMPLETED; do
		status=${shape#*:} shape=${shape%:*}
		new_database "figures_archive_$shape" "$shape"
		# A job each day of July and August, of a dollar in two calls, and its summary; then retention comes.
		sql -v status="$status" <<-'END'
			INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
			SELECT ('00000000-0000-4000-8000-' || lpad(day::text, 12, '0'))::uuid, 'team_' || day % 3, 'chat', :'status',
			    '2025-06-30 23:59:50'::timestamp + day * interval '1 day'
			FROM generate_series(1, 61) day;
			INSERT INTO llm_calls (call_id, job_id, model_group_used, resolved_model, created_at, total_tokens,
			    provider_cost_usd, client_cost_usd)
			SELECT gen_random_uuid(), job_id, 'smart', 'vendor/large', created_at + call * interval '1 second', 10, 0.375, 0.5
			FROM jobs, generate_series(1, 2) call;
			INSERT INTO job_cost_summaries (job_id, total_calls, successful_calls, failed_calls, total_prompt_tokens,
			    total_completion_tokens, total_tokens, total_cost_usd, avg_latency_ms, total_duration_seconds, calculated_at)
			SELECT job_id, 2, 2, 0, 0, 0, 20, 1, 0, 0, created_at
			FROM jobs;
			DELETE FROM llm_calls WHERE created_at < '2025-08-16';
		END
		for by in team org day model; do
			for period in 2025-07:31 2025-08:30; do
				[ "$by $period $(lm-usage costs --by $by -p "${period%:*}" | jq -c '.rows
					| [map(.revenue_usd), map(.total_api_calls // .call_count)] | map(add)')" = \
					"$by $period [${period#*:},$((2 * ${period#*:}))]" ]
			done
		done
		[ "$(lm-usage costs --by day -p 2025-07 | jq -c '[.basis, (.rows | length)], .rows[0, 30]
			| if type == "array" then . else [.date, .call_count, .provider_cost_usd, .revenue_usd, .margin_calls] end')" = \
			$'["call",31]\n["2025-07-01",2,null,1,0]\n["2025-07-31",2,null,1,0]' ]
		[ "$(lm-usage costs --by model -p 2025-08 --columns \
			model_group_used,resolved_model,call_count,provider_cost_usd,revenue_usd,margin_usd,margin_calls -f csv |
			tail -n +2 | tr -d '\r')" = $'smart,vendor/large,30,11.25,15,3.75,30\n,,30,,15,,0' ]
		# Nobody knows which groups archived calls asked for.
		for by in team day model; do
			[ "$(lm-usage costs --by $by -p 2025-08 --model-group smart | jq '[.rows[].revenue_usd] | add')" = 15 ]
		done
	done
}

@test "what a database has no column for is null, and what there is none of is 0" {
	local shape known
	for shape in migrations:0 orm:0 bare:null; do
		known=${shape#*:}
		export PGDATABASE=shape_${shape%:*}
		for period in 2025-10-21 2018; do
			[ "$(lm-usage overview -p $period --now 2025-11-15T12:00:00Z | jq -c '[.usage.total_api_calls == 0,
				.performance.failed_calls]')" = "[$([ $period = 2018 ] && echo true || echo false),$known]" ]
			[ "$(lm-usage trend --by month -p $period | jq '.rows[0].failed_calls')" = "$known" ]
		done
		[ "$(lm-usage review --by month -p 2018 | jq '.rows[0].failed_calls')" = "$known" ]
		[ "$(lm-usage models -p 2025-10-21 | jq -c '[.rows[] | .failed_calls, .error_rate_percent] | unique')" = "[$known]" ]
		[ "$(lm-usage latency -p 2025-10-21 | jq -c '[.rows[].failed_calls] | unique')" = "[$known]" ]
		# The one call of that hour has no tokens.
		[ "$(lm-usage models -p 2025-10-05T11 | jq -c '.rows[] | [.prompt_tokens, .completion_tokens]')" = "[$known,$known]" ]
		[ "$(lm-usage errors -p 2025-10-02 | jq -c '[.error_classes[].failed_calls]')" = \
			"$([ "$known" = 0 ] && echo '[1,1]' || echo '[]')" ]
	done
}

@test "a job that began or ended at an infinite time has no duration" {
	database_with_fixture figures_infinite migrations
	lm-usage jobs -p 2025-10-10 | jq -e '.rows[] | select(.status == "completed" and .job_type == "tokens")
		| .jobs_with_duration == 2 and .jobs_with_wait == 2 and .jobs_with_run == 2'
	sql -c "UPDATE jobs SET completed_at = 'infinity' WHERE job_id::text LIKE '%000171'" \
		-c "UPDATE jobs SET started_at = '-infinity' WHERE job_id::text LIKE '%000172'"
	lm-usage jobs -p 2025-10-10 | jq -e '.rows[] | select(.status == "completed" and .job_type == "tokens")
		| .job_count == 2 and .avg_duration_seconds == 5 and .jobs_with_duration == 1 and .avg_wait_seconds == 1
		and .jobs_with_wait == 1 and .avg_run_seconds == null and .jobs_with_run == 0'
	local verb
	for verb in overview teams models latency errors slow trend review costs 'costs --by day' 'team team_big'; do
		# shellcheck disable=SC2086 # words
		lm-usage $verb -p 2025-10 | jq -e 'tostring | contains("infinity") | not'
	done
}

@test "credits used are deductions less refunds of the period's jobs, and 1 where the ledger has no row" {
	local shape
	for shape in migrations orm; do
		# 3 + 5 + (7 - 7) + (11 - 4) + 13 + 1 + 2 * 17 + 19 + 0 + 23 + 1 - 37 + 0
		PGDATABASE=shape_$shape says teams '{"team_ledger": {"jobs": 13, "credits_used": 69},
			"team_ledger_neighbour": {"jobs": 1, "credits_used": 41}}' org org_ledger 2025-10
	done
	# Without credit_applied nobody knows of those two.
	PGDATABASE=shape_bare says teams '{"team_ledger": {"jobs": 13, "credits_used": 67},
		"team_ledger_neighbour": {"jobs": 1, "credits_used": 41}}' org org_ledger 2025-10
}

@test "the organization of a job is its own, or else its team's" {
	local shape
	for shape in migrations orm bare; do
		export PGDATABASE=shape_$shape
		says teams '{"team_zero": {"jobs": 1, "credits_used": 1}}' org org_unlisted 2025-10-07 ||
			[ $shape = bare ]
		[ "$(lm-usage org org_by_jobs_only -p 2025-10-07..2025-10-08 | jq -c '.teams | map_values(.jobs)')" = \
			'{"team_deleted":1,"team_zero":1}' ]
		[ "$(lm-usage org org_acme -p 2025-10-08..2025-10-09 | jq -c '.teams | map_values(.jobs)')" = \
			'{"team_conflict":1,"team_deleted":1}' ]
		[ "$(lm-usage org org_globex -p 2025-10-09 | jq -c '.teams | map_values(.jobs)')" = '{"team_conflict":2}' ]
		[ "$(lm-usage org org_without_teams -p 2025-10 | jq -c '[.summary.total_jobs, .teams]')" = '[0,{}]' ]
	done
}

@test "a known id without jobs is answered with zeros" {
	local shape team
	for shape in migrations orm bare; do
		export PGDATABASE=shape_$shape
		for team in team_credits_only team_ledger_only team_summary_only team_deleted; do
			says summary '{"total_jobs": 0, "successful_jobs": 0, "failed_jobs": 0, "cancelled_jobs": 0, "open_jobs": 0,
				"success_rate_percent": null, "total_cost_usd": 0, "provider_cost_usd": 0, "fallback_cost_calls": 0,
				"total_tokens": 0, "avg_cost_per_job": 0}' team $team 2019
		done
		says job_types '{}' team team_deleted 2019
	done
}

@test "tokens keep their digits beyond 2^31 and 2^53" {
	# Three times 2^31 - 1, and 236 of other calls.
	[[ $(PGDATABASE=shape_bare lm-usage team team_big -p 2025-10 -f jsonl) == *'"total_tokens":6442451177,'* ]]
	database_with_fixture figures_tokens orm
	sql -c 'ALTER TABLE llm_calls ALTER total_tokens TYPE bigint' \
		-c "UPDATE llm_calls SET total_tokens = 9007199254740993 WHERE total_tokens = 7500"
	[[ $(lm-usage team team_acme_research -p 2025-11 -f jsonl) == *'"total_tokens":9007199254740993,'* ]]
	[[ $(lm-usage org org_acme -p 2025-11-01 -f jsonl) == *'"total_tokens":9007199254740993'[^0-9]* ]]
}

@test "no prompt and no key comes out in any format" {
	local shape format verb
	for shape in migrations orm; do
		export PGDATABASE=shape_$shape
		[ "$(sql -c "SELECT count(*) > 200 FROM llm_calls WHERE request_data::text LIKE '%PROMPT-SECRET%'")" = t ]
		for verb in team org; do
			independent_lines $verb >"$BATS_TEST_TMPDIR/ids"
			for format in table json jsonl csv; do
				lm-usage $verb - -v -p 2020..2026 -f $format <"$BATS_TEST_TMPDIR/ids" >"$BATS_TEST_TMPDIR/out" 2>&1
				[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -gt 10 ] || [ $format = json ]
				run ! grep -q SECRET "$BATS_TEST_TMPDIR/out"
			done
		done
	done
}
