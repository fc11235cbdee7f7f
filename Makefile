# SPDX-License-Identifier: Apache-2.0

PREFIX  ?= /usr/local
DESTDIR ?=
RELEASE := .build/release

.PHONY: help demo test build install bench check clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## build Nacre, then push the example project to a temporary server and watch its build
	@scripts/demo

test: ## run all tests
	@scripts/bootstrap --tests
	swift test

build: ## release binaries in .build/release
	@scripts/bootstrap
	swift build -c release --static-swift-stdlib
	@test -x $(RELEASE)/nacre || { echo "make build: $(RELEASE)/nacre is missing after the build" >&2; exit 1; }

install: ## install the release binaries below PREFIX=/usr/local, and DESTDIR if set
	@test -x $(RELEASE)/nacre || $(MAKE) build
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/libexec/nacre'
	install -m 755 $(RELEASE)/nacre '$(DESTDIR)$(PREFIX)/bin/'
	install -m 755 $(RELEASE)/nacre-supervisor $(RELEASE)/nacre-hook '$(DESTDIR)$(PREFIX)/libexec/nacre/'

bench: build ## compare with baselines measured in the same run
	@scripts/bench

check: ## what must pass before a commit: format, warnings as errors, tests
	@scripts/bootstrap --tests
	@scripts/check

clean: ## remove everything that was built
	rm -rf .build
