# What a clone needs, it sets up by itself in .venv: Python 3.11 or newer and make are enough.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
VENV ?= .venv
RUN := $(VENV)/bin/python
ARGS ?=
CHECK := build/wheel-check

.PHONY: help demo test examples lint types bench wheel-check clean

help:  ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.has-testing  ## See a user sign up, sign in and out: embedded, and on the pool that is configured
	$(RUN) examples/quickstart.py --embedded
	@if [ -n "$$AMPLIFY_AUTH_USER_POOL_ID" ] || [ -f amplify_outputs.json ]; then \
		echo && $(RUN) examples/quickstart.py; \
	fi

test: $(VENV)/.has-test  ## Run the tests; ARGS="-k srp" is passed to pytest
	$(RUN) -m pytest $(ARGS)

examples: $(VENV)/.has-test  ## Run every example as a script
	@for file in examples/*.py; do echo "--- $$file" && $(RUN) $$file </dev/null || exit 1; done

lint: $(VENV)/.has-dev  ## Check style and format
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

types: $(VENV)/.has-dev  ## Prove the types with mypy and pyright
	$(RUN) -m mypy
	$(RUN) -m pyright --pythonpath $(RUN)

bench: $(VENV)/.has-test  ## Measure, and compare with the targets
	@for file in benchmarks/bench_*.py; do echo "--- $$file" && $(RUN) $$file </dev/null || exit 1; done

wheel-check: $(VENV)/.has-dev  ## Build, and run the tests that the sdist carries against the installed wheel
	rm -rf dist $(CHECK)
	$(RUN) -m build --outdir dist
	$(RUN) -m venv $(CHECK)/venv
	$(CHECK)/venv/bin/python -m pip install --quiet --disable-pip-version-check "$$(ls dist/*.whl)[test]"
	mkdir $(CHECK)/sdist && tar -xzf dist/*.tar.gz -C $(CHECK)/sdist --strip-components=1
	rm -r $(CHECK)/sdist/amplify_auth
	cd $(CHECK)/sdist && ../venv/bin/python -m pytest $(ARGS)

clean:  ## Remove what was set up, built and cached
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp for each extra that is installed; a changed setup.cfg installs anew.
$(VENV)/.has-%: setup.cfg setup.py | $(VENV)/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

$(VENV)/bin/python:
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a .venv (Debian: apt install python3-venv)" >&2; exit 1; }
