# Every target installs what it needs into .venv first; `make help` lists them.

SHELL := /bin/sh
BIN := .venv/bin
PYTHON ?= python3
export PYTHON

# The packages of DESIGN 2 that have come so far, for the tools that want them named.
PACKAGES := $(patsubst %/__init__.py,%,$(wildcard $(addsuffix /__init__.py,\
	domain rulebase scheduler promising store wire client simulators benchmarks)))
MODULES := $(wildcard server.py)

.DEFAULT_GOAL := help
.PHONY: help demo serve test soak lint bench proto lock clean venv

help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: venv  ## Promise the orders of a real moulding plant, print how it went, exit.
	@$(BIN)/jiaoqi demo

serve: venv  ## Go on serving the plant of the demo, its clock running.
	@test -f var/demo.sqlite || { echo "there is no var/demo.sqlite yet: run make demo first"; exit 1; }
	@$(BIN)/jiaoqi serve --store var/demo.sqlite

test: venv  ## Run the tests, on up to four cores.
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

soak: venv  ## Run the long tests: killed servers, lost writes, hours of orders.
	@$(BIN)/python -m pytest -m soak --timeout 0

lint: venv  ## Check style, types, imports, the schema and its stubs.
	@echo "ruff     check"; $(BIN)/ruff check --quiet .
	@echo "ruff     format"; $(BIN)/ruff format --check --quiet . \
		|| { echo "not formatted, run: $(BIN)/ruff format ."; exit 1; }
	@echo "mypy     $(PACKAGES) $(MODULES)"; $(BIN)/mypy --strict --no-error-summary $(PACKAGES) $(MODULES) tools
	@echo "imports  lint-imports"; $(BIN)/python tools/imports.py >.venv/imports.log 2>&1 \
		|| { cat .venv/imports.log; exit 1; }
	@echo "buf      lint"; $(BIN)/buf lint
	@echo "stubs    compare"; $(BIN)/python tools/stubs.py --check

bench: venv  ## Run the benchmarks.
	@$(BIN)/python -m benchmarks

proto: venv  ## Generate the stubs beside the .proto files.
	@$(BIN)/python tools/stubs.py

lock: pyproject.toml  ## Resolve the dependencies anew into requirements.lock.
	@sh tools/venv.sh venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --extra test --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
		--output-file requirements.lock

clean:  ## Remove .venv and what the tools left.
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: .venv/.warm
	@:

.venv/.locked: requirements.lock
	@sh tools/venv.sh venv
	@sh tools/venv.sh locked
	@touch $@

.venv/.project: .venv/.locked pyproject.toml
	@sh tools/venv.sh project
	@touch $@

.venv/.optional: .venv/.project requirements-durable.lock
	@sh tools/venv.sh optional
	@touch $@

.venv/.warm: .venv/.optional $(wildcard scheduler/warm.py)
	@sh tools/venv.sh warm
	@touch $@
