# Everything a newcomer runs. `make demo` and `make test` do their own set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed-test
INSTALLED_FOR_USE := $(VENV)/.installed
INSTALLED_FOR_RELEASE := $(VENV)/.installed-release
INSTALLED_FOR_BROWSER := $(VENV)/.installed-browser
COMPILED := $(VENV)/.compiled
MINISTACK := .venv-ministack/.installed

# The pip that comes with Python 3.11 takes twice as long to choose versions.
RECENT_PIP := --quiet --disable-pip-version-check --upgrade pip

# Most of what the tests' libraries bring along is never loaded, so it is not compiled either.
PIP_FOR_TESTS := --quiet --disable-pip-version-check --no-compile

# Tests start hundreds of processes: what one of them has compiled is there for the next.
TEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

# Nobody who has installed ses-tui compiles it at each start: neither do the starts that are timed.
BENCH := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m benchmarks

# At half the rate: it runs beside the tests, and takes a quarter of a processor from them.
SHORT_SOAK := --minutes 2 --rate 25

.DEFAULT_GOAL := help

.PHONY: demo test test-long soak installed-for-tests lint unit dynamodb-local ministack browser corpus bench bench-quick screenshots build audit clean help

help:
	@echo "make demo            the dashboard with a local engine, history and live traffic"
	@echo "make test            lint and all tests"
	@echo "make test-long       the tests that take minutes"
	@echo "make soak            half an hour of 50 events a second with a fault a minute"
	@echo "make lint            ruff, mypy --strict, import-linter"
	@echo "make corpus CORPUS=DIR   compare recorded payloads with what an index expects"
	@echo "make bench           measure everything (15 minutes) into docs/benchmarks.md"
	@echo "make bench-quick     the same with less of everything (3 minutes)"
	@echo "make screenshots     the pictures of the README, from the demo"
	@echo "make build           a wheel and an sdist in dist/"
	@echo "make audit           known weaknesses of what is installed"
	@echo "make dynamodb-local  fetch DynamoDB Local into the user cache"
	@echo "make ministack       install the local AWS of the deployment tests"
	@echo "make browser         install what drives the browser of the long tests"
	@echo "make clean           remove the virtual environment and caches"

demo: $(INSTALLED_FOR_USE)
	@if command -v java >/dev/null; then $(MAKE) --no-print-directory dynamodb-local \
		|| echo "DynamoDB Local could not be fetched: the demo falls back to moto" >&2; fi
	@$(BIN)/ses-tui demo $(DEMO_OPTIONS)

# Reading types keeps one processor busy for half a minute: the tests have begun by then.
test: installed-for-tests
	@$(MAKE) --no-print-directory --keep-going -j2 lint unit

# The two environments have nothing to do with each other, so they are made side by side.
installed-for-tests: | $(VENV)/bin/python
	@$(MAKE) --no-print-directory -j2 $(INSTALLED) $(MINISTACK)

lint: $(INSTALLED)
	@echo "ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@echo "mypy --strict"; $(BIN)/mypy
	@echo "import-linter"; $(BIN)/lint-imports --no-cache

unit: $(INSTALLED) $(MINISTACK) dynamodb-local
	@mkdir -p build; $(BIN)/python -m tests.soak $(SHORT_SOAK) >build/soak.txt 2>&1 & soak=$$!; \
		trap 'kill $$soak' INT TERM; \
		$(TEST) -n 4 --dist loadfile --no-loadscope-reorder; tests=$$?; \
		echo "soak beside the tests"; wait $$soak; soaked=$$?; cat build/soak.txt; \
		exit $$((tests || soaked))

# Half an hour of everything at once with a fault a minute; SOAK="--minutes 5 --seed 2" changes it.
soak: $(INSTALLED) dynamodb-local
	@$(BIN)/python -m tests.soak $(SOAK)

test-long: $(INSTALLED) $(MINISTACK) dynamodb-local browser
	$(TEST) -n 2 --dist loadfile -m long

dynamodb-local: $(INSTALLED_FOR_USE)
	@$(BIN)/python -m ses_tui.demo.dynamodb_local

ministack: $(MINISTACK)

# Chromium is the system's where there is one; else Playwright fetches its own.
browser: $(INSTALLED_FOR_BROWSER)
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit; done; \
		$(BIN)/playwright install chromium

corpus: $(INSTALLED) dynamodb-local
	@test -n "$(CORPUS)" || { echo "give the folder: make corpus CORPUS=DIR" >&2; exit 2; }
	@$(BIN)/python -m tests.corpus "$(CORPUS)"

bench: $(COMPILED) dynamodb-local
	@$(BENCH) --keep

bench-quick: $(COMPILED) dynamodb-local
	@$(BENCH) --quick

screenshots: $(INSTALLED_FOR_USE) dynamodb-local
	@$(BIN)/python -m ses_tui.demo.screenshots docs/pictures

build: $(INSTALLED_FOR_RELEASE)
	$(BIN)/python -m build --outdir dist .

# What could not be looked up is no package without weaknesses, though pip-audit ends with 0 then.
audit: $(INSTALLED_FOR_RELEASE)
	@mkdir -p build; $(BIN)/pip-audit --local --skip-editable --progress-spinner off \
		>build/audit.txt 2>&1; ended=$$?; cat build/audit.txt; \
		! grep "could not be audited" build/audit.txt >/dev/null || \
		{ echo "audit: the packages above could not be looked up, so nobody knows" >&2; exit 1; }; \
		exit $$ended

clean:
	rm -rf $(VENV) .venv-ministack .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("ses-tui needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install $(RECENT_PIP)

$(INSTALLED_FOR_USE): pyproject.toml | $(VENV)/bin/python
	@echo "Installing ses-tui (about a minute the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(COMPILED): $(INSTALLED)
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null; touch $@

$(MINISTACK): tests/deployment/requirements.txt | $(VENV)/bin/python
	@echo "Installing a local AWS for the deployment tests (half a minute the first time)"
	@$(PYTHON) -m venv .venv-ministack
	@.venv-ministack/bin/pip install $(RECENT_PIP)
	@.venv-ministack/bin/pip install $(PIP_FOR_TESTS) -r $<
	@touch $@

$(INSTALLED_FOR_RELEASE): pyproject.toml | $(VENV)/bin/python
	@echo "Installing what a release is made with"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[release]'
	@touch $@ $(INSTALLED_FOR_USE)

$(INSTALLED_FOR_BROWSER): $(INSTALLED)
	@echo "Installing what drives a browser (half a minute the first time)"
	@$(BIN)/pip install $(PIP_FOR_TESTS) --editable '.[test,browser]'
	@touch $@

$(INSTALLED): pyproject.toml | $(VENV)/bin/python
	@echo "Installing ses-tui with its test tools (about a minute the first time)"
	@$(BIN)/pip install $(PIP_FOR_TESTS) --editable '.[test]'
	@touch $@ $(INSTALLED_FOR_USE)
