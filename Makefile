# One door to everything. Needs python3 >= 3.11 and a package index, nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: help run demo test unit lint types check lock clean

help:  ## what can be asked for
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(VENV)/made:
	$(PYTHON) -c 'import sys; sys.exit("python3 3.11 or newer is needed, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/run-installed: $(VENV)/made requirements/run.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

$(VENV)/dev-installed: $(VENV)/run-installed requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	touch $@

run: $(VENV)/run-installed  ## start the service (ARGS='--config wirewatch.toml' and any other option)
	@$(BIN)/wirewatch run $(ARGS)

demo: $(VENV)/run-installed  ## a small news day on this machine, in under a minute
	@$(BIN)/wirewatch demo $(ARGS)

test: $(VENV)/dev-installed  ## all tests (ARGS passes pytest options)
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

unit: $(VENV)/dev-installed  ## the fast tests alone
	$(BIN)/python -m pytest tests/unit -n 2 $(ARGS)

lint: $(VENV)/dev-installed  ## style and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/dev-installed  ## mypy --strict
	$(BIN)/mypy

check: lint types test  ## everything

lock: $(VENV)/made  ## write the lock files anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements/dev.lock

clean:  ## forget the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
