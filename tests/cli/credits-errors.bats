#!/usr/bin/env bats
# lm-credits: what goes wrong, and what is said of it; ledgers that are very long, readers that are slow, a server that dies.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by bats, by run and by the runner
load helper
load credits

setup_file() {
	start_server
	new_database credits_errors migrations
	sql -f "$LM_TOP/tests/cli/credits.sql" -c 'CREATE ROLE poor LOGIN' \
		-c 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO poor' -c 'REVOKE SELECT ON credit_transactions FROM poor'
	export entries=1000000
	[ -z "$LM_WRAP" ] || entries=20000
	new_database credits_million orm
	sql -v entries=$entries <<-'SQL'
		INSERT INTO team_credits (team_id, credits_allocated, credits_used, created_at, virtual_key)
		VALUES ('team', 2000000, 1000000, '2025-01-01', 'sk-SECRET');
		ALTER TABLE credit_transactions DROP CONSTRAINT credit_transactions_pkey;
		DROP INDEX ix_credit_transactions_team_created;
		ALTER TABLE credit_transactions SET UNLOGGED;
		INSERT INTO credit_transactions (transaction_id, team_id, transaction_type, credits_amount, credits_before, credits_after,
		    reason, created_at)
		SELECT lpad(to_hex(i), 32, '0')::uuid, CASE WHEN i <= 20000 THEN 'team_smaller' ELSE 'team' END, 'deduction', 1,
		    2000001 - i, 2000000 - i, 'Job', '2025-10-01'::timestamp + i * interval '1 second'
		FROM generate_series(1, :entries) i;
		CREATE INDEX ON credit_transactions (team_id, created_at);
		ANALYZE credit_transactions;
	SQL
}

teardown_file() {
	stop_server
}

setup() {
	use_server
	export PGDATABASE=credits_errors
}

# Each verb, with arguments that the fixture has something for.
verbs() {
	cat <<-'END'
		low
		transactions team_a
		audit
		balance team_a
		daily
		top
		forecast
		refills
	END
}

@test "a missing, an empty or a needless id is refused" {
	fails_with 'lm-credits: balance: expected the id of a team, or - to read ids from standard input, one a line' lm-credits balance
	fails_with 'lm-credits: transactions: expected the id of a team' lm-credits transactions
	fails_with 'lm-credits: argument 1 is empty' lm-credits balance ''
	[ -z "$LM_WRAP" ] || return 0
	fails_with 'lm-credits: argument 2 is empty' lm-credits daily team_a ''
	fails_with 'lm-credits: argument 1 is empty' lm-credits transactions ''
	fails_with 'lm-credits: argument 1 is empty' lm-credits audit ''
	fails_with 'lm-credits: transactions takes the id of one team' lm-credits transactions team_a team_b
	fails_with 'lm-credits: transactions takes the id of one team' lm-credits transactions -
	for verb in top low forecast refills; do
		fails_with "lm-credits: $verb takes no argument, but there is \"team_a\"" lm-credits $verb team_a
	done
	printf 'team_a\nte\0am\n' >"$BATS_TEST_TMPDIR/ids"
	run --separate-stderr lm-credits balance - <"$BATS_TEST_TMPDIR/ids"
	[ "$status" = 3 ]
	[ "$stderr" = 'lm-credits: line 2 of standard input holds a NUL byte' ]
}

@test "an unknown id, or one that is no text, is named in every format" {
	for format in table json jsonl csv prom; do
		for verb in balance transactions daily audit; do
			[ -z "$LM_WRAP" ] || [ $verb-$format = transactions-jsonl ] || continue
			fails_with 'lm-credits: unknown team "nobody": it has no credits, jobs, summaries or ledger rows' \
				lm-credits $verb nobody -f $format
			fails_with 'lm-credits: unknown team "\xff\xfe": it has no credits, jobs, summaries or ledger rows' \
				lm-credits $verb $'\xff\xfe' -f $format
		done
	done
}

@test "a number, a time or a word that an option cannot have is refused before the database is asked" {
	# The server is not there.
	export PGHOST=/nonexistent
	local time='expected a time such as 2025-10-15 or 2025-10-15T14:30:00Z, or a span such as 7d'
	for word in x -1 1e2 nan 10% 0x10 1,5 .5 -; do
		fails_with "lm-credits: --threshold: expected a percentage such as 12 or 12.50, not \"$word\"" lm-credits low --threshold "$word"
		[ -z "$LM_WRAP" ] || break
	done
	for word in x -5 1e3 inf '$5' 100000000000; do
		fails_with "lm-credits: --critical-usd: expected an amount such as 12 or 12.50, not \"$word\"" lm-credits audit --critical-usd "$word"
		fails_with "lm-credits: --critical-credits: expected an amount such as 12 or 12.50, not \"$word\"" \
			lm-credits audit --critical-credits "$word"
		[ -z "$LM_WRAP" ] || break
	done
	for word in 0 36501; do
		fails_with 'lm-credits: --days: expected a whole number from 1 to 36500' lm-credits daily --days $word
	done
	[ -z "$LM_WRAP" ] || return 0
	fails_like 'lm-credits: --days: expected a whole number *, not "x"' lm-credits daily --days x
	fails_like 'lm-credits: --limit: expected a whole number *, not "-1"' lm-credits transactions team_a --limit -1
	for word in nonsense 7 yesterdays 2025-13 2025-02-30 2025-10..2025-11 2025-11-15T25:00:00Z $'7d\e[31m'; do
		shown=${word//$'\e'/\\x1b}
		fails_with "lm-credits: --since: $time, not \"$shown\"" lm-credits transactions team_a --since "$word"
		fails_with "lm-credits: --until: $time, not \"$shown\"" lm-credits transactions team_a --until "$word"
		fails_with "lm-credits: --since: $time, not \"$shown\"" lm-credits audit --since "$word"
	done
	fails_with 'lm-credits: --until: "2025-11-14" is before --since "2025-11-15"' \
		lm-credits transactions team_a --since 2025-11-15 --until 2025-11-14
	for word in nonsense Refund refunds 'refund '; do
		fails_with "lm-credits: --type: expected one of deduction, allocation, refund, adjustment, subscription_payment, one_time_payment, not \"$word\"" \
			lm-credits transactions team_a --type "$word"
	done
	for option in --threshold:low:PERCENT --critical-usd:audit:USD --critical-credits:audit:CREDITS --since:audit:TIME --sort:top:COLUMN; do
		IFS=: read -r option verb word <<<"$option"
		fails_with "lm-credits: $option: expected $word, not an empty word" lm-credits "$verb" "$option" ''
	done
}

@test "an option of another verb is refused" {
	while read -r verb option word; do
		fails_with "lm-credits: $option does not go with $verb; see lm-credits --help" lm-credits "$verb" team_a "$option" "$word"
	done < <(affordable 1,3p <<-'END'
		balance --limit 1
		transactions --sort created_at
		transactions --team team_a
		balance --team team_a
		daily --since 7d
		daily --threshold 20
		audit --days 7
		low --type refund
		top --critical-usd 1
		forecast --threshold 20
		refills --until 7d
	END
	)
	fails_like 'lm-credits: unknown or ambiguous option "--job-type"; *' lm-credits top --job-type chat
}

@test "an audit of nobody is no clean one" {
	PGHOST=/nonexistent fails_with 'lm-credits: standard input names nobody to judge' lm-credits audit - </dev/null
}

@test "a database that is not there is named by every verb" {
	while read -r verb; do
		# shellcheck disable=SC2086 # words
		PGHOST=/nonexistent fails_with 'lm-credits: cannot connect to "/nonexistent": No such file or directory' lm-credits $verb
		# shellcheck disable=SC2086
		PGDATABASE=nowhere fails_with "lm-credits: cannot connect to \"$PGHOST\": database \"nowhere\" does not exist" lm-credits $verb
	done < <(verbs | affordable 1p)
	fails_with 'lm-credits: cannot connect to "127.0.0.1": Connection refused' \
		lm-credits low --dsn 'postgresql://lm:SECRET@127.0.0.1:1/saas'
}

@test "a missing privilege on the ledger is named with the GRANT that gives it" {
	while read -r verb; do
		[[ $verb != top && $verb != refills ]] || continue
		# shellcheck disable=SC2086 # words
		PGUSER=poor fails_with 'lm-credits: permission denied for table credit_transactions; run: GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "poor"' \
			lm-credits $verb
	done < <(verbs | affordable 1p)
	# These don't read it.
	PGUSER=poor tells 0 top
	PGUSER=poor tells 0 refills
}

@test "a missing table is named" {
	new_database credits_tableless bare
	sql -c 'DROP TABLE credit_transactions'
	for verb in low audit 'transactions team_a'; do
		# shellcheck disable=SC2086 # words
		fails_with 'lm-credits: relation "credit_transactions" does not exist in the schema "public" of the database "credits_tableless": is database.schema right?' \
			lm-credits $verb
	done
}

@test "a statement that takes too long is ended, by the setting that is named or by --timeout" {
	sql -c 'CREATE SCHEMA slow' \
		-c 'CREATE VIEW slow.credit_transactions AS SELECT c.* FROM public.credit_transactions c WHERE (SELECT pg_sleep(30)) IS NOT NULL' \
		-c "DO \$\$ DECLARE t text; BEGIN
			FOREACH t IN ARRAY ARRAY['jobs', 'llm_calls', 'team_credits', 'job_cost_summaries', 'team_usage_summaries',
			    'organizations'] LOOP
			    EXECUTE format('CREATE VIEW slow.%I AS TABLE public.%I', t, t);
			END LOOP; END \$\$"
	printf 'database:\n  schema: slow\n  statement_timeout: 100ms\n' >"$BATS_TEST_TMPDIR/short.yaml"
	printf 'database:\n  schema: slow\n  statement_timeout: 1h\n' >"$BATS_TEST_TMPDIR/long.yaml"
	for verb in 'low -t' 'forecast -t' 'daily -t' 'audit -t'; do
		[ -z "$LM_WRAP" ] || [ "$verb" = 'low -t' ] || continue
		# shellcheck disable=SC2086 # words
		fails_with 'lm-credits: canceling statement due to statement timeout: raise database.statement_timeout or --timeout, or ask for a shorter period' \
			lm-credits $verb --config "$BATS_TEST_TMPDIR/short.yaml"
	done
	fails_with "lm-credits: \"$PGHOST\" did not answer: timeout after 1 s; raise --timeout or ask for a shorter period" \
		lm-credits transactions team_a --config "$BATS_TEST_TMPDIR/long.yaml" --timeout 1s
}

@test "what cannot be written is a failure, which outweighs every verdict" {
	while read -r verb; do
		for format in table json jsonl csv prom; do
			[ -z "$LM_WRAP" ] || [ $format = table ] || continue
			run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-credits $verb --now 2025-11-15T12:00:00Z -f $format >/dev/full"
			[ "$status" = 3 ] || { echo "$verb -f $format: $status" && false; }
			[ "$stderr" = 'lm-credits: cannot write to standard output: No space left on device' ]
		done
	done < <(verbs | affordable 1,2p)
}

@test "-v says what was asked and how long it took, and no time that was not asked for" {
	run --separate-stderr lm-credits transactions team_a -v --since 2025-11-14
	[ "$status" = 0 ]
	[[ $stderr == 'lm-credits: connected to "'*'lm-credits: transactions '*' from 2025-11-14T00:00:00Z'*' rows in '*' ms' ]]
	for verb in 'transactions team_a' low audit; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr lm-credits $verb -v
		finds_nothing 1970 <<<"$stderr"
	done
}

@test "a closed pipe ends a long history quietly" {
	export PGDATABASE=credits_million
	for format in jsonl csv json; do
		run --separate-stderr bash -c "trap - PIPE; $LM_WRAP $LM_BUILD/bin/lm-credits transactions team_smaller --limit 0 -f $format |
			head -n 1 | wc -l; echo \${PIPESTATUS[0]}"
		[ "$stderr" = "" ]
		[ "$output" = $'1\n141' ]
	done
}

# How many rows the whole list has, how large the tool has been when most of them were read, and whether it ended well.
streams() { # BYTES ARGUMENTS...
	local pid fd first peak rest
	rm -f "$BATS_TEST_TMPDIR/pipe"
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	"$LM_BUILD/bin/lm-credits" transactions team --limit 0 "${@:2}" >"$BATS_TEST_TMPDIR/pipe" 3>&- &
	pid=$!
	exec {fd}<"$BATS_TEST_TMPDIR/pipe"
	first=$(head -c "$1" <&"$fd" | wc -l)
	peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")
	rest=$(wc -l <&"$fd")
	exec {fd}<&-
	wait "$pid"
	echo "${*:2}: $first and $rest lines, $peak kB"
	[ $((first + rest)) = "$rows" ]
	[ "$first" -gt $((rows * 8 / 10)) ]
	[ "$peak" -lt 32768 ]
}

@test "a million rows of a ledger go through the memory of a few, as JSON lines and as CSV" {
	[[ $LM_BUILD != */san ]] || skip 'a sanitizer keeps what is freed'
	[ -z "$LM_WRAP" ] || skip 'the memory would be that of the wrapper'
	export PGDATABASE=credits_million
	rows=980000 streams 230000000 -f jsonl
	rows=980001 streams 90000000 -f csv
}

@test "the time in which a reader of a history doesn't read is not the server's" {
	export PGDATABASE=credits_million
	printf 'database:\n  statement_timeout: 300ms\n' >"$BATS_TEST_TMPDIR/monitor.yaml"
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	for format in jsonl json; do
		lm-credits transactions team_smaller --limit 0 -f $format --config "$BATS_TEST_TMPDIR/monitor.yaml" \
			>"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
		writer=$!
		exec {pipe}<"$BATS_TEST_TMPDIR/pipe"
		head -c 100 <&"$pipe" >"$BATS_TEST_TMPDIR/out"
		# Longer than the limit: what is waited for is that time passes.
		sleep 0.6
		cat <&"$pipe" >>"$BATS_TEST_TMPDIR/out"
		exec {pipe}<&-
		status=0
		wait "$writer" || status=$?
		[ "$status" = 0 ] || { echo "$format: $(cat "$BATS_TEST_TMPDIR/err")" && false; }
		[ "$(jq -n '[inputs | .transactions // [.] | length] | add' "$BATS_TEST_TMPDIR/out")" = 20000 ]
	done
}

@test "a connection lost in the middle of a history leaves whole rows and one line that says so" {
	export PGDATABASE=credits_million
	loses_connection 'end_sessions lm-credits' lm-credits transactions team_smaller --limit 0 -f csv
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -lt 20000 ]
	finds_nothing -vE '^(0{8}-.*,team_smaller,,,deduction,-1,[0-9]*,[0-9]*,Job,2025-10-.*Z|transaction_id,.*,created_at)'$'\r''$' \
		"$BATS_TEST_TMPDIR/out"
}

# The last test: there is no server after it.
@test "a server that dies in the middle of a stream of JSON lines leaves whole rows and one line that says so" {
	export PGDATABASE=credits_million
	# An immediate shutdown, as a crash is: nobody ends what was begun.
	loses_connection "kill -QUIT $(server_pid)" lm-credits transactions team_smaller --limit 0 -f jsonl
	rows=$(wc -l <"$BATS_TEST_TMPDIR/out")
	[ "$rows" -gt 3 ] && [ "$rows" -lt 20000 ]
	[ "$(jq -c .credits_amount "$BATS_TEST_TMPDIR/out" | sort | uniq -c | xargs)" = "$rows -1" ]
	[ "$(tail -c 1 "$BATS_TEST_TMPDIR/out" | od -An -c | tr -d ' ')" = '\n' ]
	fails_like "lm-credits: cannot connect to \"$PGHOST\": *" lm-credits low
}
