# Everything here sets itself up: Python 3.11 or newer, make and git are enough to begin with.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready
ARGS   ?=
SECONDS ?= 180
SEED   ?=
VNU_VERSION := 26.9.27
ENGINE ?= sqlite
REPLICAS ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo picture screenshots test check browser validator format lint types unit pins bench-hostile bench-masker bench-web bench-delivery bench-storage bench-replicas chaos clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make the virtual environment with its pinned dependencies

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Roundtable needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	  || { echo "Python could not make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Run the main job on a local Discord and Slack, in the terminal and on a page: no tokens, no network (ARGS=--once ends after the script)
	@$(BIN)/roundtable demo $(ARGS)

picture: setup ## Draw docs/demo.svg from a real run of the demo
	@$(BIN)/roundtable demo --record docs/demo.svg

screenshots: setup browser ## Draw docs/page-*.png and docs/images/demo-*.png from real runs
	@$(BIN)/python -m tests.browser.screenshots docs
	@$(BIN)/python -m tests.browser.demo.screenshots docs/images

test: check ## Format, lint, types and every test

# Tests over the wire wait more than they work, so two cores keep six workers busy. Each worker, and each bot that a test
# starts, imports the same modules: they are compiled once, whatever the environment says.
check: setup browser validator lint types
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 6 --dist worksteal

browser: ## Install Chromium for the browser tests where apt may; elsewhere they are skipped (or name one in CHROMIUM)
	@if [ -n "$$CHROMIUM" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests (once)"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null; } \
	  || echo "CHROMIUM COULD NOT BE INSTALLED: the browser tests will be skipped" >&2; \
	else echo "THERE IS NO CHROMIUM: the browser tests will be skipped; install it, or name one in CHROMIUM" >&2; fi

validator: setup ## Install the Nu Html Checker for the tests of pages where npm and Java are; elsewhere one test is skipped
	@if [ -n "$$VNU" ] || [ -e $(VENV)/vnu/node_modules/vnu-jar ]; then :; \
	elif command -v npm >/dev/null && command -v java >/dev/null; then \
	  echo "Installing the HTML checker for the tests of pages (once)"; \
	  npm install --silent --no-audit --no-fund --ignore-scripts --prefix $(VENV)/vnu vnu-jar@$(VNU_VERSION) >/dev/null \
	  || echo "THE HTML CHECKER COULD NOT BE INSTALLED: its test will be skipped" >&2; \
	else echo "THERE IS NO JAVA OR NO NPM: the test with the HTML checker will be skipped; or name a vnu.jar in VNU" >&2; fi

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

unit: setup ## The fast tests alone
	$(BIN)/python -m pytest tests/unit

chaos: setup ## Break everything for a while, and see whether the promises of delivery hold (SECONDS=180 SEED= ENGINE=sqlite|postgres REPLICAS=1)
	@$(BIN)/python -m tests.chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) --engine $(ENGINE) --replicas $(REPLICAS)

format: setup ## Put the code in its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pins: ## Choose the newest allowed dependencies and write their hashes (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --group dev pyproject.toml -o requirements/dev.txt

bench-hostile: setup ## Look for texts that take the masker long
	@$(BIN)/python tests/bench/masker/hostile.py

bench-masker: ## Measure the masker next to its peers, which go into a throw-away environment
	@venv=$$(mktemp -d) && trap 'rm -rf "$$venv"' EXIT && $(PYTHON) -m venv $$venv \
	  && $$venv/bin/python -m pip install -qq --disable-pip-version-check -r tests/bench/masker/requirements.txt \
	  && $$venv/bin/python tests/bench/masker/run.py && $$venv/bin/python tests/bench/masker/frequent.py

bench-web: setup ## Measure how soon the pages answer, with up to 2,000 comments on them
	@$(BIN)/python -m tests.bench.web.run

bench-delivery: setup ## Measure what an event costs the core and its database (ARGS=--statements tells which)
	@PYTHONPATH=. $(BIN)/python tests/bench/delivery/run.py $(ARGS)

bench-storage: setup ## Measure what a comment costs the database with a thousand stored and with a million, on both engines
	@nice $(BIN)/python -m tests.bench.storage $(ARGS)

bench-replicas: setup ## Measure what two replicas carry, next to one
	@$(BIN)/python -m tests.bench.replicas.run $(ARGS)

clean: ## Remove what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
