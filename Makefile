# On a fresh machine: 'make run' serves the demo, 'make test' runs the whole suite.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DEMO := eval/collections/demo

.PHONY: run test lint soak bench browser clean

run: $(VENV)/.run
	@$(BIN)/finder ingest $(DEMO)/records.ndjson
	@$(BIN)/finder taxonomy import csv $(DEMO)/skills.csv
	@$(BIN)/finder serve

test: $(VENV)/.dev browser
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -m long

bench: $(VENV)/.dev
	$(BIN)/finder bench

# The page is tested in Debian's chromium; where it cannot be installed, those tests say so.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium \
		>/dev/null; } || echo "No chromium here: the tests of the page in a browser are skipped."

$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .finder
