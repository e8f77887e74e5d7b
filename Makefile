# make run      the site with made-up data, on http://127.0.0.1:8000 (HOST and PORT change that)
# make run-lan  the same over https on a network without internet, for phones and their cameras
# make test     linters, types, layers, unit tests, browser tests
# make test-production   the same on PostgreSQL and Redis, with several server processes
# make chaos    servers killed, PostgreSQL and Redis away, a full disk: nothing lost, nothing twice
# make bench    the figures of docs/performance.md, on this machine
# make docs     docs/protocol.md, tables of docs/scaling.md   make messages   collect texts to translate
# make lock     requirements*.txt from requirements*.in   make screenshots   every page, in var/
# make vendor   the npm packages whose files stand in this repository, in the versions named below

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: run run-lan prepare test test-production check unit browser-tests production-tests chaos screenshots bench docs messages lock vendor clean

# As given, before `make run`'s defaults: without HOST, run-lan finds an address that phones reach.
LAN_OPTIONS := $(if $(HOST),--address $(HOST)) $(if $(PORT),--port $(PORT)) \
  $(if $(LANDING_PORT),--landing-port $(LANDING_PORT))

HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/var
export HOST PORT DATA_DIR

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
RUNTIME := $(VENV)/.installed-runtime
DEVELOPMENT := $(VENV)/.installed-development
STATIC := $(or $(STATIC_DIR),$(DATA_DIR)/static)/staticfiles.json
PYTHON3 ?= python3

run: prepare
	@DEMO=1 RUN_WORKER=1 exec $(PYTHON) -m checkpoint_site.serve

run-lan: $(STATIC)
	@DEMO=$${DEMO:-1} RUN_WORKER=$${RUN_WORKER:-1} exec $(PYTHON) -m checkpoint_site.lan $(LAN_OPTIONS)

prepare: $(STATIC)
	@DEMO=1 $(PYTHON) manage.py prepare_demo

# --- Installing -------------------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; PYTHON3=... names one."; exit 1; }
	$(PYTHON3) -m venv $(VENV) || \
	  { echo "Could not make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	touch $@

$(RUNTIME): requirements.txt $(VENV)/.made
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# Hashing and compressing takes seconds: only when a file has changed.
$(STATIC): $(RUNTIME) $(shell find static -type f)
	DEMO=1 $(PYTHON) manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

# --- Testing ----------------------------------------------------------------------------------------

test: check unit browser-tests

# A folder of their own: the demo's database and secrets are none of the tests' business. mypy's
# plugin reads the settings too.
check unit browser-tests screenshots production-tests chaos: export DATA_DIR := $(CURDIR)/var/test
check unit browser-tests screenshots production-tests chaos: export DEMO := 1

check: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	.ci/check-deploy $(BIN)

unit: $(DEVELOPMENT)
	.ci/install-proxies
	$(PYTHON) -m pytest --numprocesses 2 $(BUT_UNITS)

# In a run of their own: while Playwright's loop lives, no other async test can start.
browser-tests: $(DEVELOPMENT)
	.ci/install-browser
	$(PYTHON) -m pytest tests/browser

test-production: $(DEVELOPMENT)
	.ci/with-services $(MAKE) --no-print-directory production-tests

# On the services that the environment names.
production-tests: $(DEVELOPMENT)
	.ci/install-proxies
	.ci/install-browser
	$(PYTHON) -m pytest $(OF_REDIS) --numprocesses 2 $(BUT_UNITS)
	$(PYTHON) -m pytest $(OF_REDIS) tests/production
	TEST_PROCESSES=3 $(PYTHON) -m pytest tests/browser

# What runs in a run of its own.
BUT_UNITS := $(foreach folder,browser production chaos,--ignore tests/$(folder))
# A connection to Redis belongs to its event loop, and each async test has one of its own.
OF_REDIS := -W ignore::pytest.PytestUnraisableExceptionWarning

# It starts its own PostgreSQL and Redis, to break them.
chaos: $(DEVELOPMENT)
	.ci/install-services
	$(PYTHON) -m pytest tests/chaos

screenshots: $(DEVELOPMENT)
	.ci/install-browser
	mkdir -p var/screenshots
	SCREENSHOTS=$(CURDIR)/var/screenshots $(PYTHON) -m pytest tests/browser/test_screens.py

bench: $(DEVELOPMENT)
	.ci/install-browser
	$(PYTHON) -m bench

# --- Upkeep -----------------------------------------------------------------------------------------

docs: $(RUNTIME)
	$(PYTHON) manage.py protocol_docs > docs/protocol.md
	$(PYTHON) -m bench.capacity --write

messages: $(RUNTIME)
	DEMO=1 $(PYTHON) manage.py makemessages --locale vi --no-wrap --no-location --ignore .venv --ignore var
	DEMO=1 $(PYTHON) manage.py compilemessages --locale vi --ignore .venv

lock: $(DEVELOPMENT)
	$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --python-version 3.11 requirements-dev.in -o requirements-dev.txt

# The files are in the repository: only a new version needs npm, and the internet.
FONTS := dejavu-fonts-ttf@2.37.3

AXE := axe-core@4.14.1
# The decoder of the server, for browsers without their own: loaded only where the network is slow.
ZXING := zxing-wasm@3.1.4
LEAFLET := leaflet@1.9.4
# Natural Earth's countries, which are in the public domain.
ATLAS := world-atlas@2.0.2
VIETNAM := 704
# The charts.
UPLOT := uplot@1.6.32

vendor:
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && cd "$$folder" && \
	  npm pack --silent $(FONTS) && tar --extract --gzip --file dejavu-*.tgz && \
	  cp package/{LICENSE,ttf/DejaVuSansCondensed.ttf,ttf/DejaVuSansCondensed-Bold.ttf} $(CURDIR)/permits/fonts/ && \
	  rm -r package && npm pack --silent $(AXE) && tar --extract --gzip --file axe-core-*.tgz && \
	  cp package/{axe.min.js,LICENSE,LICENSE-3RD-PARTY.txt} $(CURDIR)/tests/browser/vendor/axe-core/ && \
  rm -r package && npm pack --silent $(ZXING) && tar --extract --gzip --file zxing-wasm-*.tgz && \
  cd package && mkdir -p $(CURDIR)/static/vendor/zxing-wasm/reader && \
  cp LICENSE dist/es/share.js $(CURDIR)/static/vendor/zxing-wasm/ && \
  cp dist/es/reader/index.js dist/reader/zxing_reader.wasm $(CURDIR)/static/vendor/zxing-wasm/reader/ && \
  echo $(ZXING) > $(CURDIR)/static/vendor/zxing-wasm/VERSION && \
  cd .. && rm -r package && npm pack --silent $(LEAFLET) && tar --extract --gzip --file leaflet-*.tgz && \
  mkdir -p $(CURDIR)/static/vendor/leaflet/images && \
  sed '/sourceMappingURL/d' package/dist/leaflet.js > $(CURDIR)/static/vendor/leaflet/leaflet.js && \
  cp package/{LICENSE,dist/leaflet.css} $(CURDIR)/static/vendor/leaflet/ && \
  cp package/dist/images/* $(CURDIR)/static/vendor/leaflet/images/ && \
  echo $(LEAFLET) > $(CURDIR)/static/vendor/leaflet/VERSION && \
  rm -r package && npm pack --silent $(ATLAS) && tar --extract --gzip --file world-atlas-*.tgz && \
  cp package/LICENSE $(CURDIR)/static/vendor/world-atlas/ && \
  $(CURDIR)/.ci/make-outline package/countries-10m.json $(VIETNAM) > $(CURDIR)/static/vendor/world-atlas/vietnam.json && \
  echo $(ATLAS) > $(CURDIR)/static/vendor/world-atlas/VERSION && \
  cd .. && rm -r package && npm pack --silent $(UPLOT) && tar --extract --gzip --file uplot-*.tgz && \
  mkdir -p $(CURDIR)/static/vendor/uplot && \
  cp package/{LICENSE,dist/uPlot.esm.js,dist/uPlot.min.css} $(CURDIR)/static/vendor/uplot/ && \
  echo $(UPLOT) > $(CURDIR)/static/vendor/uplot/VERSION

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
