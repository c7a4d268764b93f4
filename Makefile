# Everything goes into .venv and build/; nothing else on the machine is touched.
#   make PYTHON=python3.12 …   chooses the Python that .venv is made with
#   make test ARGS="-k mazur"  passes arguments on (run, test, test-all, bench)

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
OFFSCREEN := QT_QPA_PLATFORM=offscreen
# As many processes as cores.
PARALLEL := -n auto --dist worksteal

# One picture a line: its name, then the arguments of `nnviz screenshot`.
define SCREENSHOTS
window --train 12 --example wrong
neuron --train 12 --example wrong --select 1,3 --granularity operation --step 12 --theme light
before-training --step 0 --panel training
small-window --preset mnist-784-16-16-10 --train 8 --example wrong --step 3 --size 1280x800
primer-forward --preset primer-2-3-2 --granularity operation --step 3 --select 1,0
primer-backward --preset primer-2-3-2 --granularity operation --step 12 --select 1,1 --theme light
primer-update --preset primer-1-1-1 --step 7 --select 1,0 --size 1280x800
xor --preset xor-2-2-1 --example 1 --step 4 --select 1,1 --theme light --size 1280x800
view-neuron-dark --preset primer-2-3-2 --granularity operation --step 11 --select 1,1 --size 1280x800
view-neuron-light --preset primer-2-3-2 --granularity operation --step 11 --select 1,1 --size 1280x800 --theme light
view-matrix-dark --preset primer-2-3-2 --granularity operation --step 10 --select 1,1 --view matrix --size 1280x800
view-matrix-light --train 8 --example wrong --granularity operation --step 2 --select 1,3 --view matrix --theme light
view-code-dark --preset primer-2-3-2 --step 6 --select 1,1 --view code --size 1280x800
view-code-light --train 8 --example wrong --step 5 --select 2,5 --view code --theme light
by-neuron-dark --preset primer-2-3-2 --granularity neuron --step 10 --select 1,0 --size 1280x800
by-neuron-light --preset primer-2-3-2 --granularity neuron --step 3 --select 1,1 --size 1280x800 --theme light
mini-batch-dark --train 8 --mini-batch 8 --step 17 --select 2,5 --panel mini-batch
mini-batch-light --preset xor-to-learn-2-3-1 --mini-batch 4 --step 25 --select 1,0,0 --panel mini-batch --size 1280x800 --theme light
chain-rule-dark --preset primer-2-3-2 --granularity operation --step 11 --select 1,1 --panel chain-rule --size 1280x800
chain-rule-light --preset primer-2-3-2 --step 6 --select 1,0,1 --panel chain-rule --theme light --size 1920x1200
what-if-dark --train 8 --example wrong --step 7 --select 2,5 --what-if 6 --panel what-if
what-if-light --preset primer-2-3-2 --step 7 --select 1,0,1 --what-if 1.2 --panel what-if --size 1280x800 --theme light
challenges-dark --preset primer-2-3-2 --granularity operation --step 11 --select 1,1 --mistake hidden-derivative-forgotten --size 1280x800
challenges-light --preset mazur-2-2-2 --granularity operation --step 10 --select 1,0 --mistake updated-weights --panel challenges --size 1280x800 --theme light
two-canvases-dark --train 8 --example 8 --second-example 61 --step 6
two-canvases-light --train 8 --example 7 --second-weights start --step 6 --theme light
after-the-update-light --preset primer-2-3-2 --step 7 --compare --theme light --size 1280x800
all-edges-dark --train 12 --example wrong --edges all
weights-on-the-digit-dark --train 12 --step 3 --select 1,3
running-dark --train 4 --running --panel training
running-light --train 4 --running --panel training --theme light --size 1280x800
paused-dark --train 4 --example wrong --panel training --size 1280x800
paused-light --train 4 --example wrong --panel training --theme light
diverged-dark --preset sine-1-8-1 --learning-rate 60 --train 2 --panel training --size 1280x800
diverged-light --preset mnist-98-in-seconds --learning-rate 1e22 --train 3 --panel training --theme light
freeze-dark --freeze 40 --panel next-mini-batch
freeze-light --preset xor-to-learn-2-3-1 --freeze 20 --step 26 --select 2,0 --panel next-mini-batch --size 1280x800 --theme light
velocities-dark --preset mnist-98-in-seconds --freeze 12 --granularity operation --select 1,3 --panel next-mini-batch
time-travel-light --train 5 --back-to 1 --panel training --theme light
back-in-time-light --preset spirals-2-8-8-2 --train 2 --back-to 40 --panel decision-boundary --theme light
runs-dark --train 6 --again 0.5 --panel runs
runs-light --train 6 --again 0.5 --panel runs --theme light --size 1280x800
health-dark --preset mnist-784-16-16-10 --train 8 --panel health --size 1280x800
dead-outputs-light --preset mnist-784-10 --train 8 --panel training --theme light
classes-light --preset mnist-784-10 --train 8 --panel classes --theme light
spirals-dark --preset spirals-2-8-8-2 --panel decision-boundary --train 2
sine-light --preset sine-1-8-1 --panel decision-boundary --train 2 --theme light --size 1280x800
endef
export SCREENSHOTS
# The canvas alone: a name, the network (a preset, or the layers of one to train), the steps of its
# forward and of its whole pass. Each is drawn after both, dark and light, at 1x and 2x.
define CANVASES
1-1-1 primer-1-1-1 3 6
2-3-2 primer-2-3-2 3 6
784-30-10 784,30,10 3 6
784-16-16-10 784,16,16,10 4 8
784-128-64-10 784,128,64,10 4 8
endef
export CANVASES
CANVAS_SIZE := --width 1000 --height 580

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-all lint screenshots bench wheel clean distclean

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' $(MAKEFILE_LIST)

run: $(VENV)/.installed  ## open the window on MNIST (without a display: draw the tour to build/tour)
	@set -e; \
	display=$$($(BIN)/python -c 'from nnviz.app.qt_check import has_display; print(has_display())'); \
	if [ "$$display" = True ]; then \
	  $(BIN)/nnviz $(ARGS); \
	else \
	  echo "No display here: drawing the tour into build/tour instead of opening the window."; \
	  mkdir -p build; $(BIN)/nnviz tour build/tour; \
	fi

test: $(VENV)/.test-installed  ## run the tests, without a window
	$(OFFSCREEN) $(BIN)/python -m pytest $(PARALLEL) $(ARGS)

test-all: $(VENV)/.test-installed  ## run all tests, the slow ones too
	$(OFFSCREEN) $(BIN)/python -m pytest $(PARALLEL) -m "" $(ARGS)

lint: $(VENV)/.dev-installed  ## check format, rules and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

screenshots: $(VENV)/.installed  ## draw the pictures of the README anew
	@mkdir -p assets/screenshots
	@echo "$$SCREENSHOTS" | { set -e; while read -r name arguments; do \
	  echo "assets/screenshots/$$name.png"; \
	  $(OFFSCREEN) $(BIN)/nnviz screenshot "assets/screenshots/$$name.png" $$arguments </dev/null; \
	done; }
	@mkdir -p assets/screenshots/canvas build
	@echo "$$CANVASES" | { set -e; while read -r name network forward backward; do \
	  case $$network in *,*) \
	    [ -f "build/$$name.json" ] || $(BIN)/nnviz train --layers "$$network" --epochs 3 --save "build/$$name.json" </dev/null; \
	    network="build/$$name.json --example wrong";; esac; \
	  for half in forward backward; do \
	    step=$$forward; [ $$half = forward ] || step=$$backward; \
	    for theme in dark light; do for scale in 1 2; do \
	      out="assets/screenshots/canvas/$$name-$$half-$$theme@$${scale}x.png"; echo "$$out"; \
	      $(BIN)/nnviz render $$network --step $$step --theme $$theme --scale $$scale $(CANVAS_SIZE) --out "$$out" </dev/null; \
	    done; done; \
	  done; \
	done; }

bench: $(VENV)/.installed  ## measure training, recording and drawing
	@set -e; for file in benchmarks/[!_]*.py; do \
	  echo "== $$file"; $(OFFSCREEN) $(BIN)/python "$$file" $(ARGS); \
	done

wheel: $(VENV)/.dev-installed  ## build dist/nnviz-*.whl
	rm -rf dist
	$(BIN)/python -m build --wheel

clean:  ## remove what was built; .venv stays
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find nnviz tests benchmarks .ci -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## remove .venv too
	rm -rf $(VENV)

# The stamps: an installation is repeated only when pyproject.toml has changed.

$(VENV)/.installed: pyproject.toml $(VENV)/.created
	@echo "Installing nnviz into $(VENV) (the first time this fetches about 160 MB) …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test-installed: pyproject.toml $(VENV)/.created
	@echo "Installing nnviz and its test tools into $(VENV) …"
	@$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.dev-installed: pyproject.toml $(VENV)/.created
	@echo "Installing nnviz and its development tools into $(VENV) …"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.test-installed $(VENV)/.installed

$(VENV)/.created:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "nnviz needs Python 3.11 or newer, and there is no $(PYTHON) here. On Debian or Ubuntu:"; \
	  echo "  apt-get install python3 python3-venv"; \
	  echo "or name another: make PYTHON=/path/to/python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "nnviz needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name a newer one: make PYTHON=/path/to/python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian or Ubuntu:"; \
	  echo "  apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@touch $@
