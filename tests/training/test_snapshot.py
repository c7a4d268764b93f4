from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.network import Parameters
from nnviz.training.snapshot import Mailbox, TrainingSnapshot


@pytest.fixture
def snapshot() -> TrainingSnapshot:
    costs = np.array([3, 2], dtype=np.float32)
    return TrainingSnapshot(1, 1, 0, 2, 5, 10.0, costs, 1.0, Parameters((), ()), False)


def test_an_empty_mailbox_gives_nothing():
    assert Mailbox().take() is None


def test_a_snapshot_is_taken_once(snapshot):
    mailbox = Mailbox()

    mailbox.put(snapshot)

    assert mailbox.take() is snapshot
    assert mailbox.take() is None


def test_the_newest_wins_and_no_cost_is_lost(snapshot):
    mailbox = Mailbox()
    mailbox.put(snapshot)

    mailbox.put(replace(snapshot, sequence=2, costs=np.array([1], dtype=np.float32), paused=True))

    taken = mailbox.take()
    assert (taken.sequence, taken.paused, taken.costs.tolist()) == (2, True, [3, 2, 1])
    assert not taken.costs.flags.writeable


def test_costs_of_another_run_are_not_mixed_in(snapshot):
    mailbox = Mailbox()
    mailbox.put(snapshot)

    mailbox.put(replace(snapshot, run=2, costs=np.array([9], dtype=np.float32)))

    assert mailbox.take().costs.tolist() == [9]
