# FinanceBuy. `make help` says what can be done here.
#
# Everything is installed into .venv from hashed pins; nothing else of the machine is touched,
# except that `make packages` run by root may install python3-venv and PostgreSQL 15 by apt.
#   PYTHON=...   the interpreter to make .venv from (default: the system's, else python3; >= 3.11)
#   ARGS=...     more arguments for the command that a target runs

PYTHON ?=
ARGS ?=
BIN := .venv/bin
# 2: each worker runs servers of its own.
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest
# Without a browser the tests that need one are left out; the end of the run says so (tools/not-tried).
WITHOUT_BROWSER = $(shell tools/find-browser >/dev/null 2>&1 || echo --ignore=tests/browser)
PARALLEL = -n $(WORKERS) --dist loadgroup

.DEFAULT_GOAL := help

##@ Run it

.PHONY: up
up: runtime ## set up what is missing and run the platform (ARGS="--detach --data DIR")
	@$(BIN)/financebuy up $(ARGS)

.PHONY: bench
bench: runtime ## measure it: deposits and buys beside their rivals, and how long a start takes
	@$(BIN)/financebuy bench run --scenario deposit --scenario hot-account --scenario buy-and-fill $(ARGS) \
		|| test $$? -eq 2 # a goal was missed, which is a figure too
	@$(BIN)/financebuy bench startup

##@ Prove it

.PHONY: test
test: dev ## every test but the drills and soaks
	$(PYTEST) $(PARALLEL) -m "not drill and not soak" $(WITHOUT_BROWSER) $(ARGS)

PG15 ?= /usr/lib/postgresql/15/bin
.PHONY: test-pg15
test-pg15: dev ## every test with a server on PostgreSQL 15, the oldest supported (PG15=/path/to/its/bin)
	@test -x "$(PG15)/postgres" || tools/system-packages pg15
	TEST_POSTGRES_BIN="$(PG15)" $(PYTEST) $(PARALLEL) -m "not drill and not soak and not embedded" \
		--ignore tests/unit $(WITHOUT_BROWSER) $(ARGS)

.PHONY: test-access
test-access: dev ## who may do what, whole: every cell of the matrix, 20,000 requests through each pool
	$(PYTEST) $(PARALLEL) -m "not drill" tests/security $(ARGS)

.PHONY: budgets
budgets: dev ## lower what each command may cost to what it costs (ARGS="--raise", ARGS="place_order")
	$(BIN)/python -m tests.budget $(ARGS)

.PHONY: acceptance
acceptance: dev ## only the tests that use the platform from outside, as a person would
	$(PYTEST) $(PARALLEL) -m "not drill and not soak" tests/acceptance $(ARGS)

.PHONY: drills
drills: runtime ## each drill once: break it on purpose, recover, reconcile
	@$(BIN)/financebuy drill crash --rounds 20 $(ARGS)
	@$(BIN)/financebuy drill crash --rounds 2 --control
	@$(BIN)/financebuy drill replay --to 2000-06-30 --accounts 10

.PHONY: soak
soak: dev ## look for what is rare, for as long as it takes
	$(PYTEST) -m soak --hypothesis-profile=soak $(ARGS)
	@$(BIN)/financebuy drill replay --at-once 2
	@$(BIN)/financebuy bench run --scenario many-accounts --scenario standby --scenario growth \
		--scenario many-portfolios --scenario many-prices --scenario dividend-10000 --grown 10000000 \
		|| test $$? -eq 2 # a goal was missed, which is a figure too

##@ Check it

CHECKS = check-python check-types check-imports check-sql check-migrations check-shell check-words \
	check-links check-code check-secrets check-packages check-policies
.PHONY: check
check: $(CHECKS) ## all linters

.PHONY: check-python
check-python: dev
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

.PHONY: check-types
check-types: dev
	$(BIN)/mypy

.PHONY: check-imports
check-imports: dev
	$(BIN)/lint-imports --no-logo

.PHONY: check-sql
check-sql: dev
	$(BIN)/sqlfluff lint --disable-progress-bar src/financebuy/sql

.PHONY: check-migrations
check-migrations: dev
	$(BIN)/squawk src/financebuy/sql/migrations/*/*.sql

.PHONY: check-shell
check-shell:
	@for script in tools/find-python tools/find-browser tools/not-tried tools/system-packages; do sh -n $$script || exit 1; done
	@bash -n .ci/run

.PHONY: check-words
check-words: dev
	$(BIN)/python tools/check_words.py

.PHONY: check-links
check-links: dev
	$(BIN)/python tools/check_links.py

.PHONY: check-code
check-code: dev
	$(BIN)/bandit --quiet --recursive --severity-level medium src

.PHONY: check-secrets
check-secrets: dev
	$(BIN)/python tools/check_secrets.py

.PHONY: check-packages
check-packages: dev
	$(BIN)/python tools/audit_packages.py

.PHONY: check-policies
check-policies: dev
	$(BIN)/python -m tools.second_opinion

.PHONY: format
format: dev ## format the Python files and fix what ruff can fix
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .

.PHONY: reference
reference: dev ## write the reference pages that are made from the code
	$(BIN)/python -m tools.make_reference
	$(BIN)/python -m tools.catalogue_reference
	$(BIN)/python -m tools.dump_schema

##@ Set it up

.PHONY: packages
packages: dev ## install everything: wheels into .venv, and by apt what no wheel brings (as root)
	@tools/system-packages pg15 || echo "packages: only make test-pg15 needs it" >&2
	@tools/system-packages browser || echo "packages: only the tests of passkeys need it" >&2
	@tools/system-packages pgbouncer || echo "packages: the tests go on without it" >&2

.PHONY: runtime dev
runtime dev:
	@tools/system-packages $@ "$(PYTHON)"
	@"$$(tools/find-python "$(PYTHON)")" tools/install.py $@

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras \
	--generate-hashes --custom-compile-command "make requirements"
.PHONY: requirements
requirements: dev ## pin the newest versions that pyproject.toml allows (ARGS="--upgrade")
	$(COMPILE) $(ARGS) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) $(ARGS) --group build -c requirements/runtime.txt -o requirements/build.txt
	$(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements/runtime.txt -c requirements/build.txt -o requirements/dev.txt

.PHONY: help
help: ## this text
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile
