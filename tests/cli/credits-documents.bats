#!/usr/bin/env bats
# lm-credits balance and transactions: the guide's documents, key for key; what is asked for of a ledger; and a ledger that is
# very long.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
load helper
load credits

setup_file() {
	new_database credits_documents migrations
	sql -f "$LM_TOP/tests/cli/credits.sql"
	# More than 50 rows, two in each instant, stored in any order.
	sql <<-'END'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used) VALUES ('team_long', 200, 120), ('team_empty', 0, 0);
		INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before, credits_after,
		    reason, created_at)
		SELECT lpad(to_hex(i), 32, '0')::uuid, 'team_long', 'deduction', 1, 201 - i, 200 - i, 'Job ' || i,
		    '2025-11-01'::timestamp + i / 2 * interval '1 hour'
		FROM generate_series(1, 120) i
		ORDER BY md5(i::text);
	END
	new_database credits_nulls orm
	sql <<-'END'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, created_at) VALUES ('team_null', NULL, NULL, '2025-10-01');
		INSERT INTO jobs (job_id, team_id, job_type, status, created_at)
		VALUES ('00000000-0000-4000-8000-000000000001', 'team_jobs_only', 'chat', 'PENDING', '2025-11-01');
		INSERT INTO team_usage_summaries (id, team_id, period, period_type)
		VALUES ('00000000-0000-4000-8000-000000000002', 'team_summary_only', '2025-10', 'monthly');
	END
}

teardown_file() {
	sql -d postgres -c 'DROP DATABASE credits_documents WITH (FORCE)' -c 'DROP DATABASE credits_nulls WITH (FORCE)'
}

setup() {
	export PGDATABASE=credits_documents
}

@test "a balance and a history are the guide's documents, key for key and in its order" {
	keys='keys_unsorted | join(" ")'
	[ "$(lm-credits balance team_a | jq -r "$keys")" = 'team_id organization_id credits_allocated credits_used credits_remaining credit_limit auto_refill refill_amount refill_period created_at updated_at' ]
	[ "$(lm-credits transactions team_a | jq -r "$keys")" = 'team_id total returned transactions' ]
	[ "$(lm-credits transactions team_a | jq -r ".transactions[0] | $keys")" = 'transaction_id team_id organization_id job_id transaction_type credits_amount credits_before credits_after reason created_at' ]
}

@test "one id gives the object; several, or standard input, a list in the order asked for, each once" {
	[ "$(lm-credits balance team_a | jq -r .team_id)" = team_a ]
	[ "$(lm-credits balance team_b team_a team_b | jq -r '[.teams[].team_id] | join(" ")')" = 'team_b team_a' ]
	[ -z "$LM_WRAP" ] || return 0
	[ "$(printf 'team_a\r\n\nteam_late\nteam_a' | lm-credits balance - | jq -r '[.teams[].team_id] | join(" ")')" = \
		'team_a team_late' ]
	[ "$(echo team_a | lm-credits balance - | jq '.teams | length')" = 1 ]
	[ "$(echo team_a | lm-credits balance team_late - -f jsonl | jq -r .team_id | xargs)" = 'team_late team_a' ]
	[ "$(lm-credits balance - -f json </dev/null | jq -c .)" = '{"teams":[]}' ]
	[ "$(lm-credits balance - -f jsonl </dev/null)" = "" ]
}

@test "amounts have the sign of their type, whichever they are stored with" {
	sql <<-'END'
		INSERT INTO credit_transactions (team_id, transaction_type, credits_amount, credits_before, credits_after, created_at)
		SELECT 'team_signs', type, amount, 0, 0, '2025-10-01'::timestamp + n * interval '1 day'
		FROM (VALUES (1, 'deduction', 3), (2, 'deduction', -4), (3, 'allocation', 5), (4, 'refund', 6),
		    (5, 'subscription_payment', 7), (6, 'one_time_payment', 8), (7, 'adjustment', 9), (8, 'adjustment', -10),
		    (9, 'Deduction', 11)) t(n, type, amount);
	END
	[ "$(lm-credits transactions team_signs | jq -c '[.transactions[] | "\(.transaction_type) \(.credits_amount)"]')" = \
		'["deduction -11","adjustment -10","adjustment 9","one_time_payment 8","subscription_payment 7","refund 6","allocation 5","deduction -4","deduction -3"]' ]
}

@test "a history is printed newest first, 50 rows of it unless --limit says otherwise, and total counts those that match" {
	lm-credits transactions team_long | jq -e '.total == 120 and .returned == 50 and (.transactions | length) == 50
		and [.transactions[].reason] == [range(120; 70; -1) | "Job \(.)"]'
	[ -z "$LM_WRAP" ] || return 0
	for limit in 1:1 119:119 120:120 121:120 0:120 1000000000:120; do
		lm-credits transactions team_long --limit ${limit%:*} | jq -e --argjson n ${limit#*:} '.total == 120 and .returned == $n
			and [.transactions[].reason] == [range(120; 120 - $n; -1) | "Job \(.)"]'
	done
	[ "$(lm-credits transactions team_long -f jsonl | jq -r .reason | sed -n '1p;$p' | xargs)" = 'Job 120 Job 71' ]
	[ "$(lm-credits transactions team_long -f csv | wc -l)" = 51 ]
	[ "$(lm-credits transactions team_long --limit 3 -f csv | wc -l)" = 4 ]
	[ "$(lm-credits transactions team_long --limit 0 -f jsonl | wc -l)" = 120 ]
}

# The numbers of the rows that are printed, and what is said of their number; the same rows in the formats that stream.
matching() { # ARGUMENT...
	# shellcheck disable=SC2086 # words
	lm-credits transactions team_a $credits_at "$@" >"$BATS_TEST_TMPDIR/document"
	jq -r '[.total, .returned, ":", (.transactions[].transaction_id | .[-3:])] | join(" ")' "$BATS_TEST_TMPDIR/document"
	# shellcheck disable=SC2086
	diff <(jq -c '.transactions[]' "$BATS_TEST_TMPDIR/document") \
		<(lm-credits transactions team_a $credits_at "$@" -f jsonl | jq -c .)
}

@test "--type chooses the rows of a type, and counts no others" {
	[ "$(matching --type refund)" = '1 1 : 206' ]
	[ -z "$LM_WRAP" ] || return 0
	[ "$(matching --type allocation)" = '1 1 : 201' ]
	[ "$(matching --type subscription_payment)" = '1 1 : 203' ]
	[ "$(matching --type deduction --limit 2)" = '7 2 : 210 209' ]
	[ "$(matching --type one_time_payment)" = '0 0 :' ]
	[ "$(lm-credits transactions team_b --type one_time_payment | jq -c '[.transactions[].credits_amount]')" = '[50]' ]
	[ "$(lm-credits transactions team_never --type adjustment | jq -c '[.transactions[].credits_amount]')" = '[5]' ]
}

@test "--since is from then on and --until before then, to the microsecond, as times and as spans up to now" {
	[ "$(matching --since 2025-11-14T14:01:00.5Z)" = '3 3 : 210 209 208' ]
	[ "$(matching --since 2025-11-14T14:01:00.500001Z)" = '2 2 : 210 209' ]
	[ "$(matching --until 2025-11-08T10:00:00Z)" = '3 3 : 203 202 201' ]
	[ "$(matching --until 2025-11-08T10:00:00.000001Z)" = '4 4 : 204 203 202 201' ]
	[ "$(matching --since 2025-11-08T10:00:00Z --until 2025-11-14T14:00:00Z)" = '3 3 : 206 205 204' ]
	[ -z "$LM_WRAP" ] || return 0
	[ "$(matching --since 2025-11-01 --until 2025-11-10)" = '2 2 : 204 203' ]
	[ "$(matching --since 24h)" = '4 4 : 210 209 208 207' ]
	[ "$(matching --since 7d --limit 1)" = '6 1 : 210' ]
	[ "$(matching --since 1w --until 24h)" = '2 2 : 206 205' ]
	[ "$(matching --since today)" = '1 1 : 210' ]
	[ "$(matching --until today --limit 1)" = '9 1 : 209' ]
	[ "$(matching --since 2025-11)" = '8 8 : 210 209 208 207 206 205 204 203' ]
	[ "$(matching --since 2025-W46 --type deduction)" = '5 5 : 210 209 208 207 205' ]
	[ "$(matching --since 2025-11-14 --until 2025-11-14)" = '0 0 :' ]
	# Spans end at --now, and so with another one elsewhere.
	[ "$(lm-credits transactions team_a --since 7d --now 2025-11-08T10:00:00Z | jq .total)" = 7 ]
	[ "$(lm-credits transactions team_a --since 7d --until 24h --now 2025-11-08T10:00:00Z | jq .total)" = 0 ]
	[ "$(lm-credits transactions team_a --since 7d | jq .total)" = 0 ]
}

@test "balances and histories have the independent rows, in each shape of the tables and in a far time zone" {
	for case in shape_migrations:Pacific/Kiritimati shape_orm:America/New_York shape_bare:Asia/Kolkata; do
		[ -z "$LM_WRAP" ] || [[ $case == shape_orm:* ]] || continue
		export PGDATABASE=${case%:*}
		agree_begin "${case#*:}"
		everything="'-infinity'|'infinity'|ARRAY['team_ledger']|NULL|'2025-11-15'|20|NULL"
		agree transactions "$everything" transactions transactions team_ledger --limit 0
		agree transactions "${everything//team_ledger/team_ledger_only}" transactions transactions team_ledger_only --limit 0
		agree transactions "'2025-10-12'|'2025-10-19'|ARRAY['team_ledger']|NULL|'2025-11-15'|20|'deduction'" transactions \
			transactions team_ledger --since 2025-10-12 --until 2025-10-19 --type deduction --limit 0
		agree balance "'-infinity'|'infinity'|ARRAY['team_ledger', 'team_deleted', 'team_acme_research', 'a \"double\" quote', 'team_summary_only', '-f']|NULL|'2025-11-15'|20|NULL" \
			teams balance team_ledger team_deleted team_acme_research 'a "double" quote' team_summary_only -- -f
		agree_end 10
	done
}

@test "a team without a credits row, or with one of nulls, is answered with nulls" {
	export PGDATABASE=credits_nulls
	for team in team_jobs_only team_summary_only; do
		[ "$(lm-credits balance $team | jq -c 'del(.team_id) | to_entries | map(.value) | unique')" = '[null]' ]
	done
	lm-credits balance team_null | jq -e '.credits_allocated == null and .credits_used == null and .credits_remaining == null
		and .auto_refill == null and .updated_at == null and .created_at == "2025-10-01T00:00:00Z"'
	[ "$(lm-credits balance team_null -f csv | tail -n 1)" = $'balance,team_null,,,,,,,,,2025-10-01T00:00:00Z,\r' ]
	# No sample but that of the one time.
	[ "$(lm-credits balance team_null -f prom | grep -v '^#')" = \
		'lm_credits_created_timestamp_seconds{team_id="team_null"} 1759276800.000000' ]
}

@test "a team without a ledger has an empty history, and exits 0" {
	for format in json:'{"team_id":"team_empty","total":0,"returned":0,"transactions":[]}' jsonl:; do
		tells 0 transactions team_empty -f ${format%%:*}
		[ "$(jq -c . <<<"$output")" = "${format#*:}" ]
	done
	tells 0 transactions team_empty -f csv
	[[ $output == transaction_id,*,created_at$'\r' ]]
	PGDATABASE=credits_nulls tells 0 transactions team_jobs_only
	[ "$(jq .total <<<"$output")" = 0 ]
}

@test "an unknown id is named and the others are printed" {
	run --separate-stderr lm-credits balance nobody team_a $'\xff' 'no-one'
	[ "$status" = 3 ]
	[ "$(jq -c '[.teams[].team_id]' <<<"$output")" = '["team_a"]' ]
	[ "$stderr" = 'lm-credits: unknown team "nobody": it has no credits, jobs, summaries or ledger rows
lm-credits: unknown team "\xff": it has no credits, jobs, summaries or ledger rows
lm-credits: unknown team "no-one": it has no credits, jobs, summaries or ledger rows' ]
}

hostile=$'team "q" \'s\' \\ \n\t\r \e[31m \u202e\u2066\u200f\ufeff \'; DROP TABLE jobs; --'

@test "a hostile id finds just itself, and neither it nor a reason reaches a terminal as it is" {
	sql -v id="$hostile" <<-'END'
		INSERT INTO organizations (organization_id, name) VALUES (:'id', :'id');
		INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, refill_period)
		VALUES (:'id', :'id', 100, 100, left(:'id', 50));
		INSERT INTO credit_transactions (team_id, organization_id, transaction_type, credits_amount, credits_before, credits_after,
		    reason, created_at)
		VALUES (:'id', :'id', left(:'id', 50), 3, 0, 0, :'id', '2025-11-15');
	END
	lm-credits balance "$hostile" | jq -e --arg id "$hostile" '.team_id == $id and .organization_id == $id and .credits_used == 100'
	lm-credits transactions "$hostile" | jq -e --arg id "$hostile" '.total == 1 and .transactions[0].reason == $id'
	for verb in balance transactions; do
		for format in table json jsonl csv prom; do
			[ -z "$LM_WRAP" ] || [[ $verb-$format == transactions-[jt]* ]] || continue
			on_terminal 250 lm-credits $verb "$hostile" -f $format
			grep -q DROP "$screen"
			LC_ALL=C finds_nothing -nP "$controls" "$screen"
		done
	done
	fails_like 'lm-credits: unknown team "x\\x1b\[2J\\u202e\\n'\''; DROP TABLE jobs; --": *' \
		lm-credits transactions $'x\e[2J\u202e\n\'; DROP TABLE jobs; --'
	[ "$(sql -c 'SELECT count(*) FROM jobs')" -gt 5 ]
}

@test "no cell of CSV is a formula, and amounts stay numbers" {
	sql <<-'END'
		INSERT INTO credit_transactions (team_id, transaction_type, credits_amount, credits_before, credits_after, reason, created_at)
		SELECT '=1+1', 'deduction', 1, 0, -1, reason, '2025-11-15'::timestamp - n * interval '1 s'
		FROM unnest(ARRAY['=cmd|''/C calc''!A0', '+1', '-1', '@SUM(A1)', E'\t=1', E'\r=1', 'a=1']) WITH ORDINALITY r(reason, n);
	END
	lm-credits transactions '=1+1' -f csv >"$BATS_TEST_TMPDIR/csv"
	python3 - "$BATS_TEST_TMPDIR/csv" <<-'END'
		import csv, sys
		rows = list(csv.DictReader(open(sys.argv[1], newline="")))
		assert [r["reason"] for r in rows] == ["'=cmd|'/C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "a=1"], rows
		assert {r["team_id"] for r in rows} == {"'=1+1"} and {r["credits_amount"] for r in rows} == {"-1"}
		assert {r["credits_after"] for r in rows} == {"-1"}
	END
	[[ $(lm-credits balance '=1+1' -f csv | tail -n 1) == "balance,'=1+1,"* ]]
}

@test "on a terminal of 80 columns both fit, and a heading is bold unless NO_COLOR says otherwise" {
	for arguments in 'balance team_a' 'balance team_a team_b' 'transactions team_a' 'transactions team_long --limit 3'; do
		# shellcheck disable=SC2086 # words
		on_terminal 80 lm-credits $arguments
		grep -q '^Team team_' "$screen"
		[ "$(wc -L <"$screen")" -le 80 ]
		finds_nothing -F $'\e' "$screen"
	done
	no_colour='' on_terminal 80 lm-credits balance team_a
	grep -qF $'\e[1m' "$screen"
	no_colour='' terminal=dumb on_terminal 80 lm-credits balance team_a
	finds_nothing -F $'\e' "$screen"
}
