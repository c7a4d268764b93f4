import pytest

from nnviz.training import warm_up
from nnviz.training.compiled import CompiledTrainer
from nnviz.training.trainer import NumpyTrainer
from nnviz.training.warm_up import best_trainer

pytestmark = pytest.mark.usefixtures("compiled_ready")


def test_the_compiled_trainer_is_chosen_when_it_is_ready(make_job):
    assert isinstance(best_trainer(make_job()), CompiledTrainer)


def test_a_numpy_trainer_is_succeeded_where_it_stands(make_job):
    job = make_job()
    first = NumpyTrainer(job)
    first.advance(3)

    second = best_trainer(job, first)

    assert isinstance(second, CompiledTrainer)
    assert (second.epoch, second.mini_batch) == (0, 3)
    assert best_trainer(job, second) is second


def test_training_begins_with_numpy_while_the_kernels_are_not_ready(make_job, monkeypatch):
    monkeypatch.setattr(warm_up, "is_ready", lambda: False)
    job = make_job()

    first = best_trainer(job)

    assert isinstance(first, NumpyTrainer)
    assert best_trainer(job, first) is first
