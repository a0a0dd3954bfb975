# Every target makes the virtual environment that it needs, from nothing, the first time.
#   make demo     the main job on real input
#   make test     the fast tests
#   make help     the rest

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-full test-browser lint types format gallery gallery-check pictures printed docs bench clean
# Two targets may not install into one environment at a time.
.NOTPARALLEL:

demo: $(VENV)/.with-demo ## run the main job: derive, verify, generate, and train on handwritten digits
	$(BIN)/convgen demo

test: $(VENV)/.with-test ## run the fast tests
	$(BIN)/python -m pytest -m "not slow and not browser" -n auto --maxprocesses=8

test-full: $(VENV)/.with-test ## run every test that needs no browser, with 500 examples a property and 2,400 layers against the oracles
	$(BIN)/python -m pytest -m "not browser" --hypothesis-profile=full -n auto --maxprocesses=8

lint: $(VENV)/.with-lint ## check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.with-lint ## check types
	$(BIN)/mypy

format: $(VENV)/.with-lint ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gallery: $(VENV)/.with-demo ## write generated/ anew
	$(BIN)/convgen generate --manifest generated/manifest.toml

gallery-check: $(VENV)/.with-demo ## compare generated/ with what the generator writes
	$(BIN)/convgen generate --manifest generated/manifest.toml --check

pictures: $(VENV)/.with-test ## write docs/pictures.md and its pictures anew
	$(BIN)/python -m convgen.pictures docs

printed: $(VENV)/.with-test ## write anew what commands print within pages
	$(BIN)/python docs/printed.py

docs: $(VENV)/.with-docs ## build the documentation site into build/site, running every cell of it; warnings are errors
	$(BIN)/python -m sphinx -q -T -W --keep-going -d build/doctrees docs build/site
	@echo "Open build/site/index.html"

test-browser: $(VENV)/.with-browser ## run the tests of the page in Chromium, which must be installed
	$(BIN)/python -m pytest -m browser

bench: $(VENV)/.with-demo ## measure the promised figures and write docs/benchmarks.md
	$(BIN)/python benchmarks/figures.py

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage demo-output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

EXTRAS_demo := demo
EXTRAS_test := demo,pictures,test
EXTRAS_docs := docs
EXTRAS_browser := demo,pictures,test,browser
EXTRAS_lint := demo,pictures,test,lint

# A stamp a set of extras: what is installed is installed again only after pyproject.toml changed.
$(VENV)/.with-%: pyproject.toml | $(VENV)/.made
	@echo "Installing convgen with its extras $(EXTRAS_$*) into $(VENV) ..."
	@$(PIP) install --quiet --editable '.[$(EXTRAS_$*)]'
	@touch $@

# A stamp of its own, since an interrupted venv has a python but no pip.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "convgen needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1);" >&2; \
	    echo "name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	    exit 1; }
	@echo "Making the virtual environment $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@
