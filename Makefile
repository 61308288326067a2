# Two commands are enough: `make run` and `make test`. `make help` lists the others.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# Seen as if from outside: what a deployment would set, in a folder thrown away at once.
PRODUCTION = scripts/like_production.sh $(BIN)/python manage.py

.DEFAULT_GOAL := help
.PHONY: help run test check style templates layers deployment format bench drill tour lock clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

.venv/.ok: requirements/dev.txt scripts/environment.sh
	@scripts/environment.sh "$(PYTHON)"

run: .venv/.ok ## the demonstration on http://127.0.0.1:8000 (PORT=…), web and worker, Ctrl-C stops both
	@scripts/run.sh

test: .venv/.ok ## every test: on SQLite, in a browser, on PostgreSQL (ARGS=… goes to pytest)
	@scripts/test.sh $(ARGS)

check: style templates layers deployment ## style, templates, layers, migrations, safety of a deployment

style: .venv/.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

templates: .venv/.ok
	$(BIN)/djlint --quiet --lint .

layers: .venv/.ok
	$(BIN)/lint-imports --no-logo

deployment: .venv/.ok
	$(PRODUCTION) makemigrations --check --dry-run
	$(PRODUCTION) check --deploy --fail-level WARNING

format: .venv/.ok ## lay the code out as `make check` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ok ## the figures of performance, as ratios measured here (minutes)
	@set -e; for name in $(sort $(notdir $(basename $(wildcard bench/*.py)))); do \
	  echo "== $$name"; $(BIN)/python -m bench.$$name; \
	done

# A drill that misses a goal does not keep the others from being run.
drill: .venv/.ok ## faults and load on the real programme: killed, full, locked, restored (an hour; ROUNDS=…)
	@missed=; for name in $(sort $(notdir $(basename $(wildcard drill/*.py)))); do \
	  $(BIN)/python -m drill.$$name || missed="$$missed $$name"; \
	done; [ -z "$$missed" ] || { echo "missed:$$missed"; exit 1; }

tour: .venv/.ok ## the pictures of README.md, from a demonstration of their own (a few minutes)
	$(BIN)/python scripts/browser.py && $(BIN)/python -m scripts.tour

lock: ## choose versions again and write requirements/*.txt with their hashes
	@scripts/lock.sh "$(PYTHON)"

clean: ## remove what make made, the demonstration's data included
	rm -rf .venv var .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
