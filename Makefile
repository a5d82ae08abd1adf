# Phosphene: `make run` starts the server, `make test` installs what the tests need and runs them.
# `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MINUTES ?= 20
# How many files of tests run at once: more than two cores, as tests wait for what they start.
WORKERS ?= 4
QUICK := not process and not model and not slow and not breadth
# Which build of torch uv takes where none is installed: auto looks at the machine, cpu is the small
# one; empty leaves it to the package index, as pip does.
TORCH ?= auto
UV := $(shell command -v uv)
HAS_TORCH = $(shell $(BIN)/python -c 'import importlib.util as u; print(u.find_spec("torch") or "")')
BACKEND = $(if $(TORCH),$(if $(HAS_TORCH),,--torch-backend=$(TORCH)))
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python $(BACKEND),$\
	$(BIN)/python -m pip install --quiet) --editable
# Where the environment forbids bytecode, each of the processes that the tests start would compile
# all of the package again, and pytest rewrite all tests: about half of the time of collecting them.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help run quick test coverage soak bench check check-js dist format clean

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1@/' | column -t -s @

run: $(VENV)/.run ## install and start the server
	$(BIN)/phosphene serve

quick: $(VENV)/.test ## the short tests that start no process and load no whole model, under a minute
	$(BIN)/python -m ruff check .
	$(BIN)/python -m pytest --workers $(WORKERS) -m "$(QUICK)"

test: $(VENV)/.test ## everything that must pass
	sh scripts/system-packages
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python scripts/beside.py "$(BIN)/python -m mypy" -- \
		$(BIN)/python -m pytest --workers $(WORKERS) -m "not breadth"

coverage: $(VENV)/.test ## lines of each module that tests without processes and models run, with a floor for those that decide
	$(BIN)/python -m coverage run -m pytest -m "not process and not model and not breadth"
	$(BIN)/python -m coverage json -q
	$(BIN)/python scripts/coverage_floor.py

soak: $(VENV)/.test ## the breadth of the tests, chaos for MINUTES (20), 1000 restarts of Redis, and calls of every route; SEED repeats one
	sh scripts/system-packages
	$(BIN)/python -m pytest --workers $(WORKERS) -m breadth
	$(BIN)/python -m tests.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.soak.restarts $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.soak.postgres
	$(BIN)/python -m tests.soak.postgres_chaos $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.soak.two_machines
	$(BIN)/python -m tests.soak.media_server
	$(BIN)/python -m tests.soak.lingering
	$(BIN)/python -m tests.soak.consent_attempts $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.soak.contract $(if $(SEED),--seed $(SEED))

bench: $(VENV)/.test ## list the benches and what each measures
	@$(BIN)/python -m bench

check: $(VENV)/.test check-js ## style and types
	$(BIN)/python -m ruff check . && $(BIN)/python -m ruff format --check . && $(BIN)/python -m mypy
	@$(BIN)/python scripts/measure.py

check-js: $(VENV)/.test ## types and lints of the page's JavaScript, where Node is there
	sh scripts/check-js/run

dist: $(VENV)/.test ## build the wheel and start it in an empty environment
	$(BIN)/python scripts/dist.py

format: $(VENV)/.test ## put the style right
	$(BIN)/python -m ruff check --fix . ; $(BIN)/python -m ruff format .

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Phosphene needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[worker]'
	touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[test]'
	touch $@ $(VENV)/.run

clean: ## forget what was installed
	rm -rf $(VENV) build dist *.egg-info
