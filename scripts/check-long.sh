#!/usr/bin/env bash
# Runs what make test leaves out: the tests behind the build tag "long" (without
# the race detector, which make test has, for they measure and torture), then
# each fuzz target for FUZZTIME (30s). SLICE=k/n runs every n-th part, from the
# k-th (counted from 0), so that CI can rotate through them.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=()
for package in $(grep -rlE '^//go:build .*\blong\b' --include='*_test.go' . | xargs -r -n1 dirname | sort -u); do
	parts+=("go test -tags long -timeout 60m $package")
done
while IFS=: read -r file target; do
	parts+=("go test -run ^\$ -fuzz ^$target\$ -fuzztime ${FUZZTIME:-30s} $(dirname "$file")")
done < <(grep -rhoHE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' . | sed 's/:func /:/' | sort)

slice=${SLICE:-0/1}
first=${slice%/*} step=${slice#*/}
ran=0
for ((i = first; i < ${#parts[@]}; i += step)); do
	echo "== ${parts[i]}"
	${parts[i]}
	ran=$((ran + 1))
done
echo "check-long: $ran of ${#parts[@]} parts passed"
