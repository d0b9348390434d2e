# picotemp's verbs; `make` lists them.

PYTHON  ?= python3
BOARDS  ?= 3
DEVICES ?=
URL     ?=
SLOWER  ?= 1
ARGS    ?=
# One more than processors: many tests wait for time to pass.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

STUBS := micropython-rp2-rpi_pico_w-stubs==1.29.0.post1

.DEFAULT_GOAL := help
.PHONY: help run emulate test check format firmware flash test-device mutants bench smoke dashboard manifests clean

help: ## list the verbs
	@echo 'picotemp: a true temperature from every Pico W. Verbs:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ifeq ($(DEVICES),)
run: $(VENV)/.tools ## emulated boards and the collector; DEVICES=URL,URL polls real ones
	@$(BIN)/picotemp-emulator --boards $(BOARDS) -- $(BIN)/picotemp-collector $(ARGS)
else
run: $(VENV)/.base
	@PICO_SERVER_URL='$(DEVICES)' $(BIN)/picotemp-collector $(ARGS)
endif

emulate: $(VENV)/.tools ## emulated boards alone, with their logs; BOARDS=3
	@$(BIN)/picotemp-emulator --boards $(BOARDS) --logs $(ARGS)

test: $(VENV)/.dev .cache/stubs/.done .cache/servers/.done ## every test; ARGS='-k name'
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev ## lint and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev ## put every file into the one format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

firmware: $(VENV)/.tools ## build/board/, ready for mpremote
	@$(BIN)/python -m picotemp_tools.compiled_files build/board
	@echo 'build/board/ is ready to be copied; make flash needs no such copy.'

flash: $(VENV)/.tools ## put picotemp on the Pico W that is plugged in; ARGS=--dry-run
	@$(BIN)/picotemp-flash $(ARGS)

test-device: .url $(VENV)/.dev ## the contract against any board: URL=http://picotemp.local
	@PICOTEMP_TEST_URL='$(URL)' PICOTEMP_TEST_SLOWER='$(SLOWER)' \
	  $(BIN)/python -m pytest tests/device $(ARGS)

mutants: $(VENV)/.dev .cache/stubs/.done .cache/servers/.done ## break each listed rule; its test must go red
	@PYTHONPATH=tests $(BIN)/python -m mutants.run $(ARGS)

bench: $(VENV)/.dev .cache/servers/.done ## figures beside named peers and their goals
	@PATH="$(CURDIR)/.cache/servers/usr/bin:$$PATH" $(BIN)/python -m picotemp_tools.bench $(ARGS)

smoke: $(VENV)/.tools .cache/servers/.done ## walk the runbook's checks: boards, collector, Prometheus, an alert
	@PATH="$(CURDIR)/.cache/servers/usr/bin:$$PATH" $(BIN)/python -m picotemp_tools.smoke $(ARGS)

dashboard: $(VENV)/.dev ## write collector/deploy/grafana/picotemp.json
	@$(BIN)/python -m picotemp_tools.dashboard $(ARGS)

manifests: $(VENV)/.dev ## write what Kubernetes has of the alerts
	@$(BIN)/python -m picotemp_tools.manifests $(ARGS)

clean: ## remove what make made
	rm -rf $(VENV) .cache build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: .url
.url:
	@test -n '$(URL)' || { echo 'say which board: make test-device URL=http://picotemp.local' >&2; exit 2; }

$(BIN)/python:
	@PYTHON='$(PYTHON)' VENV='$(VENV)' sh tools/make_venv.sh

$(VENV)/.base: pyproject.toml | $(BIN)/python
	@echo 'installing the collector into $(VENV) ...'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.tools: pyproject.toml | $(BIN)/python
	@echo 'installing the collector and the tools into $(VENV) ...'
	@$(PIP) install --editable '.[tools]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo 'installing everything for developers into $(VENV) ...'
	@$(PIP) install --editable '.[tools,fast,dev]'
	@touch $@ $(VENV)/.tools

.cache/stubs/.done: Makefile | $(BIN)/python
	@rm -rf .cache/stubs
	@$(PIP) install --no-deps --target .cache/stubs '$(STUBS)'
	@touch $@

# Not made where the servers cannot be had: then it is tried again next time.
.cache/servers/.done: tests/fetch_servers.sh
	@sh tests/fetch_servers.sh .cache/servers
