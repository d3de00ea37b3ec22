# Everything needs only Python 3.11 or newer and pip; the virtual environment is made from a lock with hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
JOBS ?= 2

.PHONY: demo test soak bench lock pictures clean

demo: $(VENV)/ready
	$(BIN)/halokop demo

test: $(VENV)/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(JOBS) -m "not soak and not live"

soak: $(VENV)/ready-test
	$(BIN)/python -m pytest -n $(JOBS) -m "soak"

bench: $(VENV)/ready-test
	$(BIN)/python -m benchmarks

pictures: $(VENV)/ready-test
	$(BIN)/python docs/pictures.py

# The locks name every package with its hash, for every system; renewed on purpose only.
lock:
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url pyproject.toml -o requirements.lock
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/ready-test: $(VENV)/ready requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

clean:
	rm -rf $(VENV) demo build dist *.egg-info
