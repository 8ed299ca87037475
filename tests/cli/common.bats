#!/usr/bin/env bats
# What every tool has in common, for each tool that was built.

load helper

tools() {
	(cd "$LM_BUILD/bin" && printf '%s\n' lm-*)
}

tool() { # NAME ARGUMENT...
	local name=$1
	shift
	# shellcheck disable=SC2086
	$LM_WRAP "$LM_BUILD/bin/$name" "$@"
}

@test "--help exits 0, says nothing on stderr, fits 80 columns and names every option and verb" {
	for name in $(tools); do
		run --separate-stderr tool "$name" --help
		[ "$status" = 0 ]
		[ "$stderr" = "" ]
		finds_nothing -E '^.{81}' <<<"$output"
		while IFS=$'\t' read -r word _; do
			grep -qE -- "(^|[ ,])$word([ =[]|$)" <<<"$output" || { echo "no $word" && false; }
		done < <(tool "$name" --completion)
	done
}

@test "the manual names every option, verb and configuration key, and nothing that mandoc warns of" {
	for name in $(tools); do
		mandoc -T lint -W warning "$LM_TOP/man/$name.1"
		page=$(mandoc -T ascii "$LM_TOP/man/$name.1" | sed 's,.\x08,,g')
		while IFS=$'\t' read -r word _; do
			grep -qE -- "(^|[ ,[])$word([] ,.=[]|$)" <<<"$page" || { echo "no $word" && false; }
		done < <(tool "$name" --completion)
	done
	mandoc -T lint -W warning "$LM_TOP/man/monitor.yaml.5"
	page=$(mandoc -T ascii "$LM_TOP/man/monitor.yaml.5" | sed 's,.\x08,,g')
	for key in $(tool "$name" --show-config | sed -nE 's/^ *([a-z_]+):.*/\1/p'); do
		grep -qF "$key" <<<"$page" || { echo "no $key" && false; }
	done
}

@test "--version prints name and version" {
	for name in $(tools); do
		run --separate-stderr tool "$name" --version
		[ "$status" = 0 ]
		[[ $output =~ ^$name\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "help is given whatever else stands on the line, but not after a mistake" {
	for name in $(tools); do
		tool "$name" --help --nonsense
		fails_with "$name: unknown or ambiguous option \"--nonsense\"; see $name --help" tool "$name" --nonsense --help
	done
}

@test "an unknown option or verb, a missing or needless argument are one line on stderr" {
	for name in $(tools); do
		fails_with "$name: unknown option \"-Z\"; see $name --help" tool "$name" -Z
		fails_like "$name: unknown verb \"nonsense\": expected *; see $name --help" tool "$name" nonsense
		[ "$name" = lm-health ] || fails_like "$name: expected a verb: *; see $name --help" tool "$name"
		fails_with "$name: --format: expected FORMAT; see $name --help" tool "$name" --format
		fails_with "$name: --verbose takes no argument; see $name --help" tool "$name" --verbose=yes
		fails_like "$name: --format: expected one of table, json, *, not \"xml\"" tool "$name" -f xml
		fails_with "$name: --timeout: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"soon\"" \
			tool "$name" --timeout soon
	done
}

@test "what cannot be written to stdout is a failure" {
	for name in $(tools); do
		for option in --help --version --completion --show-config; do
			run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/$name $option >/dev/full"
			[ "$status" = 3 ]
			[ "$stderr" = "$name: cannot write to standard output: No space left on device" ]
			run --separate-stderr sh -c "$LM_WRAP $LM_BUILD/bin/$name $option >&-"
			[ "$status" = 3 ]
			[ "$stderr" = "$name: cannot write to standard output: Bad file descriptor" ]
		done
	done
}

@test "a pipe that is closed ends a tool quietly" {
	for name in $(tools); do
		run --separate-stderr bash -c "trap '' PIPE; $LM_BUILD/bin/$name --help | true; echo \${PIPESTATUS[0]}"
		[ "$stderr" = "" ]
		[ "$output" = 0 ] || [ "$output" = 141 ]
	done
}

@test "the configuration in force is shown without passwords, and can be read again" {
	file=$BATS_TEST_TMPDIR/monitor.yaml
	for name in $(tools); do
		run --separate-stderr tool "$name" --show-config --timeout 7s \
			--dsn 'postgresql+asyncpg://lm:SECRET@db.example:5433/saas?password=SECRET'
		[ "$status" = 0 ]
		[[ $output != *SECRET* ]]
		grep -qxF '  url: postgresql://lm@db.example:5433/saas' <<<"$output"
		grep -qxF 'timeout: 7000ms' <<<"$output"
		cat >"$file" <<<"$output"
		[ "$(tool "$name" --show-config --config "$file")" = "$output" ]
	done
}

@test "every key of the example configuration is one that the tools know" {
	for name in $(tools); do
		run --separate-stderr tool "$name" --show-config --config "$LM_TOP/monitor.yaml.example"
		[ "$status" = 0 ]
		[ "$stderr" = "" ]
		for key in $(sed -nE 's/^ *([a-z_]+):.*/\1/p' <<<"$output"); do
			grep -qE "(^ *(# )?|[{ ])$key:" "$LM_TOP/monitor.yaml.example" || { echo "no $key" && false; }
		done
	done
}

@test "what the example crontab runs are command lines that the tools take" {
	sed -nE 's/^[0-9*][^a-z]* (lm-.*) --log-file.*/\1/p; s/^[0-9*][^a-z]* (lm-[^>]*[a-z]) *$/\1/p' \
		"$LM_TOP/crontab.example" >"$BATS_TEST_TMPDIR/commands"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/commands")" = "$(grep -c ' lm-[a-z]* ' "$LM_TOP/crontab.example")" ]
	while read -r command; do
		if [[ $command == lm-health\ * ]]; then
			# shellcheck disable=SC2086 # words
			run --separate-stderr tool $command --dsn host=/nonexistent
			[ "$status" = 2 ] && [ "$stderr" = "" ] && [ "$(jq -r .overall <<<"$output")" = unhealthy ]
			continue
		fi
		# shellcheck disable=SC2086 # words
		fails_with "${command%% *}: cannot connect to \"/nonexistent\": No such file or directory" \
			tool $command --dsn host=/nonexistent
	done <"$BATS_TEST_TMPDIR/commands"
}

@test "a mistake in the configuration is named by file and line" {
	file=$BATS_TEST_TMPDIR/monitor.yaml
	for name in $(tools); do
		printf 'timeout: 5s\ndatabase:\n  schma: public\n' >"$file"
		fails_with "$name: $file:3: unknown key \"database.schma\"" tool "$name" --show-config --config "$file"
		printf 'timeout: soon\n' >"$file"
		fails_with "$name: $file:1: timeout: expected a duration from 1ms to 10000d, such as 30s, 5m or 2h, not \"soon\"" \
			tool "$name" --show-config --config "$file"
		fails_with "$name: cannot read the configuration \"$file.not\": No such file or directory" \
			tool "$name" --show-config --config "$file.not"
	done
}

@test "a configuration with a password that everybody can read earns a warning" {
	file=$BATS_TEST_TMPDIR/monitor.yaml
	printf 'database:\n  url: postgresql://lm:SECRET@db.example/saas\n' >"$file"
	for name in $(tools); do
		chmod 644 "$file"
		run --separate-stderr tool "$name" --show-config --config "$file"
		[ "$status" = 0 ]
		[ "$stderr" = "$name: $file holds a password and everybody can read it: chmod o-r it" ]
		chmod 640 "$file"
		run --separate-stderr tool "$name" --show-config --config "$file"
		[ "$stderr" = "" ]
	done
}
