# Two commands do everything on a fresh Debian machine: `make refresh` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
AGYN := .build/release/agyn

.PHONY: refresh test bench lint install clean help setup build bundle

## refresh: run the quarterly job on the bundled workspace and print where the report is
refresh: build bundle
	@$(AGYN) refresh $(ARGS)

## test: build everything in release configuration and run all tests
test: setup
	@Tools/run_tests.sh

## bench: compare the kernels with their peers, as ratios; LARGE=1 adds five million rows
bench: build
	@LARGE=$(LARGE) Benchmarks/run.sh

## lint: check formatting, as CI does
lint:
	@swift format lint --strict --recursive Sources Tests Package.swift

## install: put the program under PREFIX (default /usr/local)
install: build bundle
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/agyn
	@install -m 755 $(AGYN) $(DESTDIR)$(PREFIX)/bin/agyn
	@if [ -f share/vega-bundle.js ]; then install -m 644 share/vega-bundle.js share/vega-bundle.NOTICE $(DESTDIR)$(PREFIX)/share/agyn/; fi
	@echo "installed $(DESTDIR)$(PREFIX)/bin/agyn"

## clean: remove what was built; runs and data stay
clean:
	@rm -rf .build .build-* share .venv .venv-benchmarks

## help: list these targets
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup:
	@Tools/setup.sh

build: setup
	@swift build -c release --product agyn

bundle: setup
	@Tools/chart_bundle.sh
