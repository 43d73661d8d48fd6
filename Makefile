# make demo: crawl a small site on loopback and show the records. make test, make lint: what a change must pass.
# make readme: run what README.md and docs/ show, and write into them what comes out.
# make gate, make peers, make speed: hold what was reached on labelled pages, measure other libraries on them, and the time of all
# (benchmarks/README.md).

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
DATA ?= ../shared/data

.PHONY: demo test lint readme gate peers speed clean

demo: $(VENV)/.installed
	$(RUN) samples/site/demo.py

# The files that take longest have few tests, and xdist by itself would begin with those that have many.
test: $(VENV)/.installed-test
	$(RUN) -m pytest -q --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.installed-lint
	$(RUN) -m ruff check .
	$(RUN) -m mypy cleaners

readme: $(VENV)/.installed-test
	$(RUN) tests/docs/test_commands.py
	$(RUN) tests/docs/test_readme.py

gate: $(VENV)/.installed
	$(RUN) benchmarks/gate.py --data $(DATA)

peers: $(VENV)/.peers
	$(VENV)/peers/bin/python -W ignore benchmarks/peers.py --data $(DATA)

speed: $(VENV)/.installed $(VENV)/.peers
	$(RUN) benchmarks/speed.py --data $(DATA)

clean:
	rm -rf $(VENV) out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "pagesieve needs Python 3.11 or newer, and $(PYTHON) is not that: install it, or name one with make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: $(RUN) pyproject.toml
	$(RUN) -m pip install -qq --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-%: $(RUN) pyproject.toml
	$(RUN) -m pip install -qq --disable-pip-version-check --editable '.[$*]'
	touch $@

# The peers want older releases of what this project stands on; older releases of pip cannot install newspaper4k.
$(VENV)/.peers: $(RUN) benchmarks/peers.txt
	$(RUN) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install -qq --disable-pip-version-check --upgrade pip
	$(VENV)/peers/bin/python -m pip install -qq --requirement benchmarks/peers.txt
	touch $@
