import math

import numpy as np
import pytest

from nnviz.datasets.toy import from_samples
from nnviz.engine.network import Parameters
from nnviz.errors import NnvizError, SpecError, TrainingError
from nnviz.training.config import TrainingConfig


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0), ("epochs", 1.5), ("epochs", True), ("mini_batch_size", 0), ("seed", -1),
        ("learning_rate", 0.0), ("learning_rate", -1.0), ("learning_rate", math.nan),
        ("learning_rate", math.inf), ("l2", -0.1), ("l2", math.nan), ("l2", math.inf),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_with_the_value(field, value):
    shown = f"{value:g}" if isinstance(value, float) and field != "epochs" else repr(value)

    with pytest.raises(TrainingError, match=f"is {shown}; "):
        TrainingConfig(**{field: value})


def test_data_of_another_size_than_the_layers_is_refused(make_job):
    with pytest.raises(TrainingError, match="12 inputs per example, but the first layer of 11-3"):
        make_job((11, 3)).check()
    with pytest.raises(TrainingError, match="3 targets per example, but the last layer of 12-4"):
        make_job((12, 4)).check()


def test_test_data_is_checked_too(make_job):
    with pytest.raises(TrainingError, match="pair has 2 inputs"):
        make_job(test=from_samples("pair", [[0, 1]], [[0, 1, 0]])).check()


def test_an_empty_dataset_is_refused(make_job, images):
    with pytest.raises(TrainingError, match="holds no examples"):
        make_job(train=images.first(0)).check()


def test_a_mini_batch_may_be_the_whole_data_but_not_more(make_job):
    make_job(mini_batch_size=47).check()

    with pytest.raises(TrainingError, match="48 examples is larger than small images with its 47"):
        make_job(mini_batch_size=48).check()


def test_a_cross_entropy_refuses_targets_outside_0_to_1(make_job):
    data = from_samples("steep", [[0], [1]], [[0], [2]])

    with pytest.raises(SpecError, match="target 2 "):
        make_job((1, 1), cost="binary_cross_entropy", train=data, mini_batch_size=1).check()


def test_parameters_of_another_network_are_refused(make_job):
    job = make_job()
    object.__setattr__(job, "parameters", Parameters.frozen([np.zeros((3, 12))], [np.zeros(3)]))

    with pytest.raises(NnvizError, match="1 arrays of weights"):
        job.check()
