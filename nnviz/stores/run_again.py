"""Running a kept run again with one change, and looking at the weights that it came to.

Apart from the list: it keeps runs, these functions change what the window looks at.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.stores.network_state import NetworkState
from nnviz.stores.run_entry import Ancestry, Beginning, RunEntry
from nnviz.training.config import TrainingConfig
from nnviz.training.memory import check_memory

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["again", "check_again", "show_weights"]


def check_again(
    workspace: "Workspace", entry: RunEntry, config: TrainingConfig, spec: NetworkSpec
) -> NetworkState:
    """Return the network that ``again`` would train.

    Raises an NnvizError where it does not go with its data, its settings or the memory.
    """
    state = _again_state(entry.beginning, config, spec)
    data = state.training_data(workspace.examples.mnist)
    if data is not None:
        state.training_job(0, data, workspace.examples.mnist).check()
    check_memory(spec, config, recorded=False)
    return state


def again(
    workspace: "Workspace", entry: RunEntry, config: TrainingConfig, spec: NetworkSpec
) -> None:
    """Train from the parameters that a run began with, with other settings; undo comes back.

    A network of other layers is drawn from the seed instead. The curves of the run stay drawn.
    Raises what ``check_again`` does, and then nothing has changed.
    """
    state = check_again(workspace, entry, config, spec)
    workspace.open_state("Run again", state)
    workspace.runs.show(entry.number, True)
    workspace.runs.expect(Ancestry(entry.number))
    workspace.run.start()


def show_weights(workspace: "Workspace", entry: RunEntry) -> None:
    """Look at the network as a run left it, with its hyperparameters; undo comes back."""
    if entry.weights is None:
        return
    state = _state_of(entry.beginning, entry.beginning.spec, entry.weights, entry.config)
    workspace.open_state("Show weights", state)
    workspace.runs.show(entry.number, True)


def _again_state(beginning: Beginning, config: TrainingConfig, spec: NetworkSpec) -> NetworkState:
    state = _state_of(beginning, spec, beginning.parameters, config)
    if spec.sizes == beginning.spec.sizes:
        return state
    return replace(state, title=state.title_of(spec), parameters=state.initialised())


def _state_of(
    beginning: Beginning, spec: NetworkSpec, parameters: Parameters, config: TrainingConfig
) -> NetworkState:
    return NetworkState(
        beginning.title, spec, parameters.astype(np.float64), beginning.initialiser, config,
        beginning.samples,
    )  # fmt: skip
