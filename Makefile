# Each target does all of its own set-up. `make help` lists them.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
RELEASE_FLAGS = -c release --static-swift-stdlib
# For `make fuzz`: how long each target is fed, and which one; none: all.
SECONDS ?= 60
TARGET ?=
PROGRAMS = nacre nacre-supervisor nacre-hook nacre-environment
# Where `make install` finds them.
BUILT ?= .build/release
# With CI set, the tests are built as scripts/check builds, so that it has nothing to build again.
TEST_FLAGS = $(if $(CI),$(shell scripts/check --flags))

.DEFAULT_GOAL := help
.PHONY: help bootstrap bootstrap-tests build demo test check fuzz faults sanitize bench install clean

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
	$(SWIFT) test --disable-xctest $(TEST_FLAGS)

check: bootstrap-tests ## lint the format, build with warnings as errors, run all tests
	@scripts/check

fuzz: bootstrap-tests ## feed all readers with bad input: make fuzz SECONDS=600 TARGET=yaml
	@SECONDS_EACH='$(SECONDS)' TARGET='$(TARGET)' scripts/fuzz

sanitize: bootstrap-tests ## run the suites under the sanitizers of threads and addresses
	@scripts/sanitize

bench: bootstrap-tests build ## measure against baselines of the same run
	$(SWIFT) build $(RELEASE_FLAGS) --product pipeline-simulation
	@scripts/bench

faults: bootstrap-tests ## all stop points of kills and power cuts, and faults at their full size (hours)
	NACRE_ALL_STOP_POINTS=1 NACRE_STOP_POINTS='$(NACRE_STOP_POINTS)' $(SWIFT) test --disable-xctest --no-parallel \
		--filter 'Fault11KillTests|Fault12PowerCutTests'
	NACRE_SLOW_TESTS=1 $(SWIFT) test --disable-xctest --no-parallel \
		--filter 'Fault02DaemonDownTests|Fault07BulkTests|Fault23HostileOutputTests|Fault32HostileArtifactTests|ZipWriterTests'

# Not after `build`, which fetches packages and compiles: that is nothing for the superuser.
install: ## install what `make build` has built under PREFIX (default /usr/local)
	@for program in $(PROGRAMS); do test -x '$(BUILT)'/$$program || \
		{ echo "$(BUILT)/$$program is missing: run \`make build\` first, as an ordinary user" >&2; exit 1; }; done
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/libexec/nacre'
	install -m 755 '$(BUILT)/nacre' '$(DESTDIR)$(PREFIX)/bin/nacre'
	install -m 755 '$(BUILT)/nacre-supervisor' '$(BUILT)/nacre-hook' '$(BUILT)/nacre-environment' \
		'$(DESTDIR)$(PREFIX)/libexec/nacre/'
	install -d '$(DESTDIR)$(PREFIX)/lib/systemd/system' '$(DESTDIR)$(PREFIX)/lib/sysusers.d' \
		'$(DESTDIR)$(PREFIX)/lib/tmpfiles.d' '$(DESTDIR)$(PREFIX)/share/nacre' '$(DESTDIR)$(PREFIX)/share/doc/nacre'
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/nacre.service | \
		install -m 644 /dev/stdin '$(DESTDIR)$(PREFIX)/lib/systemd/system/nacre.service'
	install -m 644 packaging/nacre.sysusers.conf '$(DESTDIR)$(PREFIX)/lib/sysusers.d/nacre.conf'
	install -m 644 packaging/nacre.tmpfiles.conf '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/nacre.conf'
	install -m 644 packaging/images.conf '$(DESTDIR)$(PREFIX)/share/nacre/'
	install -m 644 Documentation/Service.md '$(DESTDIR)$(PREFIX)/share/doc/nacre/'

clean: ## remove what was built
	rm -rf .build
