# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything that is made goes below .build/; `make clean` removes it.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

BUILD := $(CURDIR)/.build
DEV := $(BUILD)/dev/bin
DEMO := $(BUILD)/demo/bin

# One environment for all commands: ours, whatever the caller's shell has set. ANSIBLE_HOME and HOME keep every
# temporary file and cache in the checkout; the interpreter is named because discovery may pick one that does not start.
export ANSIBLE_COLLECTIONS_PATH := $(BUILD)/coll
export ANSIBLE_HOME := $(BUILD)/ansible-home
export ANSIBLE_LOCALHOST_WARNING := False
export ANSIBLE_PYTHON_INTERPRETER := $(DEV)/python
export PATH := $(DEV):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1
export UV_CACHE_DIR ?= $(BUILD)/uv-cache
unexport ANSIBLE_CONFIG PYTHONHOME PYTHONPATH VIRTUAL_ENV
RUN := env HOME=$(BUILD)/home $(DEV)/python

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## make the development environment (other targets do it when needed)
	@tools/setup.sh dev

.PHONY: setup-all
setup-all:
	@tools/setup.sh dev core-2.16 core-newest

.PHONY: test
test: setup-all ## run everything: lint, unit and module tests, the ansible-core matrix, sanity, Molecule, the artefact
	@$(RUN) -m tools.stages

.PHONY: lint
lint: setup ## run every linter, nothing skipped
	@$(RUN) -m tools.stages lint

.PHONY: unit
unit: setup ## run the unit, module and output tests on the development environment only
	@$(RUN) -m tools.stages tests

.PHONY: matrix
matrix: setup-all ## run the tests of plugins and modules on the oldest and the newest ansible-core
	@$(RUN) -m tools.stages core-2.16 core-newest

.PHONY: sanity
sanity: setup-all ## run ansible-test sanity
	@$(RUN) -m tools.stages sanity

.PHONY: molecule
molecule: setup ## run the Molecule scenarios
	@$(RUN) -m tools.stages molecule

.PHONY: coverage
coverage: setup ## show which lines of plugins/ the tests reach
	@$(RUN) -m pytest -n 2 tests --cov=plugins --cov-branch --cov-report=term-missing:skip-covered

.PHONY: mutation
mutation: ## change the code in small ways and see that a test fails each time (FILE=... for one file)
	@tools/setup.sh mutation
	@env HOME=$(BUILD)/home nice -n 15 $(BUILD)/mutation/bin/python -m tools.mutation $(FILE)

.PHONY: pipelines
pipelines: ## try the pipelines of the guide about drift on local runners of GitLab and GitHub
	@tools/setup.sh pipelines
	@env HOME=$(BUILD)/home $(BUILD)/pipelines/bin/python -m pytest tests/pipelines

.PHONY: demo
demo: ## show the four flows on simulated services, with commentary, in about a minute
	@tools/setup.sh demo
	@env HOME=$(BUILD)/home ANSIBLE_PYTHON_INTERPRETER=$(DEMO)/python PATH=$(DEMO):$$PATH $(DEMO)/python -m tools.demo

.PHONY: bench
bench: setup ## measure what a task, a large fleet and the flows cost
	@$(RUN) benchmarks/run.py

.PHONY: build
build: setup ## build the collection into .build/dist
	@$(RUN) -m tools.package

.PHONY: docs
docs: setup ## build the documentation as HTML into .build/docs/html
	@$(RUN) -m tools.docs

.PHONY: lock
lock: ## pin the newest releases that fit requirements/*.in
	@tools/setup.sh boot
	@for name in dev:3.11 core-2.16:3.10 core-newest:3.12 mutation:3.11 pipelines:3.11; do \
		$(BUILD)/boot/bin/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate \
			--python-version $${name#*:} requirements/$${name%:*}.in -o requirements/$${name%:*}.txt || exit 1; \
	done
	@$(BUILD)/boot/bin/uv pip compile -q --upgrade --generate-hashes --no-header --no-annotate --universal \
		--python-version 3.10 requirements/demo.in -o requirements/demo.txt

.PHONY: clean
clean: ## remove everything that was made
	rm -rf .build .ansible
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
