# `make demo` and `make test` set up all they need, in .venv, .tools and node_modules.
# A second run finds it there. `make PYTHON=python3.12 …` picks another interpreter.

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
PORT ?= 8080
STATE ?= .state

BIN := .venv/bin
UV := .tools/bin/uv
export VIRTUAL_ENV := $(CURDIR)/.venv
export UV_PYTHON_DOWNLOADS := never
# Where this is set, every start would compile every library anew: three seconds, not one.
unexport PYTHONDONTWRITEBYTECODE
# The development tree is what runs, whatever else the caller has on the path.
unexport PYTHONPATH

# Each of these says in one line what is missing and what to do, and stops.
define need_python
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Fruitful needs Python 3.11 or newer, and $(PYTHON) is not: install it, or name it with make PYTHON=python3.12" >&2; exit 1; }
@$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
	echo "Python's pip is missing: install it (Debian and Ubuntu: apt-get install python3-pip)" >&2; exit 1; }
endef
define need_node
@node -e 'process.exit(+process.versions.node.split(".")[0] < 18 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 || { \
	echo "Fruitful needs Node.js 18 or newer with npm: install it (Debian and Ubuntu: apt-get install nodejs npm), or see https://nodejs.org" >&2; exit 1; }
endef
define need_room
@$(PYTHON) -c 'import shutil, sys; sys.exit(shutil.disk_usage(".").free < $(1) << 20)' || { \
	echo "There is no room here for what Fruitful needs ($(1) MB): free some disk space" >&2; exit 1; }
endef

.PHONY: help
help:
	@echo "make demo    a small fictional newspaper at http://127.0.0.1:$(PORT)/ (PORT=… for another)"
	@echo "make test    every check: style, types, layers, unit, storage, web, jobs, browser"
	@echo "make format  put the code in the project's form"
	@echo "make bench   measure it on this machine; make bench-quality: how well it judges"
	@echo "make train   train the classifier anew (needs the training data, see training/)"
	@echo "make lock    pin the newest versions of all libraries"
	@echo "make clean   remove what was set up, but not the demo's data in $(STATE)"

.PHONY: demo
demo: src/fruitful/web/static/dist/embed.js .venv/.runtime
	@$(BIN)/fruitful demo --port $(PORT) --state-dir $(STATE)

.PHONY: test
test: src/fruitful/web/static/dist/embed.js .venv/.dev chromium
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run --silent check
	$(BIN)/pytest -n auto --dist loadfile

.PHONY: format
format: .venv/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: bench
bench: src/fruitful/web/static/dist/embed.js .venv/.dev
	$(BIN)/python -m benchmarks.load

.PHONY: bench-quality
bench-quality: .venv/.dev
	$(BIN)/python -m benchmarks.quality.house_rules_check --write docs/reference/house-rules-check.md
	$(BIN)/python -m benchmarks.quality.evasion --write docs/reference/evasion.md
	$(BIN)/fruitful audit neutrality --write docs/reference/neutrality.md

.PHONY: train
train: .venv-train/.ready
	.venv-train/bin/python -m training all

# One set of pinned versions with their hashes, good for every platform; it names no registry.
pin = $(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(2) -o requirements/$(1).txt

.PHONY: lock
lock: $(UV)
	$(call pin,boot,requirements/boot.in)
	$(call pin,runtime,pyproject.toml)
	$(call pin,dev,pyproject.toml requirements/dev.in)
	$(call pin,train,pyproject.toml requirements/train.in)

.PHONY: clean
clean:
	rm -rf .venv .venv-train .tools node_modules src/fruitful/web/static/dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(UV): requirements/boot.txt
	$(need_python)
	$(call need_room,1500)
	@echo "Setting up (the first time takes a minute) …"
	@$(PYTHON) -m pip install -qq --disable-pip-version-check --root-user-action=ignore --upgrade \
		--require-hashes --target .tools -r requirements/boot.txt
	@touch $@

.venv/pyvenv.cfg: $(UV)
	@$(UV) venv -q --allow-existing --python $(PYTHON) .venv
	@touch $@

# What runs is installed beside what tests: the demo never takes a developer's tools away.
.venv/.runtime: requirements/runtime.txt pyproject.toml .venv/pyvenv.cfg
	@$(UV) pip install -q --require-hashes -r requirements/runtime.txt
	@$(UV) pip install -q --no-deps -e .
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml .venv/pyvenv.cfg
	@$(UV) pip sync -q --require-hashes requirements/dev.txt
	@$(UV) pip install -q --no-deps -e .
	@touch .venv/.runtime $@

.venv-train/.ready: requirements/train.txt pyproject.toml $(UV)
	@$(UV) venv -q --allow-existing --python $(PYTHON) .venv-train
	@VIRTUAL_ENV=$(CURDIR)/.venv-train $(UV) pip sync -q --require-hashes requirements/train.txt
	@VIRTUAL_ENV=$(CURDIR)/.venv-train $(UV) pip install -q --no-deps -e .
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	$(need_node)
	@npm ci --ignore-scripts --silent
	@touch $@

src/fruitful/web/static/dist/embed.js: node_modules/.package-lock.json tsconfig.json \
		$(shell find widget -type f 2>/dev/null) src/fruitful/web/static/thread.css \
		src/fruitful/web/static/more.css
	@npm run --silent build
	@touch $@

# The browser that the tests drive. Root on Debian gets it; others are told how.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& echo "Installing Chromium for the browser tests …" \
		&& apt-get -qq update >/dev/null \
		&& DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null 2>&1; \
	} || { echo "The browser tests need Chromium: install it (Debian: apt-get install chromium)" >&2; exit 1; }
