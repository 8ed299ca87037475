#!/usr/bin/env bats
# lm-credits daily, top, low, forecast and refills: every figure, what the verdict of low is of, how lists are sorted, cut and
# filtered, and what they look like on a terminal.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
load helper
load credits

setup_file() {
	new_database credits_lists migrations
	sql -f "$LM_TOP/tests/cli/credits.sql"
	new_database credits_lists_odd orm
	sql <<-'SQL'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, created_at)
		VALUES ('third', 3, 1, '2025-01-01'), ('two_thirds', 3, 2, '2025-01-01'), ('speck', 20000, 1, '2025-01-01'),
		    ('half_a_speck', 40000, 1, '2025-01-01'), ('nearly', 100000, 99995, '2025-01-01'), ('eighth', 800, 5, '2025-01-01'),
		    ('whole', 7, 7, '2025-01-01'), ('huge', 1, 2147483647, '2025-01-01'), ('gift', 10, -5, '2025-01-01'),
		    ('nothing', 0, 0, '2025-01-01'), ('nulls', NULL, NULL, '2025-01-01'), ('null_used', 10, NULL, '2025-01-01');
	SQL
	new_database credits_none orm
}

teardown_file() {
	for name in credits_lists credits_lists_odd credits_none; do
		sql -d postgres -c "DROP DATABASE $name WITH (FORCE)"
	done
}

setup() {
	export PGDATABASE=credits_lists
}

# The lists, and the columns that tell their rows apart.
lists() {
	cat <<-'END'
		date daily
		team_id top
		team_id low
		team_id forecast
		team_id refills
	END
}

# Prints what jq makes of a document, and is silent about the verdict.
of() { # FILTER ARGUMENT...
	# shellcheck disable=SC2086 # words
	{ lm-credits "${@:2}" $credits_at -f json </dev/null || [ $? -le 2 ]; } | jq -c "$1"
}

@test "every list has the independent rows, in each shape of the tables and in a far time zone" {
	for case in shape_migrations:Pacific/Kiritimati shape_orm:America/New_York shape_bare:Asia/Kolkata; do
		[ -z "$LM_WRAP" ] || [[ $case == shape_orm:* ]] || continue
		export PGDATABASE=${case%:*}
		agree_begin "${case#*:}"
		now="'2025-11-15 12:00'" all="'-infinity'|'infinity'|NULL|NULL"
		# shellcheck disable=SC2086 # words
		{
			agree daily "'2025-09-17'|'2025-11-16'|NULL|NULL|$now|20|NULL" rows daily $credits_at --days 60
			agree low "$all|$now|66.67|NULL" rows low $credits_at --threshold 66.67
			agree refills "$all|$now|20|NULL" rows refills $credits_at
			agree low "$all|$now|20|NULL" rows low $credits_at
			agree top "$all|$now|20|NULL" rows top $credits_at --limit 0
			agree forecast "$all|'2025-10-19'|20|NULL" rows forecast --now 2025-10-19T00:00:00Z
			if [ -z "$LM_WRAP" ] && [[ $case == *_migrations:* ]]; then
				agree forecast "$all|'2025-10-14 00:00:00.000001'|20|NULL" rows forecast --now 2025-10-14T00:00:00.000001Z
				agree daily "'2025-10-10'|'2025-10-20'|ARRAY['team_ledger', 'team_deleted']|NULL|'2025-10-19 23:59:59.999999'|20|NULL" rows \
					daily --now 2025-10-19T23:59:59.999999Z --days 10 team_ledger team_deleted --sort date:asc
				agree daily "'2025-10-10'|'2025-10-20'|NULL|ARRAY['org_ledger', 'org_acme']|'2025-10-19'|20|NULL" rows \
					daily --now 2025-10-19T00:00:00Z --days 10 --org org_ledger --org org_acme
				agree top "'-infinity'|'infinity'|NULL|ARRAY['org_ledger', 'org_acme']|$now|20|NULL" rows \
					top $credits_at --org org_acme --org org_ledger
				agree refills "'-infinity'|'infinity'|NULL|ARRAY['org_acme']|'2026-02-28'|20|NULL" rows \
					refills --now 2026-02-28T00:00:00Z --org org_acme
				agree low "'-infinity'|'infinity'|ARRAY['team_third', 'team_acme_research']|NULL|$now|100|NULL" rows \
					low $credits_at --team team_third --team team_acme_research --threshold 100
			fi
		}
		agree_end 120
	done
}

@test "every day of the last 30 is a row, today among them, or of the last --days" {
	[ "$(of '[.rows | length, .[0].date, .[-1].date]' daily)" = '[30,"2025-10-17","2025-11-15"]' ]
	of '[.rows[].date] == [range(0; 30) | 1760659200 + . * 86400 | todate | .[:10]]' daily | grep -qx true
	[ "$(of '[.from, .to, .partial]' daily)" = '["2025-10-17T00:00:00Z","2025-11-16T00:00:00Z",true]' ]
	[ -z "$LM_WRAP" ] || return 0
	for days in 1:2025-11-15 2:2025-11-14 366:2024-11-15; do
		[ "$(of '[.rows | length, .[0].date]' daily --days ${days%:*})" = "[${days%:*},\"${days#*:}\"]" ]
	done
	# The day of --now, from its first microsecond to its last; without it, that of the server.
	for case in 2025-11-14T23:59:59.999999Z:2025-11-14 2025-11-15T00:00:00Z:2025-11-15 2025-11-15T23:59:59.999999Z:2025-11-15; do
		[ "$(lm-credits daily --now "${case%:*}" | jq -r '.rows[-1].date')" = "${case##*:}" ]
	done
	[ "$(lm-credits daily | jq -r '.rows[-1].date')" = "$(sql -c "SELECT (now() AT TIME ZONE 'UTC')::date")" ]
}

@test "a day's balance is that of its end, also of days that are not the last ones" {
	# Those of the fixture, by hand: what is left now is 20,884.
	[ "$(of '[.rows[] | [.credits_used, .credits_added, .credits_refunded, .credits_adjusted, .credits_net, .balance]]' daily --days 6)" = \
		'[[36,0,0,0,-36,20830],[0,0,0,0,0,20830],[0,0,0,5,5,20835],[0,50,2,0,52,20887],[11,0,0,0,-11,20876],[2,10,0,0,8,20884]]' ]
	[ "$(lm-credits daily --days 2 --now 2025-11-14T23:59:59Z | jq -c '[.rows[].balance]')" = '[20887,20876]' ]
	# A day that is not over has what came until now.
	[ "$(lm-credits daily --days 2 --now 2025-11-14T00:00:00Z | jq -c '[.rows[] | [.credits_used, .balance]]')" = '[[0,20887],[0,20887]]' ]
	# A balance is the one of the day before and the net of the day, where no team is gone.
	of '.rows as $r | [range(1; $r | length) | $r[.].balance == $r[. - 1].balance + $r[.].credits_net] | all' daily --days 45 |
		grep -qx true
}

@test "daily is of the teams that are named, together; of a team that is gone there is no balance" {
	[ "$(of '[.rows[] | [.credits_used, .balance]]' daily --days 2 team_a)" = '[[6,752],[2,750]]' ]
	[ "$(lm-credits daily --days 2 team_a team_new $credits_at -f jsonl | jq -c '[.credits_used, .balance]' | xargs)" = '[11,797] [2,795]' ]
	[ "$(echo team_new | lm-credits daily --days 2 - team_a $credits_at -f csv | cut -d, -f 2,7 | xargs -d '\n')" = \
		$'credits_used,balance\r 11,797\r 2,795\r' ]
	[ "$(lm-credits daily team_gone --now 2025-09-10T23:59:59Z --days 1 -f jsonl)" = \
		'{"date":"2025-09-10","credits_used":7,"credits_added":0,"credits_refunded":0,"credits_adjusted":0,"credits_net":-7,"balance":null}' ]
}

@test "daily and audit of several teams are one list in JSON too" {
	[ "$(of '[.report, (.rows[] | [.credits_used, .balance])]' daily --days 2 team_a team_new)" = '["daily",[11,797],[2,795]]' ]
	[ "$(printf 'team_a\nteam_new\n' | { lm-credits daily --days 2 - $credits_at -f json; } | jq -c '[.rows[].balance]')" = '[797,795]' ]
	[ "$(of '[.report, (.findings[].team_id)]' audit team_b team_new)" = '["audit","team_new","team_b"]' ]
	# No team at all is asked about.
	[ "$(of '[.rows[].credits_used]' daily --days 2 -)" = '[0,0]' ]
}

@test "--team narrows what daily is of, and never widens it" {
	[ "$(of '[.rows[].credits_used]' daily --days 2 --team team_a --team team_new)" = '[11,2]' ]
	[ "$(of '[.rows[].credits_used]' daily --days 2 --org org_acme)" = '[6,2]' ]
	# Both at once: what is of both, or a refusal; not as if --team had not been given.
	run --separate-stderr lm-credits daily team_a --team team_new --days 2 $credits_at -f jsonl
	[ "$status" = 3 ] || [ "$(jq -c .credits_used <<<"$output" | xargs)" = '0 0' ]
}

@test "teams that are unknown earn a line each and exit status 3, and the others are reported on" {
	for verb in daily audit; do
		run --separate-stderr lm-credits $verb nobody team_speck $'\xff' -f csv
		[ "$status" = 3 ]
		[ "$stderr" = 'lm-credits: unknown team "nobody": it has no credits, jobs, summaries or ledger rows
lm-credits: unknown team "\xff": it has no credits, jobs, summaries or ledger rows' ]
		[ "$(wc -l <<<"$output")" -gt 8 ]
		diff <(lm-credits $verb team_speck -f csv) - <<<"$output"
		fails_with 'lm-credits: unknown team "nobody": it has no credits, jobs, summaries or ledger rows' lm-credits $verb nobody
	done
}

@test "percentages are right to two decimals, and null where no credits were ever granted" {
	export PGDATABASE=credits_lists_odd
	lm-credits top --limit 0 -f jsonl | jq -r '[.team_id, .usage_percentage] | map(tostring) | join(" ")' >"$BATS_TEST_TMPDIR/top"
	diff - "$BATS_TEST_TMPDIR/top" <<-'END'
		huge 214748364700
		nearly 100
		whole 100
		two_thirds 66.67
		third 33.33
		eighth 0.63
		speck 0.01
		half_a_speck 0
		gift -50
		nothing null
		null_used null
		nulls null
	END
	run --separate-stderr lm-credits low --threshold 150 -f jsonl
	# Nobody knows how it is with one of them.
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-credits: teams with credits whose credits_used is null: 1; nobody knows what they have left' ]
	jq -r '[.team_id, .usage_percent, .remaining_percent] | map(tostring) | join(" ")' <<<"$output" >"$BATS_TEST_TMPDIR/low"
	diff - "$BATS_TEST_TMPDIR/low" <<-'END'
		huge 214748364700 -214748364600
		whole 100 0
		nearly 100 0.01
		two_thirds 66.67 33.33
		third 33.33 66.67
		eighth 0.63 99.38
		speck 0.01 100
		half_a_speck 0 100
		gift -50 150
		null_used null null
	END
	lm-credits top -f table | grep -qE '^third .* 33\.33%  '
	[ "$(lm-credits top -f prom | grep '^lm_credits_top_usage_ratio.*"third"')" = 'lm_credits_top_usage_ratio{team_id="third"} 0.3333' ]
}

@test "a threshold is held against the exact percentage" {
	export PGDATABASE=credits_lists_odd
	is_low() { # THRESHOLD TEAM
		run lm-credits low --threshold "$1" --team "$2" -f csv
		[ "$(wc -l <<<"$output")" = 2 ] && [ "$status" = 1 ]
	}
	is_low 33.34 two_thirds
	run ! is_low 33.33 two_thirds
	is_low 0.005 nearly
	run ! is_low 0.004999 nearly
	is_low 99.375 eighth
	run ! is_low 99.374 eighth
}

@test "top has the 20 teams that used most, what is unknown last, and says which are unlimited or suspended" {
	sql -d postgres -c 'CREATE DATABASE credits_many TEMPLATE credits_none'
	PGDATABASE=credits_many sql -c "INSERT INTO team_credits (team_id, credits_allocated, credits_used, created_at)
		SELECT 'team_' || i, 100, i, '2025-01-01' FROM generate_series(1, 25) i"
	[ "$(PGDATABASE=credits_many lm-credits top | jq -c '[.rows | length, .[0].team_id, .[-1].team_id]')" = '[20,"team_25","team_6"]' ]
	[ "$(PGDATABASE=credits_many lm-credits top --limit 0 | jq '.rows | length')" = 25 ]
	[ "$(PGDATABASE=credits_many lm-credits top --limit 2 -f jsonl | jq -r .team_id | xargs)" = 'team_25 team_24' ]
	sql -d postgres -c 'DROP DATABASE credits_many'
	[ "$(of '[.rows[0] | .team_id, .budget_mode, .usage_percentage]' top)" = '["team_debt","job_based",140]' ]
	[ "$(of '[.rows[-3] | .team_id, .budget_mode, .usage_percentage]' top)" = '["team_endless","unlimited",null]' ]
	[ "$(of '[.rows[] | select(.status != "active") | "\(.team_id) \(.status)"]' top)" = '["team_b suspended","team_late paused"]' ]
	[ "$(of '[.rows[-2:][] | [.team_id, .usage_percentage]]' top)" = '[["team_owes",null],["team_unscheduled",null]]' ]
}

@test "low begins with the guide's keys" {
	[ "$(of '.rows[0] | keys_unsorted[:6]' low)" = \
		'["team_id","organization_id","organization_name","credits_remaining","credits_allocated","usage_percent"]' ]
	[ "$(of '[.rows[] | [.team_id, .organization_id, .organization_name, .credits_remaining, .credits_allocated, .usage_percent]]' low)" = \
		'[["team_owes",null,"Unknown",-2,0,null],["team_debt","org_beta","Beta, \"B\" & Söhne",-4,10,140],["team_b","org_acme","Acme",5,100,95],["team_monthly","org_beta","Beta, \"B\" & Söhne",60,300,80]]' ]
	[ "$(of '[.rows[] | select(.status == "suspended").team_id]' low)" = '["team_b"]' ]
}

@test "low exits 0 with no team, 1 with some, 2 when one has nothing left; unlimited teams and those that were granted none are neither" {
	# shellcheck disable=SC2086 # words
	{
		tells 2 low $credits_at
		tells 1 low $credits_at --team team_b --team team_a
		tells 0 low $credits_at --team team_a
		[ "$(jq -c .rows <<<"$output")" = '[]' ]
		tells 1 low $credits_at --team team_monthly
		tells 0 low $credits_at --team team_monthly --threshold 19.999999
		tells 2 low $credits_at --team team_owes
		tells 2 low $credits_at --team team_debt --threshold 0
		tells 0 low $credits_at --team team_b --threshold 0
		tells 0 low $credits_at --team team_endless --team team_unscheduled --threshold 100
	}
	PGDATABASE=credits_lists_odd tells 2 low --team whole --threshold 0
	PGDATABASE=credits_lists_odd tells 0 low --team nulls --team nothing --threshold 100
	PGDATABASE=credits_none tells 0 low
}

@test "the verdict of low is of all teams that are low, whatever is printed of them, in every format" {
	for format in table json jsonl csv prom; do
		for options in '' '--limit 1 --sort credits_remaining:desc' '--columns organization_name' '--columns status --limit 1 --sort team_id'; do
			[ -z "$LM_WRAP" ] || [[ $format == json && $options == --limit* ]] || continue
			# shellcheck disable=SC2086 # words
			tells 2 low $credits_at $options -f $format
			# shellcheck disable=SC2086
			tells 1 low $credits_at $options -f $format --org org_acme
		done
	done
	# The one that is printed has credits left.
	# shellcheck disable=SC2086
	tells 2 low $credits_at --limit 1 --sort credits_remaining:desc
	[ "$(jq -c '[.rows[].team_id]' <<<"$output")" = '["team_monthly"]' ]
	# shellcheck disable=SC2086
	tells 1 low $credits_at --limit 1 --team team_b --team team_monthly
	[ "$(jq '.rows | length' <<<"$output")" = 1 ]
}

@test "the teams that are low can be asked about in lm-usage" {
	# shellcheck disable=SC2086 # words
	[ "$(lm-credits low -f jsonl $credits_at | jq -r .team_id | lm-usage team - -p 2025-11 $credits_at |
		jq -c '[.teams[] | [.team_id, .summary.total_jobs]]')" = '[["team_owes",0],["team_debt",0],["team_b",1],["team_monthly",1]]' ]
}

@test "a forecast has the burn of 1, 7 and 28 days, the days that are left and the day on which they end" {
	# By hand: team_a burned 8 in a day, 7 in 7 days and 250 in 28.
	[ "$(of '.rows[] | select(.team_id == "team_a") | [.state, .burn_1d, .burn_7d, .burn_28d, .days_to_empty, .empty_at, .acceleration_percent]' forecast)" = \
		'["ok",8,1,8.928571,750,"2027-12-05T12:00:00Z",700]' ]
	# A ledger of 14.5 days is no 28.
	[ "$(of '.rows[] | select(.team_id == "team_daily") | [.burn_1d, .burn_7d, .burn_28d, .acceleration_percent]' forecast)" = \
		'[0,3,2.068966,-100]' ]
	[ "$(of '[.rows[].state] | unique' forecast)" = '["empty","idle","insufficient_history","no_credits","ok","unlimited"]' ]
	[ "$(PGDATABASE=credits_lists_odd of '[.rows[] | select(.state == "unknown").team_id]' forecast)" = '["null_used","nulls"]' ]
}

@test "a forecast is sorted by the days that are left, and the teams without follow" {
	[ "$(of '[.rows[] | .days_to_empty]' forecast)" = '[0,0,1,3,6.67,750,null,null,null,null,null,null,null]' ]
	[ "$(of '[.rows[].team_id][:6]' forecast)" = '["team_debt","team_owes","team_b","team_monthly","team_daily","team_a"]' ]
}

@test "a refill is counted only where refills happen, and only one that comes in time" {
	sql <<-'SQL'
		BEGIN;
		CREATE FUNCTION pg_temp.twin(team text, twin text) RETURNS void LANGUAGE sql AS $$
		    INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, auto_refill, refill_amount,
		        refill_period, last_refill_at, created_at)
		    SELECT twin, 'org_twin', credits_allocated, credits_used, auto_refill, refill_amount, refill_period, last_refill_at,
		        created_at FROM team_credits WHERE team_id = team;
		    INSERT INTO credit_transactions (team_id, transaction_type, credits_amount, credits_before, credits_after, created_at)
		    SELECT twin, transaction_type, credits_amount, credits_before, credits_after, created_at
		    FROM credit_transactions WHERE team_id = team $$;
		INSERT INTO organizations (organization_id, name) VALUES ('org_twin', 'Twins');
		SELECT pg_temp.twin('team_daily', 'twin_' || name) FROM unnest(ARRAY['same', 'unmoved', 'null', 'off', 'missed']) name
		\g /dev/null
		UPDATE team_credits SET last_refill_at = created_at + interval '1 minute' WHERE team_id = 'twin_unmoved';
		UPDATE team_credits SET created_at = '2025-11-14 20:00', last_refill_at = '2025-11-14 20:00:30'
		WHERE team_id = 'twin_unmoved';
		UPDATE team_credits SET last_refill_at = NULL WHERE team_id = 'twin_null';
		UPDATE team_credits SET auto_refill = FALSE WHERE team_id = 'twin_off';
		UPDATE team_credits SET last_refill_at = '2025-11-14 11:00' WHERE team_id = 'twin_missed';
		COMMIT;
	SQL
	[ "$(of '[.rows[] | [.team_id, .days_to_empty, .next_refill_at, .refill_amount]]' forecast --org org_twin --sort team_id)" = \
		'[["twin_missed",3.33,null,null],["twin_null",3.33,null,null],["twin_off",3.33,null,null],["twin_same",6.67,"2025-11-16T00:00:00Z",10],["twin_unmoved",3.33,null,null]]' ]
	# It is known of, but comes only when nothing is left.
	[ "$(of '.rows[] | select(.team_id == "team_monthly") | [.days_to_empty, .next_refill_at, .refill_amount]' forecast)" = \
		'[3,"2025-12-01T00:00:00Z",100]' ]
	sql -c "DELETE FROM credit_transactions WHERE team_id LIKE 'twin%'" -c "DELETE FROM team_credits WHERE team_id LIKE 'twin%'"
}

@test "under three days of ledger are insufficient history" {
	# Its first row is of 2025-11-13T13:00; it used 5 of 50.
	columns='.rows[0] | [.state, .burn_7d, .days_to_empty]'
	[ "$(lm-credits forecast --team team_new --now 2025-11-16T12:59:59.999999Z | jq -c "$columns")" = \
		'["insufficient_history",null,null]' ]
	[ "$(lm-credits forecast --team team_new --now 2025-11-16T13:00:00Z | jq -c "$columns")" = '["ok",1.666667,27]' ]
	[ "$(lm-credits low --team team_new --threshold 95 --now 2025-11-16T12:59:59.999999Z | jq -c '.rows[0] | [.burn_7d, .days_to_empty]')" = \
		'[null,null]' ]
	lm-credits forecast --team team_new --now 2025-11-16T12:59:59Z -f table | grep -q '^team_new .* insufficient_history '
}

@test "a forecast's table has a bar for what is left" {
	# shellcheck disable=SC2086 # words
	lm-credits forecast $credits_at -t --columns team_id,remaining_percent >"$BATS_TEST_TMPDIR/table"
	grep -qx 'team_a  *75\.00%  ███████▌' "$BATS_TEST_TMPDIR/table"
	grep -qx 'team_late  *100\.00%  ██████████' "$BATS_TEST_TMPDIR/table"
	grep -qx 'team_debt  *-40\.00% *' "$BATS_TEST_TMPDIR/table"
	# shellcheck disable=SC2086
	LC_ALL=C lm-credits forecast $credits_at -t | grep -qE '^team_monthly .* 20\.00%  ##  '
	on_terminal 80 lm-credits forecast --now 2025-11-15T12:00:00Z --plain
	grep -qE '^team_daily .* 25\.00%  ###  ' "$screen"
}

@test "refills are those that are overdue: since when, and how much" {
	[ "$(of '[.rows[] | [.team_id, .state, .due_at, .overdue_days, .missed_refills, .missed_credits]]' refills)" = \
		'[["team_late","overdue","2025-11-01T00:00:00Z",14.5,3,150],["team_never","never","2025-11-06T12:00:00Z",9,10,50],["team_unscheduled","unscheduled",null,null,null,null]]' ]
	# To the microsecond: the refill of team_daily is due at midnight.
	[ "$(lm-credits refills --team team_daily --now 2025-11-15T23:59:59.999999Z | jq -c .rows)" = '[]' ]
	[ "$(lm-credits refills --team team_daily --now 2025-11-16T00:00:00Z | jq -c '.rows[0] | [.due_at, .missed_refills, .missed_credits]')" = \
		'["2025-11-16T00:00:00Z",1,10]' ]
	# Where the database keeps no time of the last refill, nobody knows.
	[ "$(PGDATABASE=shape_bare lm-credits refills | jq -c '[.rows[].state] | unique')" = '["unknown"]' ]
	tells 0 refills
}

@test "without teams and ledger each list is empty, and each day a row of zeros" {
	export PGDATABASE=credits_none
	for verb in top low forecast refills; do
		tells 0 $verb
		[ "$(jq -c .rows <<<"$output")" = '[]' ]
		[[ $(lm-credits $verb -f table) == *$'\nNone.\n'* ]]
		[ "$(lm-credits $verb -f jsonl)$(lm-credits $verb -f prom)" = "" ]
		[ "$(lm-credits $verb -f csv | wc -l)" = 1 ]
		[ -z "$LM_WRAP" ] || break
	done
	tells 0 daily
	jq -e '(.rows | length) == 30 and all(.rows[]; del(.date) == {credits_used: 0, credits_added: 0, credits_refunded: 0,
		credits_adjusted: 0, credits_net: 0, balance: null})' <<<"$output"
	tells 0 audit
	jq -e '(.totals | length) == 8 and all(.totals[]; .findings == 0 and .amount_credits == null and .amount_usd == null)
		and .findings == []' <<<"$output"
}

# Input: objects {by, down, document}; prints those whose rows are out of order.
sorted='def key: if . == null then [1] else [0, if type == "string" then sub("Z$"; "") else . end] end;
	($labels | split(",")) as $labels | .by as $by | .down as $down
	| .document | to_entries[] | select(.value | type == "array") | .key as $section | .value
	| select(length > 0 and (.[0] | has($by))) | . as $rows
	| ["sorted", length],
		(range(1; length) | $rows[. - 1] as $a | $rows[.] as $b
			| ($a[$by] | key) as $x | ($b[$by] | key) as $y
			| select((if $x == $y then [$labels[] as $l | $a[$l] | key] < [$labels[] as $l | $b[$l] | key]
				elif $x == [1] or $y == [1] then $y == [1]
				elif $down then $x > $y
				else $x < $y end) | not)
			| [$section, $by, $down, $a, $b])'

# Fails with the rows of a list that are out of order, by each of its columns.
is_sorted() { # LABELS VERB...
	local column word down direction='' labels=$1
	shift
	for column in $(columns_of "$@" | affordable 's/\( [^ ]*\)\{6\}$//p'); do
		# By itself a text goes up and all else goes down; every other column the other way round as well.
		down=true
		[[ ! $column =~ ^(kind|date|team_id|organization_id|organization_name|job_id|transaction_id|status|state|budget_mode|refill_period)$ ]] ||
			down=false
		for word in "$column" "$column:asc" "$column:desc"; do
			case $word in
			*:asc) down=false ;;
			*:desc) down=true ;;
			esac
			[[ $word == "$column" || -z $direction && $word == *:asc || -n $direction && $word == *:desc ]] || continue
			echo "{\"by\": \"$column\", \"down\": $down, \"document\":"
			# shellcheck disable=SC2086 # words
			lm-credits "$@" $credits_at --limit 0 --sort "$word" -f json </dev/null || [ $? -le 2 ]
			echo '}'
		done
		[ -n "$direction" ] && direction='' || direction=other
	done >"$BATS_TEST_TMPDIR/documents"
	jq -c --arg labels "$labels" "$sorted" "$BATS_TEST_TMPDIR/documents" >"$BATS_TEST_TMPDIR/checked"
	finds_nothing -v '^\["sorted"' "$BATS_TEST_TMPDIR/checked"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/checked")" -ge 10 ] || { echo "$*: hardly anything was sorted" && false; }
}

@test "a list is sorted by each of its columns, unknown values last and ties by what tells rows apart" {
	while read -r labels verb; do
		is_sorted "$labels" "$verb"
	done < <(lists | affordable 3p)
}

@test "an audit's findings and totals are sorted by each of their columns" {
	[ -n "$LM_WRAP" ] || is_sorted kind,team_id,job_id,transaction_id audit
	# The limit comes after.
	[ "$(of '[.findings[].amount_credits]' audit --sort amount_credits --limit 2)" = '[7,3]' ]
}

@test "a list is sorted by a column that is not printed too, and sorting comes before the limit" {
	[ "$(of '[.rows[].team_id]' forecast --sort burn_28d --columns team_id --limit 3)" = '["team_a","team_monthly","team_b"]' ]
	[ "$(of '[.rows[].date]' daily --sort credits_used --limit 3)" = '["2025-10-25","2025-11-09","2025-10-20"]' ] ||
		[ "$(of '[.rows[].date]' daily --sort credits_used --limit 3)" = '["2025-10-20","2025-11-09","2025-10-25"]' ]
	[ "$(of '[.rows[].team_id]' refills --sort missed_credits:asc --limit 1)" = '["team_never"]' ]
}

@test "columns are printed as chosen, in that order, in every format, with the figures that they have among all" {
	while read -r _ verb; do
		# shellcheck disable=SC2046 # words
		reversed=$(printf '%s\n' $(columns_of "$verb") | tac | paste -sd ,)
		# shellcheck disable=SC2086 # words
		[ "$(lm-credits $verb $credits_at --columns $reversed -f csv </dev/null | sed -n '1 { s/\r//; s/^section,//; p }')" = "$reversed" ]
		of 'to_entries[] | select(.value | type == "array") | .key as $k | .value[] | [$k] + keys_unsorted' $verb --columns "$reversed" |
			jq -e --arg columns "$reversed" '.[1:] as $keys | ($columns | split(",")) as $c | $c - ($c - $keys) == $keys' >"$BATS_TEST_TMPDIR/true"
		# shellcheck disable=SC2086
		diff <(lm-credits $verb $credits_at --columns $reversed -f jsonl </dev/null | jq -c 'to_entries | sort_by(.key)') \
			<(lm-credits $verb $credits_at -f jsonl </dev/null | jq -c 'to_entries | sort_by(.key)')
	done < <(lists | affordable 3p)
	[ "$(of '[.totals[0], .findings[0] | keys_unsorted]' audit --columns teams,amount_usd,kind,team_id)" = \
		'[["teams","amount_usd","kind"],["amount_usd","kind","team_id"]]' ]
	# Only findings have these.
	[ "$(of 'has("totals")' audit --columns team_id,job_id)" = false ]
	# shellcheck disable=SC2086
	[ "$(lm-credits low $credits_at --columns status,team_id -t | sed -n 3,6p)" = '   Status  Team
   active  team_owes
   active  team_debt
suspended  team_b' ] || [ "$(lm-credits low $credits_at --columns status,team_id -t | sed -n 3,6p)" = 'Status     Team
active     team_owes
active     team_debt
suspended  team_b' ]
	# shellcheck disable=SC2086
	[ "$(lm-credits low $credits_at --columns team_id,credits_remaining -f prom | grep -v '^#')" = 'lm_credits_low_credits_remaining{team_id="team_owes"} -2
lm_credits_low_credits_remaining{team_id="team_debt"} -4
lm_credits_low_credits_remaining{team_id="team_b"} 5
lm_credits_low_credits_remaining{team_id="team_monthly"} 60' ]
}

there_is_no_column() { # OPTION WORD NAME VERB
	run --separate-stderr lm-credits "$4" "$1" "$2"
	[ "$status" = 3 ]
	[ "$output" = "" ]
	[ "$stderr" = "lm-credits: $1: there is no column \"$3\"; there are $(columns_of "$4" | sed 's/ /, /g')" ]
}

@test "a column that is not there is answered with those that are" {
	while read -r _ verb; do
		there_is_no_column --sort nonsense nonsense "$verb"
		there_is_no_column --columns "nonsense" nonsense "$verb"
	done < <({ lists && echo 'kind audit'; } | affordable 3p)
	[ -z "$LM_WRAP" ] || return 0
	there_is_no_column --columns 'team_id,"x"' '"x"' low
	there_is_no_column --columns virtual_key virtual_key top
	there_is_no_column --sort 'team_id;DROP TABLE jobs' 'team_id;DROP TABLE jobs' forecast
	there_is_no_column --sort $'x\e[31m\n' 'x\x1b[31m\n' refills
	fails_with 'lm-credits: --columns: "team_id" stands there twice' lm-credits low --columns team_id,status,team_id
	fails_with 'lm-credits: --sort: expected team_id:asc or team_id:desc, not "team_id:up"' lm-credits top --sort team_id:up
}

@test "a terminal of 80 columns holds every table, and wider ones too" {
	for width in 80 140 200; do
		[ -z "$LM_WRAP" ] || [ $width = 80 ] || continue
		while read -r _ verb; do
			on_terminal $width lm-credits "$verb" --now 2025-11-15T12:00:00Z
			[ "$(wc -l <"$screen")" -gt 5 ]
			[ "$(wc -L <"$screen")" -le $width ] || { echo "$verb needs $(wc -L <"$screen") columns of $width" && false; }
		done < <({ lists && echo 'kind audit'; } | affordable 3p)
	done
}

# The texts of the first columns of each table on the screen or in a file, a line a row: those behind a heading that
# starts with a title.
first_columns() { # TITLE COUNT FILE
	awk -v title="$1" -v count="$2" -F '  +' '
		$0 == "" { in_table = 0 }
		in_table { line = $1; for (i = 2; i <= count; i++) line = line "|" $i; print line }
		$1 == title { in_table = 1 }' "$3"
}

@test "on 80 columns the texts that tell rows apart still do, and those of the first column are whole" {
	[ -z "$LM_WRAP" ] || skip 'the same as without a wrapper'
	while read -r title verb; do
		on_terminal 80 lm-credits "$verb" --now 2025-11-15T12:00:00Z
		lm-credits "$verb" --now 2025-11-15T12:00:00Z -t </dev/null >"$BATS_TEST_TMPDIR/whole" || true
		diff <(first_columns "$title" 1 "$BATS_TEST_TMPDIR/whole") <(first_columns "$title" 1 "$screen")
		[ "$(first_columns "$title" 1 "$screen" | wc -l)" -ge 1 ]
		[ "$(first_columns "$title" 1 "$screen" | sort | uniq -d)" = "" ]
	done < <(printf '%s\n' 'Team top' 'Team low' 'Team forecast' 'Team refills' 'Date daily')
	# A finding is told by its kind, team and job.
	on_terminal 80 lm-credits audit --now 2025-11-15T12:00:00Z
	first_columns Kind 3 "$screen" >"$BATS_TEST_TMPDIR/labels"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/labels")" -gt 8 ]
	[ "$(sort "$BATS_TEST_TMPDIR/labels" | uniq -d)" = "" ]
	on_terminal 80 lm-credits transactions team_a --now 2025-11-15T12:00:00Z
	first_columns Transaction 1 "$screen" >"$BATS_TEST_TMPDIR/labels"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/labels")" -gt 3 ]
	[ "$(sort "$BATS_TEST_TMPDIR/labels" | uniq -d)" = "" ]
}

@test "long and wide ids are cut on a terminal, and nowhere else" {
	export PGDATABASE=shape_orm
	on_terminal 80 lm-credits low --threshold 100
	[ "$(wc -L <"$screen")" -le 80 ]
	grep -q xxxxxxxxxx "$screen"
	run lm-credits low --threshold 100 -t
	[ "$(wc -L <<<"$output")" -gt 300 ]
}

@test "a suspended team is marked on a terminal" {
	on_terminal 80 lm-credits low --now 2025-11-15T12:00:00Z
	grep -qE '^team_b .* suspended ' "$screen"
	on_terminal 200 lm-credits top --now 2025-11-15T12:00:00Z
	grep -qE '^team_b .* suspended' "$screen"
}

hostile=$'team "q" \'s\' \\ \n\t\r \e[31m \u202e\u2066\u200f\ufeff \'; DROP TABLE jobs; --'

@test "no hostile text of a team or an organization reaches a terminal as it is, and no CSV cell is a formula" {
	sql -d postgres -c 'CREATE DATABASE credits_hostile TEMPLATE credits_lists'
	export PGDATABASE=credits_hostile
	sql -v id="$hostile" <<-'END'
		INSERT INTO organizations (organization_id, name) VALUES (:'id', :'id'), ('=org', '@name');
		INSERT INTO team_credits (team_id, organization_id, credits_allocated, credits_used, auto_refill, refill_amount, refill_period,
		    status, budget_mode)
		VALUES (:'id', :'id', 10, 14, TRUE, 1, left(:'id', 50), left(:'id', 20), left(:'id', 50)),
		    ('=1+1', '=org', 10, 14, TRUE, 1, '+daily', '-active', '@mode');
	END
	while read -r _ verb; do
		for format in table json jsonl csv prom; do
			[ -z "$LM_WRAP" ] || [[ $format == [tj]* ]] || continue
			on_terminal 250 lm-credits "$verb" -f $format
			[ "$verb" = daily ] || grep -qF 'team "q"' "$screen" || grep -qF 'team \"q\"' "$screen" || grep -qF 'team ""q""' "$screen"
			LC_ALL=C finds_nothing -nP "$controls" "$screen"
		done
		run lm-credits "$verb" -f csv
		finds_nothing -E '(^|,)"?([=+@]|-[^0-9])' <<<"$output"
		[ "$verb" = daily ] || grep -q "'=1+1" <<<"$output"
	done < <({ lists && echo 'kind audit'; } | affordable 3p)
	[ "$(lm-credits top --team "$hostile" -f json | jq --arg id "$hostile" '.rows[0].team_id == $id')" = true ]
	sql -d postgres -c 'DROP DATABASE credits_hostile WITH (FORCE)'
}

@test "a filter that nothing matches is an empty list, and --team and --org narrow each other" {
	for value in nobody $'\xff\xfe' '{team_a,team_b}' NULL '%' 'team_a ' TEAM_A "$hostile"; do
		tells 0 top --team "$value"
		[ "$(jq -c .rows <<<"$output")" = '[]' ]
		tells 0 forecast --org "$value"
		[ "$(jq -c .rows <<<"$output")" = '[]' ]
		# Nobody who is not there is well.
		fails_like 'lm-credits: unknown team "*": it has no credits, jobs, summaries or ledger rows' lm-credits low --team "$value"
		fails_like 'lm-credits: unknown organization "*": it is not in organizations, *' lm-credits low --org "$value"
		[ -z "$LM_WRAP" ] || return 0
	done
	[ "$(of '[.rows[].team_id]' top --org org_acme --team team_b --team team_late)" = '["team_b"]' ]
	[ "$(of '[.rows[].team_id]' forecast --org org_acme --org org_beta --sort team_id)" = \
		'["team_a","team_b","team_daily","team_debt","team_endless","team_monthly"]' ]
	[ "$(of '[.rows[].team_id]' refills --team team_late)" = '["team_late"]' ]
}


@test "times without end harm nobody" {
	new_database credits_endless migrations
	sql <<-'END'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, auto_refill, refill_amount, refill_period, last_refill_at,
		    created_at)
		VALUES ('since_ever', 100, 50, TRUE, 10, 'daily', '-infinity', '2025-11-01'),
		    ('for_ever', 100, 50, TRUE, 10, 'monthly', 'infinity', '-infinity');
		INSERT INTO credit_transactions (team_id, transaction_type, credits_amount, credits_before, credits_after, created_at)
		VALUES ('since_ever', 'deduction', 50, 100, 50, '-infinity'), ('for_ever', 'deduction', 50, 100, 50, 'infinity');
	END
	[ "$(of '[.rows[] | select(.team_id | endswith("_ever")) | [.team_id, .state, .due_at]]' refills)" = \
		'[["since_ever","overdue","2025-11-02T00:00:00Z"],["for_ever","unscheduled",null]]' ]
	for verb in forecast low daily top 'transactions since_ever' 'balance for_ever'; do
		# shellcheck disable=SC2086 # words
		[ "$(of 'length > 0' $verb)" = true ]
	done
	sql -d postgres -c 'DROP DATABASE credits_endless WITH (FORCE)'
}

@test "an audit on a terminal lists 50 findings, and says that there are more" {
	new_database credits_findings migrations
	sql -c "INSERT INTO team_credits (team_id, credits_allocated, credits_used)
		SELECT 'team_' || i, 100, 7 FROM generate_series(1, 51) i"
	on_terminal 120 lm-credits audit
	[ "$(grep -c '^balance_drift .*team_' "$screen")" = 50 ]
	grep -qx 'lm-credits: 50 of 51 findings are listed; --limit 0 lists all' "$screen"
	on_terminal 120 lm-credits audit --limit 0
	[ "$(grep -c '^balance_drift .*team_' "$screen")" = 51 ]
	finds_nothing 'are listed' "$screen"
	tells 1 audit -t
	[ "$(grep -c '^balance_drift .*team_' <<<"$output")" = 51 ]
	sql -d postgres -c 'DROP DATABASE credits_findings WITH (FORCE)'
}
