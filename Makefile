# Every target is a line of what a person would type. `make help` lists them.
TOOL := go tool -modfile=tools/go.mod

.DEFAULT_GOAL := help
.PHONY: help demo build test race lint fmt verify assets ci

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## a throw-away server with some hundred living projects
	go run . demo

build: ## the banli binary, in this folder
	go build -trimpath -o banli .

test: ## all tests
	go test ./...

race: ## the packages where goroutines share state, under the race detector
	go test -race $$(.ci/run --race-packages)

fmt: ## format all Go code
	$(TOOL) golangci-lint fmt

lint: ## the linters, and the shipped catalogue
	$(TOOL) golangci-lint run
	go run . lint
	go run . test

verify: fmt assets ## regenerate everything; nothing may change
	git diff --exit-code

assets: ## bundle the browser code (go build needs neither this nor the network)
	cd internal/web/assets/gen && go run .

ci: ## what a change must pass
	.ci/run
