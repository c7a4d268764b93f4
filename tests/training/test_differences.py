from dataclasses import replace

import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.engine.optimizers import Optimizer
from nnviz.training.config import TrainingConfig
from nnviz.training.differences import config_differences, network_differences
from nnviz.training.schedules import Schedule

PLAIN = TrainingConfig()


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({}, []),
        ({"learning_rate": 0.5}, ["η 3 → 0.5"]),
        ({"learning_rate": 3.0000001}, ["η 3 → 3.0000001"]),
        ({"mini_batch_size": 32, "l2": 0.1}, ["batch 10 → 32", "λ 0 → 0.1"]),
        ({"train_size": 1_000}, ["images 50,000 → 1,000"]),
        ({"update_biases": False}, ["biases trained yes → no"]),
        ({"seed": 7}, ["seed 0 → 7"]),
        ({"optimizer": Optimizer("adam")}, ["optimizer Gradient descent (SGD) → Adam"]),
        ({"optimizer": Optimizer(momentum=0.5)}, []),
        ({"schedule": Schedule("cosine", warm_up=0.1)},
         ["schedule Constant → Cosine", "warm-up 0 → 0.1"]),
    ],
)  # fmt: skip
def test_only_what_counts_is_said(change: dict[str, object], texts: list[str]) -> None:
    changed = replace(PLAIN, **change)  # type: ignore[arg-type]

    assert [each.text for each in config_differences(PLAIN, changed)] == texts


def test_the_same_method_differs_by_what_it_reads() -> None:
    one = replace(PLAIN, optimizer=Optimizer("momentum", momentum=0.9))
    other = replace(PLAIN, optimizer=Optimizer("momentum", momentum=0.5, beta1=0.1))

    (difference,) = config_differences(one, other)

    assert (difference.text, difference.value) == ("μ 0.9 → 0.5", "μ 0.5")


def test_steps_differ_by_their_factor() -> None:
    one, other = (replace(PLAIN, schedule=Schedule("step", factor=f)) for f in (0.1, 0.5))

    assert [each.text for each in config_differences(one, other)] == ["step factor 0.1 → 0.5"]


def test_networks_differ_by_layers_activations_and_cost() -> None:
    one = NetworkSpec((784, 30, 10), ("sigmoid", "sigmoid"))
    other = NetworkSpec((784, 16, 16, 10), ("relu", "relu", "softmax"), "categorical_cross_entropy")

    texts = [each.text for each in network_differences(one, other)]

    assert texts[0] == "layers 784-30-10 → 784-16-16-10"
    assert texts[1].startswith("activation Sigmoid → ReLU, ")
    assert texts[2].startswith("cost ")
    assert network_differences(one, one) == ()
