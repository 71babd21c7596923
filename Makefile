# make book       render the site into _build/html
# make serve      ... and serve it on this machine
# make check      what can be said in a minute and a half: lint, the library, exercises and tools
# make test       run every check; again only what a change since the last run may have broken
#                 (make test FRESH=1 runs all again)
# make lint       the style and likely mistakes of Python, scripts, stylesheets and workflows
# make links      ask every address outside the book whether it still answers (needs the internet)
# make plain      build it with Sphinx alone, and compare
# make next       build it with the newest Sphinx and theme instead, and test that
# make notebooks  execute every notebook in place and store its outputs, in both editions, and the
#                 checks' results
# make colab      execute every notebook with Colab's packages, installed as Colab does it
# make live       run every cell of every chapter on its page, in a browser, and compare; of Korean
#                 pages one chapter, and an exercise answered wrong
# make bench      time every layer, beside PyTorch where it is installed, and store the results; and
#                 how long each explorable takes to draw
# make clean      delete what the others made, the environments, node_modules, .pyodide and .chromium excepted
#
# Each sets itself up: nothing is installed by hand but Python, git and make.
# README.md has the same commands for people without make.

SHELL := /bin/sh
PORT ?= 8000

# Python 3.11 to 3.14 is what the requirements are locked for.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
RUN := $(VENV)/bin/python
# What building the book and executing it need; and everything, for checking and editing it as well.
TO_BUILD := $(VENV)/installed-to-build
INSTALLED := $(VENV)/installed

PIP_INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check

.PHONY: book serve lint check test test-python checksum quick browser built editions english korean colab-ready fast-tier links plain next notebooks colab live bench clean

# A warning is an error: an unresolved reference, a formula that cannot be read, a page left out.
STRICT := --quiet -W -n --keep-going
BUILD := $(VENV)/bin/jupyter-book build . $(STRICT)
BUILD_KOREAN := $(BUILD) --config _config.ko.yml --toc _toc.ko.yml --path-output _build/ko

book: $(TO_BUILD)
	@$(MAKE) --no-print-directory editions
	@echo "The book is at $(CURDIR)/_build/html/index.html; \`make serve\` shows it at http://localhost:$(PORT)/"

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
	$(VENV)/bin/zizmor --offline --quiet .github

# The Chromium that the tests open pages with: one that is there, or one of our own in .chromium.
browser: $(INSTALLED)
	@$(RUN) tools/install_browser.py

# Without those that start kernels, build pages or open them: they are left to `make test`.
QUICK := tests/library tests/tools --ignore=tests/tools/test_colab.py
check: lint
	@$(MAKE) -j 2 --no-print-directory fast-tier quick

quick: $(INSTALLED)
	@$(RUN) -m pytest -n 2 --quiet --no-header $(QUICK)

# What needs no built page runs beside the build. pytest over all the rest comes last, so that its
# summary is what one sees; a cell of a notebook counts as a test. One process more than there are
# cores, as a test in a browser waits half of its time. What passed on the same inputs before is not
# run again (lib/chainrule_dev/remember.py); FRESH=1 runs all.
TEST_PROCESSES ?= $(shell $(RUN) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
test: lint browser
	@$(MAKE) -j 2 --no-print-directory built colab-ready fast-tier
	$(RUN) -m pytest -n $(TEST_PROCESSES) $(if $(FRESH),--fresh)

built: $(INSTALLED)
	@$(MAKE) --no-print-directory editions

# Both editions side by side, and then the Korean one into the folder `ko` of the English one.
editions:
	@$(MAKE) -j 2 --no-print-directory english korean
	@$(RUN) tools/put_together.py

english:
	@$(BUILD)

korean:
	@$(BUILD_KOREAN)

colab-ready: $(INSTALLED)
	@$(RUN) tools/colab.py

fast-tier: $(INSTALLED)
	@CHAINRULE_TIER=fast $(RUN) -m pytest --quiet --no-header -p no:cacheprovider $(LAYER_TESTS)

# For a second Python: the pages that it makes are the same, so no browser opens them again.
test-python: $(INSTALLED)
	@$(MAKE) -j 2 --no-print-directory built colab-ready fast-tier
	$(RUN) -m pytest -n $(TEST_PROCESSES) --without-browser

# One checksum of the site, to compare it with that of another Python.
checksum:
	@cd _build/html && find . -type f ! -name .buildinfo -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum

# Not a part of `make test`: it says something about other hosts. The weekly workflow runs it.
links: $(TO_BUILD)
	$(VENV)/bin/jupyter-book build . --builder linkcheck $(STRICT)

# The way out of Jupyter Book 1.x, kept open (see tools/write_conf.py). The weekly workflow runs both.
# .buildinfo is a checksum of the configuration; nothing reads it but Sphinx.
plain: book
	$(VENV)/bin/sphinx-build -d _build/plain.doctrees $(STRICT) . _build/plain
	diff --recursive --exclude=.buildinfo --exclude=ko _build/html _build/plain

# In the place of the site, so that the tests find it there: `make book` makes it anew.
NEXT := .venv-next
NEXT_TESTS := $(patsubst %,tests/site/test_%.py,site search page_footer page_metadata glossary shell)
next: $(INSTALLED) browser
	$(PYTHON) -m venv --clear $(NEXT)
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-next.in
	$(NEXT)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	rm -rf _build/html _build/.doctrees
	$(NEXT)/bin/sphinx-build -d _build/next.doctrees $(STRICT) . _build/html
	@$(MAKE) --no-print-directory korean
	@$(RUN) tools/put_together.py
	$(RUN) -m pytest -n $(TEST_PROCESSES) $(NEXT_TESTS)

notebooks: $(TO_BUILD)
	$(RUN) tools/execute_notebooks.py
	$(RUN) tools/korean.py
	$(RUN) tools/how_we_check.py

colab: $(INSTALLED)
	$(RUN) tools/colab.py
	$(RUN) -m pytest -n auto --dist=load tests/tools/test_colab.py --every-chapter

# Every cell of every chapter on its page, and one chapter in Firefox, which must be installed;
# `make test` does three chapters.
live: built browser
	$(RUN) -m pytest -n 2 --dist=load tests/site/live/test_live_pages.py --every-chapter \
		-k "gives_on_the_page or korean"
	$(RUN) -m chainrule_dev.live_results
	$(RUN) -m pytest -n 0 tests/site/live/check_firefox.py

# In another environment, such as one with PyTorch: make bench BENCH=path/to/its/python
BENCH ?= $(RUN)
bench: $(INSTALLED) built browser
	PYTHONPATH=lib $(BENCH) benchmarks/run.py
	$(RUN) benchmarks/redraw.py
	$(RUN) benchmarks/pages.py
	$(RUN) benchmarks/live.py

clean:
	rm -rf _build build .pytest_cache .ruff_cache .hypothesis

# Everything the commands need, once; again only when one of these files changes.
$(TO_BUILD): requirements.txt pyproject.toml package.json package-lock.json
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.14 found." \
		"Install one, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) -r requirements.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	$(RUN) tools/install_node_packages.py
	$(RUN) tools/install_pyodide.py
	@touch $@

# --no-deps: the lock is complete but for what pyproject.toml leaves out of it.
$(INSTALLED): $(TO_BUILD) requirements-dev.txt
	$(PIP_INSTALL) --no-deps -r requirements-dev.txt
	@touch $@
