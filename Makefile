# Phosphene: `make run` starts the server, `make test` installs what the tests need and runs them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.PHONY: run test check format bench clean

run: $(VENV)/.run
	$(BIN)/phosphene serve

test: $(VENV)/.test
	sh scripts/system-packages
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n 3 --dist loadfile

check: $(VENV)/.test
	$(BIN)/python -m ruff check . && $(BIN)/python -m ruff format --check . && $(BIN)/python -m mypy

format: $(VENV)/.test
	$(BIN)/python -m ruff check --fix . ; $(BIN)/python -m ruff format .

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Phosphene needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build *.egg-info
