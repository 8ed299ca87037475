#!/usr/bin/env bats
# sql/credits_audit.sql: on a ledger in which nothing is wrong, written by a stand-in for the platform
# (tests/independent/credits_platform.sql), it finds nothing; with one fault in it, it finds that and nothing else.

# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
load ../cli/helper
load ../independent/compare
load ../independent/credits

platform_database() { # NAME SHAPE
	new_database "$1" "$2"
	sql -f "$LM_TOP/tests/independent/credits_platform.sql"
	sql <<-'END'
		-- The nth row of a type that stands alone in its instant, a row of an instant of three charges, the newest row.
		CREATE FUNCTION entry_of(team text, type text, n integer) RETURNS uuid LANGUAGE sql AS $$
		    SELECT transaction_id FROM credit_transactions l WHERE team_id = team AND transaction_type = type
		        AND (SELECT count(*) FROM credit_transactions s WHERE s.team_id = team AND s.created_at = l.created_at) = 1
		    ORDER BY created_at OFFSET n - 1 LIMIT 1 $$;
		CREATE FUNCTION tied_entry(team text) RETURNS uuid LANGUAGE sql AS $$
		    SELECT max(transaction_id::text)::uuid FROM credit_transactions WHERE team_id = team
		    GROUP BY created_at HAVING count(*) = 3 AND bool_and(transaction_type = 'deduction')
		    ORDER BY created_at OFFSET 1 LIMIT 1 $$;
		CREATE FUNCTION newest_entry(team text) RETURNS uuid LANGUAGE sql AS $$
		    SELECT transaction_id FROM credit_transactions WHERE team_id = team
		    ORDER BY created_at DESC, transaction_id DESC LIMIT 1 $$;
	END
}

# Prints what is found after each statement of a list, NAME|SQL, in a transaction of its own.
audit_after() { # FROM
	local name fault
	{
		credits_prepare
		while IFS='|' read -r name fault; do
			cat <<-END
				BEGIN;
				DO \$fault\$ BEGIN $fault END \$fault\$;
				CREATE TEMPORARY TABLE found ON COMMIT DROP AS
				EXECUTE audit('$1', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL);
				SELECT '$name: ' || coalesce(string_agg(format('%s %s %s%s', kind, team_id,
				    coalesce(trim_scale(amount_credits)::text, '-'), ' \$' || trim_scale(amount_usd)), ', ' ORDER BY n), 'nothing')
				FROM found WHERE section = 'findings';
				SELECT 'totals are not those of the findings', kind FROM found t
				WHERE section = 'totals' AND (findings, amount_credits, amount_usd) IS DISTINCT FROM (
				    SELECT (count(*), sum(abs(amount_credits)), sum(amount_usd)) FROM found f
				    WHERE f.section = 'findings' AND f.kind = t.kind);
				ROLLBACK;
			END
		done
	} | independent_psql -f -
}

faults() {
	cat <<-'END'
		clean|
		used|UPDATE team_credits SET credits_used = credits_used + 7 WHERE team_id = 'team_jobs';
		newest deduction lost|DELETE FROM credit_transactions WHERE transaction_id = newest_entry('team_tokens');
		shifted|UPDATE credit_transactions SET credits_before = credits_before + 5, credits_after = credits_after + 5 WHERE transaction_id = entry_of('team_usd', 'deduction', 9);
		before|UPDATE credit_transactions SET credits_before = credits_before - 3 WHERE transaction_id = entry_of('team_usd', 'deduction', 9);
		after|UPDATE credit_transactions SET credits_after = credits_after - 3 WHERE transaction_id = entry_of('team_usd', 'deduction', 9);
		from then on|UPDATE credit_transactions SET credits_before = credits_before + 4, credits_after = credits_after + 4 WHERE team_id = 'team_usd' AND transaction_type NOT LIKE '%payment' AND created_at >= '2025-09-10'; UPDATE team_credits SET credits_allocated = credits_allocated + 4 WHERE team_id = 'team_usd';
		in an instant|UPDATE credit_transactions SET credits_before = credits_before + 5, credits_after = credits_after + 5 WHERE transaction_id = tied_entry('team_usd');
		before in an instant|UPDATE credit_transactions SET credits_before = credits_before + 5 WHERE transaction_id = tied_entry('team_usd');
		payment shifted|UPDATE credit_transactions SET credits_before = credits_before + 6, credits_after = credits_after + 6 WHERE transaction_id = entry_of('team_usd', 'one_time_payment', 2);
		payment miscounted|UPDATE credit_transactions SET credits_after = credits_after + 6 WHERE transaction_id = entry_of('team_usd', 'one_time_payment', 2);
		lost update|PERFORM work('team_jobs', 'completed', '2025-11-01', 1, 1), work('team_jobs', 'completed', '2025-11-01 00:00:01', 1, 1); UPDATE credit_transactions SET credits_before = credits_before + 1, credits_after = credits_after + 1 WHERE transaction_id = newest_entry('team_jobs'); UPDATE team_credits SET credits_used = credits_used - 1 WHERE team_id = 'team_jobs';
		lost update in an instant|PERFORM work('team_jobs', 'completed', '2025-11-01', 1, 1), work('team_jobs', 'completed', '2025-11-01', 1, 1); UPDATE credit_transactions SET credits_before = credits_before + 1, credits_after = credits_after + 1 WHERE transaction_id = newest_entry('team_jobs');
		charged twice|PERFORM entry('team_tokens', work('team_tokens', 'completed', '2025-11-01', 1, 5000), 'deduction', 4, '2025-11-02');
		charged twice and one given back|PERFORM entry('team_tokens', job, t, 4, '2025-11-02'::timestamp + n * interval '1 hour') FROM work('team_tokens', 'completed', '2025-11-01', 1, 5000) job, (VALUES (1, 'deduction'), (2, 'refund')) s(n, t);
		not charged|PERFORM work('team_usd', 'completed', '2025-11-01', 0.25, 5000, is_charged => FALSE);
		not charged by tokens|PERFORM work('team_tokens', 'completed', '2025-11-01', 0.25, 5000, is_charged => FALSE);
		credits short|PERFORM work('team_idle', 'completed', '2025-11-01', 0.25, 5000);
		streamed|PERFORM work('team_jobs', 'completed', '2025-11-01', 0.25, 5000, is_streamed => TRUE);
		streamed for dollars|PERFORM work('team_usd', 'completed', '2025-11-01', 0.25, 5000, is_streamed => TRUE);
		streamed for nothing|PERFORM work('team_usd', 'completed', '2025-11-01', 0, 5000, is_streamed => TRUE);
		wrong amount|PERFORM entry('team_jobs', work('team_jobs', 'completed', '2025-11-01', 0.1, 10, is_charged => FALSE), 'deduction', 3, '2025-11-02');
		wrong dollars|PERFORM entry('team_usd', work('team_usd', 'completed', '2025-11-01', 0.1, 10, is_charged => FALSE), 'deduction', 20, '2025-11-02');
		wrong tokens|PERFORM entry('team_tokens', work('team_tokens', 'completed', '2025-11-01', 0.1, 5000, is_charged => FALSE), 'deduction', 5, '2025-11-02');
		of another mode|PERFORM entry('team_jobs', work('team_jobs', 'completed', '2025-11-01', 0.5, 10, is_charged => FALSE), 'deduction', 12, '2025-11-02');
		archived and never summarised|PERFORM entry('team_tokens', work('team_tokens', 'completed', '2025-11-01', 1, 5000, 0, is_charged => FALSE), 'deduction', 5, '2025-11-02'); DELETE FROM job_cost_summaries WHERE calculated_at = '2025-11-01';
		nothing taken|PERFORM entry('team_tokens', work('team_tokens', 'completed', '2025-11-01', 0.1, 5000, is_charged => FALSE), 'deduction', 0, '2025-11-02');
		failed|PERFORM entry('team_jobs', work('team_jobs', 'failed', '2025-11-01', 0.1, 10), 'deduction', 1, '2025-11-02');
		failed and given back|PERFORM entry('team_jobs', job, t, 1, '2025-11-02'::timestamp + n * interval '1 hour') FROM work('team_jobs', 'failed', '2025-11-01', 0.1, 10) job, (VALUES (1, 'deduction'), (2, 'refund')) s(n, t);
		deleted|DELETE FROM team_credits WHERE team_id = 'team_default';
		in debt|UPDATE team_credits SET credits_allocated = credits_used - 4 WHERE team_id = 'team_tokens';
		in debt without an end|PERFORM entry('team_unlimited', NULL, 'adjustment', -credits_remaining - 4, '2025-12-01') FROM team_credits WHERE team_id = 'team_unlimited';
		two shifted|PERFORM entry('team_idle', NULL, 'allocation', 1 + n, '2025-11-01'::timestamp + n * interval '1 hour') FROM generate_series(1, 7) n; UPDATE credit_transactions SET credits_before = credits_before + 5, credits_after = credits_after + 5 WHERE transaction_id IN (SELECT transaction_id FROM (SELECT transaction_id, row_number() OVER (ORDER BY created_at) AS n FROM credit_transactions WHERE team_id = 'team_idle') r WHERE n IN (3, 5));
		a grant that never arrived|UPDATE team_credits SET credits_allocated = credits_allocated - 50 WHERE team_id = 'team_tokens';
		refund of more than was used|PERFORM entry('team_idle', NULL, t, a, '2025-11-01'::timestamp + n * interval '1 hour') FROM (VALUES (1, 'allocation', 20), (2, 'deduction', 2), (3, 'refund', 5), (4, 'deduction', 3)) s(n, t, a);
		uncredited with a refund|PERFORM entry('team_jobs', work('team_jobs', 'completed', '2025-11-01', 0.25, 10, is_charged => FALSE), 'refund', 1, '2025-11-02');
		failed and charged twice|PERFORM entry('team_jobs', job, 'deduction', 1, '2025-11-02'::timestamp + n * interval '1 hour') FROM work('team_jobs', 'failed', '2025-11-01', 0.1, 10) job, generate_series(1, 2) n;
		swapped within minutes|PERFORM entry('team_idle', NULL, 'allocation', 1 + n, '2025-11-01'::timestamp + n * interval '1 minute') FROM generate_series(1, 4) n; UPDATE credit_transactions SET created_at = '2025-11-02'::timestamp - (created_at - '2025-11-01') WHERE team_id = 'team_idle';
		at no time|INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before, credits_after, created_at) SELECT next_id(), 'team_idle', 'allocation', 0, 0, 0, t::timestamp FROM (VALUES ('-infinity'), ('infinity')) s(t);
		used was adjusted|PERFORM entry('team_idle', NULL, 'allocation', 20, '2025-11-01'), entry('team_idle', NULL, 'deduction', 15, '2025-11-02'), entry('team_idle', NULL, 'adjustment', 9, '2025-11-03'); UPDATE team_credits SET credits_used = credits_used - 9, credits_allocated = credits_allocated - 9 WHERE team_id = 'team_idle';
	END
}

found_of_faults() {
	cat <<-'END'
		clean: nothing
		used: balance_drift team_jobs 7
		newest deduction lost: balance_drift team_tokens 4
		shifted: chain_break team_usd 5
		before: chain_break team_usd 3
		after: chain_break team_usd -3
		from then on: chain_break team_usd 4
		in an instant: chain_break team_usd 5
		before in an instant: chain_break team_usd -5
		payment shifted: chain_break team_usd 6
		payment miscounted: chain_break team_usd 6
		lost update: balance_drift team_jobs -1, chain_break team_jobs 1
		lost update in an instant: chain_break team_jobs 1
		charged twice: double_deduction team_tokens 4
		charged twice and one given back: nothing
		not charged: unbilled_job team_usd 60 $0.6
		not charged by tokens: unbilled_job team_tokens 4 $0.5
		credits short: unbilled_job team_idle 1 $0.5
		streamed: missing_client_cost team_jobs - $0.6
		streamed for dollars: missing_client_cost team_usd - $0.6
		streamed for nothing: nothing
		wrong amount: wrong_amount team_jobs 2
		wrong dollars: wrong_amount team_usd -4
		wrong tokens: wrong_amount team_tokens 1
		of another mode: nothing
		archived and never summarised: nothing
		nothing taken: wrong_amount team_tokens -4
		failed: wrong_amount team_jobs 1
		failed and given back: nothing
		deleted: orphan_team team_default 76
		in debt: negative_balance team_tokens -4
		in debt without an end: nothing
		two shifted: chain_break team_idle 5, chain_break team_idle 5
		a grant that never arrived: chain_break team_tokens -50
		refund of more than was used: nothing
		uncredited with a refund: unbilled_job team_jobs 1 $0.6
		failed and charged twice: wrong_amount team_jobs 2
		swapped within minutes: nothing
		at no time: nothing
		used was adjusted: nothing
	END
}

@test "an audit finds nothing in a clean ledger of every budget mode, and of each fault that and nothing else" {
	platform_database credits_faults migrations
	faults | audit_after -infinity >"$BATS_TEST_TMPDIR/rows"
	diff <(found_of_faults) "$BATS_TEST_TMPDIR/rows"
}

# Every fourth, and the clean one.
some() {
	sed -n '1p;4~4p'
}

@test "an audit finds the same in tables made by the ORM" {
	platform_database credits_faults_orm orm
	faults | some | audit_after -infinity >"$BATS_TEST_TMPDIR/rows"
	diff <(found_of_faults | some) "$BATS_TEST_TMPDIR/rows"
}

@test "an audit since a time looks at newer rows and jobs alone, and at the balances of the present" {
	platform_database credits_since migrations
	cat >"$BATS_TEST_TMPDIR/faults" <<-'END'
		older break|UPDATE credit_transactions SET credits_before = credits_before + 5, credits_after = credits_after + 5 WHERE transaction_id = entry_of('team_usd', 'deduction', 9);
		break since|UPDATE credit_transactions SET credits_before = credits_before + 4, credits_after = credits_after + 4 WHERE team_id = 'team_usd' AND transaction_type NOT LIKE '%payment' AND created_at >= '2025-09-10'; UPDATE team_credits SET credits_allocated = credits_allocated + 4 WHERE team_id = 'team_usd';
		older job|PERFORM work('team_usd', 'completed', '2025-09-09', 0.25, 5000, is_charged => FALSE);
		job since|PERFORM work('team_usd', 'completed', '2025-09-10', 0.25, 5000, is_charged => FALSE);
		used|UPDATE team_credits SET credits_used = credits_used + 7 WHERE team_id = 'team_jobs';
		in debt|UPDATE team_credits SET credits_allocated = credits_used - 4 WHERE team_id = 'team_tokens';
		deleted|DELETE FROM team_credits WHERE team_id = 'team_default';
	END
	audit_after 2025-09-10 <"$BATS_TEST_TMPDIR/faults" >"$BATS_TEST_TMPDIR/rows"
	diff - "$BATS_TEST_TMPDIR/rows" <<-'END'
		older break: nothing
		break since: chain_break team_usd 4
		older job: nothing
		job since: unbilled_job team_usd 60 $0.6
		used: balance_drift team_jobs 7
		in debt: negative_balance team_tokens -4
		deleted: orphan_team team_default 76
	END
}

@test "an audit lists as many findings as asked for and counts them all" {
	platform_database credits_limit migrations
	{
		credits_prepare
		cat <<-'END'
			UPDATE team_credits SET credits_used = credits_used + 2 WHERE team_id = 'team_jobs';
			UPDATE team_credits SET credits_used = credits_used + 9 WHERE team_id = 'team_usd';
			UPDATE team_credits SET credits_used = credits_used - 5 WHERE team_id = 'team_tokens';
			CREATE TEMPORARY TABLE found AS EXECUTE audit('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, 2);
			SELECT section, kind, findings, teams, team_id, amount_credits FROM found WHERE kind = 'balance_drift';
			CREATE TEMPORARY TABLE of_one AS
			EXECUTE audit('-infinity', 'infinity', '{team_jobs,nobody}', NULL, NULL, NULL, NULL, NULL);
			SELECT section, kind, findings, teams, team_id, amount_credits FROM of_one WHERE findings > 0 OR findings IS NULL;
		END
	} | sql -f - >"$BATS_TEST_TMPDIR/rows"
	diff - "$BATS_TEST_TMPDIR/rows" <<-'END'
		totals|balance_drift|3|3||16
		findings|balance_drift|||team_usd|9
		findings|balance_drift|||team_tokens|-5
		totals|balance_drift|1|1||2
		findings|balance_drift|||team_jobs|2
	END
}

@test "in several hundred random ledgers nothing is found, and of a fault in some of them just that, as a replay row by row says too" {
	platform_database credits_random migrations
	sql -f "$LM_TOP/tests/independent/credits_audit_random.sql" -f "$LM_TOP/tests/independent/credits_audit_replay.sql"
	{
		credits_prepare
		cat <<-'END'
			CREATE TEMPORARY TABLE clean AS EXECUTE audit('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL);
			SELECT 'clean', kind, team_id, transaction_id FROM clean WHERE section = 'findings';
			SELECT 'replayed', team_id FROM team_credits WHERE chain_is_broken(team_id);
			SELECT spoil(10) \g /dev/null
			SELECT 'too few faults' FROM spoilt HAVING count(*) < 15 OR count(DISTINCT fault) < 5;
			CREATE TEMPORARY TABLE found AS EXECUTE audit('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL);
			SELECT 'not found', s.* FROM spoilt s
			WHERE fault <> 'deleted' AND NOT EXISTS (
			    SELECT FROM found f WHERE f.kind = 'chain_break' AND f.team_id = s.team_id
			        AND f.transaction_id IS NOT DISTINCT FROM s.transaction_id);
			SELECT 'chain', team_id FROM team_credits LEFT JOIN spoilt s USING (team_id)
			WHERE chain_is_broken(team_id) <> (s.team_id IS NOT NULL)
			    OR (s.team_id IS NOT NULL) <> EXISTS (SELECT FROM found f WHERE f.kind = 'chain_break' AND f.team_id = team_credits.team_id);
			SELECT 'drift', team_id FROM team_credits LEFT JOIN spoilt s USING (team_id)
			-- A refund of more than was used hides what was lost before it.
			WHERE s.fault IS DISTINCT FROM 'deleted' AND coalesce(s.has_drift, FALSE) <> EXISTS (
			    SELECT FROM found f WHERE f.kind = 'balance_drift' AND f.team_id = team_credits.team_id);
		END
	} | independent_psql -f - >"$BATS_TEST_TMPDIR/rows"
	diff /dev/null "$BATS_TEST_TMPDIR/rows"
}
