# Each target sets up what it needs in .venv; a fresh machine needs Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: gallery docs test test-lowest test-apps claims check bench images clean

gallery: .venv/core
	$(BIN)/nnviz gallery --out gallery-out --notebooks

# -W: a link that leads nowhere, or a script that fails, ends it.
docs: .venv/docs
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet --doctree-dir docs-out/doctrees docs docs-out/html
	@echo open docs-out/html/index.html

# Bytecode first: the tests start 200 processes, which may not be allowed to write it themselves.
test: .venv/test
	$(BIN)/python -m compileall -q src benchmarks
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

# The core at the lowest versions that pyproject.toml states, in a folder of its own.
test-lowest:
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	.venv-lowest/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' | sed 's/>=/==/' > .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --constraint .venv-lowest/lowest.txt --editable . --group test
	.venv-lowest/bin/python -m pytest -m 'not slow and not mpl_image_compare' tests/test_import.py tests/test_checks.py tests/nn tests/optim tests/stats tests/tables tests/record/test_recorder.py tests/runs/test_runs.py tests/train/test_descent.py tests/plots/test_plots_theme.py

test-apps: .venv/apps .venv/docs .venv/writers
	$(BIN)/python -m tests.apps.programs
	$(BIN)/python -m pytest --apps tests/apps

claims: .venv/test
	$(BIN)/python -m benchmarks claims --quick

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench
	$(BIN)/python -m benchmarks

images: .venv/test
	$(BIN)/python -m tests.images

clean:
	rm -rf .venv .venv-lowest gallery-out docs-out docs/generated image-report

# A stamp per set of packages: pip runs again only when what it reads has changed.
.venv/python:
	$(PYTHON) -c 'import sys; sys.exit("nnviz needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'  # for --group
	touch $@

.venv/core: .venv/python pyproject.toml constraints.txt
	$(PIP) --editable '.[notebook]'
	touch $@

.venv/test: .venv/core
	$(PIP) --editable '.[torch,optax,data,dask,fast,parquet,tensorboard,notebook,slides]' --group test --group lint
	touch $@

.venv/apps: .venv/test
	$(PIP) --group apps
	touch $@

.venv/writers: .venv/test
	$(PIP) --group writers
	touch $@

.venv/docs: .venv/test
	$(PIP) --group docs
	touch $@

.venv/bench: .venv/test
	$(PIP) --group bench
	touch $@
