#!/usr/bin/env bats
# lm-credits audit: faults that take more than one statement to make, and what looks like a fault and is none. Each test has
# a copy of a ledger of its own, which a stand-in for the platform left (tests/independent/credits_platform.sql).

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
load helper
load credits

setup_file() {
	new_database credits_origin migrations
	sql -f "$LM_TOP/tests/independent/credits_platform.sql"
	sql <<-'SQL'
		-- Dollars that binary floating point falls short of, and a rate that few costs are a whole number of credits at.
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, budget_mode, credits_per_dollar, tokens_per_credit,
		    cost_markup_percentage, created_at)
		VALUES ('team_cents', 0, 0, 'consumption_usd', 100, 10000, 0, '2025-08-01'),
		    ('team_thirds', 0, 0, 'consumption_usd', 3, 10000, 0, '2025-08-01');
		SELECT entry(team, NULL, 'allocation', 900, '2025-08-01') FROM (VALUES ('team_cents'), ('team_thirds')) t(team) \g /dev/null
		INSERT INTO organizations (organization_id, name) VALUES ('org_team', 'Team'), ('org_job', 'Job');
		UPDATE team_credits SET organization_id = 'org_team' WHERE team_id = 'team_jobs';

		-- A job that is charged so many credits, whatever it cost.
		CREATE FUNCTION charged(team text, amount integer, cost numeric) RETURNS uuid LANGUAGE plpgsql AS $$
		DECLARE
		    job uuid := work(team, 'completed', '2025-11-01', cost, 10, 1, is_charged => FALSE);
		BEGIN
		    PERFORM entry(team, job, 'deduction', amount, '2025-11-01 00:00:10');
		    RETURN job;
		END
		$$;
		-- A call of which the platform learned the provider's cost alone, or that too late.
		CREATE FUNCTION streams(job uuid, cost numeric) RETURNS void LANGUAGE sql AS $$
		    INSERT INTO llm_calls (call_id, job_id, model_used, total_tokens, cost_usd, created_at)
		    VALUES (next_id(), job, 'm', 10, cost, '2025-11-01 00:00:02')
		$$;
	SQL
}

teardown_file() {
	sql -d postgres -c 'SET client_min_messages = warning' -c 'DROP DATABASE IF EXISTS credits_origin WITH (FORCE)'
}

setup() {
	sql -d postgres -c 'CREATE DATABASE credits_case TEMPLATE credits_origin'
	export PGDATABASE=credits_case
}

teardown() {
	for name in credits_case credits_nameless credits_hollow credits_replayed; do
		sql -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"
	done
}

# Checks what is found: KIND TEAM CREDITS, with commas between them, in their order; nothing is ''.
finds() { # EXPECTED ARGUMENT...
	local found status=0
	lm-credits audit "${@:2}" -f json </dev/null >"$BATS_TEST_TMPDIR/document" || status=$?
	found=$(jq -r '[.findings[] | "\(.kind) \(.team_id) \(.amount_credits // "-")"] | join(", ")' "$BATS_TEST_TMPDIR/document")
	[ "$found" = "$1" ] || { echo "audit ${*:2}: found $found, expected $1" && return 1; }
	[ "$status" = $([ -z "$1" ] && echo 0 || echo 1) ] || { echo "audit ${*:2}: exit status $status" && return 1; }
}

# Puts faults into the copy, as plpgsql.
does() { # SQL
	sql -c "DO \$fault\$ BEGIN $1 END \$fault\$"
}

@test "jobs of another organization than their team's are found under their own" {
	does "PERFORM work('team_jobs', 'completed', '2025-11-01', 0.25, 10, is_charged => FALSE);
	PERFORM charged('team_jobs', 1, 0.25), charged('team_jobs', 4, 0.25);
	PERFORM entry('team_jobs', job_id, 'deduction', 1, '2025-11-02') FROM credit_transactions
	WHERE created_at = '2025-11-01 00:00:10' AND credits_amount = 1;
	UPDATE jobs SET organization_id = 'org_job' WHERE created_at = '2025-11-01';"
	found='double_deduction team_jobs 1, unbilled_job team_jobs 1, wrong_amount team_jobs 3'
	finds "$found"
	finds "$found" --org org_job
	finds "$found" --org org_job --team team_jobs
	finds "$found" --org org_job --org org_team
	finds "$found" --team team_jobs
	# A charge says that its job is to be looked at, whoever's ledger it is in.
	finds 'double_deduction team_jobs 1' --org org_job --since 2025-11-02
	[ -z "$LM_WRAP" ] || return 0
	finds '' --org org_team
	finds '' --org org_team --team team_jobs
	finds '' --org org_job --team team_usd
}

@test "what a ledger says of a team that is gone is of the organization that it names" {
	new_database credits_nameless orm
	sql <<-'SQL'
		INSERT INTO organizations (organization_id, name, created_at) VALUES ('org_here', 'Here', '2025-08-01');
		INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, created_at)
		VALUES ('team_here', 'org_here', 10, 0, '2025-08-01');
		INSERT INTO credit_transactions (transaction_id, team_id, organization_id, transaction_type, credits_amount,
		    credits_before, credits_after, created_at)
		VALUES (gen_random_uuid(), 'team_left', 'org_left', 'allocation', 10, 0, 10, '2025-08-01'),
		    (gen_random_uuid(), 'team_left', 'org_left', 'deduction', 4, 10, 6, '2025-08-02'),
		    (gen_random_uuid(), 'team_left', NULL, 'deduction', 2, 6, 4, '2025-08-03'),
		    -- The team is another organization's by now, and so is what is wrong in its ledger.
		    (gen_random_uuid(), 'team_here', 'org_left', 'allocation', 3, 0, 5, '2025-08-01'),
		    (gen_random_uuid(), 'team_here', 'org_here', 'allocation', 5, 5, 10, '2025-08-02');
	SQL
	finds 'orphan_team team_left 4' --org org_left
	finds 'chain_break team_here 2' --org org_here
	finds 'chain_break team_here 2, orphan_team team_left 6'
}

@test "an amount is right that the platform's floating point makes of dollars" {
	[ "$(sql -c 'SELECT trunc(0.29::float8 * 100), trunc(0.57::float8 * 100), trunc((0.29 * 100)::float8)')" = '28|56|29' ]
	# Without a summary that tells as much: of its calls, whose costs the platform knew, or learned later.
	does "PERFORM charged('team_cents', 28, 0.29); PERFORM charged('team_cents', 29, 0.29);
	PERFORM streams(charged('team_cents', 56, 0.57), 0.3);
	DELETE FROM job_cost_summaries WHERE calculated_at = '2025-11-01';"
	finds 'missing_client_cost team_cents -'
	does "PERFORM streams(charged('team_cents', 28, 0), 0.29);
	UPDATE llm_calls SET cost_usd = NULL, provider_cost_usd = 0.29 WHERE cost_usd = 0.29 AND client_cost_usd IS NULL;
	DELETE FROM job_cost_summaries WHERE calculated_at = '2025-11-01';"
	finds 'missing_client_cost team_cents -, missing_client_cost team_cents -'
	# Of its summary, once its calls were archived.
	does "PERFORM charged('team_cents', 28, 0.29); PERFORM charged('team_cents', 29, 0.29);
	DELETE FROM llm_calls WHERE created_at >= '2025-11-01';"
	finds ''
	does "PERFORM charged('team_cents', 27, 0.29);"
	finds 'wrong_amount team_cents -2'
	does "PERFORM charged('team_cents', 30, 0.29); DELETE FROM job_cost_summaries WHERE calculated_at = '2025-11-01';"
	finds 'wrong_amount team_cents -2, wrong_amount team_cents 1'
}

@test "an amount is right of a cost that a summary rounded" {
	does "PERFORM charged('team_thirds', 4, 1.33333334); DELETE FROM llm_calls WHERE created_at >= '2025-11-01';"
	[ "$(sql -c "SELECT max(total_cost_usd) FROM job_cost_summaries WHERE calculated_at = '2025-11-01'")" = 1.333333 ]
	finds ''
	does "PERFORM charged('team_thirds', 4, 1.333331); DELETE FROM llm_calls WHERE created_at >= '2025-11-01';"
	finds 'wrong_amount team_thirds 1'
}

@test "an amount is right of that part of the cost which the platform knew when it charged" {
	does "PERFORM streams(charged('team_cents', 25, 0.25), 0.5);
	UPDATE job_cost_summaries SET total_cost_usd = 0.75 WHERE calculated_at = '2025-11-01';"
	finds 'missing_client_cost team_cents -'
	does "PERFORM streams(charged('team_cents', 75, 0.25), 0.5);"
	finds 'missing_client_cost team_cents -, missing_client_cost team_cents -'
	does "PERFORM streams(charged('team_cents', 50, 0.25), 0.5);"
	finds 'missing_client_cost team_cents -, missing_client_cost team_cents -, missing_client_cost team_cents -, wrong_amount team_cents -25'
}

@test "of balances that are not there, what is left of them is found" {
	new_database credits_hollow orm
	sql <<-'SQL'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, budget_mode, created_at)
		VALUES ('team_no_grants', NULL, 5, 'job_based', '2025-08-01'), ('team_endless', NULL, 5, 'unlimited', '2025-08-01'),
		    ('team_no_usage', 10, NULL, 'job_based', '2025-08-01'), ('team_hollow', NULL, NULL, NULL, '2025-08-01');
		INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before,
		    credits_after, created_at)
		VALUES (gen_random_uuid(), 'team_no_grants', 'deduction', 5, 0, -5, '2025-08-02'),
		    (gen_random_uuid(), 'team_endless', 'deduction', 5, 0, -5, '2025-08-02'),
		    (gen_random_uuid(), 'team_no_usage', 'allocation', 10, 0, 10, '2025-08-01'),
		    (gen_random_uuid(), 'team_no_usage', 'deduction', 7, 10, 3, '2025-08-02');
	SQL
	finds 'balance_drift team_no_usage -7, negative_balance team_no_grants -5'
	[ "$(jq -c '.findings[] | [.expected_credits, .found_credits]' "$BATS_TEST_TMPDIR/document" | xargs)" = '[7,null] [0,-5]' ]
}

@test "an audit since a time has jobs made long before that were charged again since, and none that were only before" {
	does "PERFORM entry('team_idle', NULL, 'allocation', 20, '2025-08-19');
	PERFORM entry('team_idle', job, 'deduction', 1, '2025-08-21'::timestamp + n * interval '1 hour')
	FROM work('team_idle', 'completed', '2025-08-20', 1, 10) job, generate_series(1, 2) n;
	PERFORM entry('team_idle', work('team_idle', 'completed', '2025-08-22', 1, 10), 'deduction', 1, '2025-11-02');
	PERFORM entry('team_usd', work('team_usd', 'completed', '2025-11-03', 0.1, 10), 'deduction', 24, '2025-11-03');
	PERFORM entry('team_idle', job_id, 'refund', 1, '2025-11-05') FROM jobs WHERE created_at = '2025-08-20';"
	since='double_deduction team_usd 24, double_deduction team_idle 1'
	finds "$since, double_deduction team_idle 1"
	finds "$since" --since 2025-11-02
	# The job with its older charge, of which there were two as well.
	[ "$(jq -r '.findings[] | select(.team_id == "team_idle") | "\(.created_at) \(.expected_credits) \(.found_credits)"' \
		"$BATS_TEST_TMPDIR/document")" = '2025-08-22T00:00:00Z 1 2' ]
	finds 'double_deduction team_usd 24' --since 2025-11-02T00:00:01Z
	# It was given back in part by then, which is no charge.
	finds '' --since 2025-11-04
}

@test "instants without an end end no report" {
	does "PERFORM entry('team_idle', NULL, 'allocation', 7, '-infinity'), work('team_idle', 'completed', '-infinity', 0.5, 10),
		entry('team_idle', NULL, 'allocation', 5, '2025-08-02'), entry('team_idle', NULL, 'subscription_payment', 4, 'infinity'),
		entry('team_idle', NULL, 'deduction', 2, 'infinity'), work('team_idle', 'completed', 'infinity', 0.5, 10);"
	finds ''
	does "PERFORM work('team_idle', 'completed', t::timestamp, 0.5, 10, is_charged => FALSE)
	FROM (VALUES ('infinity'), ('-infinity')) s(t);"
	# What comes after all time is in no time that can be asked for.
	finds 'unbilled_job team_idle 1'
	jq -e 'all(.findings[]; .created_at == null)' "$BATS_TEST_TMPDIR/document"
	finds '' --since 2025-11-02
	# Breaks at each end of time.
	does "UPDATE credit_transactions SET credits_before = credits_before + 1, credits_after = credits_after + 1
	WHERE team_id = 'team_idle' AND credits_amount IN (1, 2);"
	lm-credits audit team_idle --accept unbilled_job -f csv >"$BATS_TEST_TMPDIR/rows" || [ $? = 1 ]
	for verb in 'balance team_idle' 'transactions team_idle' daily top low forecast refills; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr lm-credits $verb --now 2025-11-15T12:00:00Z -f json
		[ "$status" -lt 3 ] && [ "$stderr" = '' ] || { echo "$verb: $status, $stderr" && return 1; }
	done
}

@test "a refund makes up for no charge, and what was taken for a failed job is wrong and not taken twice" {
	does "PERFORM entry('team_jobs', work('team_jobs', 'completed', '2025-11-01', 0.25, 10, is_charged => FALSE), 'refund', 1, '2025-11-02');"
	finds 'unbilled_job team_jobs 1'
	does "PERFORM entry('team_usd', job, 'deduction', 3, '2025-11-02'::timestamp + n * interval '1 hour')
	FROM work('team_usd', 'failed', '2025-11-01', 0.1, 10) job, generate_series(1, 2) n;"
	finds 'unbilled_job team_jobs 1, wrong_amount team_usd 6'
}

@test "a payment that never reached the balance is one break at the end of the ledger" {
	does "PERFORM entry('team_usd', NULL, 'one_time_payment', 50, '2025-11-01');
	UPDATE team_credits SET credits_allocated = credits_allocated - 50 WHERE team_id = 'team_usd';"
	left=$(sql -c "SELECT credits_remaining FROM team_credits WHERE team_id = 'team_usd'")
	finds 'chain_break team_usd -50'
	jq -e --argjson left "$left" '.findings == [{kind: "chain_break", team_id: "team_usd", job_id: null, transaction_id: null,
		created_at: null, expected_credits: ($left + 50), found_credits: $left, amount_credits: -50, amount_usd: null}]' \
		"$BATS_TEST_TMPDIR/document"
	# It is of the present, whatever time is asked for.
	finds 'chain_break team_usd -50' --since 2025-11-10
}

# A charge as the platform's code makes it, with created_at left to its default; prints the row's balances.
charge() { # AMOUNT
	cat <<-END
		WITH charged AS (
		    UPDATE team_credits SET credits_used = credits_used + $1 WHERE team_id = 'team_jobs' RETURNING credits_remaining
		)
		INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before, credits_after)
		SELECT next_id(), 'team_jobs', 'deduction', $1, credits_remaining + $1, credits_remaining FROM charged;
	END
}

@test "transactions that overlap leave nothing to find, though rows stand in the order of their beginnings" {
	# One overlaps another, then one lasts as long as three of others.
	charge 3 >"$BATS_TEST_TMPDIR/one"
	(charge 5 && charge 6 && charge 7) >"$BATS_TEST_TMPDIR/three"
	{
		charge 1
		echo 'BEGIN;'
		# The other one begins, charges and commits meanwhile.
		echo "\\! psql -X -q -v ON_ERROR_STOP=1 --single-transaction -f '$BATS_TEST_TMPDIR/one'"
		charge 2
		echo 'COMMIT; BEGIN;'
		echo "\\! psql -X -q -v ON_ERROR_STOP=1 -f '$BATS_TEST_TMPDIR/three'"
		charge 4
		echo 'COMMIT;'
		charge 1
	} | sql -f -
	[ "$(sql -c "SELECT string_agg(credits_amount::text, ' ' ORDER BY created_at),
		string_agg(credits_amount::text, ' ' ORDER BY credits_before DESC)
		FROM credit_transactions WHERE created_at > '2026-01-01'")" = '1 2 3 4 5 6 7 1|1 3 2 5 6 7 4 1' ]
	finds ''
	# A row in their midst that is wrong is found all the same, whichever of the two it is.
	for amount in 2 3; do
		sql -c "UPDATE credit_transactions SET credits_before = credits_before + 9, credits_after = credits_after + 9
			WHERE created_at > '2026-01-01' AND credits_amount = $amount"
		finds 'chain_break team_jobs 9'
		[ "$(jq -r '.findings[].transaction_id' "$BATS_TEST_TMPDIR/document")" = "$(sql -c "SELECT transaction_id
			FROM credit_transactions WHERE created_at > '2026-01-01' AND credits_amount = $amount")" ]
		sql -c "UPDATE credit_transactions SET credits_before = credits_before - 9, credits_after = credits_after - 9
			WHERE created_at > '2026-01-01' AND credits_amount = $amount"
	done
}

@test "the teams whose ledgers are broken are those whose replay row by row gets stuck" {
	new_database credits_replayed migrations
	sql -f "$LM_TOP/tests/cli/credits.sql" -f "$LM_TOP/tests/independent/credits_audit_replay.sql"
	lm-credits audit -f json >"$BATS_TEST_TMPDIR/document" || [ $? = 1 ]
	[ "$(jq -r '[.findings[] | select(.kind == "chain_break").team_id] | unique | .[]' "$BATS_TEST_TMPDIR/document")" = \
		"$(sql -c 'SELECT team_id FROM team_credits WHERE chain_is_broken(team_id) ORDER BY team_id COLLATE "C"')" ]
	[ "$(jq -r '[.findings[] | select(.kind == "chain_break")] | length' "$BATS_TEST_TMPDIR/document")" = 1 ]
}
