"""What is written down when a run starts: where it comes from and what is other than before."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nnviz.engine.initialisers import INITIALISERS
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.stores.epoch_axis import EpochAxis
from nnviz.stores.network_state import NetworkState
from nnviz.stores.run_entry import Ancestry, Beginning, Continuation, RunEntry, RunState
from nnviz.stores.training_store import TrainingStore
from nnviz.training.config import TrainingJob
from nnviz.training.differences import Difference, config_differences, network_differences

__all__ = ["begun", "continued"]

OTHER_WEIGHTS = Difference("first weights", "", "other first weights")
OTHER_DATA = Difference("data", "", "other data")


def begun(
    number: int,
    colour: int,
    job: TrainingJob,
    state: NetworkState,
    training: TrainingStore,
    entries: Sequence[RunEntry],
    ancestry: Ancestry | None,
) -> RunEntry:
    """Return the entry of a run whose curves have just begun.

    Without a known ancestry it branches off a run whose last weights it starts from, or else is
    told from the run before.
    """
    beginning = Beginning(
        state.title, _data_name(job, state), job.spec, state.initialiser, job.config,
        _shared(job.spec, job.parameters, entries), state.samples,
    )  # fmt: skip
    ancestry = ancestry or _ancestry(beginning, entries)
    than = next((each for each in entries if ancestry and each.number == ancestry.than), None)
    entry = RunEntry(
        number, f"Run {number}", colour, beginning, training.history, training.epoch_axis,
        job.config,
    )  # fmt: skip
    if ancestry is None or than is None:
        return entry
    branch = ancestry.branch_mini_batch
    differs = _differences(than, beginning, branch is not None)
    name = f"Run {number} · {differs[0].value}" if len(differs) == 1 else entry.name
    has_past = len(training.history) > 0  # curves that begin with the older run's own
    first = 0.0
    if branch is not None and not has_past:
        first = float(than.epochs(np.array([float(branch)]))[0])
    return replace(
        entry,
        name=name,
        than=than.number,
        differs=differs,
        parent=None if branch is None else than.number,
        branch_mini_batch=branch,
        first_epoch=first,
    )


def continued(entry: RunEntry, job: TrainingJob, axis: EpochAxis) -> RunEntry:
    """Return the entry of a run that goes on after its end, with what it goes on with."""
    changes = config_differences(entry.config, job.config)
    return replace(
        entry,
        axis=axis,
        state=RunState.RUNNING,
        config=job.config,
        continued=(*entry.continued, Continuation(len(entry.history), changes)),
    )


def _data_name(job: TrainingJob, state: NetworkState) -> str:
    """Return what tells data from other data: of a toy set drawn anew, the name is the same."""
    note = "" if state.samples is None else state.samples.note
    return note.rstrip(".") or job.train.name


def _ancestry(beginning: Beginning, entries: Sequence[RunEntry]) -> Ancestry | None:
    """Return the run whose last weights this one starts from, or else the one before it."""
    for each in reversed(entries):
        if (
            each.weights_at
            and each.weights is not None
            and each.beginning.spec == beginning.spec
            and each.beginning.data == beginning.data
            and each.weights.equals(beginning.parameters)
            and not each.weights.equals(each.beginning.parameters)
        ):
            return Ancestry(each.number, each.weights_at)
    return Ancestry(entries[-1].number) if entries else None


def _shared(spec: NetworkSpec, own: Parameters, entries: Sequence[RunEntry]) -> Parameters:
    """Return the parameters that an older run began with if they are the same: kept once."""
    for each in entries:
        kept = each.beginning
        if kept.spec.sizes == spec.sizes and kept.parameters.equals(own):
            return kept.parameters
    return own


def _differences(than: RunEntry, beginning: Beginning, branches: bool) -> tuple[Difference, ...]:
    """Return what is other than in the run before; of a branch, what it goes on with."""
    before = than.beginning
    found = [*network_differences(before.spec, beginning.spec)]
    if before.data != beginning.data:
        found.append(OTHER_DATA)
    if branches:
        return (*found, *config_differences(than.config, beginning.config))
    found += config_differences(before.config, beginning.config)
    if before.initialiser != beginning.initialiser:
        labels = (INITIALISERS[each.initialiser].label for each in (before, beginning))
        found.append(Difference("initialiser", *labels))
    elif before.spec.sizes == beginning.spec.sizes and not before.parameters.equals(
        beginning.parameters
    ):
        found.append(OTHER_WEIGHTS)
    return tuple(found)
