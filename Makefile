# The commands of this house. `make up` and `make test` install what they need into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTERS ?= 3

.PHONY: up test faults check format lock bench rule-pages clean

up: $(VENV)/.runtime
	$(BIN)/slipway up

# TESTERS=1 runs them one after the other, in one process.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder

# The long version of tests/faults, and its figures; SLIPWAY_FAULTS_SEED repeats one.
faults: $(VENV)/.dev
	SLIPWAY_FAULTS=long $(BIN)/python -m pytest tests/faults

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	set -e; for each in benchmarks/[a-z]*.py; do $(BIN)/python -m "benchmarks.$$(basename $$each .py)"; done

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Exact versions with hashes and no registry address, so that they install from whatever the package clients are set up for.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements-dev.lock

# docs/rules: one page for each readiness rule, made from the rule.
rule-pages: $(VENV)/.dev
	$(BIN)/python -m engine.readiness.pages

$(VENV)/.runtime: requirements.lock pyproject.toml
	tools/install requirements.lock $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	tools/install requirements-dev.lock $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
