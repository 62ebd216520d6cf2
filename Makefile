# Everything needs only git, make and python3 >= 3.11 with venv; each target installs what it uses in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
GATEWAY := opennds-daemon freeradius freeradius-utils dnsmasq-base php-cli iptables ipset nftables iproute2 busybox
DEBIAN := postgresql postgresql-contrib chromium fonts-noto-core nginx-light openssl $(GATEWAY)
PEERS := postgresql-postgis redis-server
# Node and Java run the judges of the pages; other packages than Debian's may bring them.
DEBIAN += $(if $(shell command -v npm),,nodejs npm) $(if $(shell command -v java),,default-jre-headless)
JUDGES := $(VENV)/judges/.installed
ifdef CI
DEBIAN += $(PEERS)
endif

.PHONY: demo test check bench evaluate audit translations debian clean

demo: $(STAMP)
	$(BIN)/sejour demo $(ARGS)

test: $(STAMP) debian $(JUDGES)
	$(BIN)/python -m pytest $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_house.py tests/web/test_translations.py

# PostGIS and Redis are peers of the ranking; a peer that is not there is reported as absent.
bench: DEBIAN := postgresql $(PEERS)
bench: $(STAMP) debian
	$(BIN)/python -m benchmarks $(ARGS)

# What the ranking is worth, against published figures; writes the table of docs/ranking.md.
evaluate: $(STAMP)
	$(BIN)/python -m benchmarks.evaluate $(ARGS)

# The long forms of the tests: many more kills, many more random situations.
audit: $(STAMP) debian $(JUDGES)
	SEJOUR_AUDIT=1 $(BIN)/python -m pytest $(ARGS)
	SEJOUR_NUMPY=1 $(BIN)/python -m pytest tests/domain

$(STAMP): pyproject.toml hatch_build.py sejour/domain/sieve.c
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# The Nu HTML checker and Lighthouse, where there is npm; their tests are skipped without them, and fail in CI.
$(JUDGES): tests/browser/judges/package.json | debian
	@mkdir -p $(@D) && cp $< $(@D)/ && if command -v npm >/dev/null; then \
	  cd $(@D) && PUPPETEER_SKIP_DOWNLOAD=1 npm install --ignore-scripts --no-audit --no-fund --silent && touch .installed; fi

# PostgreSQL, Chromium, a gateway for the tests, from Debian's packages, when they are missing and we may install them. A developer's machine is not
# to become a captive portal: dnsmasq-base has no service, and those of openNDS and FreeRADIUS are masked before they are there.
debian:
	@missing=""; known=""; for package in $(DEBIAN); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=sudo; else \
	    echo "Not installed, and no right to install:$$missing (the tests that use them are skipped)"; exit 0; fi; \
	  echo "Installing$$missing"; \
	  for service in opennds freeradius; do \
	    case "$$missing" in *$$service*) [ ! -d /run/systemd/system ] || $$sudo systemctl -q mask $$service.service;; esac; done; \
	  $$sudo apt-get update -qq && for package in $$missing; do \
	    apt-cache show $$package >/dev/null 2>&1 && known="$$known $$package" || echo "This system has no package $$package"; done && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qq -y --no-install-recommends $$known >/dev/null; \
	fi

clean:
	rm -rf $(VENV) build dist

# Brings the catalogues of templates/locale up to the messages of the code; translate what is empty, then `make check`.
# Of pybabel's header only what gettext reads is kept: no names, no dates, so that a second run changes nothing.
translations: $(STAMP)
	@$(BIN)/pybabel -q extract -F templates/locale/babel.cfg -k N_ -k say -k UsageError -k NotFound --no-location \
	  --omit-header -o $(VENV)/sejour.pot .
	@set -e; for language in en nl de es it; do po=templates/locale/$$language.po; \
	  [ -e $$po ] || printf '# What visitors read, in %s. French is the source: “make translations” brings its new messages in.\nmsgid ""\nmsgstr ""\n' \
	    $$language >$$po; \
	  $(BIN)/pybabel -q update -N --ignore-obsolete --no-wrap -i $(VENV)/sejour.pot -o $$po -l $$language; \
	  grep -Ev '^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By): ' $$po \
	    >$(VENV)/sejour.po; cat $(VENV)/sejour.po >$$po; done
