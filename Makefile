# Everything a developer does with dyade; each target sets up what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV ?= .venv
BIN := $(VENV)/bin
# The first Python of the machine that is recent enough; `make PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(RECENT)' >/dev/null 2>&1 && { echo $$p; break; }; done)
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
# Where nobody's home can be written, as in some containers, what is fetched stays beside the rest.
ifneq ($(shell [ -w "$${XDG_CACHE_HOME:-$$HOME/.cache}" ] || [ -w "$$HOME" ] || echo no),)
export UV_CACHE_DIR ?= $(abspath $(VENV))/.fetched
endif
PEERS := .venv-bench
COMPILED := $(abspath $(VENV))/compiled
SENTENCES := $(wildcard engine/dyade/locale/*/LC_MESSAGES/*.po)

.PHONY: help setup demo test lint format unit compiled bench schemas holidays lock wheel clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.packages $(VENV)/.sentences $(VENV)/.bytecode ## Make the virtual environment, with dyade and its tools in it

demo: setup ## Live a whole dyad on the screen: refusals explained, time travelled
	@$(BIN)/python demo/run.py

test: setup lint unit compiled ## Check everything: style, types, floors, tests, and what is compiled

lint: setup ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup ## Rewrite the code in the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

unit: setup $(VENV)/editors/fetched.json ## Run the tests (make unit ARGS="tests/flow -k calendar")
	$(BIN)/python -m pytest -n auto $(ARGS)

# Tests that put something else in the place of a function ask for the sources: compiled modules do not look it up.
compiled: setup $(COMPILED)/.made ## Run the tests of what is compiled, on what was compiled
	PYTHONPATH=$(COMPILED) $(BIN)/python -m pytest -n auto -m "not sources" -k "not postgresql" tests/flow tests/service $(ARGS)

bench: setup $(COMPILED)/.made $(PEERS)/.packages ## Measure speed, beside other engines, on this machine
	@PYTHONPATH=$(COMPILED) $(BIN)/python -m bench --peers $(PEERS)/bin/python

schemas: setup ## Write the JSON Schemas anew from the model
	$(BIN)/python tests/program/make_structure.py
	$(BIN)/dyade schema --write

holidays: setup ## Write the table of statutory holidays anew from the library
	$(BIN)/python tests/program/make_holiday_table.py

# Pins stay as they are where they still fit: `make lock UPGRADE=--upgrade` takes the newest.
lock: $(VENV)/.packages ## Write the lock files anew from pyproject.toml
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --output-file requirements-dev.lock --constraints requirements.lock --all-extras --group dev \
		pyproject.toml
	$(COMPILE) --output-file bench/requirements.txt bench/requirements.in

wheel: setup ## Build the wheel and the source archive into dist/
	$(BIN)/python -m hatchling build

clean: ## Remove everything that make has made
	rm -rf $(VENV) $(PEERS) bench/xstate/node_modules bench/results.json
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find engine tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find engine -name '*.mo' -type f -exec rm -f {} +

# No address enters a lock, so that any registry serves it; nor a configuration of this machine.
COMPILE = $(BIN)/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-config \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(UPGRADE)

$(BIN)/python:
	@$(or $(PYTHON),false) -c '$(RECENT)' || { echo "dyade needs Python 3.11 or newer;" \
		"$(or $(PYTHON),python3) is $$($(or $(PYTHON),python3) --version 2>&1 || true)." \
		"Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment:" \
		"on Debian and Ubuntu, install the package python3-venv." >&2; exit 1; }

# uv comes from the lock like everything else, and asks the registry that pip is told to ask.
$(VENV)/.packages: pyproject.toml requirements-dev.lock hatch_build.py | $(BIN)/python
	@echo "Setting up $(VENV)…"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement $(VENV)/uv.txt
	@index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null)}}; \
		if [ -n "$$index" ]; then UV_DEFAULT_INDEX=$$index; export UV_DEFAULT_INDEX; fi; \
		$(BIN)/uv --quiet pip install --python $(BIN)/python --compile-bytecode --require-hashes \
			--requirement requirements-dev.lock
	@$(BIN)/uv --quiet pip install --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@touch $@

# The YAML language server that tests start: Node comes with the tools, npm asks the registry that it is told to ask.
$(VENV)/editors/fetched.json: tests/editors/package-lock.json | $(VENV)/.packages
	@$(BIN)/python -m tests.editors.node

# Compiled by the build too; this is for a sentence changed since.
$(VENV)/.sentences: $(VENV)/.packages $(SENTENCES)
	@$(BIN)/python hatch_build.py
	@touch $@

# Where the environment asks Python to keep no bytecode, each command would compile all that it imports, every time.
$(VENV)/.bytecode: $(VENV)/.packages $(shell find engine/dyade -name '*.py')
	@$(BIN)/python -m compileall -q engine/dyade
	@touch $@

# The same package as an install with DYADE_COMPILE=1 would have it, beside the sources that the tests import.
$(COMPILED)/.made: $(VENV)/.sentences hatch_build.py $(shell find engine/dyade -name '*.py')
	@echo "Compiling…"
	@$(BIN)/python hatch_build.py $(COMPILED) >$(VENV)/compiled.log 2>&1 || { cat $(VENV)/compiled.log >&2; exit 1; }
	@$(BIN)/python -m compileall -q $(COMPILED)
	@touch $@

# What dyade is measured against lives apart, on the same Python; XState needs Node, and is left out where there is none.
$(PEERS)/.packages: bench/requirements.txt bench/xstate/package-lock.json | $(VENV)/.packages
	@echo "Setting up $(PEERS)…"
	@$(BIN)/python -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip --quiet --quiet --disable-pip-version-check install --require-hashes \
		--requirement bench/requirements.txt
	@! command -v npm >/dev/null || npm ci --prefix bench/xstate --silent --no-audit --no-fund \
		|| echo "npm could not install XState: it is left out." >&2
	@touch $@
