# Everything here needs only make and Python 3.11 or newer.
#
#   make run     set up, run the headline batch, write charts and the report
#   make test    set up, run the tests
#   make lint    style, types, import contracts, generated pages
#   make bench   measure speed
#   make clean   remove the environment and caches (never results/)
#
# PYTHON=…  interpreter (default: the newest found)   VENV=…  environment (default: .venv)
# RUNS=…    runs per scenario                         ARGS=…  further arguments of the command

VENV ?= .venv
PYTHON ?= $(shell sh tools/find-python newest $(VENV)/bin/python)
RUNS ?=
ARGS ?=

BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) and print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)
CORE := $(VENV)/.core-$(VERSION)
DEV := $(VENV)/.dev-$(VERSION)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

# One thread a process: parallel work is divided by runs, and results must not depend on the machine.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

# Scripts in tools/ that can say, with --check, whether what they made is what they would make now.
GENERATORS := document_coverage document_flows document_measures document_network fit_freight_constants

.PHONY: run test lint style types contracts generated bench constraints clean
.DEFAULT_GOAL := run

run: $(CORE)
	$(BIN)/multivector run $(if $(RUNS),--runs $(RUNS)) $(ARGS)

test: $(DEV)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

# `make -k lint` goes on after the first failure.
lint: style types contracts generated

style: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)
	$(BIN)/lint-imports

generated: $(GENERATORS:%=check-%)

check-%: $(DEV)
	$(BIN)/python tools/$*.py --check

bench: $(CORE)
	$(BIN)/multivector bench $(ARGS)

# Needs uv, which nothing else does.
constraints:
	uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras \
	    --no-header --no-annotate --no-emit-index-url --upgrade -o constraints.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .cache

# The stamps carry the version: another PYTHON builds the environment anew.
$(CORE): pyproject.toml constraints.txt
	@test -n "$(VERSION)" || { echo "PYTHON=$(PYTHON) is not a Python 3.11 or newer that runs here" >&2; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit("%d.%d.%d" % sys.version_info[:3] != "$(VERSION)")' \
	    || { echo "Making $(VENV) with Python $(VERSION)" && $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing what the model needs (the first time only)"
	@$(PIP) -e .
	@touch $@

$(DEV): $(CORE)
	@echo "Installing what the tests need (the first time only)"
	@$(PIP) -e '.[dashboard,dev]'
	@touch $@
