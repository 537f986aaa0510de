# Everything a user or developer does, in one word each. Every target sets up what it needs and reruns in an instant.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2

.DELETE_ON_ERROR:
.PHONY: help demo test check browser database-15 bench campaign coverage dev docs format lock clean

help: ## say what there is
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1	/p' Makefile

demo: .venv/.ready ## simulate a parcel day for EU, GB and US, clear it into demo-out/, leave the service running on it
	@$(BIN)/tidewaiter demo --to demo-out --serve
	@echo "  The command stands in $(BIN)/tidewaiter; 'source $(BIN)/activate' puts it on the path."
	@echo

test: .venv/.ready-dev ## the fast suite, the house rules included
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not slow and not browser"

check: .venv/.ready-dev ## style, types, import contracts, documentation
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tools.reference_pages --check
	$(BIN)/python -m tools.build_docs --check

coverage: .venv/.ready-dev ## the fast suite with its line coverage held to account; pytest's closing line comes last
	@$(BIN)/python -m tools.run_with_coverage -q -n $(WORKERS) --dist worksteal -m "not slow and not browser"

browser: .venv/.ready-dev ## every page in Chromium: no network, no fault axe can find, phone width, paper
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
			&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
		|| { echo "Chromium is needed and cannot be installed from here: apt-get install chromium"; exit 1; }
	@$(BIN)/python -m pytest -q -m browser tests/browser

database-15: .venv/.ready-dev ## the tests of the store on Debian's PostgreSQL 15, by its address
	@$(BIN)/python -m tools.database_15 $(WORKERS)

bench: .venv/.ready-dev ## measure against a plain Parquet copy of the same data, interleaved
	@$(BIN)/python -m bench.clearance --write docs/reference/performance.md
	@$(BIN)/python -m bench.world
	@$(BIN)/python -m bench.wave

campaign: .venv/.ready-dev ## what is too long for every change: a million filings, random kills, every mutant
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m slow
	@$(MAKE) browser
	@$(BIN)/python -m tests.mutation --all

docs: .venv/.ready-dev ## build the documentation into site/
	@$(BIN)/python -m tools.reference_pages
	@$(BIN)/python -m tools.build_docs

dev: .venv/.ready-dev ## a place to work in: editable package and all tools
	@echo "Ready. Use $(BIN)/tidewaiter, or: source $(BIN)/activate"

format: .venv/.ready-dev ## put code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## renew the pinned versions from the ranges in pyproject.toml
	@$(PYTHON) -m tools.renew_locks

clean: ## take away everything made here
	rm -rf .venv demo-out site bench-out .coverage-data .pytest_cache .ruff_cache .mypy_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "This Python cannot make a virtual environment: apt-get install python3-venv"; exit 1; }

.venv/.ready: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing Tidewaiter into .venv (once) ..."
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps -e .
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@echo "Installing the developer's tools into .venv (once) ..."
	@$(PIP) install -r requirements-dev.lock
	@touch $@
