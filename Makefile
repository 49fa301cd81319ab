# make demo: set up, make a real image, scan it.   make test: set up, check, run the tests.
# make test-real: the tests that need a heavy component.   make bench: the figures of benchmarks/README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: help setup demo test check test-real bench generate clean

help:
	@sed -n '1,2s/^# //p' Makefile

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
	$(BIN)/python -m pytest -m real -rs

bench: setup
	@benchmarks/run.sh

generate: setup
	$(BIN)/python scripts/generate.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .hypothesis
