# make book       render the site into _build/html
# make serve      ... and serve it on this machine
# make test       run every check
# make lint       of these the quickest: the style and likely mistakes of Python, scripts, stylesheets
# make links      ask every address outside the book whether it still answers (needs the internet)
# make notebooks  execute every notebook in place and store its outputs, and the checks' results
# make colab      execute every notebook with Colab's packages, installed as Colab does it
# make bench      time every layer, beside PyTorch where it is installed, and store the results; and
#                 how long each explorable takes to draw
# make clean      delete what the others made, the environments and node_modules excepted
#
# Each sets itself up: nothing is installed by hand but Python, git and make.
# README.md has the same commands for people without make.

SHELL := /bin/sh
PORT ?= 8000

# Python 3.11 to 3.14 is what requirements.txt is locked for.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed

.PHONY: book serve lint test links notebooks colab bench clean

# A warning is an error: an unresolved reference, a formula that cannot be read, a page left out.
BUILD := $(VENV)/bin/jupyter-book build . --quiet -W -n --keep-going

book: $(INSTALLED)
	@$(BUILD)
	@echo "The book is at $(CURDIR)/_build/html/index.html"

serve: book
	@echo "The book is at http://localhost:$(PORT)/ (Ctrl+C stops it; another port: make serve PORT=8001)"
	@$(RUN) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

# The tests of the layers run twice, the second time on those of chainrule.fast (tests/conftest.py).
LAYER_TESTS := $(patsubst %,tests/library/test_%.py,gradients mutants conv numerics reference bad_input \
	training fast)

lint: $(INSTALLED)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) tools/lint_javascript.py

# pytest comes last, so that its summary is what one sees. A cell of a notebook counts as a test.
test: lint
	$(BUILD)
	$(RUN) tools/colab.py
	CHAINRULE_TIER=fast $(RUN) -m pytest -n auto --maxprocesses 4 --quiet $(LAYER_TESTS)
	$(RUN) -m pytest -n auto --maxprocesses 4

# Not a part of `make test`: it says something about other hosts. The weekly workflow runs it.
links: $(INSTALLED)
	$(VENV)/bin/jupyter-book build . --builder linkcheck --quiet -W -n --keep-going

notebooks: $(INSTALLED)
	$(RUN) tools/execute_notebooks.py
	$(RUN) tools/how_we_check.py

colab: $(INSTALLED)
	$(RUN) tools/colab.py
	$(RUN) -m pytest -n auto --dist=load tests/tools/test_colab.py --every-chapter

# In another environment, such as one with PyTorch: make bench BENCH=path/to/its/python
BENCH ?= $(RUN)
bench: $(INSTALLED)
	PYTHONPATH=lib $(BENCH) benchmarks/run.py
	$(RUN) benchmarks/redraw.py

clean:
	rm -rf _build build .pytest_cache .ruff_cache .hypothesis

# Everything the commands need, once; again only when one of these files changes.
$(INSTALLED): requirements.txt pyproject.toml package.json package-lock.json
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.14 found." \
		"Install one, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(RUN) tools/install_node_packages.py
	@touch $@
