# Loam. `make demo` and `make test` set themselves up; `make help` lists the rest.

PYTHON ?= python3
RECIPE ?= pipelines/recipes/generic.yaml
CORPUS ?= corpora/corpus
WORKERS ?=
ARGS ?=
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
NPM := $(shell command -v npm 2>/dev/null)
LIBRARIES := datacards/explorer/built/LICENSES.txt
LOAM := $(BIN)/loam
STAGES := ingest annotate dedup license select translate tokenize mix publish
RUN = $(LOAM) run $(RECIPE) --corpus $(CORPUS) $(if $(WORKERS),--workers $(WORKERS)) $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev comet demo test test-clients test-comet test-vllm test-faults explorer fuzz docs lint bench scale run sql verify lock audit clean $(STAGES)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  make STAGE          run up to one stage: $(STAGES)"
	@echo "  RECIPE=$(RECIPE) CORPUS=$(CORPUS) WORKERS=n ARGS='…' go with run and the stages"

setup: .venv/run.stamp ## make .venv with what running needs
setup-dev: .venv/dev.stamp ## make .venv with what testing needs

# One install a lock file; a stamp that is newer than its lock costs nothing.
.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Loam needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(if $(UV),$(UV) venv --quiet --seed --python $(PYTHON) .venv,$(PYTHON) -m venv .venv)

.venv/%.stamp: requirements/%.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "installing $* requirements …"
	$(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check) --require-hashes -r $<
	$(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check) --no-deps --no-build-isolation --editable .
	@touch $@

explorer: $(if $(NPM),$(LIBRARIES)) ## gather the libraries of the card's explorer
	@$(if $(NPM),true,echo "npm is not installed: cards are made without their explorer")

$(LIBRARIES): datacards/explorer/package-lock.json datacards/explorer/libraries.mjs
	@echo "gathering the explorer's libraries …"
	@cd datacards/explorer && npm ci --silent && npm run --silent build

demo: setup explorer ## curate real documents into shards and a card
	@$(BIN)/python -m pipelines.demo
	@$(LOAM) run pipelines/recipes/demo.yaml --corpus corpora/demo $(if $(WORKERS),--workers $(WORKERS)) $(ARGS)

test: setup-dev ## run the tests, but for those of real clients
	$(BIN)/python -m pytest -q -m "not clients" --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

test-clients: setup-dev .venv-clients/clients.stamp .venv-cards/cards.stamp .venv-comet/comet.stamp test-vllm ## run the tests against real clients
	LOAM_COMET_PYTHON=$(CURDIR)/.venv-comet/bin/python LOAM_MEGATRON_PYTHON=$(CURDIR)/.venv-clients/bin/python LOAM_CARDS_PYTHON=$(CURDIR)/.venv-cards/bin/python $(BIN)/python -m pytest -q -m clients $(ARGS)

.venv-clients/clients.stamp: requirements/clients.in
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-cards/cards.stamp: requirements/cards.in
	$(PYTHON) -m venv .venv-cards
	.venv-cards/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

test-comet: setup-dev .venv-comet/comet.stamp ## run the tests against COMET
	LOAM_COMET_PYTHON=$(CURDIR)/.venv-comet/bin/python $(BIN)/python -m pytest -q -m clients tests/clients/test_comet*.py $(ARGS)

comet: .venv-comet/comet.stamp ## make .venv-comet, where COMET runs: it asks for NumPy 1

.venv-comet/comet.stamp: requirements/comet.in
	$(PYTHON) -m venv .venv-comet
	.venv-comet/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

test-vllm: .venv-vllm/vllm.stamp ## run the tests against vLLM, on CPUs
	OMP_NUM_THREADS=1 .venv-vllm/bin/python -m pytest -q tests/clients/test_vllm*.py $(ARGS)

# Where a build of torch for CPUs is configured, pip takes it; without its own dependencies, no other build would start.
.venv-vllm/vllm.stamp: requirements/vllm.txt
	$(PYTHON) -m venv .venv-vllm
	.venv-vllm/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	.venv-vllm/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	.venv-vllm/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

test-faults: setup-dev ## kill runs at 20 random moments and more
	LOAM_FAULT_ROUNDS=20 $(BIN)/python -m pytest -q tests/faults $(ARGS)

fuzz: setup-dev ## compute every signal of documents that no one would write
	$(BIN)/python -m tests.fuzz $(ARGS)

docs: setup-dev ## renew the reference page of signals
	$(LOAM) signals --markdown > docs/signals.md

lint: setup-dev ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev ## measure every stage, and datatrove beside it
	$(BIN)/python -m benchmarks $(ARGS)

scale: setup-dev ## run 100 MB and 1 GB of Debian's documentation through the whole way
	$(BIN)/python -m benchmarks.scale $(ARGS)

run: setup ## run RECIPE into CORPUS
	$(RUN)

$(STAGES): setup
	$(RUN) --until $@

sql: setup ## ask CORPUS in SQL
	@$(LOAM) sql $(CORPUS) $(ARGS)

verify: setup ## check CORPUS against its receipts
	@$(LOAM) verify $(CORPUS) $(ARGS)

lock: ## renew the hashed lock files
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra mt --extra cards pyproject.toml requirements/build.in --output-file requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra mt --extra ctranslate2 --extra ray --extra s3 --extra cards --extra web --extra sevenzip --extra kenlm --extra segment --extra cld2 --extra train --extra datatrove --extra openai --extra eval --extra similarity --extra dev pyproject.toml requirements/build.in \
		--constraints requirements/run.txt --output-file requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--extra mt --extra openai --extra eval pyproject.toml requirements/build.in requirements/vllm.in --override requirements/vllm-overrides.txt \
		--output-file requirements/vllm.txt

audit: .venv-audit/audit.stamp ## ask for known vulnerabilities of what is locked
	.venv-audit/bin/pip-audit --requirement requirements/dev.txt --disable-pip --require-hashes

.venv-audit/audit.stamp:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	@touch $@

clean: ## remove environments and caches, not corpora
	rm -rf .venv .venv-audit .venv-clients .venv-cards .venv-comet .venv-vllm .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
