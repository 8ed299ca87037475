# Holds what lm-usage says against the queries of this directory, figure by figure, in the database of PGDATABASE.
# Both documents go into PostgreSQL as jsonb, whose numbers keep every digit, and are compared there.

# The periods to ask for, all as seen at noon of 2025-11-15: the word, its first instant, the first one after it, and
# whether it is still open; then what the answer calls it, where that is not the word.
independent_periods() {
	cat <<-'END'
		2025                 2025-01-01T00:00:00Z 2026-01-01T00:00:00Z true
		2025-10              2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false
		2025-W01             2024-12-30T00:00:00Z 2025-01-06T00:00:00Z false
		24h                  2025-11-14T12:00:00Z 2025-11-15T12:00:00Z false
		this-month           2025-11-01T00:00:00Z 2025-12-01T00:00:00Z true 2025-11
		2024-02..2025-10-15  2024-02-01T00:00:00Z 2025-10-16T00:00:00Z false
		2020                 2020-01-01T00:00:00Z 2021-01-01T00:00:00Z false
		2024                 2024-01-01T00:00:00Z 2025-01-01T00:00:00Z false
		2024-02              2024-02-01T00:00:00Z 2024-03-01T00:00:00Z false
		2024-05              2024-05-01T00:00:00Z 2024-06-01T00:00:00Z false
		2024-02-29           2024-02-29T00:00:00Z 2024-03-01T00:00:00Z false
		2025-10-15           2025-10-15T00:00:00Z 2025-10-16T00:00:00Z false
		2025-10-15T08        2025-10-15T08:00:00Z 2025-10-15T09:00:00Z false
		2025-03-09T02        2025-03-09T02:00:00Z 2025-03-09T03:00:00Z false
		2025-11-02T05        2025-11-02T05:00:00Z 2025-11-02T06:00:00Z false
		2020-W53             2020-12-28T00:00:00Z 2021-01-04T00:00:00Z false
		2025-W42             2025-10-13T00:00:00Z 2025-10-20T00:00:00Z false
		2026-W53             2026-12-28T00:00:00Z 2027-01-04T00:00:00Z true
		2025-10-15T07..2025-10-15T08 2025-10-15T07:00:00Z 2025-10-15T09:00:00Z false
		2020..2026           2020-01-01T00:00:00Z 2027-01-01T00:00:00Z true
		7d                   2025-11-08T12:00:00Z 2025-11-15T12:00:00Z false
		12w                  2025-08-23T12:00:00Z 2025-11-15T12:00:00Z false
		today                2025-11-15T00:00:00Z 2025-11-16T00:00:00Z true 2025-11-15
		yesterday            2025-11-14T00:00:00Z 2025-11-15T00:00:00Z false 2025-11-14
		last-month           2025-10-01T00:00:00Z 2025-11-01T00:00:00Z false 2025-10
	END
}

# Those periods; only a few where a wrapper such as valgrind makes each run slow.
affordable_periods() {
	if [ -n "$LM_WRAP" ]; then
		independent_periods | head -n "${1:-4}"
	else
		independent_periods
	fi
}

independent_psql() {
	env -u PGTZ -u PGOPTIONS psql -X -qAt -v ON_ERROR_STOP=1 "$@"
}

# Where the ids come from that the database knows.
independent_ids() { # VERB
	case $1 in
	team)
		echo 'SELECT team_id FROM team_credits UNION SELECT team_id FROM jobs
			UNION SELECT team_id FROM team_usage_summaries UNION SELECT team_id FROM credit_transactions'
		;;
	org)
		echo 'SELECT organization_id FROM organizations
			UNION SELECT organization_id FROM jobs WHERE organization_id IS NOT NULL
			UNION SELECT organization_id FROM team_credits WHERE organization_id IS NOT NULL'
		;;
	esac
}

# An id that looks like this cannot be read from a line.
independent_no_line='\n|\r$'

# Prints the ids that can be read from lines.
independent_lines() { # VERB
	independent_psql -v no="$independent_no_line" <<-END
		SELECT id FROM ($(independent_ids "$1")) ids(id) WHERE id !~ :'no'
	END
}

# Runs the tool, which must succeed and say nothing on stderr.
independent_run() { # OUTPUT ARGUMENT...
	local output=$1 said
	shift
	if ! said=$(lm-usage "$@" 2>&1 >"$output") || [ -n "$said" ]; then
		printf 'lm-usage %s: %s\n' "${*:1:4}" "$said"
		return 1
	fi
}

# Runs the tool for each period of stdin: for the ids that fit on a line by standard input, as JSON, and in every
# fourth period for the others by arguments, as JSON lines. Writes the answers to DIRECTORY, and to the script there
# what loads them and the answers of the queries into tables.
independent_ask() { # DIRECTORY VERB
	local dir=$1 verb=$2 list=teams n=0 ids word from to partial label
	local -a others
	[ "$verb" = team ] || list=organizations
	independent_lines "$verb" >"$dir/$verb.lines" || return 1
	mapfile -d '' -t others < <(independent_psql -0 -v no="$independent_no_line" <<-END
		SELECT id FROM ($(independent_ids "$verb")) ids(id) WHERE id ~ :'no'
	END
	)
	cat >>"$dir/script" <<-END
		\\set no '$independent_no_line'
		\\set verb $verb
		\\set list $list
		SELECT json_agg(id)::text AS all_ids, json_agg(id) FILTER (WHERE id !~ :'no')::text AS line_ids
		FROM ($(independent_ids "$verb")) ids(id) \\gset
	END

	while read -r word from to partial label; do
		n=$((n + 1))
		independent_run "$dir/$verb.$n.json" "$verb" - --period "$word" --now 2025-11-15T12:00:00Z -f json \
			<"$dir/$verb.lines" || return 1
		ids=line_ids
		: >"$dir/$verb.$n.jsonl"
		if [ $((n % 4)) = 1 ]; then
			ids=all_ids
			[ ${#others[@]} = 0 ] || independent_run "$dir/$verb.$n.jsonl" "$verb" --period "$word" \
				--now 2025-11-15T12:00:00Z -f jsonl -- "${others[@]}" || return 1
		fi
		cat >>"$dir/script" <<-END
			\\set ids :$ids
			\\set period '$word'
			\\set label '${label:-$word}'
			\\set from $from
			\\set to $to
			\\set stdin \`cat $verb.$n.json\`
			\\set arguments \`cat $verb.$n.jsonl\`
			INSERT INTO ours
			SELECT :'verb', :'period', document
			FROM (
			    SELECT json_array_elements(:'stdin'::json -> :'list')
			    UNION ALL
			    SELECT line::json FROM string_to_table(:'arguments', E'\\n') line WHERE line <> ''
			) documents(document);
			INSERT INTO theirs
			SELECT :'verb', :'period', document || jsonb_build_object('period', :'label', 'from', :'from', 'to', :'to',
			    'partial', $partial)
			FROM (
			$(sed '/^--/d; s/;$//' "$LM_TOP/tests/independent/$verb.sql")
			) documents(document);
		END
	done
}

# Fails with a line for each figure that differs: verb, id, period, key, what the tool says, what the queries say.
usage_agrees() { # PERIODS-FUNCTION [VERB...]
	local periods=$1 verb dir
	shift
	[ $# -gt 0 ] || set -- team org
	dir=$(mktemp -d "$BATS_TEST_TMPDIR/compare.XXXXXX")
	cat >"$dir/script" <<-END
		\\i '$LM_TOP/tests/independent/values.sql'
		CREATE TEMPORARY TABLE ours (verb text, period text, document json);
		CREATE TEMPORARY TABLE theirs (verb text, period text, document jsonb);
	END
	for verb; do
		$periods | independent_ask "$dir" "$verb" || return 1
	done
	echo "\\i '$LM_TOP/tests/independent/differences.sql'" >>"$dir/script"
	(cd "$dir" && independent_psql -f script >differences) || return 1
	[ ! -s "$dir/differences" ] || { head -n 40 "$dir/differences" && return 1; }
}

# Prints psql's commands that set :from, :to and the filters to the expressions of a line, FROM|TO|TEAMS|ORGANIZATIONS|
# JOB-TYPES|MODEL-GROUPS|USERS, and make job_asked and call_asked of them.
independent_asked() { # LINE
	local name value rest=$1
	for name in from to teams organizations job_types model_groups users; do
		value=${rest%%|*}
		rest=${rest#*|}
		value=${value//\\/\\\\}
		printf "\\\\set %s '%s'\n" "$name" "${value//\'/\'\'}"
	done
	printf "\\\\i '%s'\n" "$LM_TOP/tests/independent/asked.sql"
}
