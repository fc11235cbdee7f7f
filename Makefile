# Each target does all of its own set-up. `make help` lists them.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
RELEASE_FLAGS = -c release --static-swift-stdlib
PROGRAMS = nacre nacre-supervisor nacre-hook nacre-environment

.DEFAULT_GOAL := help
.PHONY: help bootstrap bootstrap-tests build demo test check bench faults install clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

bootstrap:
	@scripts/bootstrap

bootstrap-tests:
	@scripts/bootstrap --tests

build: bootstrap ## build the release binaries in .build/release
	@for program in $(PROGRAMS); do $(SWIFT) build $(RELEASE_FLAGS) --product $$program || exit 1; done

demo: build ## push an example project to a daemon of its own and watch it build
	@scripts/demo

test: bootstrap-tests ## run all tests
	$(SWIFT) test --disable-xctest

check: bootstrap-tests ## lint the format, build with warnings as errors, run all tests
	@scripts/check

bench: bootstrap-tests build ## measure against baselines of the same run
	$(SWIFT) build $(RELEASE_FLAGS) --product pipeline-simulation
	@scripts/bench

faults: bootstrap-tests ## kill the daemon, supervisors and the machine at every operation on a file (hours)
	NACRE_ALL_STOP_POINTS=1 NACRE_STOP_POINTS='$(NACRE_STOP_POINTS)' $(SWIFT) test --disable-xctest --no-parallel \
		--filter 'Fault11KillTests|Fault12PowerCutTests'

install: build ## install under PREFIX (default /usr/local)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/libexec/nacre'
	install -m 755 .build/release/nacre '$(DESTDIR)$(PREFIX)/bin/nacre'
	install -m 755 .build/release/nacre-supervisor .build/release/nacre-hook .build/release/nacre-environment \
		'$(DESTDIR)$(PREFIX)/libexec/nacre/'

clean: ## remove what was built
	rm -rf .build
