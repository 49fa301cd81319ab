# make demo: set up, make a real image, scan it.   make test: set up, check, run the tests.
# make test-real: the tests that need a heavy component.   make explore: the tests on examples not seen before.
# make bench: the figures of benchmarks/README.md.
# make generate: the index of claims, the schemas, docs/cli.md, the golden reports and the starter database anew.
# make lock: the lock file.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
UV := 0.13.9

.PHONY: help setup demo test check test-real explore bench generate lock clean

help:
	@sed -n '1,5s/^# //p' Makefile

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml scripts/setup.sh
	@PYTHON=$(PYTHON) scripts/setup.sh $(VENV)

demo: setup
	@$(BIN)/python scripts/demo.py

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	@tests/setup.sh
	$(BIN)/python -m pytest -n $(JOBS) -m "not real" -rs

test-real: setup
	@tests/real/setup.sh
	$(BIN)/python -m pytest -m "real or native" -rs

explore: setup
	PRATIQUE_EXPLORE=1 $(BIN)/python -m pytest -n $(JOBS) -m "not real"

bench: setup
	@benchmarks/run.sh

generate: setup
	$(BIN)/python scripts/index_claims.py
	PYTHONPATH=tests $(BIN)/python tests/reports.py
	PYTHONPATH=tests $(BIN)/python tests/cli/test_docs.py
	$(BIN)/python -c 'import sys; from pratique.policy.json_schema import json_schema; sys.stdout.buffer.write(json_schema())' > docs/policy.schema.json
	$(BIN)/python scripts/build_starter.py

lock: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis
