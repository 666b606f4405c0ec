# make        the program and the ClickHouse library that it needs
# make demo   a simulated county, collected, analysed and served on this machine
# make test   everything that CI runs
# make trial  twenty counties with fabrication and two hundred without, analysed and scored
# make bench  the numbers of docs/benchmarks.md, measured here
# make help   all targets

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export CGO_ENABLED ?= 0
ENGINE := queries/engine/node_modules/.package-lock.json
# The race detector needs a C compiler; without one the tests run without it, and say so.
RACE := $(shell command -v cc >/dev/null 2>&1 && [ "$$(go env GOOS)" != windows ] && echo yes)

.DEFAULT_GOAL := build
.PHONY: help build demo test trial bench engine browser provider generate fmt lint fuzz clean
help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

build: engine bin/jianfu ## the program, at bin/jianfu, and its engine
bin/jianfu: FORCE
	@command -v go >/dev/null || { echo "Go is missing: install the version that go.mod names"; exit 1; }
	go build -trimpath -o $@ .
FORCE:

engine: $(ENGINE) ## ClickHouse as a library, checked against the lock file
$(ENGINE): queries/engine/package.json queries/engine/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: it fetches the ClickHouse library (566 MB, once). Install Node.js with npm."; exit 1; }
	@cd queries/engine && node check.js
	cd queries/engine && npm ci --no-progress
	@touch $@

# What the tests need of npm: axe-core for the pages, an identity provider to sign in at. Nothing of it is shipped.
NPM := testdata/browser/node_modules/.package-lock.json testdata/oidc/node_modules/.package-lock.json
browser: testdata/browser/node_modules/.package-lock.json ## what the browser test checks the pages with
provider: testdata/oidc/node_modules/.package-lock.json ## the identity provider of the tests
$(NPM): %/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: tests that need $* will be skipped, and fail in CI"; exit 0; }; cd $* && npm ci --no-progress && touch node_modules/.package-lock.json

demo: build ## a simulated county, served
	./bin/jianfu demo

# Everything runs as it is shipped; what has goroutines runs once more, shortened, under the race detector.
test: engine browser provider lint ## everything that CI runs
	go test -timeout 30m ./...
ifeq ($(RACE),yes)
	CGO_ENABLED=1 go test -race -short -timeout 20m ./analyzer ./collector/... ./demo ./queries/... ./web/...
else
	@echo "no C compiler: the race detector was left out"
endif

lint: ## formatting, vet, staticcheck, and generated code as committed
	@test -z "$$(go tool gofumpt -l $$(git ls-files -co --exclude-standard '*.go' | grep -v _templ.go))" || { echo "not formatted; run make fmt:"; go tool gofumpt -l .; exit 1; }
	go vet ./...
	go tool staticcheck ./...

trial: engine ## counties with and without fabrication, analysed and scored; an hour
	TRIAL_SEEDS=1-20 TRIAL_HONEST=1-200 TRIAL_HELD_OUT=1-5 go test -timeout 3h -v -run Trial ./demo/evaluate

bench: build ## the numbers of docs/benchmarks.md
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

fuzz: ## half a minute for each parser's fuzz target
	@for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz' || true); do go test -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$p; done; done

generate: ## pages from their templates
	go tool templ generate -path web

fmt: ## format everything
	go tool gofumpt -l -w $$(git ls-files -co --exclude-standard '*.go' | grep -v _templ.go)
	go tool templ fmt web

clean: ## what was built here; data stays
	rm -rf bin queries/engine/node_modules
