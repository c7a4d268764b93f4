import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.datasets.toy import from_samples
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.engine.updates import OptimizerState
from nnviz.training.config import RunMoment, TrainingConfig, TrainingJob
from nnviz.training.control import TrainingControl
from nnviz.training.loop import run_training
from nnviz.training.run_place import RunPlace
from nnviz.training.run_record import KeptMoment, RunRecord
from nnviz.training.snapshot import Mailbox, Outcome
from nnviz.training.trainer import NumpyTrainer, Trainer

SPEC = NetworkSpec((2, 3, 1), ("sigmoid", "sigmoid"))


def numpy_only(job: TrainingJob, current: Trainer | None) -> Trainer:
    return current or NumpyTrainer(job)


def a_job(examples: int, epochs: int = 3, size: int = 1, optimizer: str = "sgd") -> TrainingJob:
    rng = np.random.default_rng(4)
    data = from_samples("points", rng.random((examples, 2)), rng.random((examples, 1)))
    parameters = initialise(SPEC, "standard_normal", rng, np.float32)
    config = TrainingConfig(
        epochs=epochs, mini_batch_size=size, learning_rate=0.3, optimizer=Optimizer(optimizer)
    )
    return TrainingJob(1, SPEC, parameters, data, None, config)


def run(job: TrainingJob, record: RunRecord, place: int = 0) -> Outcome:
    record.begin(job, place)
    return run_training(job, TrainingControl(), Mailbox(), lambda _: None, numpy_only, record)


def walk(job: TrainingJob, record: RunRecord, largest_slice: int = 50) -> None:
    """Ask the record as the loop does, without training."""
    n, size, config = len(job.train), job.config.mini_batch_size, job.config
    state = OptimizerState.initial(config.optimizer, job.parameters)
    record.begin(job, 0)
    mini_batches = 0
    for epoch in range(config.epochs):
        done = mini_batch = 0
        while done < n:
            here = RunPlace(epoch, done, mini_batches, n, size)
            count = min(
                largest_slice, record.mini_batches_until_wanted(here), -(-(n - done) // size)
            )
            mini_batches, mini_batch = mini_batches + count, mini_batch + count
            done = min(done + count * size, n)
            after = (epoch, mini_batch, done) if done < n else (epoch + 1, 0, 0)
            if record.wants(RunPlace(after[0], after[2], mini_batches, n, size)):
                moment = RunMoment(*after, mini_batches, job.parameters, state, config)
                record.keep(moment)


def places(record: RunRecord) -> list[int]:
    return [each.place for each in record.kept]


def test_eighths_of_epochs_and_the_powers_of_two_of_the_first_epoch_are_kept() -> None:
    record = RunRecord()

    run(a_job(examples=80, epochs=2), record)

    eighths = {10 * each for each in range(17)}
    assert places(record) == sorted(eighths | {1, 2, 4, 8, 16, 32, 64})
    assert record.epochs_between == 1 / 8


def test_every_kept_moment_is_what_training_alone_comes_to() -> None:
    job = a_job(examples=80, epochs=2, size=3, optimizer="adam")
    record = RunRecord()

    run(job, record)

    alone = NumpyTrainer(job)
    for kept in record.kept:
        while alone.mini_batches < kept.moment.mini_batches:
            alone.advance()
        moment = kept.moment
        assert (moment.epoch, moment.mini_batch) == (alone.epoch, alone.mini_batch)
        assert moment.optimizer_state.steps == alone.optimizer_state.steps
        for w, true in zip(moment.parameters.weights, alone.parameters.weights, strict=True):
            np.testing.assert_array_equal(w, true)


def test_a_run_from_a_kept_moment_ends_bit_for_bit_where_the_run_ended() -> None:
    job = a_job(examples=80, epochs=3, size=3, optimizer="adam")
    record = RunRecord()
    end = run(job, record)
    middle = record.kept[len(record.kept) // 2]

    branch = record.until(middle)
    again = run(replace(job, run=2, start=middle.moment), branch)

    for one, other in zip(again.parameters.weights, end.parameters.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert places(branch) == places(record)


def test_the_report_of_an_epoch_that_was_begun_before_the_branch_counts_all_its_examples() -> None:
    job = a_job(examples=80, epochs=1)
    record = RunRecord()
    reports = []
    record.begin(job, 0)
    run_training(job, TrainingControl(), Mailbox(), reports.append, numpy_only, record)
    middle = record.kept[-5].moment

    start = replace(job, start=middle)
    run_training(start, TrainingControl(), Mailbox(), reports.append, numpy_only)

    assert middle.mini_batch == 50
    assert reports[1].cost == pytest.approx(reports[0].cost, rel=1e-12)


def test_a_thousand_epochs_are_thinned_to_evenly_spaced_whole_epochs() -> None:
    record = RunRecord(most=200)

    walk(a_job(examples=100, epochs=1_000, size=1), record)

    between = record.epochs_between
    even = [each for each in record.kept if each.place % (100 * between) == 0]
    assert between == 8
    assert [each.moment.epoch for each in even] == list(range(0, 1_001, 8))
    assert places(record)[-1] == 100_000


def test_the_last_moments_are_kept_more_densely() -> None:
    record = RunRecord(most=200)

    walk(a_job(examples=100, epochs=1_003, size=1), record)

    assert [each.moment.epoch for each in record.kept[-5:]] == [994, 996, 998, 1_000, 1_002]


def test_the_same_run_keeps_the_same_moments_in_slices_of_any_size() -> None:
    kept = []
    for largest in (1, 7, 1_000):
        record = RunRecord(most=60)
        walk(a_job(examples=130, epochs=40, size=2), record, largest)
        kept.append(places(record))

    assert kept[0] == kept[1] == kept[2]


@settings(max_examples=60)
@given(
    examples=st.integers(1, 300),
    size=st.integers(1, 40),
    epochs=st.integers(1, 60),
    room=st.integers(0, 90),
    most=st.integers(2, 60),
    optimizer=st.sampled_from(["sgd", "adam"]),
)
def test_no_run_takes_more_memory_than_the_bound(
    examples: int, size: int, epochs: int, room: int, most: int, optimizer: str
) -> None:
    job = a_job(examples, epochs, min(size, examples), optimizer)
    each = RunMoment(
        0, 0, 0, 0, job.parameters,
        OptimizerState.initial(job.config.optimizer, job.parameters), job.config,
    ).nbytes  # fmt: skip
    record = RunRecord(budget=room * each, most=most)

    walk(job, record)

    kept = record.kept
    assert record.nbytes == each * len(kept) <= max(room, 2) * each
    assert len(kept) <= most
    assert kept[0].place == 0
    assert places(record) == sorted(set(places(record)))


def test_a_network_with_no_room_keeps_start_and_end() -> None:
    job = a_job(examples=80, epochs=3)
    record = RunRecord(budget=1)

    end = run(job, record)

    assert [each.moment.mini_batches for each in record.kept] == [0, 240]
    assert end.moment is not None
    assert record.kept[-1].moment.parameters.weights[0] is not job.parameters.weights[0]


def test_training_again_goes_on_in_the_same_record() -> None:
    job = a_job(examples=80, epochs=1)
    record = RunRecord()
    end = run(job, record)

    run(replace(job, run=2, parameters=end.parameters), record, place=80)

    # One moment where the second run begins: the first one ended with the same weights.
    assert places(record).count(80) == 1
    assert places(record)[-1] == 160
    assert next(each.origin.place for each in record.kept if each.place >= 80) == 80


def test_an_empty_record_begins_with_the_moment_that_a_run_starts_at() -> None:
    job = a_job(examples=80, epochs=2)
    first = RunRecord()
    run(job, first)
    middle = next(each for each in first.kept if each.place == 40)
    record = RunRecord()

    run(replace(job, run=2, start=middle.moment), record, place=0)

    assert places(record) == [each.place - 40 for each in first.kept if each.place >= 40]


def test_other_weights_at_the_same_place_are_a_moment_of_their_own() -> None:
    job = a_job(examples=80, epochs=1)
    record = RunRecord()
    run(job, record)

    run(replace(job, run=2), record, place=80)

    assert places(record).count(80) == 2


def test_a_branch_forgets_what_came_after_and_leaves_the_older_record_alone() -> None:
    record = RunRecord()
    run(a_job(examples=80, epochs=2), record)
    before = record.kept
    middle = before[10]

    branch = record.until(middle)

    assert branch.kept == before[:11]
    assert record.kept == before
    assert branch.nbytes == sum(each.moment.nbytes for each in before[:11])


def test_reading_while_the_run_writes_always_finds_an_ordered_record() -> None:
    record = RunRecord(most=40)
    job = a_job(examples=200, epochs=60, size=2)
    seen: list[tuple[KeptMoment, ...]] = []
    thread = threading.Thread(target=walk, args=(job, record, 3))
    thread.start()
    while thread.is_alive():
        seen.append(record.kept)
    thread.join()

    for kept in seen:
        serials = [each.serial for each in kept]
        assert serials == sorted(serials)
        assert len(kept) <= 40
