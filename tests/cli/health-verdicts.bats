#!/usr/bin/env bats
# lm-health: what is up, slow, down or unknown, and what that makes of the whole.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell, as it should be; set by run and by start_peer
load helper
load health

setup_file() {
	start_server
	new_database health_verdicts migrations
	sql -c "CREATE ROLE locked LOGIN PASSWORD 'right'" -c 'CREATE ROLE poor LOGIN' -c 'CREATE ROLE shut LOGIN CONNECTION LIMIT 0'
	sed -i '1i local all locked scram-sha-256' "$LM_PGDATA/pg_hba.conf"
	sql -c 'SELECT pg_reload_conf()' >"$BATS_FILE_TMPDIR/reloaded"
	# A port on which nobody listens, and which nobody else gets.
	"$LM_TOP/tests/stubs/http-peer" "$BATS_FILE_TMPDIR/refusing" --refuse 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/refusing.pid"
	wait_until test -s "$BATS_FILE_TMPDIR/refusing"
}

teardown_file() {
	kill "$(<"$BATS_FILE_TMPDIR/refusing.pid")"
	stop_server
}

setup() {
	use_server
	export PGDATABASE=health_verdicts
	refusing=$(<"$BATS_FILE_TMPDIR/refusing")
}

teardown() {
	stop_peers
}

@test "a platform that is well: the guide's keys, what was measured, and exit status 0" {
	start_platform
	before=$(date -u +%FT%T)
	run --separate-stderr lm-health -f json
	after=$(date -u +%FT%T)
	is "$status" 0 "$stderr"
	is "$stderr" ""
	is "$(of 'keys_unsorted[:6] | join(" ")')" 'saas_api litellm_proxy database overall exit_status checked_at'
	is "$(of '[.saas_api, .litellm_proxy, .database, .overall, .exit_status]')" '[true,true,true,"healthy",0]'
	checked_at=$(of .checked_at)
	is_like "$checked_at" '20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*Z'
	[[ ${checked_at:0:19} > $before || ${checked_at:0:19} = "$before" ]]
	[[ ${checked_at:0:19} < $after || ${checked_at:0:19} = "$after" ]]
	is "$(of '.components | keys_unsorted')" '["saas_api","litellm_proxy","database"]'
	for component in saas_api litellm_proxy database; do
		is "$(of ".components.$component | keys_unsorted | join(\" \")")" \
			'up status required latency_ms http_status attempts message'
		is "$(of ".components.$component | [.up, .status, .required, .attempts, .message]")" '[true,"up",true,1,null]'
		is "$(of ".components.$component.latency_ms | type")" number
	done
	is "$(of '[.components[].http_status]')" '[200,200,null]'
}

@test "what is taken for the present is what is printed" {
	start_platform
	run --separate-stderr lm-health check --now 2025-10-15T14:30:00Z
	is_like "$(of .checked_at)" '2025-10-15T14:30:00*Z'
}

@test "an answer in JSON says the same as the exit status" {
	configure "saas_api: {url: \"http://localhost:$refusing/health\"}" "database: {}"
	run --separate-stderr lm-health
	is "$status" 1
	is "$(of '[.exit_status, .overall, .saas_api, .litellm_proxy, .database]')" '[1,"degraded",false,null,true]'
}

# What the SaaS API is taken for when its server answers so.
saas_is() { # STATUS MESSAGE-PATTERN PEER-OPTION...
	start_peer saas "${@:3}"
	configure "saas_api: {url: \"http://localhost:$saas/health\", timeout: ${timeout-8s}, $patient}"
	run --separate-stderr lm-health
	component_is saas_api "$1" "$2"
	# What is down is said in the result, and not on stderr as well.
	is "$stderr" ""
}

@test "the SaaS API is up when it answers 200 with a status of healthy, whatever else it says" {
	saas_is up null --body '{"status":"healthy"}'
	saas_is up null --body '{"version":{"status":"old"},"status":"healthy","service":"saas-llm-api","more":[1,null,{}]}'
	saas_is up null --body '{"status":"healthy"}' --header 'Content-Type: text/plain'
	saas_is up null --body ' {"\u0073tatus" : "h\u0065althy"} '
	is "$(of '.components.saas_api | [.up, .http_status]')" '[true,200]'
}

@test "the SaaS API is down when it answers another HTTP status" {
	saas_is down 'HTTP 500, expected 200' --status 500 --body '{"status":"healthy"}'
	is "$(of '.components.saas_api | [.up, .http_status]')" '[false,500]'
	saas_is down 'HTTP 401, expected 200' --status 401
	saas_is down 'HTTP 204, expected 200' --status 204
	saas_is down 'HTTP 404, expected 200' --path /elsewhere
}

@test "no redirect is followed" {
	start_peer elsewhere --body '{"status":"healthy"}'
	saas_is down 'HTTP 302, expected 200' --status 302 --header "Location: http://localhost:$elsewhere/health"
	[ ! -s "$(log_of elsewhere)" ]
}

@test "the SaaS API is down when its body is another" {
	saas_is down 'status is "unhealthy", expected "healthy"' --body '{"status":"unhealthy"}'
	is "$(of '.components.saas_api | [.up, .http_status]')" '[false,200]'
	saas_is down 'status is missing, expected "healthy"' --body '{"service":"saas-llm-api"}'
	saas_is down 'status is missing, expected "healthy"' --body '{"data":{"status":"healthy"}}'
	saas_is down 'status is *, expected "healthy"' --body '{"status":null}'
	saas_is down 'status is *, expected "healthy"' --body '{"status":["healthy"]}'
	saas_is down 'status is "Healthy", expected "healthy"' --body '{"status":"Healthy"}'
	saas_is down 'status is "healthy ", expected "healthy"' --body '{"status":"healthy "}'
	# Its text does not end at the NUL.
	saas_is down 'status is "healthy*u0000 not", expected "healthy"' --body '{"status":"healthy\u0000 not"}'
	saas_is up null --body '{"status":"healthy","path":"C:\\u0000x"}'
	saas_is up null --body '{"status":"healthy","more":"\u0000"}'
	# Which of two holds, nobody knows.
	saas_is down 'status is given twice, expected "healthy"' --body '{"status":"unhealthy","status":"healthy"}'
	saas_is down 'status is given twice, expected "healthy"' --body '{"status":"healthy","status":null}'
	saas_is up null --body '{"status":"healthy","more":1,"status":"health\u0079","more":2}'
}

@test "numbers that are expected are compared as numbers, to the last digit" {
	number_is() { # STATUS EXPECTED JSON
		start_peer saas --body "{\"n\":$3}"
		configure "saas_api: {url: \"http://localhost:$saas/\", expect: {json: {n: $2}}, $patient}"
		run --separate-stderr lm-health
		is "$(of .components.saas_api.status)" "$1" "$2 $3"
	}
	for json in 1 1.0 1.00e0 10e-1 0.1E+1 '"1"'; do
		number_is up 1 "$json"
	done
	number_is up 1.50 1.5
	number_is up -1e3 -1000.0
	number_is up 0 -0.00
	number_is up 12345678901234567890 12345678901234567890
	number_is down 12345678901234567890 12345678901234567891
	number_is down 12345678901234567890 12345678901234567168
	number_is down 1 10
	number_is down 1 -1
	number_is down 1 1.0000000000000000000001
	number_is down 1 true
	number_is up true true
	number_is up '"null"' null
	# Words are no numbers, and nothing that is no JSON is one.
	number_is down '"01"' 1
	number_is down 1 01
}

@test "the SaaS API is down when its body is no JSON object" {
	saas_is down 'the answer is no JSON object' --body '<html>Welcome to nginx!</html>' --header 'Content-Type: text/html'
	saas_is down 'the answer is no JSON object' --body ''
	saas_is down 'the answer is no JSON object' --body '["status","healthy"]'
	saas_is down 'the answer is no JSON object' --body '"healthy"'
	saas_is down 'the answer is no JSON object' --body '{"status":"healthy"'
	saas_is down 'the answer is no JSON object' --body '{"status":"healthy"} and more'
	printf '{"status":"healthy","\xff":"\xfe"' >"$BATS_TEST_TMPDIR/body"
	saas_is down 'the answer is no JSON object' --body-file "$BATS_TEST_TMPDIR/body"
	printf '{"status":"healthy"\0}' >"$BATS_TEST_TMPDIR/body"
	saas_is down 'the answer is no JSON object' --body-file "$BATS_TEST_TMPDIR/body"
	jq -cn 'reduce range(20000) as $i (""; . + "[")' | tr -d '"\n' >"$BATS_TEST_TMPDIR/body"
	saas_is down 'the answer is no JSON object' --body-file "$BATS_TEST_TMPDIR/body"
}

@test "64 KiB of an answer are read, and no byte more" {
	saas_is up null --body '{"status":"healthy"}' --pad 65536
	saas_is down 'the answer is longer than 64 KiB' --body '{"status":"healthy"}' --pad 65537
	saas_is down 'the answer is longer than 64 KiB' --body '{"status":"healthy"}' --endless
}

@test "the SaaS API is down when it does not answer as HTTP has it" {
	saas_is down "localhost:*[0-9] closed the connection without an answer" --close
	is "$(of '.components.saas_api.http_status')" null
	saas_is down 'localhost:*[0-9]: its answer is no HTTP' --raw 'SSH-2.0-OpenSSH_9.2'$'\r\n'
	saas_is down '?*' --body '{"status":"healthy"}' --short
	saas_is down 'localhost:*[0-9]: its headers are too long' --endless-head
}

@test "the SaaS API is down when it does not answer in time" {
	timeout=500ms
	saas_is down 'no answer within 0.5 s' --silent
	is "$(of '.components.saas_api | [.up, .latency_ms, .http_status]')" '[false,null,null]'
	saas_is down 'no answer within 0.5 s' --delay 20 --body '{"status":"healthy"}'
	saas_is down '* within 0.5 s' --drip 0.1 --body '{"status":"healthy"}'
	saas_is down 'the answer did not end within 0.5 s' --drip-body 0.1 --body '{"status":"healthy"}'
}

@test "a service that nobody runs is down" {
	configure "saas_api: {url: \"http://localhost:$refusing/health\"}" "litellm_proxy: {url: \"http://127.0.0.1:$refusing\"}"
	run --separate-stderr lm-health
	component_is saas_api down "connection refused by localhost:$refusing"
	component_is litellm_proxy down "connection refused by 127.0.0.1:$refusing"
	is "$(of '.components.saas_api | [.up, .latency_ms, .http_status, .attempts]')" '[false,null,null,1]'
	is "$stderr" ""
}

# What the LiteLLM proxy is taken for when its server answers so.
proxy_is() { # STATUS MESSAGE-PATTERN PEER-OPTION...
	start_peer proxy "${@:3}"
	configure "litellm_proxy: {url: \"http://localhost:$proxy/health/readiness\", $patient}"
	run --separate-stderr lm-health
	component_is litellm_proxy "$1" "$2"
}

@test "the LiteLLM proxy is judged by its readiness, and by its database if it says how that is" {
	proxy_is up null --path /health/readiness --body '{"status":"healthy","db":"connected","litellm_version":"1.40.0"}'
	is "$(cut -d ' ' -f 1,2 "$(log_of proxy)")" 'GET /health/readiness'
	proxy_is up null --body '{"status":"healthy","litellm_version":"1.80.0"}'
	proxy_is up null --body '{"status":"connected","db":"connected"}'
	proxy_is down 'db is "Not connected", expected "connected"' --body '{"status":"healthy","db":"Not connected"}'
	proxy_is down 'db is "disconnected", expected "connected"' --body '{"status":"healthy","db":"disconnected"}'
	proxy_is down 'HTTP 503, expected 200' --status 503 --body '{"status":"healthy","db":"connected"}'
	proxy_is down 'the answer is no JSON object' --body 'I am alive!'
}

@test "other components, statuses and members are what the configuration says" {
	start_peer other --path /status --status 204 --next --path /json --body '{"state":"ready","n":7,"ok":true,"db":"connected"}'
	base="http://localhost:$other"
	configure "queue: {url: \"$base/status\", expect: {http_status: 204}, $patient}" \
		"search: {url: \"$base/json\", expect: {json: {state: ready}}, $patient}" \
		"both: {url: \"$base/json\", expect: {json: {state: ready, db: gone}}, $patient}" \
		"missing: {url: \"$base/json\", expect: {json: {absent: ready}}, $patient}" \
		"plain: {url: \"$base/json\", $patient}" \
		"saas_api: {url: \"$base/json\", expect: {json: {state: ready}}, $patient}"
	run --separate-stderr lm-health
	is "$(of '[.components | to_entries[] | "\(.key) \(.value.status)"] | join(", ")')" \
		'saas_api up, litellm_proxy off, database off, queue up, search up, both down, missing down, plain up'
	component_is both down 'db is "connected", expected "gone"'
	component_is missing down 'absent is missing, expected "ready"'
}

@test "without expectations of its own, each of the three has the platform's" {
	start_peer saas --body '{"status":"broken"}'
	start_peer proxy --body '{"db":"Not connected"}'
	configure "saas_api: {url: \"http://localhost:$saas/\"}" "litellm_proxy: {url: \"http://localhost:$proxy/\"}"
	run --separate-stderr lm-health
	component_is saas_api down 'status is "broken", expected "healthy"'
	component_is litellm_proxy down 'db is "Not connected", expected "connected"'
}

@test "an empty configuration has the three components of the guide" {
	run --separate-stderr lm-health --show-config --config /dev/null
	is "$status" 0
	is_like "$output" '*http://localhost:8003/health*'
	is_like "$output" '*http://localhost:8002/health/readiness*'
	# What listens at those ports on this machine is not the test's.
	run --separate-stderr lm-health --config /dev/null
	is "$(of '[.components | to_entries[] | "\(.key) \(.value.required)"] | join(", ")')" \
		'saas_api true, litellm_proxy true, database true'
	is "$(of .database)" true
}

@test "a component that the configuration leaves out is off, and null" {
	start_peer saas --body '{"status":"healthy"}'
	configure "saas_api: {url: \"http://localhost:$saas/health\"}"
	PGHOST=/nonexistent run --separate-stderr lm-health
	is "$status" 0 "$stderr"
	is "$stderr" ""
	is "$(of '[.saas_api, .litellm_proxy, .database, .overall]')" '[true,null,null,"healthy"]'
	is "$(of '.components.litellm_proxy | [.up, .status, .latency_ms, .http_status, .message]')" '[null,"off",null,null,null]'
	is "$(of '.components.database | [.up, .status, .latency_ms, .http_status, .message]')" '[null,"off",null,null,null]'
}

@test "what answers after latency_crit_ms is slow, and after latency_warn_ms up with a message" {
	start_peer saas --delay 0.3 --body '{"status":"healthy"}'
	url="http://localhost:$saas/health"
	configure "saas_api: {url: \"$url\", latency_warn_ms: 50, latency_crit_ms: 100}"
	run --separate-stderr lm-health
	is "$status" 1
	is "$stderr" ""
	component_is saas_api slow 'took [3-9][0-9][0-9]* ms, critical at 100 ms'
	is "$(of '[.saas_api, .overall, .components.saas_api.latency_ms >= 300]')" '[true,"degraded",true]'
	configure "saas_api: {url: \"$url\", latency_warn_ms: 50, latency_crit_ms: 60000}"
	run --separate-stderr lm-health
	is "$status" 0
	component_is saas_api up 'took [3-9][0-9][0-9]* ms, warned at 50 ms'
	is "$(of '[.saas_api, .overall]')" '[true,"healthy"]'
}

@test "the time to the whole answer counts, and what is both slow and wrong is down" {
	start_peer saas --drip-body 0.02 --body '{"status":"healthy"}'
	configure "saas_api: {url: \"http://localhost:$saas/health\", latency_warn_ms: 50, latency_crit_ms: 300}"
	run --separate-stderr lm-health
	component_is saas_api slow 'took * ms, critical at 300 ms'
	start_peer saas --delay 0.2 --status 500
	configure "saas_api: {url: \"http://localhost:$saas/health\", latency_warn_ms: 50, latency_crit_ms: 100}"
	run --separate-stderr lm-health
	component_is saas_api down 'HTTP 500, expected 200'
}

@test "the database is asked for SELECT 1, and then how it is" {
	configure "database: {$patient}"
	sql -c 'TRUNCATE jobs CASCADE' -c "INSERT INTO jobs (team_id, job_type, status, created_at) SELECT 'a', 'chat', s::job_status,
		(now() AT TIME ZONE 'UTC') - t::interval FROM (VALUES ('pending', '2 hours'), ('in_progress', '23 hours'),
		('pending', '30 minutes'), ('pending', '25 hours'), ('completed', '2 hours'), ('failed', '3 hours'),
		('cancelled', '90 seconds')) AS v (s, t)"
	run --separate-stderr lm-health
	is "$status" 0 "$stderr"
	component_is database up null
	is "$(of '.database_details | keys_unsorted | join(" ")')" "dialect server_version in_recovery newest_job_age_seconds \
stuck_jobs clock_skew_seconds connections_used connections_max"
	is "$(of '.database_details | [.dialect, .in_recovery, .stuck_jobs, .connections_max]')" \
		"[\"migrations\",false,2,$(sql -c 'SHOW max_connections')]"
	is_like "$(sql -c 'SHOW server_version')" "$(of .database_details.server_version)*"
	is "$(of '.database_details | [.newest_job_age_seconds >= 90, .newest_job_age_seconds < 150, (.clock_skew_seconds | -1 <= . and . <= 1)]')" \
		'[true,true,true]'
	before=$(of .database_details.connections_used)
	sql -d postgres -c "SELECT pg_sleep(30), 'held'" >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
	holder=$!
	wait_until is_held
	run --separate-stderr lm-health
	sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%''held''%' AND pid <> pg_backend_pid()" \
		>"$BATS_TEST_TMPDIR/ended"
	wait "$holder" || true
	is "$(of .database_details.connections_used)" $((before + 1)) 'a connection to another database'
}

is_held() {
	[ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%''held''%' AND wait_event = 'PgSleep'")" = 1 ]
}

@test "both dialects of the platform's tables are known, and a database without them is up" {
	configure "database: {$patient}"
	for shape in orm bare; do
		new_database "health_$shape" $shape
		sql -c "INSERT INTO jobs (job_id, team_id, job_type, status, created_at) VALUES
			(gen_random_uuid(), 'a', 'chat', $([ $shape = orm ] && echo "'PENDING'" || echo "'pending'"),
			(now() AT TIME ZONE 'UTC') - interval '2 hours')"
		run --separate-stderr lm-health
		is "$status" 0 "$stderr"
		is "$(of '.database_details | [.dialect, .stuck_jobs]')" "[\"${shape/bare/other}\",1]"
		is "$(of '.database_details.newest_job_age_seconds | 7200 <= . and . < 7300')" true
	done
	PGDATABASE=template1 run --separate-stderr lm-health
	is "$status" 0 "$stderr"
	component_is database up '*'
	is "$(of '.database_details | [.newest_job_age_seconds, .stuck_jobs, .in_recovery]')" '[null,null,false]'
}

@test "what the role may not read is left out and said, and the database is up all the same" {
	configure "database: {$patient}"
	PGUSER=poor run --separate-stderr lm-health
	is "$status" 0 "$stderr"
	component_is database up '*permission denied*'
	is "$(of '.database_details | [.newest_job_age_seconds, .stuck_jobs, .in_recovery]')" '[null,null,false]'
}

# What the database is taken for.
database_is() { # STATUS MESSAGE-PATTERN OPTION...
	configure "database: {$patient}"
	run --separate-stderr lm-health "${@:3}"
	component_is database "$1" "$2"
	case $1 in
	unknown)
		is "$status" 3
		is_like "$stderr" "lm-health: database: $2"
		is "$(of '[.database, .overall]')" '[null,"unknown"]'
		;;
	down)
		is "$status" 2
		is "$stderr" ""
		is "$(of '[.database, .overall]')" '[false,"unhealthy"]'
		;;
	esac
	is "$(wc -l <<<"$stderr")" 1
}

@test "a database that refuses is down" {
	database_is down 'cannot connect to "127.0.0.1": Connection refused' --dsn "postgresql://lm:SECRET@127.0.0.1:$refusing/saas"
	PGHOST=/nonexistent database_is down 'cannot connect to "/nonexistent": No such file or directory'
	PGUSER=shut database_is down "cannot connect to \"$PGHOST\": too many connections for role \"shut\""
}

@test "a database that cannot be asked is unknown, and said on stderr" {
	PGUSER=locked PGPASSWORD=SECRET database_is unknown \
		"cannot connect to \"$PGHOST\": password authentication failed for user \"locked\""
	PGUSER=nobody database_is unknown "cannot connect to \"$PGHOST\": role \"nobody\" does not exist"
	PGDATABASE=nowhere database_is unknown "cannot connect to \"$PGHOST\": database \"nowhere\" does not exist"
	database_is unknown '*no.such.name.invalid*' --dsn postgresql://lm@no.such.name.invalid/saas
}

@test "a database that is asked for wrongly is unknown, whatever libpq says of it" {
	database_is unknown '*definition of service "saas" not found' --dsn service=saas
	database_is unknown '*GSSAPI encryption required*' --dsn "host=$PGHOST gssencmode=require"
	database_is unknown '*channel binding*' --dsn "host=$PGHOST channel_binding=require"
	database_is unknown '*requirepeer*"nobody"*' --dsn "host=$PGHOST requirepeer=nobody"
	database_is unknown '*unrecognized configuration parameter "foo"' --dsn "host=$PGHOST options=-cfoo=bar"
	database_is unknown '*"DateStyle"*' --dsn "host=$PGHOST options=-cdatestyle=bar"
	database_is unknown '*could not match 2 port numbers to 3 hosts' --dsn 'host=a,b,c port=1,2'
	# A server that speaks TLS, and what there is to check it by.
	start_peer tls --first S
	database_is unknown '*"/nonexistent"*' --dsn "host=127.0.0.1 port=$tls sslmode=verify-full sslrootcert=/nonexistent"
	echo none >"$BATS_TEST_TMPDIR/broken.crt"
	database_is unknown "*\"$BATS_TEST_TMPDIR/broken.crt\"*" \
		--dsn "host=127.0.0.1 port=$tls sslmode=require sslcert=$BATS_TEST_TMPDIR/broken.crt"
}

@test "a database whose server ends the connection, or whose kind is not there, is down" {
	start_peer closing --first E
	database_is down 'cannot connect to "127.0.0.1": server sent an error response during SSL exchange' \
		--dsn "host=127.0.0.1 port=$closing sslmode=require"
	database_is down "cannot connect to \"$PGHOST\": server is not in hot standby mode" \
		--dsn "host=$PGHOST target_session_attrs=standby"
}

@test "of several hosts the last is named, with what it said" {
	database_is unknown 'cannot connect to "bad.invalid": could not translate host name "bad.invalid" to address: *' \
		--dsn "host=127.0.0.1,bad.invalid port=$refusing,1"
	database_is down 'cannot connect to "127.0.0.1": Connection refused' --dsn "host=bad.invalid,127.0.0.1 port=1,$refusing"
	# What the server says is of several lines.
	PGUSER=nobody database_is unknown "cannot connect to \"$PGHOST\": role \"nobody\" does not exist" \
		--dsn "host=/nonexistent,$PGHOST"
	# An address is where it goes, whatever name the environment has.
	PGHOST=other.example database_is down 'cannot connect to "127.0.0.1": Connection refused' \
		--dsn "hostaddr=127.0.0.1 port=$refusing"
	PGHOST=one.example,other.example database_is down 'cannot connect to "127.0.0.2": Connection refused' \
		--dsn "hostaddr=127.0.0.1,127.0.0.2 port=$refusing"
}

@test "a database that answers late is slow" {
	start_postgres_peer relay slow-relay "$PGHOST/.s.PGSQL.5432" 0.3
	configure 'database: {latency_warn_ms: 50, latency_crit_ms: 100}'
	PGHOST=$relay run --separate-stderr lm-health
	is "$status" 1 "$stderr"
	component_is database slow 'took [3-9][0-9][0-9]* ms, critical at 100 ms'
	is "$(of '[.database, .overall]')" '[true,"degraded"]'
	configure 'database: {latency_warn_ms: 50, latency_crit_ms: 60000}'
	PGHOST=$relay run --separate-stderr lm-health
	is "$status" 0 "$stderr"
	component_is database up 'took [3-9][0-9][0-9]* ms, warned at 50 ms'
}

@test "a URL that is none is unknown, and said on stderr" {
	for url in localhost:8003 'http://' ftp://localhost/health 'http://[::1/health' 'http://localhost:99999/health' file:///etc/passwd; do
		configure "saas_api: {url: \"$url\"}"
		run --separate-stderr lm-health
		is "$status" 3 "$url"
		component_is saas_api unknown 'bad URL: expected http://HOST... or https://HOST...'
		is "$stderr" 'lm-health: saas_api: bad URL: expected http://HOST... or https://HOST...'
		is "$(of '[.saas_api, .overall]')" '[null,"unknown"]'
	done
}

@test "a name that does not resolve is unknown, and said on stderr" {
	configure 'saas_api: {url: "http://no.such.name.invalid:8003/health"}'
	run --separate-stderr lm-health
	is "$status" 3
	component_is saas_api unknown 'cannot resolve "no.such.name.invalid"'
	is "$stderr" 'lm-health: saas_api: cannot resolve "no.such.name.invalid"'
}

# What the whole is when the three components are so: WORDs are up, slow, down, unknown or off, with a ? not required.
overall_is() { # OVERALL EXIT-STATUS SAAS_API-WORD LITELLM_PROXY-WORD DATABASE-WORD
	local lines=() component word options host database
	local -A urls=([up]="http://localhost:$services/up" [slow]="http://localhost:$services/slow" [unknown]=nonsense
		[down]="http://localhost:$services/down")
	for component in saas_api litellm_proxy database; do
		case $component in
		saas_api) word=$3 ;;
		litellm_proxy) word=$4 ;;
		database) word=$5 ;;
		esac
		options=$patient
		[[ $word != slow* ]] || options='latency_warn_ms: 1, latency_crit_ms: 50'
		[[ $word != *\? ]] || options+=', required: false'
		if [ $component != database ]; then
			options+=", url: \"${urls[${word%\?}]-}\""
		else
			case $word in
			slow*) host=$relay ;;
			down*) host=/nonexistent ;;
			*) host=$PGHOST ;;
			esac
			database=$([[ $word == unknown* ]] && echo nowhere || echo health_verdicts)
		fi
		[[ $word == off* ]] || lines+=("$component: {$options}")
	done
	configure "${lines[@]}"
	PGHOST=$host PGDATABASE=$database run --separate-stderr lm-health
	is "$(of '[.overall, .exit_status, .components[].status] | join(" ")')" "$1 $2 ${3%\?} ${4%\?} ${5%\?}" "$*"
	is "$status" "$2" "$*"
	# A line for each that could not be asked, whether it counts or not.
	is "$(grep -c . <<<"$stderr")" "$(printf '%s\n' "${@:3}" | grep -c unknown)" "$stderr"
}

start_services() {
	start_peer services --path /up --body '{"status":"healthy"}' --next --path /slow --delay 0.1 --body '{"status":"healthy"}' \
		--next --path /down --status 500
	start_postgres_peer relay slow-relay "$PGHOST/.s.PGSQL.5432" 0.1
}

@test "the whole is healthy when all that is required is up" {
	start_services
	overall_is healthy 0 up up up
	overall_is healthy 0 up off up
	overall_is healthy 0 off off up
	overall_is healthy 0 up off off
	overall_is healthy 0 up down? up
	overall_is healthy 0 up slow? up
	overall_is healthy 0 up up down?
	overall_is healthy 0 up unknown? up
	overall_is healthy 0 down? up unknown?
}

@test "the whole is degraded when something required is down or slow" {
	start_services
	overall_is degraded 1 down up up
	overall_is degraded 1 up down up
	overall_is degraded 1 down down up
	overall_is degraded 1 slow up up
	overall_is degraded 1 up up slow
	overall_is degraded 1 slow slow slow
	overall_is degraded 1 down slow up
	overall_is degraded 1 down up unknown
	overall_is degraded 1 unknown down up
	overall_is degraded 1 down up down?
	overall_is degraded 1 slow down? up
	overall_is degraded 1 down up off
}

@test "the whole is unhealthy when the database is down, or all that is required" {
	start_services
	overall_is unhealthy 2 up up down
	overall_is unhealthy 2 slow up down
	overall_is unhealthy 2 down down down
	overall_is unhealthy 2 unknown up down
	overall_is unhealthy 2 off off down
	overall_is unhealthy 2 down down off
	overall_is unhealthy 2 down up? off
	overall_is unhealthy 2 down up? up?
	overall_is unhealthy 2 down off unknown?
}

@test "the whole is unknown when something required is, and nothing is known to be down" {
	start_services
	overall_is unknown 3 unknown up up
	overall_is unknown 3 up up unknown
	overall_is unknown 3 unknown unknown unknown
	overall_is unknown 3 unknown down? up
	overall_is unknown 3 unknown slow up
	overall_is unknown 3 unknown off off
}

# One by one the URL's user and password, its query, the key, and the password of the database.
@test "no password, key or query is said, whatever goes wrong" {
	start_peer saas --silent
	configure "saas_api: {url: \"http://user:SECRET1@localhost:$saas/SECRET2?token=SECRET3\", timeout: 300ms}" \
		"litellm_proxy: {url: \"http://user:SECRET1@no.such.name.invalid/SECRET2?token=SECRET3\", key: SECRET4}" \
		"refusing: {url: \"http://SECRET1@localhost:$refusing/SECRET2#SECRET3\", key: SECRET4}" \
		"wrong: {url: \"htp://user:SECRET1@localhost/SECRET2?SECRET3\"}" \
		"database: {}"
	for format in table json jsonl csv prom nagios; do
		run lm-health -v -f $format --log-file "$BATS_TEST_TMPDIR/log" --textfile "$BATS_TEST_TMPDIR/text.prom" \
			--dsn "postgresql://locked:SECRET5@/health_verdicts?host=$PGHOST"
		is "$status" 1
		[[ $output == *refused* || $format = prom ]]
		for file in <(echo "$output") "$BATS_TEST_TMPDIR/log" "$BATS_TEST_TMPDIR/text.prom"; do
			finds_nothing SECRET "$file"
		done
	done
	run lm-health --show-config
	# The path of a URL is no secret of the configuration's.
	[[ $output == *no.such.name.invalid* && $output != *SECRET[1345]* ]]
}

@test "a component that is down is asked again, a second later, and may be well then" {
	start_peer saas --times 1 --status 500 --next --body '{"status":"healthy"}'
	configure "saas_api: {url: \"http://localhost:$saas/health\", $patient}"
	timed lm-health --retries 2
	is "$status" 0
	is "$(of '.components.saas_api | [.status, .attempts, .message]')" '["up",2,null]'
	is "$(wc -l <"$(log_of saas)")" 2
	[ "$elapsed_ms" -ge 1000 ]
	took_less_than 1500
}

@test "health.retries is what --retries is without the option" {
	start_peer saas --status 500
	configure "saas_api: {url: \"http://localhost:$saas/health\"}" "database: {}"
	configure_more 'retries: 1'
	PGDATABASE=nowhere run --separate-stderr lm-health
	is "$(of '[.components.saas_api, .components.database | .status, .attempts]')" '["down",2,"unknown",1]'
	run --separate-stderr lm-health --retries 0
	is "$(of '[.components.saas_api, .components.database | .status, .attempts]')" '["down",1,"up",1]'
	is "$(wc -l <"$(log_of saas)")" 3
}

@test "what is up, slow or unknown is not asked again" {
	start_peer services --path /up --body '{"status":"healthy"}' --next --path /slow --delay 0.1 --body '{"status":"healthy"}'
	configure "saas_api: {url: \"http://localhost:$services/up\"}" \
		"litellm_proxy: {url: \"http://localhost:$services/slow\", latency_warn_ms: 1, latency_crit_ms: 50}" \
		"third: {url: nonsense}"
	run --separate-stderr lm-health --retries 3
	is "$(of '[.components.saas_api, .components.litellm_proxy | .status, .attempts]')" '["up",1,"slow",1]'
	is "$(wc -l <"$(log_of services)")" 2
}

restart_server() { # pg_ctl's options and its verb
	local as=()
	[ "$(id -u)" != 0 ] || as=(runuser -u postgres --)
	# In the directory of the server: its user may not read the present one.
	(cd "${LM_PGDATA%/data}" && "${as[@]}" "$LM_PGBIN/pg_ctl" -D "$LM_PGDATA" -s -l log "$@") 3>&-
}

@test "a database with too many connections is down" {
	sql -c "ALTER SYSTEM SET superuser_reserved_connections = 0" -c "ALTER SYSTEM SET max_connections = 5"
	restart_server -w restart
	# Another connection is held for each that is not refused.
	is_full() {
		run sql -c 'SELECT 1'
		[[ $output != *'too many clients already'* ]] || return 0
		sql -c 'SELECT pg_sleep(60)' >>"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
		return 1
	}
	wait_until is_full
	database_is down "cannot connect to \"$PGHOST\": sorry, too many clients already"
	restart_server -w -m fast restart
	sql -c 'ALTER SYSTEM RESET ALL'
	restart_server -w -m fast restart
	database_is up null
}

@test "a database that is starting up, or shutting down, is down" {
	restart_server -w -m fast stop
	# The server asks for the first file of its recovery until there is a file named go.
	touch "$LM_PGDATA/recovery.signal"
	[ "$(id -u)" != 0 ] || chown postgres: "$LM_PGDATA/recovery.signal"
	restart_server -W -o "-c restore_command='until [ -e go ]; do sleep 0.05; done; false'" start
	is_starting() {
		run sql -c 'SELECT 1'
		[[ $output == *'starting up'* ]]
	}
	wait_until is_starting
	database_is down "cannot connect to \"$PGHOST\": the database system is starting up"
	touch "$LM_PGDATA/go"
	is_ready() { [ "$(sql -c 'SELECT NOT pg_is_in_recovery()' 2>&1)" = t ]; }
	wait_until is_ready
	database_is up null

	sql -c 'SELECT pg_sleep(60)' >"$BATS_TEST_TMPDIR/held" 2>&1 3>&- &
	sleeper=$!
	is_sleeping() { [ "$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" = 1 ]; }
	wait_until is_sleeping
	restart_server -W -m smart stop
	is_stopping() {
		run sql -c 'SELECT 1'
		[[ $output == *'shutting down'* ]]
	}
	wait_until is_stopping
	database_is down "cannot connect to \"$PGHOST\": the database system is shutting down"
	restart_server -w -m fast stop
	wait "$sleeper" || true
	database_is down "cannot connect to \"$PGHOST\": *"
	restart_server -w start
}
