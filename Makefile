# Phithak: `make run` starts it, `make test` tests it. Bare Debian 12 needs: python3 python3-venv make.

PYTHON3 ?= python3
PY      := .venv/bin/python
PARTS   ?=
BENCH   ?=
# a run starts hundreds of short processes; compiling the product anew in each costs as much as the tests
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run quick test soak bench bench-peers bench-data lint e2e assets docs lock dist sensor clean
# one target after the other: several share .venv and build/
.NOTPARALLEL:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: export PHITHAK_CONFIG_DIR ?= $(CURDIR)/var/config
run: export PHITHAK_DATA_DIR ?= $(CURDIR)/var/data
run: .venv/.runtime build/.assets ## start Phithak on this machine (folders: var/config, var/data)
	@exec .venv/bin/phithak up

quick: .venv/.dev build/.assets ## the suite on SQLite, no outside program (5 minutes)
	@$(PY) tools/test.py quick

test: .venv/.dev build/.assets ## everything that must pass: lint, types, both databases, API, pages, faults (25 minutes)
	@$(PY) tools/test.py test $(if $(PARTS),--parts $(PARTS))

soak: .venv/.dev build/.assets ## the long tests; PARTS=word,word picks some (80 minutes)
	@$(PY) tools/test.py soak $(if $(PARTS),--parts $(PARTS))

bench: .venv/.dev ## benchmarks; BENCH=name picks one of bench/*.py
	@$(PY) tools/bench.py $(BENCH)

bench-peers: ## put each peer that benchmarks compare with in its own ignored environment
	@$(PYTHON3) tools/bench.py --peers

bench-data: .venv/.dev ## build the large data sets of the benchmarks once
	@$(PY) tools/bench.py --data

lint: .venv/.dev ## lint, types, floors, migrations (3 minutes)
	@$(PY) tools/test.py test --parts lint

e2e: .venv/.dev build/.assets ## pages and flows in chromium (7 minutes)
	@$(PY) tools/test.py test --parts pages

assets: build/.assets ## fetch and build what the pages carry

docs: .venv/.dev ## write docs/reference from the code
	@$(PY) tools/docs.py

lock: .venv/.dev ## resolve the lock files in requirements/ anew
	@$(PY) tools/lock.py

dist: .venv/.dev build/.assets ## build the wheel, pages' assets included
	@$(PY) -m hatchling build -t wheel

sensor: ## the hospital's sensor as one file: build/phithak-sensor.pyz
	@$(PYTHON3) tools/sensor.py

clean: ## remove what was built; the environment and var/ stay
	rm -rf build dist node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.runtime: requirements/runtime.txt tools/environment.py
	@$(PYTHON3) tools/environment.py requirements/runtime.txt
	@touch $@

.venv/.dev: requirements/dev.txt tools/environment.py
	@$(PYTHON3) tools/environment.py requirements/dev.txt
	@touch $@ .venv/.runtime

build/.assets: .venv/.runtime $(wildcard package.json package-lock.json requirements/assets.txt tools/assets.py)
	@$(PY) tools/assets.py
	@mkdir -p build && touch $@
