# Everything that is done with this project on one machine. `make` alone lists it.

PYTHON ?= python3
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed

# Where Python may not keep what it compiled, each of our many processes starts three seconds later.
export PYTHONDONTWRITEBYTECODE =

# Checkers import the settings, which want these; no server is reached.
CHECK_ENV := SECRET_KEY=checks-only \
	FIELD_ENCRYPTION_KEYS=Y2hlY2tzLW9ubHktY2hlY2tzLW9ubHktY2hlY2tzLTE= \
	DATABASE_URL=postgres://127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0

.DEFAULT_GOAL := help
.PHONY: help demo test bench lint lint-style lint-types lint-imports lint-migrations format lock clean

help:
	@echo 'make demo     run everything on this machine, with a sandbox shop and a sandbox Klaviyo'
	@echo '              ports: make demo WEB_PORT=8001 SANDBOX_PORT=8091 (if not given: 8000, and 90 above it)'
	@echo 'make test     run the tests; some of them: make test ARGS="-k name"'
	@echo 'make bench    measure how fast it is here; a part of it: make bench ARGS=doors, imports, lists or browsers'
	@echo 'make lint     check format, style, types, layers and migrations'
	@echo 'make format   format the code'
	@echo 'make lock     write requirements.lock and requirements-dev.lock anew'
	@echo 'make clean    remove the virtual environment, the data of demo and tests, and caches'
	@echo
	@echo 'Another Python: make demo PYTHON=python3.12'
	@echo 'Servers of your own: DATABASE_URL=postgres://… REDIS_URL=redis://… make demo'

demo: $(INSTALLED)
	@exec $(PY) -m project.local demo

test: $(INSTALLED)
	@exec $(PY) -m project.local test $(ARGS)

bench: $(INSTALLED)
	@exec $(PY) -m project.local bench $(ARGS)

lint: lint-style lint-types lint-imports lint-migrations

lint-style: $(INSTALLED)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

lint-types: $(INSTALLED)
	@echo 'mypy'
	@$(CHECK_ENV) $(PY) -m mypy project integration backinstock storefront

lint-imports: $(INSTALLED)
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

lint-migrations: $(INSTALLED)
	@echo 'manage.py makemigrations --check --dry-run'
	@$(CHECK_ENV) $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

format: $(INSTALLED)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

LOCK := $(PY) -m uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command 'make lock'

lock: | $(PY)
	$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .local staticfiles .mypy_cache .pytest_cache .ruff_cache .import_linter_cache \
		.hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements-dev.lock | $(PY)
	@echo 'Installing what the project needs into $(VENV) …'
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-dev.lock
	@touch $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Storewire needs Python 3.11 or newer, and $(PYTHON) is not. If you have one under'; \
		echo 'another name, say so: make PYTHON=python3.12 …'; exit 1; } >&2
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo '$(PYTHON) could not make a virtual environment.'; \
		echo 'On Debian and Ubuntu the package python3-venv is missing: apt install python3-venv'; \
		exit 1; } >&2
