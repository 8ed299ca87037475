#!/usr/bin/env bats
# lm-credits audit: nothing is found in a ledger that a stand-in for the platform left (tests/independent/credits_platform.sql);
# with a fault in it, that and nothing else; and what the exit status is of.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
load helper
load credits

setup_file() {
	local shape
	for shape in migrations orm; do
		new_database credits_clean_$shape $shape
		sql -f "$LM_TOP/tests/independent/credits_platform.sql"
		sql <<-'SQL'
			-- The nth row of a type that stands alone in its instant; the newest row.
			CREATE FUNCTION entry_of(team text, type text, n integer) RETURNS uuid LANGUAGE sql AS $$
			    SELECT transaction_id FROM credit_transactions l WHERE team_id = team AND transaction_type = type
			        AND (SELECT count(*) FROM credit_transactions s WHERE s.team_id = team AND s.created_at = l.created_at) = 1
			    ORDER BY created_at OFFSET n - 1 LIMIT 1 $$;
			CREATE FUNCTION newest_entry(team text) RETURNS uuid LANGUAGE sql AS $$
			    SELECT transaction_id FROM credit_transactions WHERE team_id = team
			    ORDER BY created_at DESC, transaction_id DESC LIMIT 1 $$;
		SQL
	done
	# The fixture whose faults are counted by hand: 20 credits and 0.80 dollars are in question.
	new_database credits_faulty migrations
	sql -f "$LM_TOP/tests/cli/credits.sql"
}

teardown_file() {
	for name in credits_clean_migrations_fault credits_clean_orm_fault credits_clean_migrations credits_clean_orm credits_faulty; do
		sql -d postgres -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $name WITH (FORCE)"
	done
}

setup() {
	export PGDATABASE=credits_faulty
}

# NAME|FINDINGS|SQL, where a finding is its kind, team, job, credits and dollars; "new" is the job that was made last.
faults() {
	cat <<-'END'
		used too much|balance_drift team_jobs - 7 -|UPDATE team_credits SET credits_used = credits_used + 7 WHERE team_id = 'team_jobs';
		not charged in dollars|unbilled_job team_usd new 60 0.6|PERFORM work('team_usd', 'completed', '2025-11-01', 0.25, 5000, is_charged => FALSE);
		charged twice|double_deduction team_tokens new 4 -|PERFORM entry('team_tokens', work('team_tokens', 'completed', '2025-11-01', 1, 5000), 'deduction', 4, '2025-11-02');
		charged twice and one given back||PERFORM entry('team_tokens', job, t, 4, '2025-11-02'::timestamp + n * interval '1 hour') FROM work('team_tokens', 'completed', '2025-11-01', 1, 5000) job, (VALUES (1, 'deduction'), (2, 'refund')) s(n, t);
		wrong amount for a job|wrong_amount team_jobs new 2 -|PERFORM entry('team_jobs', work('team_jobs', 'completed', '2025-11-01', 0.1, 10, is_charged => FALSE), 'deduction', 3, '2025-11-02');
		used too little|balance_drift team_usd - -9 -|UPDATE team_credits SET credits_used = credits_used - 9 WHERE team_id = 'team_usd';
		a deduction that is lost|balance_drift team_tokens - 4 -|DELETE FROM credit_transactions WHERE transaction_id = newest_entry('team_tokens');
		a row that is shifted|chain_break team_usd - 5 -|UPDATE credit_transactions SET credits_before = credits_before + 5, credits_after = credits_after + 5 WHERE transaction_id = entry_of('team_usd', 'deduction', 9);
		a balance after that is wrong|chain_break team_jobs - -3 -|UPDATE credit_transactions SET credits_after = credits_after - 3 WHERE transaction_id = entry_of('team_jobs', 'deduction', 9);
		a payment that is miscounted|chain_break team_usd - 6 -|UPDATE credit_transactions SET credits_after = credits_after + 6 WHERE transaction_id = entry_of('team_usd', 'one_time_payment', 2);
		a lost update|balance_drift team_jobs - -1 -, chain_break team_jobs - 1 -|PERFORM work('team_jobs', 'completed', '2025-11-01', 1, 1), work('team_jobs', 'completed', '2025-11-01 00:00:01', 1, 1); UPDATE credit_transactions SET credits_before = credits_before + 1, credits_after = credits_after + 1 WHERE transaction_id = newest_entry('team_jobs'); UPDATE team_credits SET credits_used = credits_used - 1 WHERE team_id = 'team_jobs';
		not charged by tokens|unbilled_job team_tokens new 4 0.5|PERFORM work('team_tokens', 'completed', '2025-11-01', 0.25, 5000, is_charged => FALSE);
		credits that were short|unbilled_job team_idle new 1 0.5|PERFORM work('team_idle', 'completed', '2025-11-01', 0.25, 5000);
		not charged without an end||PERFORM work('team_unlimited', 'completed', '2025-11-01', 0.25, 5000, is_charged => FALSE);
		streamed|missing_client_cost team_jobs new - 0.6|PERFORM work('team_jobs', 'completed', '2025-11-01', 0.25, 5000, is_streamed => TRUE);
		streamed for nothing||PERFORM work('team_usd', 'completed', '2025-11-01', 0, 5000, is_streamed => TRUE);
		wrong amount for dollars|wrong_amount team_usd new -4 -|PERFORM entry('team_usd', work('team_usd', 'completed', '2025-11-01', 0.1, 10, is_charged => FALSE), 'deduction', 20, '2025-11-02');
		wrong amount for tokens|wrong_amount team_tokens new 1 -|PERFORM entry('team_tokens', work('team_tokens', 'completed', '2025-11-01', 0.1, 5000, is_charged => FALSE), 'deduction', 5, '2025-11-02');
		the amount of another mode||PERFORM entry('team_jobs', work('team_jobs', 'completed', '2025-11-01', 0.5, 10, is_charged => FALSE), 'deduction', 12, '2025-11-02');
		a failed job that is charged|wrong_amount team_jobs new 1 -|PERFORM entry('team_jobs', work('team_jobs', 'failed', '2025-11-01', 0.1, 10), 'deduction', 1, '2025-11-02');
		a team that is deleted|orphan_team team_default - 76 -|DELETE FROM team_credits WHERE team_id = 'team_default';
		in debt|negative_balance team_tokens - -4 -|UPDATE team_credits SET credits_allocated = credits_used - 4 WHERE team_id = 'team_tokens';
		in debt without an end||PERFORM entry('team_unlimited', NULL, 'adjustment', -credits_remaining - 4, '2025-12-01') FROM team_credits WHERE team_id = 'team_unlimited';
	END
}

# Whether the totals are those of the findings.
adds_up='(. as $all | all(.totals[]; . as $t | [$all.findings[] | select(.kind == $t.kind)] as $f
	| $t.findings == ($f | length) and $t.teams == ([$f[].team_id] | unique | length)
	and ($t.amount_credits // 0) == ([$f[].amount_credits // 0 | fabs] | add // 0)
	and (($t.amount_usd // 0) - ([$f[].amount_usd // 0] | add // 0) | fabs) < 1e-9) and (.totals | length) == 8)'

# Makes the function restore, which undoes what faults did.
make_restorable() {
	sql <<-'SQL'
		CREATE SCHEMA kept;
		CREATE TABLE kept.team_credits AS TABLE team_credits;
		CREATE TABLE kept.jobs AS TABLE jobs;
		CREATE TABLE kept.llm_calls AS TABLE llm_calls;
		CREATE TABLE kept.job_cost_summaries AS TABLE job_cost_summaries;
		CREATE TABLE kept.credit_transactions AS TABLE credit_transactions;
		CREATE FUNCTION restore() RETURNS void LANGUAGE plpgsql SET client_min_messages = warning AS $$
		DECLARE
		    name text;
		    columns text;
		BEGIN
		    TRUNCATE team_credits, jobs CASCADE;
		    FOREACH name IN ARRAY ARRAY['team_credits', 'jobs', 'llm_calls', 'job_cost_summaries', 'credit_transactions'] LOOP
		        SELECT string_agg(attname, ', ') INTO columns FROM pg_attribute
		        WHERE attrelid = name::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped;
		        EXECUTE format('INSERT INTO %I (%s) SELECT %2$s FROM kept.%1$I', name, columns);
		    END LOOP;
		END $$;
	SQL
}

# Puts each fault of standard input into a copy of a database, one after another, and has the audit find it.
finds_faults() { # DATABASE
	local name expected fault job status found
	sql -d postgres -c "CREATE DATABASE $1_fault TEMPLATE $1"
	export PGDATABASE=$1_fault
	make_restorable
	while IFS='|' read -r name expected fault; do
		job=$(sql -c 'DO $$ BEGIN PERFORM restore(); END $$' -c "DO \$fault\$ BEGIN $fault END \$fault\$" \
			-c "SELECT coalesce(max(job_id::text), '') FROM jobs")
		status=0
		lm-credits audit -f json </dev/null >"$BATS_TEST_TMPDIR/document" 2>"$BATS_TEST_TMPDIR/err" || status=$?
		diff /dev/null "$BATS_TEST_TMPDIR/err"
		found=$(jq -r --arg job "$job" "if $adds_up then"' [.findings[] | "\(.kind) \(.team_id) \(if .job_id == $job then "new" else .job_id // "-" end) \(.amount_credits // "-") \(.amount_usd // "-")"] | join(", ")
			else "totals of something else: \(.)" end' "$BATS_TEST_TMPDIR/document")
		[ "$found" = "$expected" ] || { echo "$name: found $found, expected $expected" && return 1; }
		[ "$status" = $([ -z "$expected" ] && echo 0 || echo 1) ] || { echo "$name: exit status $status" && return 1; }
	done
}

@test "nothing is found in a clean ledger, in the teams of each budget mode together and alone" {
	for shape in migrations orm; do
		export PGDATABASE=credits_clean_$shape
		tells 0 audit
		jq -e '.findings == [] and (.totals | length) == 8 and all(.totals[]; .findings == 0 and .teams == 0
			and .amount_credits == null and .amount_usd == null)' <<<"$output"
		[ -z "$LM_WRAP" ] || return 0
	done
	[ "$(sql -c 'SELECT count(DISTINCT budget_mode) FROM team_credits')" = 4 ]
	for team in $(sql -c 'SELECT team_id FROM team_credits'); do
		tells 0 audit "$team" --critical-usd 0 --critical-credits 0 -f jsonl
		finds_nothing '"section":"findings"' <<<"$output"
		[ "$(wc -l <<<"$output")" = 8 ]
	done
	[[ $(lm-credits audit -t) == *$'\nFindings\nNone.\n'* ]]
}

@test "of each fault, that and nothing else is found" {
	faults | affordable '2p' | finds_faults credits_clean_migrations
}

@test "of a few faults, that and nothing else is found in tables made by the ORM" {
	[ -z "$LM_WRAP" ] || skip 'the same as in those made by migrations'
	faults | sed -n '1~4p' | finds_faults credits_clean_orm
}

# What is found, by kind and team, and the exit status.
found() { # ARGUMENT...
	local status=0
	lm-credits audit "$@" -f jsonl >"$BATS_TEST_TMPDIR/rows" </dev/null || status=$?
	jq -r 'select(.section == "findings") | "\(.kind):\(.team_id)"' "$BATS_TEST_TMPDIR/rows" | xargs
	return $status
}

@test "an audit since a time is of newer jobs and rows, and of the balances of the present" {
	balances='balance_drift:team_two_thirds'
	debts='negative_balance:team_debt negative_balance:team_owes'
	check() { # EXPECTED ARGUMENT...
		run found "${@:2}" --now 2025-11-15T12:00:00Z
		[ "$output" = "$1" ] || { echo "${*:2}: $output" && return 1; }
		[ "$status" = 1 ]
	}
	check "$balances $debts" --since 2025-11-15
	# The job was made at 17:59 and charged at 18:00; one that was made at 13:59 was charged again at 14:01.
	check "$balances wrong_amount:team_a $debts" --since 2025-11-14T18:00:00Z
	check "$balances $debts" --since 2025-11-14T18:00:00.000001Z
	check "$balances double_deduction:team_a wrong_amount:team_a $debts" --since 2025-11-14T14:01:00.5Z
	check "$balances wrong_amount:team_a $debts" --since 2025-11-14T14:01:00.500001Z
	[ -z "$LM_WRAP" ] || return 0
	check "$balances chain_break:team_new double_deduction:team_a wrong_amount:team_a $debts" --since 24h
	check "$balances chain_break:team_new double_deduction:team_a unbilled_job:team_b missing_client_cost:team_monthly wrong_amount:team_a $debts" \
		--since 7d
	check "$balances chain_break:team_new double_deduction:team_a unbilled_job:team_b missing_client_cost:team_monthly wrong_amount:team_a orphan_team:team_gone $debts" \
		--since 2025-09
	check "$balances chain_break:team_new double_deduction:team_a unbilled_job:team_b missing_client_cost:team_monthly wrong_amount:team_a orphan_team:team_gone $debts"
}

@test "an audit of some teams is of them alone, named in any way" {
	check() { # EXPECTED STATUS ARGUMENT...
		run found "${@:3}"
		[ "$output" = "$1" ] && [ "$status" = "$2" ] || { echo "${*:3}: $status, $output" && return 1; }
	}
	check 'double_deduction:team_a wrong_amount:team_a' 1 team_a
	check 'chain_break:team_new unbilled_job:team_b' 1 team_b team_new team_speck
	[ -z "$LM_WRAP" ] || return 0
	check '' 0 team_speck team_late
	check 'double_deduction:team_a unbilled_job:team_b wrong_amount:team_a' 1 --org org_acme
	check 'orphan_team:team_gone' 1 --team team_gone
	# No news of nobody is no good news; what is known is judged all the same.
	fails_with 'lm-credits: unknown team "nobody": it has no credits, jobs, summaries or ledger rows' lm-credits audit --team nobody
	fails_with 'lm-credits: unknown organization "nowhere": it is not in organizations, and no team, job or ledger row names it' \
		lm-credits audit --org nowhere
	run --separate-stderr lm-credits audit --org nowhere --org org_acme -f jsonl
	[ "$status" = 3 ] && [[ $stderr == *'"nowhere"'* && $stderr != *org_acme* ]]
	[ "$(jq -r 'select(.section == "findings").kind' <<<"$output" | sort | xargs)" = 'double_deduction unbilled_job wrong_amount' ]
	[ "$(echo team_b | { lm-credits audit - -f jsonl || true; } | jq -r 'select(.section == "findings").kind')" = unbilled_job ]
	# What could not be found out outweighs what was found.
	run --separate-stderr lm-credits audit team_b nobody -f jsonl
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-credits: unknown team "nobody": it has no credits, jobs, summaries or ledger rows' ]
	[ "$(jq -r 'select(.section == "findings").kind' <<<"$output")" = unbilled_job ]
}

@test "--limit cuts the findings and not the totals" {
	for limit in 1:1 2:2 8:8 9:9 10:9 0:9; do
		[ -z "$LM_WRAP" ] || [ $limit = 2:2 ] || continue
		tells 1 audit --limit ${limit%:*}
		jq -e --argjson n ${limit#*:} '(.findings | length) == $n and ([.totals[].findings] | add) == 9
			and ([.totals[].amount_credits // 0] | add) == 20' <<<"$output"
	done
	tells 1 audit --limit 1 -f csv
	[ "$(wc -l <<<"$output")" = 10 ]
}

@test "an amount above --critical-usd or --critical-credits is critical, at it is not; it is of all kinds and findings" {
	# STATUS ARGUMENTS; 20 credits, 0.80 dollars.
	while read -r expected arguments; do
		# shellcheck disable=SC2086 # words
		tells "$expected" audit $arguments
	done < <(affordable '1,2p' <<-'END'
		1 --critical-usd 0.80
		2 --critical-usd 0.799999
		2 --critical-usd 0
		1 --critical-usd 99999999999
		1 --critical-credits 20
		2 --critical-credits 19
		2 --critical-credits 19.999999
		1 --critical-credits 20.000001
		1 --critical-usd 0.8 --critical-credits 20
		2 --critical-usd 0.8 --critical-credits 19
		2 --critical-usd 0.79 --critical-credits 20
		2 --critical-credits 19 --limit 1
		2 --critical-credits 19 --columns job_id -f csv
		2 --critical-credits 19 --columns team_id --limit 1 -f jsonl
		2 --critical-credits 19 -f prom
		2 --critical-credits 19 -f table
		1 --critical-credits 1 --team team_b
		2 --critical-credits 3 --team team_a
		1 --critical-credits 4 --team team_a
		2 --critical-credits 3 --team team_debt
		1 --critical-credits 4 --team team_debt
		0 --critical-credits 0 --team team_speck
	END
	)
}

@test "findings of a kind that is accepted are printed and do not count" {
	[ "$(lm-credits audit | jq -r '.totals[].kind' | sort | xargs)" = \
		"$(fails=$(lm-credits audit --accept x 2>&1 || true) && sed 's/.*expected one of //; s/, not .*//; s/, /\n/g' <<<"$fails" | sort | xargs)" ]
	fails_like 'lm-credits: --accept: expected one of balance_drift, *, not "x"' lm-credits audit --accept x
	tells 0 audit team_b --accept unbilled_job
	jq -e '.findings | map(.kind) == ["unbilled_job"]' <<<"$output"
	tells 1 audit team_b --accept chain_break
	tells 0 audit team_a --accept double_deduction --accept wrong_amount --critical-credits 0
	tells 2 audit team_a --accept double_deduction --critical-credits 0
}

@test "--quiet prints nothing when all is well, and all else when it is not" {
	for format in table json jsonl csv prom; do
		tells 0 audit team_speck --quiet -f $format
		[ "$output" = '' ]
		tells 1 audit team_b -f $format $credits_at
		loud=$output
		[ -n "$loud" ]
		tells 1 audit team_b --quiet -f $format $credits_at
		[ "$output" = "$loud" ]
	done
	# What is accepted is well; what cannot be found out or written is not.
	tells 0 audit team_b --accept unbilled_job -q
	[ "$output" = '' ]
	run --separate-stderr lm-credits audit team_speck nobody -q -f jsonl
	[ "$status" = 3 ] && [ -n "$output" ]
	run -3 bash -c "$LM_WRAP $LM_BUILD/bin/lm-credits audit team_b -q >/dev/full"
	[ "$output" = 'lm-credits: cannot write to standard output: No space left on device' ]
	tells 0 low --team team_a -q $credits_at
	[ "$output" = '' ]
	tells 2 low -q $credits_at
	[ "$output" = "$(lm-credits low $credits_at)" ]
	fails_with 'lm-credits: --quiet does not go with top; see lm-credits --help' lm-credits top --quiet
}

@test "amounts in question are added up whichever way they went" {
	sql -d postgres -c 'CREATE DATABASE credits_ways TEMPLATE credits_clean_migrations'
	export PGDATABASE=credits_ways
	sql -c "UPDATE team_credits SET credits_used = credits_used + CASE team_id WHEN 'team_jobs' THEN 6 ELSE -6 END
		WHERE team_id IN ('team_jobs', 'team_usd')"
	tells 2 audit --critical-credits 11
	jq -e '.totals[0] == {kind: "balance_drift", findings: 2, teams: 2, amount_credits: 12, amount_usd: null}' <<<"$output"
	tells 1 audit --critical-credits 12
	sql -d postgres -c 'DROP DATABASE credits_ways WITH (FORCE)'
}

@test "the samples of an audit are totals of each kind, 0 where there is nothing, and promtool is silent" {
	lm-credits audit -f prom >"$BATS_TEST_TMPDIR/samples" || [ $? = 1 ]
	[ "$(grep -c '^lm_credits_audit_totals_findings{' "$BATS_TEST_TMPDIR/samples")" = 8 ]
	grep -qxF 'lm_credits_audit_totals_findings{kind="negative_balance"} 2' "$BATS_TEST_TMPDIR/samples"
	grep -qxF 'lm_credits_audit_totals_amount_usd{kind="unbilled_job"} 0.5' "$BATS_TEST_TMPDIR/samples"
	# A job that was charged twice, and wrongly both times, is two findings that no label tells apart.
	sql -d postgres -c 'CREATE DATABASE credits_twice TEMPLATE credits_faulty'
	export PGDATABASE=credits_twice
	sql -c "INSERT INTO credit_transactions (team_id, job_id, transaction_type, credits_amount, credits_before, credits_after, created_at)
		VALUES ('team_a', '00000000-0000-4000-8000-000000000003', 'deduction', 5, 750, 745, '2025-11-15 10:00')" \
		-c "UPDATE team_credits SET credits_used = 255 WHERE team_id = 'team_a'"
	[ "$(lm-credits audit team_a -f csv | grep -c '^findings,wrong_amount,')" = 2 ]
	lm-credits audit team_a -f prom >"$BATS_TEST_TMPDIR/samples" || [ $? = 1 ]
	grep -qxF 'lm_credits_audit_totals_findings{kind="wrong_amount"} 2' "$BATS_TEST_TMPDIR/samples"
	[ "$(sed '/^#/d; s/ [^ ]*$//' "$BATS_TEST_TMPDIR/samples" | sort | uniq -d)" = "" ]
	! command -v promtool >/dev/null || [ "$(promtool check metrics <"$BATS_TEST_TMPDIR/samples" 2>&1)" = "" ]
	sql -d postgres -c 'DROP DATABASE credits_twice WITH (FORCE)'
}
