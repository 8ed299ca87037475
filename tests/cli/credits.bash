# What the tests of lm-credits share.

# The instant at which tests/cli/credits.sql is to be seen.
# shellcheck disable=SC2034 # used by the tests
credits_at='--now 2025-11-15T12:00:00Z'

lm-credits() {
	# shellcheck disable=SC2086 # the wrapper is a command with its options
	$LM_WRAP "$LM_BUILD/bin/lm-credits" "$@"
}

# As many of the lines of standard input as a wrapper lets one afford: those that sed prints, else all.
affordable() { # SED-SCRIPT
	if [ -n "$LM_WRAP" ]; then
		sed -n "$1"
	else
		cat
	fi
}

# Runs lm-credits as bats' run does, and checks its exit status and that it says nothing on stderr.
tells() { # STATUS ARGUMENT...
	run --separate-stderr lm-credits "${@:2}"
	# shellcheck disable=SC2154 # set by run
	[ "$status" = "$1" ] || { echo "${*:2}: exit status $status, not $1: $stderr" && return 1; }
	# shellcheck disable=SC2154
	[ "$stderr" = "" ] || { echo "${*:2}: $stderr" && return 1; }
}

# The columns of a list, but the name of its sections.
columns_of() { # VERB...
	lm-credits "$@" --limit 1 -f csv </dev/null | sed -n '1s/\r//; 1s/^section,//; 1s/,/ /gp'
}

# What a terminal could take for an order, as grep -P wants it.
# shellcheck disable=SC2034 # used by the tests
controls='[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80[\x8b\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf'

# Agreement with the queries of tests/independent, which were written apart: of the database of PGDATABASE, by a session
# whose own time zone is another.
agree_begin() { # ZONE
	export PGTZ=$1
	asked=0
	prepared=
	cat >"$BATS_TEST_TMPDIR/script" <<-'END'
		SET TimeZone = 'UTC';
		SET client_min_messages = warning;
		\set compared 0
		CREATE TEMPORARY TABLE ours (document jsonb);
		-- Instants as PostgreSQL writes them in JSON.
		CREATE FUNCTION pg_temp.plain(document jsonb) RETURNS jsonb LANGUAGE sql AS $$
		    SELECT coalesce(jsonb_object_agg(key, CASE
		        WHEN value #>> '{}' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$' THEN to_jsonb(rtrim(value #>> '{}', 'Z'))
		        ELSE value END), '{}')
		    FROM jsonb_each(document)
		$$;
	END
}

# Asks the tool, and has psql compare a list of its answer, all keys in their order, with the rows of a query.
# What is asked for, as expressions: FROM|TO|TEAMS|ORGANIZATIONS|NOW|THRESHOLD|TYPE.
agree() { # QUERY ASKED-FOR LIST ARGUMENT...
	local query=$1 line=$2 list=$3 name value of='' status=0
	shift 3
	asked=$((asked + 1))
	lm-credits "$1" -f json "${@:2}" >"$BATS_TEST_TMPDIR/$asked.json" 2>"$BATS_TEST_TMPDIR/err" </dev/null || status=$?
	# shellcheck disable=SC2015 # the message is for either
	[ "$status" -le 2 ] && [ ! -s "$BATS_TEST_TMPDIR/err" ] || {
		echo "$*: exit status $status: $(head -n 1 "$BATS_TEST_TMPDIR/err")"
		return 1
	}
	{
		for name in from to teams organizations now threshold type; do
			value=${line%%|*}
			line=${line#*|}
			case $name in
			from | to | now) value+=::timestamp ;;
			threshold) value+=::numeric ;;
			type) value+=::text ;;
			esac
			printf "\\\\set %s '%s'\n" $name "${value//\'/\'\'}"
			[[ $name != [ton]* || $name == to || $name == type ]] || of+=$value
		done
		# What it works out depends on these alone.
		[ "$of" = "$prepared" ] || echo "\\i '$LM_TOP/tests/independent/credits.sql'"
		prepared=$of
		cat <<-END
			\\set label '$(printf %s "$*" | tr -c '[:alnum:] .:_-' '?')'
			\\set answer \`cat $BATS_TEST_TMPDIR/$asked.json\`
			TRUNCATE ours;
			INSERT INTO ours VALUES (:'answer');
			SELECT :'label', n, 'ours', o.row, 'theirs', t.row
			FROM (SELECT n, pg_temp.plain(row) AS row
			        FROM ours, jsonb_array_elements(document -> '$list') WITH ORDINALITY a(row, n)) o
			    FULL JOIN (
			        SELECT row_number() OVER () AS n, to_jsonb(q) - 'section' AS row
			        FROM ($(sed '/^--/d' "$LM_TOP/tests/independent/credits_$query.sql")) q
			    ) t USING (n)
			WHERE o.row IS DISTINCT FROM t.row
			ORDER BY n
			LIMIT 2;
			SELECT count(*) + :compared AS compared FROM ours, jsonb_array_elements(document -> '$list') \\gset
		END
	} >>"$BATS_TEST_TMPDIR/script"
}

# Fails with the rows that differ, or when fewer than so many were compared.
agree_end() { # ROWS
	[ -n "$LM_WRAP" ] || echo "SELECT 'only ' || :compared || ' rows were compared' WHERE :compared < $1;" \
		>>"$BATS_TEST_TMPDIR/script"
	env -u PGTZ psql -X -qAt -v ON_ERROR_STOP=1 -f "$BATS_TEST_TMPDIR/script" >"$BATS_TEST_TMPDIR/rows"
	[ ! -s "$BATS_TEST_TMPDIR/rows" ] || { head -n 20 "$BATS_TEST_TMPDIR/rows" | cut -c1-1500 && return 1; }
}
