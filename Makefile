# Every target that a person types has a ## line; make help prints those.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

.PHONY: help build demo test check check-long torture bench generate setup setup-demo fmt vet staticcheck vuln

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

build: ## Build bin/plugforge and bin/plugforge-worker
	go build -o bin/plugforge ./cmd/plugforge
	CGO_ENABLED=0 go build -o bin/plugforge-worker ./cmd/plugforge-worker

demo: setup-demo build ## Take an example plugin through its whole life (KEEP=1 keeps the server's data)
	@scripts/demo.sh

test: setup ## Install what the tests need, then run them all with the race detector
	go test -race -timeout 14m ./...

check: fmt vet staticcheck vuln test ## Exactly what CI runs: formatting, vet, staticcheck, known holes, house rules, tests

check-long: setup ## What takes longer: fuzzing, torture, big oracles (SLICE=k/n runs every n-th part)
	@scripts/check-long.sh

torture: setup ## Kill, cut the power, fill and ruin disks, step clocks: docs/torture.md (ONLY='F3|F4' runs those)
	@scripts/torture.sh

bench: setup build ## Measure side by side, print ratios, and write docs/performance.md
	@bench/run.sh -report docs

generate: ## Write internal/api anew from httpapi/openapi.yaml
	go generate ./...

setup-demo: ## Install what building and running it needs, where it is missing
	@scripts/install.sh demo

setup:
	@scripts/install.sh demo test

fmt:
	@bad=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$bad" ]; then echo "not gofmt-ed:" $$bad; exit 1; fi

vet:
	go vet ./...
	go vet -tags long ./...

staticcheck:
	go tool staticcheck ./...

# Exit status 3 is a finding; any other failure is the vulnerability data out
# of reach, which is said and passed over.
vuln:
	@status=0; go tool govulncheck ./... || status=$$?; \
	if [ $$status -eq 3 ]; then exit 1; fi; \
	if [ $$status -ne 0 ]; then echo "govulncheck: its data can't be had here; not checked"; fi
