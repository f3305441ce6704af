# make all    environment, then every figure, table and claim at scale `default`
# make env    the environment alone (.venv), from requirements.txt
# make test   environment, style checks, the whole workflow at scale `smoke`, every test,
#              those of training once more with JAX
# make test STUDIES="chain wires"  style checks, these studies at scale `smoke`, and what the
#              contract of a study asks of them
# make study NAME=chain  the files of a new study, small and complete (docs/new-study.md)
# make test-faults  the smoke builds of three studies, snakemake killed ten times in each
# make test-slurm   the smoke build of one study through a Slurm cluster of one node (root, Debian)
ifneq ($(words $(CURDIR)),1)
$(error hamlearn cannot be built in a folder with a blank in its name: $(CURDIR))
endif
CORES ?= $(shell nproc)
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.complete
# networks of tests are small: compiling them costs more than training them
JAX := KERAS_BACKEND=jax JAX_DISABLE_MOST_OPTIMIZATIONS=1
# neighbouring tests go to one worker, so that what a module needs is made once
PYTEST := pytest -n $(CORES) --dist worksteal
# uv installs into the environment that is active, so another one must not be
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PATH := $(VIRTUAL_ENV)/bin:$(PATH)

.PHONY: all env study test test-faults test-slurm lint smoke requirements

all: env
	snakemake --cores $(CORES) all

env: $(STAMP)

# compiled at once: where PYTHONDONTWRITEBYTECODE is set, every job would compile all that it imports
$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)) and "hamlearn needs Python 3.11 or 3.12; set PYTHON=")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --disable-pip-version-check uv==0.13.8
	uv pip install --quiet --compile-bytecode --require-hashes -r requirements.txt
	uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

study: env
	python scripts/new_study.py $(NAME)

ifdef STUDIES
test: lint smoke
	OMP_NUM_THREADS=1 $(PYTEST) tests/contract --studies "$(STUDIES)"
else
test: lint smoke
	OMP_NUM_THREADS=1 $(PYTEST)
	OMP_NUM_THREADS=1 $(JAX) $(PYTEST) -m backend
endif

test-faults: smoke
	OMP_NUM_THREADS=1 pytest -rs tests/faults

test-slurm: smoke
	OMP_NUM_THREADS=1 pytest -rs tests/slurm

lint: env
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile rules
	snakemake --lint

smoke: env
	snakemake --cores $(CORES) --config scale=smoke --quiet rules -- $(or $(STUDIES),all)

requirements: $(STAMP)
	uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --extra workflow --extra test pyproject.toml --output-file requirements.txt
