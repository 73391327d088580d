# Every target that CI runs is here, so that it can be run by hand as well.
SCHEMAS ?= $(abspath ../shared/data/CloudformationSchema.zip)
PAGE ?= $(abspath ../shared/data/user_pool_clients.mdx)
FUZZTIME ?= 20s
BROWSER ?= $(shell command -v chromium)
STATICCHECK = go tool -modfile=tools/go.mod staticcheck

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the program into ./skyql, static and without cgo
	CGO_ENABLED=0 go build -trimpath -o skyql ./cmd/skyql

.PHONY: test
test: ## run the tests that need neither network nor other programs
	go test ./...

.PHONY: test-all
test-all: ## run all tests: also those over AWS's full schema bundle and with the AWS CLI and boto3
	SKYQL_TEST_SCHEMAS=$(SCHEMAS) SKYQL_TEST_PAGE=$(PAGE) SKYQL_TEST_AWSCLI=1 SKYQL_TEST_BOTO3=1 go test ./...

.PHONY: race
race: ## run the tests of packages with goroutines under the race detector
	go test -race ./internal/cloudcontrol/... ./internal/catalog ./internal/fetch/... ./internal/engine/... \
		./internal/emulator/... ./internal/output ./internal/cli ./internal/deploy/... ./internal/stack

.PHONY: screenshots
screenshots: ## make pictures of the documentation pages in ./screenshots, with BROWSER
	SKYQL_TEST_SCHEMAS=$(SCHEMAS) SKYQL_TEST_BROWSER=$(BROWSER) SKYQL_SCREENSHOTS=$(CURDIR)/screenshots \
		go test -count=1 -run EveryKind ./acceptance/browser

.PHONY: lint
lint: ## gofmt, vet, go.mod, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted"; exit 1; }
	go vet ./...
	go mod tidy -diff
	$(STATICCHECK) ./...

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME
	@bash scripts/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## measure start-up and throughput, as ratios to what is ideal
	go test -run '^$$' -bench . -benchtime 3x ./bench

.PHONY: golden
golden: ## rewrite golden files
	go test ./internal/output -update
