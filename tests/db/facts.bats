#!/usr/bin/env bats
# sql/facts_raw.sql: the relations job_facts and call_facts in front of every report, held against queries that were
# written apart from it.

load ../independent/compare

# The period, the teams, organizations, job types, model groups and users that are asked for.
facts_asked_for() {
	cat <<-'END'
		'-infinity'|'infinity'|NULL|NULL|NULL|NULL|NULL
		'2025-10-01'|'2025-11-01'|NULL|NULL|NULL|NULL|NULL
		'2025-11-01'|'2025-12-01'|NULL|NULL|NULL|NULL|NULL
		'2025-10-15 08:00'|'2025-10-15 09:00'|NULL|NULL|NULL|NULL|NULL
		'2024-12-31 23:59:59.999999'|'2025-01-01'|NULL|NULL|NULL|NULL|NULL
		'2020-12-28'|'2021-01-04'|NULL|NULL|NULL|NULL|NULL
		'2024-05-01'|'2024-06-01'|NULL|NULL|NULL|NULL|NULL
		'2025-10-01'|'2025-10-01'|NULL|NULL|NULL|NULL|NULL
		'-infinity'|'infinity'|ARRAY['team_acme_ops', 'team_edges ', 'team_deleted', 'nobody']|NULL|NULL|NULL|NULL
		'2025-10-01'|'2025-11-01'|ARRAY['NULL', '{a,b}', E'new\nline', 'a "double" quote']|NULL|NULL|NULL|NULL
		'-infinity'|'infinity'|NULL|ARRAY['org_acme', 'org_by_jobs_only', 'none']|NULL|NULL|NULL
		'2025-10-01'|'2025-11-01'|NULL|ARRAY['org_ledger', '-org', 'org_acme ']|NULL|NULL|NULL
		'-infinity'|'infinity'|ARRAY['team_conflict', 'team_deleted', 'team_zero']|ARRAY['org_acme']|NULL|NULL|NULL
		'-infinity'|'infinity'|ARRAY[]::text[]|NULL|NULL|NULL|NULL
		'-infinity'|'infinity'|NULL|NULL|ARRAY['mixed', 'streamed', 'none']|NULL|NULL
		'-infinity'|'infinity'|NULL|NULL|NULL|ARRAY['smart', 'a, b']|NULL
		'2025-10-01'|'2025-11-01'|NULL|NULL|NULL|ARRAY['', 'NULL']|NULL
		'-infinity'|'infinity'|NULL|NULL|NULL|NULL|ARRAY['user_2', 'user_0']
		'-infinity'|'infinity'|NULL|NULL|NULL|ARRAY['none']|NULL
		'2025-10-01'|'2025-11-01'|NULL|ARRAY['org_globex', 'org_acme']|ARRAY['dust', 'mixed']|ARRAY['smart']|NULL
		'2025-10-01'|'2025-11-01'|NULL|ARRAY['org_globex', 'org_acme']|NULL|ARRAY['smart']|ARRAY['user_2', 'user_4']
	END
}

# Fails with each row that only one side has, in the database of PGDATABASE.
facts_agree() { # RELATION COLUMNS VALUES-RELATION COLUMNS
	local asked
	{
		printf "\\\\i '%s'\\nPREPARE facts AS\\n" "$LM_TOP/tests/independent/values.sql"
		cat "$LM_TOP/sql/facts_raw.sql"
		echo "SELECT $2 FROM $1;"
		while IFS= read -r asked; do
			independent_asked "$asked"
			cat <<-END
				CREATE TEMPORARY TABLE ours AS EXECUTE facts(${asked//|/, });
				CREATE TEMPORARY TABLE theirs AS SELECT $4 FROM $3 WHERE created_at >= :from AND created_at < :to;
				SELECT \$\$$asked\$\$, 'ours', to_json(o) FROM (TABLE ours EXCEPT ALL TABLE theirs) o
				UNION ALL
				SELECT \$\$$asked\$\$, 'theirs', to_json(t) FROM (TABLE theirs EXCEPT ALL TABLE ours) t;
				SELECT 'nothing to compare: ' || \$\$$asked\$\$
				WHERE \$\$$asked\$\$ ~ '^.-infinity.*NULL\$' AND \$\$$asked\$\$ !~ '.none.\]|text\[\]'
				    AND NOT EXISTS (TABLE theirs);
				DROP TABLE ours, theirs;
			END
		done < <(facts_asked_for)
	} >"$BATS_TEST_TMPDIR/script"
	independent_psql -f "$BATS_TEST_TMPDIR/script" >"$BATS_TEST_TMPDIR/rows" || return 1
	[ ! -s "$BATS_TEST_TMPDIR/rows" ] || { head -n 40 "$BATS_TEST_TMPDIR/rows" && return 1; }
}

# The names and types of a relation's columns; how long a text may be is no matter to a reader.
facts_columns() { # RELATION
	{
		cat "$LM_TOP/sql/facts_raw.sql"
		printf 'SELECT * FROM %s\n\\gdesc\n' "$1"
	} | independent_psql -f - | sed 's/([0-9,]*)$//'
}

@test "each call has the independent costs, failure, tokens and organization, in tables of every shape" {
	local shape
	for shape in migrations orm bare; do
		echo "$shape"
		PGDATABASE=shape_$shape facts_agree call_facts \
			'call_id, job_id, team_id::text, organization_id::text, job_type::text, created_at, latency_ms,
				prompt_tokens::bigint, completion_tokens::bigint, coalesce(total_tokens, 0)::bigint AS tokens,
				failed_calls = 1 AS is_failed, client_cost_usd::numeric AS cost, provider_cost_usd::numeric AS provider,
				is_fallback_cost AS fallback' \
			call_asked \
			"call_id, job_id, team_id::text, organization_id, job_type::text, created_at,
				(call ->> 'latency_ms')::integer AS latency,
				coalesce((call ->> 'prompt_tokens')::bigint, pg_temp.nothing('prompt_tokens')) AS prompt,
				coalesce((call ->> 'completion_tokens')::bigint, pg_temp.nothing('completion_tokens')) AS completion,
				tokens, failed, cost, provider, fallback"
	done
}

@test "each job has the independent costs, calls, tokens, credits and organization, in tables of every shape" {
	local shape
	for shape in migrations orm bare; do
		echo "$shape"
		PGDATABASE=shape_$shape facts_agree \
			'job_facts GROUP BY job_id, team_id, organization_id, user_id, job_type, status, created_at, started_at,
				completed_at HAVING sum(jobs) = 1' \
			"job_id, team_id::text, organization_id::text, user_id::text, job_type::text, status, created_at,
				started_at, completed_at, sum(calls)::bigint AS calls, sum(failed_calls)::bigint AS failed,
				coalesce(sum(total_tokens), 0)::bigint AS tokens, coalesce(sum(client_cost_usd), 0)::numeric AS cost,
				sum(provider_cost_usd)::numeric AS provider, sum(fallback_cost_calls)::bigint AS fallback,
				sum(credits_used)::bigint AS credits, sum(completed_jobs) = (status = 'completed')::integer
				AND sum(failed_jobs) = (status = 'failed')::integer
				AND sum(cancelled_jobs) = (status = 'cancelled')::integer AS is_counted" \
			job_asked \
			"job_id, team_id::text, organization_id, job ->> 'user_id' AS user_id, job_type::text, status, created_at,
				(job ->> 'started_at')::timestamp AS started, (job ->> 'completed_at')::timestamp AS completed, calls,
				failed_calls, tokens, cost, provider, fallback_calls, credits, true"
	done
}

@test "the columns of both relations have the same names and types in tables of every shape" {
	local relation columns shape
	for relation in job_facts call_facts; do
		columns=$(PGDATABASE=shape_migrations facts_columns $relation)
		[[ $columns == *'job_id|uuid'*'client_cost_usd|numeric'* ]]
		for shape in orm bare; do
			diff <(echo "$columns") <(PGDATABASE=shape_$shape facts_columns $relation)
		done
	done
}
