# The statements of lm-credits for psql.

credits_statements="balance transactions transactions_totals daily top low forecast refills audit"

# A statement as a tool runs it, without its last semicolon.
# shellcheck disable=SC2016 # the dollar is a parameter's
credits_statement() { # NAME
	local -a parts=(facts_raw credits_raw)
	case $1 in
	low | forecast) parts+=(credits_outlook) ;;
	esac
	case $1 in
	audit | balance) ;;
	*) echo 'SELECT * FROM (' ;;
	esac
	(cd "$LM_TOP/sql" && cat "${parts[@]/%/.sql}" "credits_$1.sql") | sed '$ s/;$//'
	case $1 in
	audit | balance) ;;
	*) echo ') AS report LIMIT $8::bigint' ;;
	esac
}

# Prints psql's commands that prepare them all.
credits_prepare() {
	local name
	cat <<-'END'
		SET plan_cache_mode = force_custom_plan;
		SET jit = off;
		SET client_min_messages = warning;
	END
	for name in $credits_statements; do
		echo "PREPARE $name AS $(credits_statement "$name");"
	done
}
