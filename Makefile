# What to type. `make` alone lists it.
#
# On Windows without make, two commands do the same as `make app`:
#     py -3.12 -m venv .venv && .venv\Scripts\pip install -e .
#     .venv\Scripts\scenario-sim app

.DEFAULT_GOAL := help
.PHONY: help setup lock app test fuzz lint types mutants messages bench docs wheel clean chromium moved
BIN := .venv/bin

help:
	@echo "make setup   make .venv with everything the simulator needs (PYTHON=/a/python to choose,"
	@echo "             EXTRAS=research,cluster for optional libraries)"
	@echo "make app     open the simulator in the browser (NO_OPEN=1 to start the server only)"
	@echo "make test    check everything, as the CI does (ARGS='-k replay' to choose tests)"
	@echo "make fuzz    try 50,000 odd files, links and records each, for hours (ARGS='-k link' EXAMPLES=300 for a part)"
	@echo "make lint    check style, names and the order of imports"
	@echo "make types   check type hints"
	@echo "make mutants put small faults into the code: do the tests notice? (ARGS='store --all')"
	@echo "make messages collect the texts for translators (CODE=de begins a language)"
	@echo "make bench   measure the speed"
	@echo "make docs    write the documentation site into site/ (scenario-sim docs opens it)"
	@echo "make wheel   make the package to install elsewhere, the documentation site included"
	@echo "make lock    renew constraints.txt, the versions that make setup installs"
	@echo "make clean   remove what was built; to set up anew, remove .venv too"

# --- setting up ----------------------------------------------------------------------------------
# Three stamps: the environment is made, holds what the program needs, holds what its tests need.

setup: .venv/.setup
	$(if $(EXTRAS),$(call install,.[$(EXTRAS)]))
	@echo "Ready: $(BIN)/scenario-sim --help"

# An environment knows its own address, so one whose folder was moved is made anew. `.made` holds it.
MOVED := $(shell [ ! -f .venv/.made ] || [ "$$(cat .venv/.made)" = "$$(pwd -P)" ] || echo moved)

# Python is found, not downloaded. `python3` comes first: that is where a `.python-version` counts.
# uv needs a Python only; without uv it must also be able to make environments.
.venv/.made: $(MOVED)
	@uv=$$(command -v uv || true); \
	able='import sys; sys.exit(sys.version_info < (3, 12))'; \
	[ -n "$$uv" ] || able="import ensurepip, venv; $$able"; \
	if [ -z "$(MOVED)" ] && $(BIN)/python -c "$$able" 2>/dev/null; then \
		pwd -P >$@; exit 0; \
	fi; \
	for python in "$$PYTHON" python3 python3.12 python3.13 python3.14 python \
		"$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[2-9].*/bin/python3 \
		"$$(uv python find --no-python-downloads '>=3.12' 2>/dev/null)"; do \
		[ -n "$$python" ] && "$$python" -c "$$able" 2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "The simulator needs Python 3.12 or newer, and none was found here." >&2; \
		echo "Install one (python.org, your system's packages, pyenv or uv) and try again;" >&2; \
		echo "on Debian and Ubuntu the package python3-venv is needed as well." >&2; \
		echo "If it has an unusual place: make setup PYTHON=/its/place/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version) ..."; \
	if [ -n "$$uv" ]; then uv venv --quiet --clear --python "$$python" .venv; \
	else "$$python" -m venv --clear .venv; fi && pwd -P >$@

# The versions with which the tests last ran; CONSTRAINTS= takes the newest that pyproject.toml allows.
# No hashes: pip checks them for everything or nothing, and an editable project has none.
CONSTRAINTS = constraints.txt

.venv/.setup: .venv/.made pyproject.toml $(CONSTRAINTS)
	$(call install,.)
	@$(call compile)
	@touch $@

.venv/.dev: .venv/.made pyproject.toml $(CONSTRAINTS)
	$(call install,.[dev])
	@$(call compile)
	@touch .venv/.setup $@

define install
	@echo "Installing what it needs; the first time this takes a minute or two ..."; \
	if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python $(CONSTRAINTS:%=-c %) -e "$(1)"; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		$(CONSTRAINTS:%=-c %) -e "$(1)"; fi \
	|| { echo "That did not work. Setting up needs the internet; nothing after it does." >&2; \
	echo "If a version is not to be had here: make setup CONSTRAINTS=" >&2; exit 1; }
endef

# Machine code of the model, kept in the user's cache: the first start then need not wait for it.
define compile
	$(BIN)/python -c "from scenario_sim.simulation.runner import compile_shipped; print('Runs as', compile_shipped())"
endef

# Only names and versions are written: where packages come from is each machine's own affair.
WRITE_LOCK := import json, sys; \
	found = sorted((p["metadata"]["name"].lower(), p["metadata"]["version"]) for p in json.load(sys.stdin)["install"]); \
	print("\# The versions of everything that is installed. `make lock` renews them; then run `make test`."); \
	print(*(f"{name}=={version}" for name, version in found if name != "scenario-sim"), sep="\n")

lock: .venv/.made
	@set -e; if command -v uv >/dev/null; then \
		uv pip compile --quiet --universal --extra dev --no-annotate --no-header \
			pyproject.toml -o constraints.new; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --dry-run \
		--ignore-installed --report constraints.json ".[dev]"; \
		$(BIN)/python -c '$(WRITE_LOCK)' <constraints.json >constraints.new; \
		rm constraints.json; \
	fi; mv constraints.new constraints.txt
	@echo "constraints.txt is renewed; make test installs it and says whether all is well."

# --- using it ------------------------------------------------------------------------------------

app: setup
	SOLARA_TELEMETRY_MIXPANEL_ENABLE=False $(BIN)/scenario-sim app

# --- checking it ---------------------------------------------------------------------------------

# pytest comes last: its closing line is the verdict.
# Three workers: browser tests wait half of their time. Each begins with a row of neighbours, which
# share a server, a browser and simulated runs, and later takes tests of the others.
test: .venv/.dev chromium lint types
	$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

# The tests of tests/test_fuzz.py with a hundred times as many examples; what fails is printed and kept.
# One area alone: ARGS='-k scenario_file', upload, link, record, game or packed. Most tests take five
# times EXAMPLES (10000 unless said).
fuzz: .venv/.dev
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n 2 tests/test_fuzz.py \
		tests/model/kernel/test_kernel.py::test_any_scenario_is_the_same_world_in_numpy_and_compiled $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python tools/check_style.py
	$(BIN)/lint-imports --no-cache --no-logo

types: .venv/.dev
	$(BIN)/mypy

# A sample of each area takes some minutes; all mutants take hours.
mutants: .venv/.dev
	$(BIN)/python -m benchmarks.mutants $(ARGS)

messages: .venv/.dev
	$(BIN)/python tools/messages.py $(CODE)

bench: .venv/.dev
	$(BIN)/python -m benchmarks.speed $(ARGS)

docs: .venv/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

wheel: docs
	$(BIN)/python -m build --wheel --no-isolation

# The browser of the browser tests. Debian's, for a downloaded one may not run here.
# The headless shell opens a page in 60 % of the time of the whole browser, which does as well.
chromium:
	@command -v chromium-headless-shell >/dev/null && exit 0; \
	root=; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
	if command -v apt-get >/dev/null && $$root true 2>/dev/null; then \
		echo "Installing chromium for the browser tests ..."; \
		apt="$$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"; \
		{ $$apt update && { $$apt install -y chromium-headless-shell || $$apt install -y chromium; }; } \
			>/dev/null 2>&1 && exit 0; \
	fi; \
	for browser in chromium chromium-browser; do command -v $$browser >/dev/null && exit 0; done; \
	echo "The browser tests need chromium, which is not here; please install it." >&2

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find scenario_sim tests -name __pycache__ -type d -prune -exec rm -rf {} +
