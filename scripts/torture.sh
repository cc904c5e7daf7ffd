#!/usr/bin/env bash
# Runs the tests that docs/torture.md names, the long ones too, without the race
# detector, and shows the figures they log. ONLY=REGEX runs those of the lines
# that match it, such as ONLY='F3|F4'.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A byPackage=()
count=0
for name in $(grep -E '^\| F[0-9]+' docs/torture.md | { grep -E "^\| (${ONLY:-F[0-9]+}) " || true; } | grep -oE '`Test[A-Za-z0-9]+`' | tr -d '`' | sort -u); do
	files=$(grep -rlE "^func $name\(" --include='*_test.go' . || true)
	if [ -z "$files" ]; then
		echo "torture: docs/torture.md names $name, and no test has that name" >&2
		exit 1
	fi
	for package in $(dirname $files | sort -u); do
		byPackage[$package]="${byPackage[$package]:+${byPackage[$package]}|}$name"
	done
	count=$((count + 1))
done
if [ "$count" -eq 0 ]; then
	echo "torture: no line of docs/torture.md matches ONLY=${ONLY:-}" >&2
	exit 1
fi
for package in $(printf '%s\n' "${!byPackage[@]}" | sort); do
	echo "== $package: ${byPackage[$package]//|/, }"
	go test -tags long -count 1 -timeout 90m -v -run "^(${byPackage[$package]})\$" "$package" | grep -vE '^(=== |PASS$|    [a-z_]+\.go:[0-9]+: time=)'
done
echo "torture: $count tests passed"
