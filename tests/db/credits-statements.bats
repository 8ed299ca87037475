#!/usr/bin/env bats
# sql/credits_*.sql: every statement of lm-credits, in psql: held against the queries of tests/independent that were written
# apart from it, row by row and digit by digit.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load ../cli/helper
load ../independent/compare
load ../independent/credits

# Prints psql's commands that compare a statement's rows with those of the independent query.
compare_statement() { # NAME OWN-PARAMETERS
	cat <<-END
		CREATE TEMPORARY TABLE ours AS EXECUTE $1(:from, :to, :teams, :organizations, NULL, NULL, NULL${2:+, $2});
	END
	[ "$1" != audit ] || cat <<-'END'
		DELETE FROM ours WHERE section = 'totals' OR kind = 'chain_break';
		ALTER TABLE ours DROP section, DROP n, DROP findings, DROP teams, DROP transaction_id, DROP created_at,
		    DROP expected_credits, DROP found_credits;
		CREATE TEMPORARY TABLE sorted AS SELECT * FROM ours ORDER BY kind, team_id, job_id, amount_credits;
		DROP TABLE ours;
		ALTER TABLE sorted RENAME TO ours;
	END
	cat <<-END
		CREATE TEMPORARY TABLE theirs AS SELECT * FROM (
		$(sed '/^--/d' "$LM_TOP/tests/independent/credits_$1.sql")
		) t $([ "$1" != audit ] || echo 'ORDER BY kind, team_id, job_id, amount_credits');
		SELECT '$1', :'asked', n, 'ours', o.row - t.same, 'theirs', t.row - t.same
		FROM (SELECT row_number() OVER () AS n, to_jsonb(o) AS row FROM ours o) o
		    FULL JOIN (SELECT row_number() OVER () AS n, to_jsonb(t) AS row FROM theirs t) their_row USING (n)
		    CROSS JOIN LATERAL (
		        SELECT their_row.row, ARRAY(
		            SELECT key FROM jsonb_each(o.row) e WHERE e.value = their_row.row -> e.key) AS same
		    ) t
		WHERE o.row IS DISTINCT FROM t.row
		ORDER BY n
		LIMIT 3;
		INSERT INTO compared SELECT '$1', count(*) FROM ours;
		DROP TABLE ours, theirs;
	END
}

# What is asked for: from, to, teams, organizations, now, threshold, type.
asked_of_credits() {
	cat <<-'END'
		'2025-09-30'|'2025-11-16'|NULL|NULL|'2025-11-15 12:00'|20|NULL
		'2025-10-12'|'2025-10-13'|NULL|NULL|'2025-10-13 01:00'|0|'deduction'
		'2025-10-01'|'2025-10-15'|NULL|NULL|'2025-10-14 00:00:00.000001'|66.67|'adjustment'
		'2025-10-10'|'2025-10-20'|NULL|ARRAY['org_ledger', 'org_acme']|'2025-10-19'|50|NULL
		'2025-10-10'|'2025-10-20'|ARRAY['team_ledger', 'nobody', 'team_deleted', 'team_ledger_only']|NULL|'2025-10-19'|100|NULL
		'2025-10-10'|'2025-10-20'|ARRAY['nobody']|NULL|'2025-10-19'|100|'refund'
	END
}

# Fails with a line for each row that differs, in the database of PGDATABASE, whose session is in a time zone.
credits_agree() { # ZONE
	local line name value
	{
		echo "SET TimeZone = '$1';"
		credits_prepare
		cat <<-END
			\\i '$LM_TOP/tests/independent/values.sql'
			CREATE TEMPORARY TABLE compared (what text, rows bigint);
		END
		while IFS= read -r line; do
			printf "\\\\set asked '%s'\n" "${line//\'/\'\'}"
			for name in from to teams organizations now threshold type; do
				value=${line%%|*}
				line=${line#*|}
				case $name in
				from | to | now) value+=::timestamp ;;
				threshold) value+=::numeric ;;
				type) value+=::text ;;
				esac
				printf "\\\\set %s '%s'\n" $name "${value//\'/\'\'}"
			done
			echo "\\i '$LM_TOP/tests/independent/credits.sql'"
			compare_statement balance
			compare_statement transactions 'NULL, :type'
			compare_statement transactions_totals 'NULL, :type'
			compare_statement daily 'NULL, :now'
			compare_statement top NULL
			compare_statement low 'NULL, :now, :threshold'
			compare_statement forecast 'NULL, :now'
			compare_statement refills 'NULL, :now'
			# Balances are of all time; jobs here too.
			cat <<-'END'
				\set from '''-infinity''::timestamp'
				\set to '''infinity''::timestamp'
				SELECT (:organizations)::text[] IS NULL AS is_comparable \gset
				\if :is_comparable
			END
			compare_statement audit NULL
			echo '\endif'
		done < <(asked_of_credits)
		echo "SELECT 'no rows were compared', what FROM compared
			WHERE current_database() NOT IN ('credits_demo', 'credits_amounts') OR what NOT IN ('balance', 'transactions_totals')
			GROUP BY what HAVING sum(rows) = 0;"
	} >"$BATS_TEST_TMPDIR/script"
	independent_psql -f "$BATS_TEST_TMPDIR/script" >"$BATS_TEST_TMPDIR/rows" || return 1
	[ ! -s "$BATS_TEST_TMPDIR/rows" ] || { head -n 20 "$BATS_TEST_TMPDIR/rows" | cut -c1-1000 && return 1; }
}

@test "every statement of lm-credits has the independent rows in tables made by migrations" {
	PGDATABASE=shape_migrations credits_agree UTC
}

@test "every statement of lm-credits has the independent rows in tables with the guide's columns only, in New York" {
	PGDATABASE=shape_bare credits_agree America/New_York
}

# A team for each thing that can be odd about a balance, with a ledger of its own.
add_odd_teams() {
	sql <<-'END'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, auto_refill, refill_amount, refill_period,
		    last_refill_at, created_at, budget_mode, status)
		VALUES ('odd_third', 3, 1, NULL, NULL, NULL, NULL, '2025-01-01', NULL, NULL),
		    ('odd_two_thirds', 3, 2, FALSE, NULL, NULL, NULL, '2025-01-01', 'job_based', 'active'),
		    ('odd_half', 800, 5, FALSE, NULL, NULL, NULL, '2025-01-01', 'job_based', 'active'),
		    ('odd_nearly', 100000, 99995, FALSE, NULL, NULL, NULL, '2025-01-01', 'job_based', 'suspended'),
		    ('odd_nothing', 0, 0, FALSE, NULL, NULL, NULL, '2025-01-01', 'job_based', 'active'),
		    ('odd_debt', 0, 4, FALSE, NULL, NULL, NULL, '2025-01-01', 'job_based', 'active'),
		    ('odd_unlimited', 10, 60, FALSE, NULL, NULL, NULL, '2025-01-01', 'unlimited', 'active'),
		    ('odd_null', NULL, NULL, NULL, NULL, NULL, NULL, '2025-01-01', NULL, NULL),
		    ('odd_null_used', 10, NULL, TRUE, 10, NULL, NULL, '2025-01-01', NULL, NULL),
		    ('odd_null_allocated', NULL, 5, TRUE, NULL, 'daily', '2025-10-01', '2025-01-01', NULL, NULL),
		    ('odd_refilled', 100, 90, TRUE, 50, 'weekly', '2025-10-09', '2025-01-01', 'job_based', 'active'),
		    ('odd_refilled_late', 100, 90, TRUE, 50, 'weekly', '2025-10-09', '2025-10-09', 'job_based', 'active'),
		    ('odd_refilled_after', 100, 90, TRUE, 50, 'monthly', '2025-10-09', '2025-01-01', 'job_based', 'active'),
		    ('odd_month', 100, 10, TRUE, 5, 'monthly', '2025-01-31', '2025-01-01', 'job_based', 'active'),
		    ('odd_never', 100, 10, TRUE, 5, 'daily', NULL, '2025-10-01 00:00:01', 'job_based', 'active'),
		    ('odd_young', 100, 50, FALSE, NULL, NULL, NULL, '2025-10-09', 'job_based', 'active');
		INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before,
		    credits_after, created_at)
		SELECT gen_random_uuid(), team, type, amount, 0, 0, at::timestamp
		FROM (VALUES
		    ('odd_refilled', 'deduction', 14, '2025-10-05'), ('odd_refilled', 'deduction', 7, '2025-10-12 12:00'),
		    ('odd_refilled_late', 'deduction', 14, '2025-10-05'), ('odd_refilled_late', 'deduction', 7, '2025-10-12 12:00'),
		    ('odd_refilled_after', 'deduction', 21, '2025-10-08'), ('odd_refilled_after', 'refund', 7, '2025-10-09'),
		    ('odd_refilled_after', 'allocation', 1, '2025-01-09'), ('odd_unlimited', 'deduction', 50, '2025-10-02'),
		    ('odd_half', 'deduction', 5, '2025-10-10'), ('odd_half', 'deduction', 1, '2025-09-20'),
		    ('odd_nearly', 'refund', 1, '2025-10-10'), ('odd_nearly', 'deduction', 1, '2025-10-05'),
		    ('odd_young', 'deduction', 50, '2025-10-10 01:00:00.000001')
		) e(team, type, amount, at);
	END
}

@test "odd teams have the independent rows, and those that a person expects, in Kiritimati" {
	new_database credits_odd orm
	add_odd_teams
	sql -f "$LM_TOP/tests/fixture.sql"
	credits_agree Pacific/Kiritimati

	sql -F ' ' <<-END >"$BATS_TEST_TMPDIR/rows"
		$(credits_prepare)
		CREATE TEMPORARY TABLE top AS
		EXECUTE top('-infinity', 'infinity', ARRAY['odd_third', 'odd_two_thirds', 'odd_half', 'odd_nearly', 'odd_nothing'],
		    NULL, NULL, NULL, NULL, NULL);
		SELECT team_id, coalesce(usage_percentage::text, '-') FROM top;
		CREATE TEMPORARY TABLE low AS
		EXECUTE low('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, '2025-10-13', 33.33);
		SELECT 'low', team_id, coalesce(credits_remaining::text, '-'), coalesce(status, '-') FROM low WHERE team_id LIKE 'odd%';
		CREATE TEMPORARY TABLE low_third AS
		EXECUTE low('-infinity', 'infinity', ARRAY['odd_two_thirds'], NULL, NULL, NULL, NULL, NULL, '2025-10-13', 33.34);
		SELECT 'third', team_id FROM low_third;
		CREATE TEMPORARY TABLE forecast AS
		EXECUTE forecast('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, '2025-10-13');
		SELECT team_id, state, coalesce(burn_7d::text, '-'), coalesce(days_to_empty::text, '-'),
		    coalesce(next_refill_at::date::text, '-')
		FROM forecast WHERE team_id LIKE 'odd%';
		CREATE TEMPORARY TABLE refills AS
		EXECUTE refills('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, '2025-02-28');
		SELECT team_id, state, due_at::date, missed_refills, missed_credits FROM refills WHERE team_id = 'odd_month';
	END
	diff - "$BATS_TEST_TMPDIR/rows" <<-'END'
		odd_nearly 100
		odd_two_thirds 66.67
		odd_third 33.33
		odd_half 0.63
		odd_nothing -
		low odd_debt -4 active
		low odd_null_allocated - -
		low odd_nearly 5 suspended
		low odd_refilled 10 active
		low odd_refilled_after 10 active
		low odd_refilled_late 10 active
		low odd_null_used - -
		third odd_two_thirds
		odd_debt empty - 0 -
		odd_refilled_after ok 2 5 2025-11-09
		odd_refilled_late ok 1 10 -
		odd_refilled ok 1 60 2025-10-16
		odd_half ok 0.714286 1113 -
		odd_unlimited unlimited 0 - -
		odd_nearly idle -0.142857 - -
		odd_two_thirds insufficient_history - - -
		odd_young insufficient_history - - -
		odd_third insufficient_history - - -
		odd_month insufficient_history - - -
		odd_never insufficient_history - - -
		odd_nothing no_credits - - -
		odd_null unknown - - -
		odd_null_allocated unknown - - -
		odd_null_used unknown - - -
		odd_month overdue 2025-02-28 1 5
	END
}

@test "every statement of lm-credits has the independent rows of the demonstration, in which no ledger is wrong" {
	new_database credits_demo migrations
	sql -v jobs=1500 -v days=60 -v end='2025-11-15 12:00' -f "$LM_TOP/sql/demo.sql" >"$BATS_TEST_TMPDIR/demo"
	credits_agree Asia/Kolkata
	sql <<-END >"$BATS_TEST_TMPDIR/rows"
		$(credits_prepare)
		CREATE TEMPORARY TABLE audit AS EXECUTE audit('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, 0);
		SELECT kind, findings > 0 FROM audit;
	END
	diff - "$BATS_TEST_TMPDIR/rows" <<-'END'
		balance_drift|f
		chain_break|f
		double_deduction|f
		unbilled_job|t
		missing_client_cost|t
		wrong_amount|f
		orphan_team|t
		negative_balance|f
	END
}

@test "the amounts that are wrong are the independent ones, in each budget mode" {
	new_database credits_amounts migrations
	sql -f "$LM_TOP/tests/independent/credits_platform.sql"
	sql <<-'END'
		UPDATE team_credits SET auto_refill = TRUE WHERE team_id = 'team_idle';
		-- Up to three credits more or less, of each mode; others than completed jobs were charged, once or twice, and some of
		-- that was given back.
		CREATE FUNCTION number_of(id uuid) RETURNS integer LANGUAGE sql RETURN right(id::text, 12)::integer;
		UPDATE credit_transactions SET credits_amount = greatest(0, credits_amount + number_of(transaction_id) % 7 - 3)
		WHERE transaction_type = 'deduction' AND job_id IS NOT NULL;
		-- Some jobs have no summary, and of the archived ones nothing is known then; others have one of something else.
		DELETE FROM job_cost_summaries WHERE number_of(job_id) % 3 = 0;
		UPDATE job_cost_summaries SET total_cost_usd = total_cost_usd / 2, total_tokens = total_tokens / 2 + 1
		WHERE number_of(job_id) % 3 = 1;
		SELECT entry(team_id, job_id, type, amount, created_at + n * interval '1 hour')
		FROM jobs, (VALUES (1, 'deduction', 2), (2, 'refund', 1), (3, 'refund', 1), (4, 'deduction', 3)) s(n, type, amount)
		WHERE as_status('completed') <> jobs.status AND n <= number_of(job_id) % 5
		ORDER BY created_at, job_id, n \g /dev/null
	END
	credits_agree UTC
	[ "$(sql <<-END
		$(credits_prepare)
		CREATE TEMPORARY TABLE found AS EXECUTE audit('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL);
		SELECT count(*) > 100, count(DISTINCT team_id), bool_or(found_credits = 0), bool_or(expected_credits = 0),
		    bool_or(amount_credits < 0)
		FROM found WHERE section = 'findings' AND kind = 'wrong_amount';
	END
	)" = 't|7|t|t|t' ]
}

@test "no statement of lm-credits puts out a key, and of a prompt no more than the platform's reasons" {
	export PGDATABASE=shape_migrations
	local all="'-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL"
	{
		credits_prepare
		echo "EXECUTE balance('-infinity', 'infinity', '{team_acme_research,team_third,team_ledger}', NULL, NULL, NULL, NULL);"
		echo "EXECUTE transactions($all, NULL, NULL);"
		echo "EXECUTE top($all, NULL); EXECUTE low($all, NULL, '2025-11-15', 100); EXECUTE forecast($all, NULL, '2025-11-15');"
		echo "EXECUTE refills($all, NULL, '2025-11-15'); EXECUTE audit($all, NULL);"
	} | sql -f - >"$BATS_TEST_TMPDIR/out"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -gt 200 ]
	run ! grep -q 'sk-SECRET' "$BATS_TEST_TMPDIR/out"
	run ! grep 'SECRET' <(grep -v 'Job PROMPT-SECRET completed' "$BATS_TEST_TMPDIR/out")
}

@test "the rows of one team come off the index as they are printed, and are not sorted first" {
	new_database credits_stream orm
	{
		credits_prepare
		cat <<-'END'
			INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before,
			    credits_after, created_at)
			SELECT gen_random_uuid(), 'team_' || (i % 10 > 0)::integer, 'deduction', 1, 0, 0, '2025-01-01'::timestamp + i * interval '1 s'
			FROM generate_series(1, 50000) i;
			ANALYZE credit_transactions;
			SET random_page_cost = 2;
			EXPLAIN (COSTS OFF) EXECUTE transactions('-infinity', 'infinity', '{team_1}', NULL, NULL, NULL, NULL, NULL, NULL);
			EXPLAIN (COSTS OFF) EXECUTE transactions('-infinity', 'infinity', '{team_1}', NULL, NULL, NULL, NULL, 50, NULL);
		END
	} | sql -f - >"$BATS_TEST_TMPDIR/plans"
	[ "$(grep -c 'Index Scan Backward' "$BATS_TEST_TMPDIR/plans")" = 2 ] || { cat "$BATS_TEST_TMPDIR/plans" && return 1; }
	run ! grep -E 'Seq Scan|Bitmap|^ *(-> *)?Sort$' "$BATS_TEST_TMPDIR/plans"
}
