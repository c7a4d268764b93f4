import os
import subprocess
import sys

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


REFUSED_OPTION = """
import numba
njit = numba.njit
def refuse(**options):
    if "_nrt" in options:
        raise KeyError("Unrecognized options: {'_nrt'}")
    return njit(**options)
numba.njit = refuse
"""
REFUSED_CODE = """
from llvmlite import ir
def refuse(*arguments):
    raise NotImplementedError("no vectors here")
ir.IRBuilder.shuffle_vector = refuse
"""
TRAIN = """
from nnviz.training import warm_up
from nnviz.training.control import TrainingControl
from nnviz.training.loop import run_training
from nnviz.training.snapshot import Mailbox
warm_up._warm_up._is_cached = lambda: True  # no other process: it would compile without complaint
assert not warm_up.wait_until_ready()
job = warm_up._tiny_job()
print(type(warm_up.best_trainer(job)).__name__)
print(run_training(job, TrainingControl(), Mailbox(), lambda report: None).status.name)
"""


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (REFUSED_OPTION, "{'_nrt'}"),
        pytest.param(REFUSED_CODE, "no vectors here", marks=pytest.mark.slow),
    ],
)
def test_what_numba_no_longer_takes_leaves_numpy_and_one_sentence(tmp_path, broken, complaint):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-c", broken + TRAIN],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip

    assert done.stdout.split() == ["NumpyTrainer", "COMPLETED"]
    assert done.stderr.startswith("Training goes on in plain numpy, slower. (")
    assert complaint in done.stderr
    assert done.stderr.count("\n") == 1
