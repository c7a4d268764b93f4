import math

import numpy as np
import pytest

from nnviz.datasets.toy import from_samples, xor
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.errors import NnvizError, SpecError, TrainingError
from nnviz.training import config
from nnviz.training.config import TrainingConfig, check_mini_batch


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0), ("epochs", 1.5), ("epochs", True), ("mini_batch_size", 0), ("seed", -1),
        ("learning_rate", 0.0), ("learning_rate", -1.0), ("learning_rate", math.nan),
        ("learning_rate", math.inf), ("l2", -0.1), ("l2", math.nan), ("l2", math.inf),
        ("dropout", -0.1), ("dropout", 1.0), ("dropout", math.nan),
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


def test_a_mini_batch_whose_activations_would_not_fit_is_refused():
    # 60,000 · (784 + 8,000 + 10) numbers of four bytes are 2.11 GB.
    with pytest.raises(TrainingError, match=r"784-8000-10 for a mini-batch of 60,000 .* 2\.1 GB"):
        check_mini_batch(NetworkSpec((784, 8_000, 10), ("sigmoid", "sigmoid")), 60_000)

    check_mini_batch(NetworkSpec((784, 4_000, 10), ("sigmoid", "sigmoid")), 50_000)


def test_a_job_refuses_such_a_mini_batch(make_job, monkeypatch):
    monkeypatch.setattr(config, "MAX_ACTIVATION_BYTES", 10 * (12 + 5 + 3) * 4)
    make_job(mini_batch_size=10).check()

    with pytest.raises(TrainingError, match="mini-batch of 11 examples take"):
        make_job(mini_batch_size=11).check()


def test_dropout_needs_a_hidden_layer(make_job):
    with pytest.raises(TrainingError, match=r"12-3 has none; set it to 0 or add a layer\.$"):
        make_job((12, 3), dropout=0.2).check()

    make_job((12, 5, 3), dropout=0.2).check()


def test_one_of_something_is_called_so(make_job):
    with pytest.raises(TrainingError, match=r"12 inputs per example, .* 1-3 has 1 neuron; give"):
        make_job((1, 3)).check()


def test_a_cross_entropy_refuses_targets_outside_0_to_1(make_job):
    data = from_samples("steep", [[0], [1]], [[0], [2]])

    with pytest.raises(SpecError, match="target 2 "):
        make_job((1, 1), cost="binary_cross_entropy", train=data, mini_batch_size=1).check()


def test_parameters_of_another_network_are_refused(make_job):
    job = make_job()
    object.__setattr__(job, "parameters", Parameters.frozen([np.zeros((3, 12))], [np.zeros(3)]))

    with pytest.raises(NnvizError, match="1 array of weights given"):
        job.check()


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"validation_size": -1}, "The number of validation examples is -1; a whole number from 0"),
        ({"patience": 1.5, "validation_size": 5}, "The patience is 1.5; a whole number from 0"),
        ({"patience": 3}, "Early stopping goes by validation examples and there are none; hold"),
        (
            {"keep_best": True},
            "Keeping the best epoch goes by validation examples and there are none",
        ),
    ],
)
def test_a_validation_that_cannot_be_is_refused(settings: dict[str, float], complaint: str) -> None:
    with pytest.raises(TrainingError, match=complaint):
        TrainingConfig(**settings)


def test_validation_examples_of_another_size_are_refused(make_job, images):
    job = make_job(validation=xor())

    with pytest.raises(TrainingError, match="XOR has 2 inputs per example"):
        job.check()
    assert make_job(validation=images).check() is None
