# What a clone needs, it sets up by itself in .venv: Python 3.11 or newer and make are enough.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
VENV ?= .venv
RUN := $(VENV)/bin/python
ARGS ?=
# Versions that pip keeps to: a file of constraints
CONSTRAINTS ?=
PYTEST := -m pytest -n 2 --dist loadfile
CHECK := build/wheel-check

.PHONY: help demo quick test test-newest test-oldest examples lint types bench house wheel-check clean

help:  ## Say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.has-testing  ## See a user sign up, sign in and out: embedded, and on the pool that is configured
	$(RUN) examples/quickstart.py --embedded
	@if [ -n "$$AMPLIFY_AUTH_USER_POOL_ID" ] || [ -f amplify_outputs.json ]; then \
		echo && $(RUN) examples/quickstart.py; \
	fi

quick: $(VENV)/.has-test  ## Run the tests that take no time: less than a minute
	$(RUN) $(PYTEST) -m "not slow" $(ARGS)

test: $(VENV)/.has-test  ## Run the tests; ARGS="-k srp" is passed to pytest, ARGS="-n 0" runs them in one process
	$(RUN) $(PYTEST) $(ARGS)

test-newest: $(VENV)/bin/python  ## Run the tests on the newest Python of this machine, if .venv has an older one
	@newest=$$($(RUN) .ci/find_python.py newest) && if [ -n "$$newest" ]; then \
		$(MAKE) --no-print-directory test VENV=.venv-newest PYTHON="$$newest"; \
	else \
		echo "There is no newer Python here than that of .venv: the tests are NOT run on one."; \
	fi

test-oldest: $(VENV)/bin/python  ## Run the tests on the oldest Python of this machine, with the oldest dependencies
	@oldest=$$($(RUN) .ci/find_python.py oldest) && \
		$(MAKE) --no-print-directory test VENV=.venv-oldest PYTHON="$$oldest" CONSTRAINTS=tests/constraints/oldest.txt

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

house: $(VENV)/bin/python  ## Print the shape of the package: rooms, arrows, types, words
	$(RUN) benchmarks/house.py $(ARGS)

wheel-check: $(VENV)/.has-dev  ## Build, and run the tests that the sdist carries against the installed wheel
	rm -rf dist $(CHECK)
	$(RUN) -m build --outdir dist
	$(RUN) -m venv $(CHECK)/venv
	$(CHECK)/venv/bin/python -m pip install --quiet --disable-pip-version-check "$$(ls dist/*.whl)[test]"
	mkdir $(CHECK)/sdist && tar -xzf dist/*.tar.gz -C $(CHECK)/sdist --strip-components=1
	rm -r $(CHECK)/sdist/amplify_auth
	cd $(CHECK)/sdist && ../venv/bin/python $(PYTEST) $(ARGS)

clean:  ## Remove what was set up, built and cached
	rm -rf $(VENV) .venv-newest .venv-oldest build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp for each extra that is installed. If setup.cfg has changed since, pip installs it again.
$(VENV)/.has-%: setup.cfg setup.py $(CONSTRAINTS) | $(VENV)/bin/python
	$(RUN) -m pip install --quiet --disable-pip-version-check --editable '.[$*]' $(addprefix --constraint ,$(CONSTRAINTS))
	@touch $@

$(VENV)/bin/python:
	@"$(or $(PYTHON),false)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a .venv (Debian: apt install python3-venv)" >&2; exit 1; }
