# Needs python3 (3.11 or later, with venv and pip) and make; everything else is installed into .venv from locks/.

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv --quiet
COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml

EXTRAS := --extra server --extra ai --extra conversation

# Where it is set, every process compiles all it imports again: 20 s of CPU to collect the tests, 1 s a command.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install run test test-full lint fmt bench peers docs weights lock upgrade clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/.dev ## Make .venv and install everything a developer needs into it

run: .venv/.dev ## Run the service; everything it keeps lies under FAULTLINE_DATA_DIR
	@exec $(BIN)/faultline serve

test: .venv/.dev ## Run the tests, without the slow ones; coverage is printed and gated
	$(BIN)/pytest -n 2 --cov --cov-report=term-missing:skip-covered -m "not slow" --hypothesis-profile=quick

test-full: .venv/.dev .venv/.model ## Run all tests, those with a real language model too
	$(BIN)/pytest -n 2 --cov --cov-report=term-missing:skip-covered

lint: .venv/.dev ## Check format, style, types, the walls between the rooms and the generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

fmt: .venv/.dev ## Format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

peers: benchmarks/peers/node_modules ## Install what people use today, to be measured beside it (npm)

benchmarks/peers/node_modules: benchmarks/peers/package-lock.json
	cd benchmarks/peers && npm ci --silent
	@touch $@

bench: .venv/.bench ## Run every benchmark; fails when one misses its limit
	@missed=; for each in $$(grep -l __main__ benchmarks/*.py); do \
	  echo "== $$each"; $(BIN)/python $$each || missed="$$missed $$each"; \
	done; [ -z "$$missed" ] || { echo "missed a limit:$$missed" >&2; exit 1; }

docs: .venv/.dev ## Write the generated documents again
	$(BIN)/python docs/generate.py

weights: .venv/.dev ## Learn the weights that are shipped again, from the examples in the package and from ../shared
	$(BIN)/python tools/weights.py

lock: .venv/.build ## Bring locks/ in step with pyproject.toml, keeping the versions that still fit
	$(COMPILE) $(UPGRADE) $(EXTRAS) --group bench -o locks/bench.txt >/dev/null
	@# The largest lock decides; the others must pin the same versions.
	$(COMPILE) $(UPGRADE) $(EXTRAS) --group dev -c locks/bench.txt -o locks/dev.txt >/dev/null
	$(COMPILE) $(UPGRADE) $(EXTRAS) -c locks/bench.txt -o locks/server.txt >/dev/null
	$(COMPILE) $(UPGRADE) -c locks/bench.txt -o locks/base.txt >/dev/null
	$(filter-out pyproject.toml,$(COMPILE)) $(UPGRADE) --no-deps --group model -o locks/model.txt >/dev/null
	$(filter-out pyproject.toml,$(COMPILE)) $(UPGRADE) --group build -c locks/bench.txt -o locks/build.txt >/dev/null

upgrade: UPGRADE := --upgrade
upgrade: lock ## Like lock, with the newest versions

clean: ## Remove everything that make has made
	rm -rf .venv dist build .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.build: locks/build.txt
	@$(PYTHON) -c 'import sys; sys.exit("Faultline needs Python 3.11 or later; set PYTHON=..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/build.txt
	@touch $@

.venv/.dev: .venv/.build locks/dev.txt pyproject.toml
	$(UV) pip sync --python $(BIN)/python --require-hashes locks/dev.txt
	$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.bench: .venv/.dev locks/bench.txt
	$(UV) pip install --python $(BIN)/python --require-hashes -r locks/bench.txt
	@touch $@

.venv/.model: .venv/.dev locks/model.txt
	$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r locks/model.txt
	@touch $@
