#!/usr/bin/env bash
# Builds the bench and runs it over what make build left in bin/. Its flags
# pass through: bench/run.sh -h lists them.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -o bin/plugforge-bench ./bench
exec bin/plugforge-bench "$@"
