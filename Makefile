# Everything needs only git, make and python3 >= 3.11 with venv; each target installs what it uses in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEBIAN := postgresql postgresql-contrib chromium fonts-noto-core

.PHONY: demo test check bench audit debian clean

demo: $(STAMP)
	$(BIN)/sejour demo $(ARGS)

test: $(STAMP) debian
	$(BIN)/python -m pytest $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_house.py tests/web/test_translations.py

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

# The long forms of the tests: many more kills, many more random situations.
audit: $(STAMP) debian
	SEJOUR_AUDIT=1 $(BIN)/python -m pytest $(ARGS)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# PostgreSQL and Chromium for the tests, from Debian's packages, when they are missing and we may install them.
debian:
	@missing=""; for package in $(DEBIAN); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo; else \
	    echo "Not installed, and no right to install:$$missing (the tests that use them are skipped)"; exit 0; fi; \
	  echo "Installing$$missing"; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi

clean:
	rm -rf $(VENV) build dist
