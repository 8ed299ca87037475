#!/usr/bin/env bats
# lm-health: each format, what a peer may not do to it, the models, and the file for node_exporter.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by run and by start_peer
load helper
load health

setup_file() {
	# A port on which nobody listens, and which nobody else gets.
	"$LM_TOP/tests/stubs/http-peer" "$BATS_FILE_TMPDIR/refusing" --refuse 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/refusing.pid"
	wait_until test -s "$BATS_FILE_TMPDIR/refusing"
	bad_port=$(<"$BATS_FILE_TMPDIR/refusing")
	# What peers may say, as JSON has it: formats' own signs, line ends, controls, an end of text, wide and reversing characters.
	# shellcheck disable=SC1003,SC2016 # nothing of it is for the shell
	printf '%s' '|;'"'"'\"\\<&>\n\r\t\u0000\u001b[31m\u001b]0;x\u0007\u0085\u009b\u200b\u202e{}=%s%n$(id)`id`,\ud83d\ude00\u6f22 | evil=1;2;3' \
		>"$BATS_FILE_TMPDIR/hostile"
}

teardown_file() {
	kill "$(<"$BATS_FILE_TMPDIR/refusing.pid")"
}

setup() {
	export PGDATABASE=shape_migrations
	bad_port=$(<"$BATS_FILE_TMPDIR/refusing")
	hostile=$(<"$BATS_FILE_TMPDIR/hostile")
}

teardown() {
	stop_peers
}

# A platform in which the SaaS API and the database are well, the proxy is not there, and a fourth cannot be asked.
configure_trouble() {
	start_platform
	configure "saas_api: {url: \"http://localhost:$saas/health\", latency_warn_ms: 60000, latency_crit_ms: 90000}" \
		"litellm_proxy: {url: \"http://localhost:$bad_port/health/readiness\"}" "database: {$patient}" \
		"queue: {url: \"http://no.such.name.invalid/\", required: false}"
}

@test "json and jsonl are the same document, on several lines and on one" {
	configure_trouble
	run --separate-stderr lm-health -f jsonl --now 2025-10-15T14:30:00Z
	is "$status" 1 "$stderr"
	is "$(wc -l <<<"$output")" 1
	jsonl=$(of 'del(.. | .latency_ms?, .connections_used?, .clock_skew_seconds?, .newest_job_age_seconds?)')
	for options in '-f json' -j ''; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr lm-health $options --now 2025-10-15T14:30:00Z
		is "$status" 1
		[ "$(wc -l <<<"$output")" -gt 10 ]
		is "$(of 'del(.. | .latency_ms?, .connections_used?, .clock_skew_seconds?, .newest_job_age_seconds?)')" "$jsonl"
	done
	is "$(of 'keys_unsorted | join(" ")')" \
		'saas_api litellm_proxy database overall exit_status checked_at components database_details'
	is "$(of '.components.queue | [.up, .status, .required]')" '[null,"unknown",false]'
}

@test "the table says what is up and what is not" {
	configure_trouble
	for options in '-f table' -t; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr lm-health $options
		is "$status" 1
		for line in '*saas_api*up*' '*litellm_proxy*down*connection refused by localhost:'"$bad_port"'*' '*database*up*' \
			'*queue*unknown*cannot resolve "no.such.name.invalid"*' '*degraded*'; do
			is_like "$output" "$line"
		done
		[[ $output != *$'\e'* ]]
	done
	run bash -c "script -qec '$LM_WRAP $LM_BUILD/bin/lm-health' /dev/null </dev/null"
	is_like "$output" '*saas_api*up*'
	[[ $output != *'"saas_api"'* ]]
}

@test "csv has a header, and a line for each component" {
	configure_trouble
	run --separate-stderr lm-health -f csv --now 2025-10-15T14:30:00Z
	is "$status" 1
	is "$(tail -c 2 <(lm-health -f csv 2>"$BATS_TEST_TMPDIR/err") | od -An -tx1)" ' 0d 0a'
	is_like "${lines[0]%$'\r'}" 'section,*component,up,status,required,latency_ms,http_status,attempts,message*'
	is "$(awk -F, 'NR > 1 { print $1 }' <<<"$output" | uniq -c | awk '{ print $1, $2 }' | paste -sd ' ')" \
		'4 components 1 database_details'
	is "$(grep -c ',litellm_proxy,false,down,true,,,1,connection refused by localhost:' <<<"$output")" 1
	is "$(grep -c ',queue,,unknown,false,,,1,"cannot resolve ""no.such.name.invalid""' <<<"$output")" 1
	# Each line has as many cells as the header.
	# shellcheck disable=SC2001 # no pattern of the shell's says that
	is "$(sed 's/"\([^"]\|""\)*"/quoted/g' <<<"$output" | awk -F, '{ print NF }' | sort -u | wc -l)" 1
}

# Checks Prometheus' text: no complaint and no sample twice.
prom_is_valid() { # FILE
	run --separate-stderr promtool check metrics <"$1"
	is "$status" 0 "$stderr $output"
	is "$output$stderr" ""
	is "$(sed -nE 's/^([^#].*) [^ ]+$/\1/p' "$1" | sort | uniq -d)" "" 'samples that are there twice'
	is "$(tail -c 1 "$1" | od -An -tx1)" ' 0a'
}

@test "prom passes promtool, and what is unknown is a sample that is missing" {
	configure_trouble
	run --separate-stderr lm-health -f prom --now 2025-10-15T14:30:00Z
	is "$status" 1
	echo "$output" >"$BATS_TEST_TMPDIR/prom"
	for line in 'lm_health_components_up{component="saas_api"} 1' 'lm_health_components_up{component="litellm_proxy"} 0' \
		'lm_health_components_up{component="database"} 1' 'lm_health_exit_status 1'; do
		grep -qxF "$line" "$BATS_TEST_TMPDIR/prom" || { echo "no $line" && cat "$BATS_TEST_TMPDIR/prom" && false; }
	done
	grep -qE '^lm_health_checked_timestamp_seconds 1760538600(\.0+)?$' "$BATS_TEST_TMPDIR/prom"
	grep -qE '^lm_health_components_latency_seconds\{component="saas_api"\} [0-9.e-]+$' "$BATS_TEST_TMPDIR/prom"
	grep -qE '^lm_health_connections_used [1-9][0-9]*$' "$BATS_TEST_TMPDIR/prom"
	finds_nothing -E 'up\{component="queue"|latency_seconds\{component="(queue|litellm_proxy)"| (NaN|[+-]?Inf|null)$' "$BATS_TEST_TMPDIR/prom"
	# A latency is in seconds: less than the run took.
	is "$(awk '/^lm_health_components_latency_seconds/ { if ($2 > 30) print }' "$BATS_TEST_TMPDIR/prom")" ""
	prom_is_valid "$BATS_TEST_TMPDIR/prom"
}

@test "prom passes promtool in whatever state the platform is" {
	start_peer saas --body '{"status":"healthy"}'
	for component in "database: {$patient}" "saas_api: {url: \"http://localhost:$saas/\"}" 'saas_api: {url: nonsense}' \
		"saas_api: {url: \"http://localhost:$bad_port/\"}" 'database: {required: false}'; do
		# Without one that is required there is nothing to judge.
		configure "$component" "other: {url: \"http://localhost:$saas/\"}"
		for PGDATABASE in shape_migrations shape_orm shape_bare postgres nowhere; do
			lm-health -f prom >"$BATS_TEST_TMPDIR/prom" 2>"$BATS_TEST_TMPDIR/err" || true
			grep -qE '^lm_health_exit_status [0-3]$' "$BATS_TEST_TMPDIR/prom"
			prom_is_valid "$BATS_TEST_TMPDIR/prom"
		done
	done
}

# The performance data of a plugin's line, as the guidelines have it: 'label'=value[UOM];[warn];[crit];[min];[max]
nagios_is_valid() { # EXIT-STATUS
	local words=('HEALTH OK' 'HEALTH WARNING' 'HEALTH CRITICAL' 'HEALTH UNKNOWN') item
	is "$status" "$1" "$output $stderr"
	is_like "$output" "${words[$1]} - ?*"
	is "${#lines[@]}" 1
	is "$(tr -cd '|' <<<"$output")" "${perfdata-|}"
	finds_nothing -P '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]' <<<"$output"
	[ -n "${perfdata-|}" ] || return 0
	for item in ${output#*|}; do
		[[ $item =~ ^(\'[^\'=|]+\'|[^\'\ =|]+)=-?[0-9.]+(s|ms|us|%|[KMGT]?B|c)?(\;[-0-9.:~@]*){0,4}$ ]] || { echo "perfdata: $item" && return 1; }
	done
}

@test "nagios is one line with performance data" {
	start_platform
	sed -i 's/latency_warn_ms: 60000, latency_crit_ms: 60000/latency_warn_ms: 20000, latency_crit_ms: 25500/' "$LM_CONFIG"
	run --separate-stderr lm-health -f nagios
	nagios_is_valid 0
	[[ $output =~ ^'HEALTH OK - 3 of 3 components up | saas_api='[0-9.]+'s;20;25.5;0 litellm_proxy='[0-9.]+'s;20;25.5;0 database='[0-9.]+'s;20;25.5;0'$ ]] ||
		{ echo "$output" && false; }
	is "$stderr" ""
	# The plugin's line is not of a terminal's width.
	run script -qec "stty cols 40; $LM_WRAP $LM_BUILD/bin/lm-health -f nagios" /dev/null
	is_like "$output" 'HEALTH OK - 3 of 3 components up | saas_api=*database=*'
}

@test "nagios says what is wrong, and what has no latency has no performance data" {
	start_peer saas --delay 0.2 --body '{"status":"healthy"}'
	configure "saas_api: {url: \"http://localhost:$saas/health\", latency_warn_ms: 50, latency_crit_ms: 100}" \
		"litellm_proxy: {url: \"http://localhost:$bad_port/\"}" "database: {$patient}"
	run --separate-stderr lm-health -f nagios
	nagios_is_valid 1
	is_like "$output" "HEALTH WARNING - *litellm_proxy down: connection refused by localhost:$bad_port*|*"
	is_like "$output" "HEALTH WARNING - *saas_api slow: took * ms, critical at 100 ms*| saas_api=0.*s;0.05;0.1;0 database=*"
	[[ ${output#*|} != *litellm_proxy* ]]
	run --separate-stderr lm-health -f nagios --dsn "host=127.0.0.1 port=$bad_port"
	nagios_is_valid 2
	is_like "$output" 'HEALTH CRITICAL - *database down: cannot connect to "127.0.0.1": Connection refused*|*'
	[[ ${output#*|} != *database* ]]
	PGDATABASE=nowhere run --separate-stderr lm-health -f nagios
	nagios_is_valid 1
	is_like "$output" '*database unknown: cannot connect to*does not exist*|*'
	configure 'database: {}'
	PGDATABASE=nowhere run --separate-stderr lm-health -f nagios
	perfdata='' nagios_is_valid 3
	is_like "$output" 'HEALTH UNKNOWN - database unknown: cannot connect to*"nowhere" does not exist'
	is_like "$stderr" 'lm-health: database: *'
}

# A platform whose every part says hostile things.
start_hostile_platform() {
	start_peer saas --body "{\"status\":\"$hostile\"}"
	start_peer proxy --path /health/readiness --body "{\"db\":\"$hostile\"}" --next --path /health --body "{
		\"healthy_endpoints\":[{\"model\":\"$hostile\",\"api_base\":\"https://$hostile/v1\"}],
		\"unhealthy_endpoints\":[{\"model\":\"$hostile\",\"api_base\":\"$hostile\",\"error\":\"$hostile\"},{\"model\":null},7,{}]}"
	start_peer raw --raw $'HTTP/1.1 500 evil | x=1;2\t\e[31m\x07\r\nX-\e[31m: |\r\n\r\n'
	start_postgres_peer database postgres-error 53300 $'too many | x=1;2;3\nlm_evil 1\r\t\e[31m\x07\xc2\x9b31m'
	configure "saas_api: {url: \"http://localhost:$saas/health\"}" "raw: {url: \"http://localhost:$raw/\"}" \
		"litellm_proxy: {url: \"http://localhost:$proxy/health/readiness\", key: sk-1}" 'database: {}'
	export PGHOST=$database
}

@test "what peers say cannot break out of any format" {
	start_hostile_platform
	for format in table json jsonl csv prom nagios; do
		lm-health -v --models -f $format --textfile "$BATS_TEST_TMPDIR/text.prom" --log-file "$BATS_TEST_TMPDIR/log" \
			>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" && false
		# Controls but for tabs and line ends, in ASCII and as Unicode has more; and the sign that reverses what follows. In a
		# quoted cell CSV has any character.
		local read=("$BATS_TEST_TMPDIR"/{err,log,text.prom})
		[ $format = csv ] || read+=("$BATS_TEST_TMPDIR/out")
		finds_nothing -aP '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]' "${read[@]}"
		[ $format != table ] || finds_nothing -aP '\xe2\x80\xae' "$BATS_TEST_TMPDIR"/{out,err,log}
		finds_nothing -aE '^(lm_evil|evil)' "$BATS_TEST_TMPDIR"/{out,err,log,text.prom}
		iconv -f UTF-8 -t UTF-8 "$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/utf8"
		case $format in
		json | jsonl)
			is "$(jq -r '[.components[].status] | join(" ")' "$BATS_TEST_TMPDIR/out")" 'down down down down'
			[ $format = json ] || is "$(wc -l <"$BATS_TEST_TMPDIR/out")" 1
			;;
		prom) prom_is_valid "$BATS_TEST_TMPDIR/out" ;;
		nagios)
			run --separate-stderr cat "$BATS_TEST_TMPDIR/out"
			status=2
			# Without a latency of anything there is no performance data.
			perfdata=$([[ $output == *' | '* ]] && echo '|') nagios_is_valid 2
			;;
		esac
		prom_is_valid "$BATS_TEST_TMPDIR/text.prom"
	done
	is "$(grep -vc '^lm-health: ' "$BATS_TEST_TMPDIR/err")" 0
	is "$(grep -vcE '^20[0-9-]{8}T[0-9:]{8}Z lm-health\[[0-9]+\] ' "$BATS_TEST_TMPDIR/log")" 0
}

@test "csv of what a spreadsheet would take for a formula is made harmless" {
	start_peer saas --path /health/readiness --body '{"db":"connected"}' --next --path /health \
		--body '{"healthy_endpoints":[{"model":"=1+1","api_base":"https://x/"}],"unhealthy_endpoints":[]}'
	configure "litellm_proxy: {url: \"http://localhost:$saas/health/readiness\", key: k}"
	run --separate-stderr lm-health --models -f csv
	is "$status" 0 "$stderr"
	is_like "$output" "*,'=1+1,*"
}

# The answer of the paid /health, with the key wherever the proxy may have it.
start_models() {
	cat >"$BATS_TEST_TMPDIR/models" <<-'END'
		{"healthy_endpoints": [
		  {"model": "openai/gpt-4o", "api_base": "https://api.openai.com/v1", "api_key": "sk-SECRET",
		   "x-ratelimit-remaining-requests": "9999"},
		  {"model": "gpt-4o-mini", "use_in_pass_through": false, "litellm_params": {"api_key": "sk-SECRET"}}],
		 "unhealthy_endpoints": [
		  {"model": "azure/gpt-4", "api_base": "https://user:sk-SECRET@my.openai.azure.com:8443/openai/sk-SECRET?api-key=sk-SECRET#sk-SECRET",
		   "api_key": "sk-SECRET", "error": "litellm.AuthenticationError: Incorrect API key provided: sk-SECRET. stack trace: sk-SECRET",
		   "raw_request_typed_dict": {"raw_request_headers": {"Authorization": "Bearer sk-SECRET"}}},
		  {"model": "anthropic/claude-3-opus", "api_base": "https://api.anthropic.com", "error": {"message": "sk-SECRET"}},
		  {"model": "azure/gpt-4", "api_base": "https://my.openai.azure.com:8443/other", "error": "sk-SECRET"}],
		 "healthy_count": 2, "unhealthy_count": 3}
	END
	start_peer saas --body '{"status":"healthy"}'
	start_peer proxy --path /health/readiness --body '{"status":"healthy","db":"connected"}' --next \
		--path /health --body-file "${1-$BATS_TEST_TMPDIR/models}" "${@:2}"
	configure "saas_api: {url: \"http://localhost:$saas/health\", $patient}" \
		"litellm_proxy: {url: \"http://localhost:$proxy/health/readiness\", key: os.environ/LM_TEST_KEY, $patient}" "database: {$patient}"
	export LM_TEST_KEY=sk-master-SECRET
}

@test "the paid call is made with --models alone, and nobody else gets the key" {
	start_models
	run --separate-stderr lm-health -v
	is "$status" 0 "$stderr"
	run --separate-stderr lm-health --textfile "$BATS_TEST_TMPDIR/text.prom" --retries 2 -f nagios
	is "$status" 0 "$stderr"
	cat "$(log_of proxy)" "$(log_of saas)" >"$BATS_TEST_TMPDIR/requests"
	is "$(cut -d ' ' -f 1,2 "$BATS_TEST_TMPDIR/requests" | sort | uniq -c | awk '{ print $1, $2, $3 }' | paste -sd ' ')" \
		'2 GET /health 2 GET /health/readiness'
	is "$(cut -d ' ' -f 2 "$(log_of proxy)" | sort -u)" /health/readiness
	finds_nothing -iE 'authorization|SECRET' "$BATS_TEST_TMPDIR/requests"
	run --separate-stderr lm-health --models
	is "$(grep -c '^GET /health HTTP.*; Authorization: Bearer sk-master-SECRET' "$(log_of proxy)")" 1
	finds_nothing -iE 'authorization|SECRET' "$(log_of saas)"
	# The key goes to what it is for, and not to the readiness that needs none.
	finds_nothing -iE 'readiness.*(authorization|SECRET)' "$(log_of proxy)"
}

@test "every model's endpoint is listed by model and API host" {
	start_models
	run --separate-stderr lm-health --models
	is "$status" 1 "$stderr"
	is "$stderr" ""
	is "$(of .overall)" degraded
	is "$(of '[.models[] | [.model, (if .api_host then .api_host | sub(":8443"; "") else null end), .healthy]] | sort | map(tojson) | join(" ")')" "[\"anthropic/claude-3-opus\",\"api.anthropic.com\",false] \
[\"azure/gpt-4\",\"my.openai.azure.com\",false] [\"azure/gpt-4\",\"my.openai.azure.com\",false] \
[\"gpt-4o-mini\",null,true] [\"openai/gpt-4o\",\"api.openai.com\",true]"
	is "$(of '[.models[] | keys_unsorted | join(" ")] | unique')" '["model api_host healthy"]'
	is "$(of '[.litellm_proxy, .components.litellm_proxy.status]')" '[true,"up"]'
	run --separate-stderr lm-health
	is "$status" 0 "$stderr"
	is "$(of 'has("models")')" false
}

@test "in each format the models are there and no key is" {
	start_models
	for format in table json jsonl csv prom nagios; do
		run lm-health -v --models -f $format --log-file "$BATS_TEST_TMPDIR/log" --textfile "$BATS_TEST_TMPDIR/text.prom"
		is "$status" 1
		if [ $format != nagios ]; then
			is_like "$output" '*azure/gpt-4*my.openai.azure.com*'
			is_like "$output" '*anthropic/claude-3-opus*api.anthropic.com*'
		else
			is_like "$output" '*HEALTH WARNING - *3 of 5 models unhealthy*|*'
		fi
		[[ $output != *SECRET* ]]
		finds_nothing SECRET "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/text.prom"
	done
	lm-health --models -f prom >"$BATS_TEST_TMPDIR/prom" || true
	grep -qxF 'lm_health_models_healthy{model="openai/gpt-4o",api_host="api.openai.com"} 1' "$BATS_TEST_TMPDIR/prom"
	grep -qE '^lm_health_models_healthy\{model="azure/gpt-4",api_host="my.openai.azure.com(:8443)?"\} 0$' "$BATS_TEST_TMPDIR/prom"
	# Two endpoints of one name are one sample.
	prom_is_valid "$BATS_TEST_TMPDIR/prom"
}

@test "one healthy endpoint does not hide an unhealthy one of the same name from Prometheus" {
	printf '%s' '{"healthy_endpoints":[{"model":"m","api_base":"https://h/"}],"unhealthy_endpoints":[{"model":"m","api_base":"https://h/"}]}' \
		>"$BATS_TEST_TMPDIR/same"
	for order in . '{unhealthy_endpoints, healthy_endpoints}'; do
		jq "$order" "$BATS_TEST_TMPDIR/same" >"$BATS_TEST_TMPDIR/ordered"
		start_models "$BATS_TEST_TMPDIR/ordered"
		lm-health --models -f prom >"$BATS_TEST_TMPDIR/prom" || true
		is "$(grep '^lm_health_models_healthy{' "$BATS_TEST_TMPDIR/prom")" 'lm_health_models_healthy{model="m",api_host="h"} 0'
	done
}

@test "models that are all well leave the whole healthy" {
	printf '%s' '{"healthy_endpoints":[{"model":"m"}],"unhealthy_endpoints":[],"healthy_count":1,"unhealthy_count":0}' \
		>"$BATS_TEST_TMPDIR/well"
	start_models "$BATS_TEST_TMPDIR/well"
	run --separate-stderr lm-health --models
	is "$status" 0 "$stderr"
	is "$(of '[.overall, .models]')" '["healthy",[{"model":"m","api_host":null,"healthy":true}]]'
}

@test "an answer without an endpoint, or with other counts than lists, says nothing about the models" {
	says() { # MESSAGE ANSWER
		printf '%s' "$2" >"$BATS_TEST_TMPDIR/answer"
		start_models "$BATS_TEST_TMPDIR/answer"
		run --separate-stderr lm-health --models
		is "$status" 3
		is "$stderr" "lm-health: models: $1"
		is "$(of '[.overall, .litellm_proxy, .models]')" '["unknown",true,[]]'
	}
	says 'the answer lists no endpoint: has the proxy a model?' \
		'{"healthy_endpoints":[],"unhealthy_endpoints":[],"healthy_count":0,"unhealthy_count":0}'
	for counts in '"healthy_count":2' '"unhealthy_count":1' '"healthy_count":"1"'; do
		says 'the answer does not list as many endpoints as it counts' \
			"{\"healthy_endpoints\":[{\"model\":\"m\"}],\"unhealthy_endpoints\":[],$counts}"
	done
}

@test "the paid call goes where the proxy is, below a prefix too" {
	start_peer proxy --path /litellm/health/readiness --body '{"db":"connected"}' --next --path /litellm/health \
		--body '{"healthy_endpoints":[{"model":"m"}],"unhealthy_endpoints":[]}'
	configure "litellm_proxy: {url: \"http://localhost:$proxy/litellm/health/readiness\", key: k, $patient}"
	run --separate-stderr lm-health --models
	is "$status" 0 "$stderr"
	is "$(cut -d ' ' -f 2 "$(log_of proxy)" | sort | paste -sd ' ')" '/litellm/health /litellm/health/readiness'
	configure "litellm_proxy: {url: \"http://localhost:$proxy/ready\", key: k}"
	fails_like 'lm-health: --models: health.components.litellm_proxy.url: expected http://HOST.../health/readiness, *' \
		lm-health --models
	is "$(grep -c 'Bearer' "$(log_of proxy)")" 1
}

@test "a paid call that fails is no model that is well" {
	printf '%s' '{"healthy_endpoints":[{"model":"m"}],"unhealthy_endpoints":[]}' >"$BATS_TEST_TMPDIR/well"
	start_models "$BATS_TEST_TMPDIR/well" --status 401
	run --separate-stderr lm-health --models
	[[ $status = [13] ]]
	is "$(of '[.saas_api, .database, (.models | length)]')" '[true,true,0]'
	[[ $output$stderr == *'HTTP 401'* && $output$stderr != *SECRET* ]]
	printf '%s' 'sk-SECRET is no JSON' >"$BATS_TEST_TMPDIR/broken"
	start_models "$BATS_TEST_TMPDIR/broken"
	run --separate-stderr lm-health --models
	[[ $status = [13] ]]
	[[ $output$stderr != *SECRET* ]]
}

@test "the answer of the paid call may take as long as the whole run" {
	start_models "$BATS_TEST_TMPDIR/models" --delay 1.5
	sed -i 's/litellm_proxy: {/litellm_proxy: {timeout: 1s, /' "$LM_CONFIG"
	[ -z "$LM_WRAP" ] || sed -i 's/timeout: 1s/timeout: 9s/' "$LM_CONFIG"
	run --separate-stderr lm-health --models
	is "$status" 1 "$stderr"
	is "$(of '[(.models | length), .litellm_proxy]')" '[5,true]'
	start_models "$BATS_TEST_TMPDIR/models" --silent
	limit_ms=1500
	[ -z "$LM_WRAP" ] || limit_ms=12000
	timed lm-health --models --timeout "${limit_ms}ms"
	took_less_than $limit_ms
	[ "$status" != 0 ]
	is "$(of '[.saas_api, .litellm_proxy, .database]')" '[true,true,true]'
}

@test "--models without a key says which one it takes, and asks nothing that is paid for" {
	start_models
	sed -i 's/key: os.environ\/LM_TEST_KEY, //' "$LM_CONFIG"
	run --separate-stderr lm-health --models
	is "$status" 3
	is_like "$stderr" 'lm-health: *health.components.litellm_proxy.key*'
	is "$(grep -c '^GET /health ' "$(log_of proxy)")" 0
}

@test "-q prints nothing when all is healthy, and all of it when not" {
	start_platform
	for format in table json jsonl csv prom nagios; do
		run --separate-stderr lm-health -q -f $format --textfile "$BATS_TEST_TMPDIR/text.prom"
		is "$status$output$stderr" 0
		grep -qxF 'lm_health_exit_status 0' "$BATS_TEST_TMPDIR/text.prom"
		rm "$BATS_TEST_TMPDIR/text.prom"
	done
	configure_trouble
	for format in table json jsonl csv prom nagios; do
		run --separate-stderr lm-health --quiet -f $format
		is "$status" 1
		is_like "$output" '*litellm_proxy*'
	done
}

@test "--textfile is what -f prom prints, readable by everybody" {
	configure_trouble
	text=$BATS_TEST_TMPDIR/d/text.prom
	mkdir "$BATS_TEST_TMPDIR/d"
	for umask in 077 022 000; do
		(umask $umask && lm-health -f prom --textfile "$text" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err") || [ $? = 1 ]
		cmp "$BATS_TEST_TMPDIR/out" "$text"
		is "$(stat -c %a "$text")" 644
		is "$(ls -A "$BATS_TEST_TMPDIR/d")" text.prom
	done
	# In the present directory too.
	cd "$BATS_TEST_TMPDIR/d"
	run --separate-stderr lm-health --textfile here.prom
	is "$(ls)" $'here.prom\ntext.prom'
}

@test "--textfile replaces the file at once, so that no reader sees a part of it" {
	start_platform
	text=$BATS_TEST_TMPDIR/d/text.prom
	mkdir "$BATS_TEST_TMPDIR/d"
	lm-health -q --textfile "$text"
	whole=$(wc -l <"$text")
	# Whoever has the old file open goes on to see all of it.
	exec {old}<"$text"
	cp "$text" "$BATS_TEST_TMPDIR/copy"
	inode=$(stat -c %i "$text")
	lm-health -q --textfile "$text" --now 2025-10-15T14:30:00Z
	cmp "$BATS_TEST_TMPDIR/copy" - <&"$old"
	[ "$(stat -c %i "$text")" != "$inode" ]
	# And a reader that looks all the time.
	(
		while [ ! -e "$BATS_TEST_TMPDIR/done" ]; do
			wc -l <"$text" || echo missing
		done
	) >"$BATS_TEST_TMPDIR/seen" 2>&1 3>&- &
	reader=$!
	for ((i = 0; i < 20; i++)); do
		lm-health -q --textfile "$text"
	done
	touch "$BATS_TEST_TMPDIR/done"
	wait "$reader"
	is "$(sort -u "$BATS_TEST_TMPDIR/seen")" "$whole"
	is "$(ls -A "$BATS_TEST_TMPDIR/d")" text.prom
}

@test "--textfile follows a link, and replaces nothing but a file" {
	start_platform
	cd "$BATS_TEST_TMPDIR"
	echo old >text.prom
	ln -s text.prom link
	mkfifo pipe
	run --separate-stderr lm-health --textfile link
	is "$status$stderr" 0
	is "$(readlink link)" text.prom
	grep -qxF 'lm_health_exit_status 0' text.prom
	run --separate-stderr lm-health --textfile pipe
	is "$status" 3
	is "$stderr" 'lm-health: cannot write "pipe": it is no regular file'
	[ -p pipe ]
	fails_with 'lm-health: --textfile: expected a file, not "-"; -f prom prints the same' lm-health --textfile -
	[ ! -e - ]
}

@test "a text file that cannot be written is said, and everything else is printed" {
	start_platform
	fails() { # PATH REASON
		run --separate-stderr lm-health --textfile "$1"
		is "$status" 3
		is_like "$stderr" "lm-health: *\"$1\": $2"
		is "$(of .overall)" healthy
	}
	fails "$BATS_TEST_TMPDIR/no/text.prom" 'No such file or directory'
	mkdir "$BATS_TEST_TMPDIR/d"
	fails "$BATS_TEST_TMPDIR/d" '*directory*'
	# No temporary file is left in it or beside it.
	is "$(find "$BATS_TEST_TMPDIR" -newer "$LM_CONFIG" -type f ! -name 'saas*' ! -name 'proxy*' ! -name 'separate-stderr*')" ""
	[ "$(id -u)" != 0 ] || return 0
	echo old >"$BATS_TEST_TMPDIR/d/text.prom"
	chmod 555 "$BATS_TEST_TMPDIR/d"
	fails "$BATS_TEST_TMPDIR/d/text.prom" 'Permission denied'
	chmod 755 "$BATS_TEST_TMPDIR/d"
	is "$(cat "$BATS_TEST_TMPDIR/d/text.prom")" old
}

@test "a full disk leaves the old text file as it was, and no other" {
	[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || skip 'needs root and mount name spaces'
	start_platform
	mkdir "$BATS_TEST_TMPDIR/d"
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr unshare -m sh -c 'mount -t tmpfs -o size=8k none "$0" && cd "$0" && echo old >text.prom &&
		dd if=/dev/zero of=fill bs=1k count=64 2>/dev/null; "$@" --textfile "$0/text.prom" -q; echo $?; cat text.prom; ls -A' \
		"$BATS_TEST_TMPDIR/d" ${LM_WRAP:+$LM_WRAP} "$LM_BUILD/bin/lm-health"
	is "$output" $'3\nold\nfill\ntext.prom'
	is_like "$stderr" "lm-health: *\"$BATS_TEST_TMPDIR/d/text.prom\": No space left on device"
}

@test "what cannot be printed is a failure in every format" {
	start_platform
	for format in table json jsonl csv prom nagios; do
		run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/lm-health -f $format >/dev/full"
		is "$status" 3
		is "$stderr" 'lm-health: cannot write to standard output: No space left on device'
	done
}

@test "what goes wrong before anything is asked is one line and exit status 3" {
	start_platform
	fails_with 'lm-health: unknown or ambiguous option "--nonsense"; see lm-health --help' lm-health --nonsense
	fails_like 'lm-health: unknown verb "nonsense": *' lm-health nonsense
	fails_like 'lm-health: *argument*"more"*' lm-health check more
	fails_like 'lm-health: --retries: *' lm-health --retries -1
	fails_like 'lm-health: --retries: *' lm-health --retries many
	fails_like 'lm-health: --watch: *' lm-health --watch=0
	fails_like 'lm-health: --days does not go with check*' lm-health --days 3
	fails_like 'lm-health: --models does not go with uptime*' lm-health uptime --models
	fails_like 'lm-health: *nagios*' lm-health uptime -f nagios
	printf 'health:\n  components:\n    saas_api: {url: "http://x/", urll: y}\n' >"$LM_CONFIG"
	fails_with "lm-health: $LM_CONFIG:3: unknown key \"health.components.saas_api.urll\"" lm-health
	printf 'health:\n  components:\n    database: {url: "http://x/"}\n' >"$LM_CONFIG"
	fails_like "lm-health: $LM_CONFIG:3: *database.url*" lm-health
	is "$(cat "$(log_of saas)" 2>/dev/null)" ""
}

@test "a URL of the database that is none leaves the database unknown, and ends neither check nor uptime" {
	start_platform
	platform=$(<"$LM_CONFIG")
	log_line 2025-10-15T00:00:00Z up up up >"$BATS_TEST_TMPDIR/health.jsonl"
	is_left() { # MESSAGE
		run --separate-stderr lm-health
		is "$status" 3
		is "$stderr" "lm-health: database: $1"
		is "$(of '[.saas_api, .litellm_proxy, .database, .overall]')" '[true,true,null,"unknown"]'
		is "$(of .components.database.message)" "$1"
		run --separate-stderr lm-health uptime -f json "$BATS_TEST_TMPDIR/health.jsonl"
		is "$status$stderr" 0
		fails_with "lm-usage: $1" lm-usage teams
		fails_with "lm-health: $1" lm-health --show-config
	}
	DATABASE_URL=mysql://lm:SECRET@db/saas is_left 'DATABASE_URL: expected a URL that starts with postgresql://'
	LM_DATABASE_URL='host=db pasword=SECRET' is_left \
		'LM_DATABASE_URL: expected postgresql://USER@HOST:PORT/DATABASE or "host=HOST dbname=DATABASE"'
	printf 'database: {url: os.environ/NOPE}\n%s\n' "$platform" >"$LM_CONFIG"
	is_left "$LM_CONFIG:1: database.url: the environment variable NOPE is not set"
	printf 'database: {url: "mysql://lm:SECRET@db/saas"}\n%s\n' "$platform" >"$LM_CONFIG"
	is_left "$LM_CONFIG:1: database.url: expected a URL that starts with postgresql://"
	# What is no text, and what the command line says, ends the run.
	echo "$platform" >"$LM_CONFIG"
	fails_with 'lm-health: --dsn: expected a URL that starts with postgresql://' lm-health --dsn mysql://db/saas
	printf 'database: {url: [a]}\n%s\n' "$platform" >"$LM_CONFIG"
	fails_with "lm-health: $LM_CONFIG:1: database.url: expected a single value" lm-health
	printf 'database: {url: ""}\n%s\n' "$platform" >"$LM_CONFIG"
	is_left "$LM_CONFIG:1: database.url: expected where the database is, not an empty text"
}

@test "what is wrong with the components is said with its place" {
	configure 'overall: {url: "http://localhost/"}'
	fails_with "lm-health: $LM_CONFIG:4: health.components.overall: that is the name of the whole" lm-health
	configure 'saas_api: {required: false}'
	fails_with "lm-health: $LM_CONFIG:4: health.components: none is required, and so there is nothing to judge" lm-health
	configure 'a.b: {url: "http://localhost/"}'
	fails_with "lm-health: $LM_CONFIG:4: health.components: expected a name without a dot, not \"a.b\"" lm-health
	configure 'database:' 'queue: {latency_warn_ms: 200, latency_crit_ms: 100}'
	fails_with "lm-health: $LM_CONFIG:5: health.components.queue.latency_crit_ms: 100 is less than latency_warn_ms, which is 200" lm-health
	configure 'database: {latency_warn_ms: 6000}'
	fails_with "lm-health: $LM_CONFIG:4: health.components.database.latency_crit_ms: 5000 is less than latency_warn_ms, which is 6000" lm-health
	configure 'database:' 'queue:'
	run --separate-stderr lm-health
	is "$status" 3
	component_is queue unknown "$LM_CONFIG:5: health.components.queue.url is not set"
	# What the file does not give is no contradiction.
	configure "saas_api: {url: \"http://localhost:$bad_port/\", latency_crit_ms: 100}"
	run --separate-stderr lm-health
	component_is saas_api down 'connection refused *'
}

@test "a key of the environment that is not set is said" {
	configure 'litellm_proxy: {key: os.environ/LM_TEST_KEY}'
	fails_with "lm-health: $LM_CONFIG:4: health.components.litellm_proxy.key: the environment variable LM_TEST_KEY is not set" \
		lm-health --models
}

@test "a key that everybody can read earns a warning" {
	configure 'litellm_proxy: {key: sk-SECRET}'
	chmod 644 "$LM_CONFIG"
	run --separate-stderr lm-health --show-config
	is "$status" 0
	is_like "$stderr" "lm-health: $LM_CONFIG holds a * and everybody can read it: chmod o-r it"
	[[ $output != *SECRET* ]]
}
