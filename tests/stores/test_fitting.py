from dataclasses import replace

import numpy as np
import pytest

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.errors import NnvizError
from nnviz.presets.for_data import usual_config
from nnviz.presets.presets import preset_named
from nnviz.stores.fitting import fitted, fitting_sentence
from nnviz.stores.network_state import NetworkState


def classes(count: int = 60, inputs: int = 4, names: tuple[str, ...] = ("a", "b", "c")):
    labels = (np.arange(count) % len(names)).astype(np.uint8)
    data = Dataset("d", np.zeros((count, inputs)), labels=labels, class_count=len(names))
    return DataSource("flowers", data, class_names=names)


def numbers(low: float, high: float) -> DataSource:
    targets = np.linspace(low, high, 60)[:, None]
    return DataSource("prices", Dataset("d", np.zeros((60, 2)), targets=targets))


def state(preset: str) -> NetworkState:
    return NetworkState.of_preset(preset_named(preset))


def own(count: int, inputs: int = 784, classes_of: int = 10) -> DataSource:
    """Return classes with a test part, as a user's own data has them."""
    train = classes(count, inputs, tuple("abcdefghij"[:classes_of]))
    test = classes(classes_of, inputs, train.class_names)
    return replace(train, test=test.train)


def test_hidden_layers_and_output_stay_where_they_make_sense() -> None:
    before = state("mnist-784-30-10")

    after = fitted(before, classes())

    assert after.spec.sizes == (4, 30, 3)
    assert (after.spec.activations, after.spec.cost) == (before.spec.activations, before.spec.cost)
    assert after.title == "flowers 4-30-3"
    assert [each.shape for each in after.parameters.weights] == [(30, 4), (3, 30)]


def test_hyperparameters_stay_for_data_of_the_same_size() -> None:
    before = state("mnist-784-30-10")
    before = replace(before, config=replace(before.config, learning_rate=0.7, epochs=5))

    other_digits = fitted(before, own(60_000))
    again = fitted(other_digits, own(40_000))

    assert other_digits.config == again.config == before.config
    assert other_digits.initialiser == again.initialiser == before.initialiser


@pytest.mark.parametrize(
    ("preset", "source"),
    [
        ("mnist-784-30-10", classes()),
        ("mnist-784-30-10", own(600)),
        ("spirals-2-8-8-2", own(300, 2, 2)),
        ("sine-1-8-1", numbers(-1, 1)),
    ],
    ids=["other inputs", "fewer examples", "a toy set", "numbers"],
)
def test_other_data_is_learned_as_usual_for_its_size(preset: str, source: DataSource) -> None:
    before = state(preset)
    before = replace(before, config=replace(before.config, seed=4, learning_rate=0.7))

    after = fitted(before, source)

    assert after.config == usual_config(len(source.train), 4)
    assert after.initialiser == "xavier"


def test_weights_of_relus_are_of_hes_size() -> None:
    assert fitted(state("mnist-98-in-seconds"), classes()).initialiser == "he"


def test_the_network_that_was_made_is_told() -> None:
    before = state("mnist-784-30-10")

    assert fitting_sentence(before, fitted(before, classes())) == (
        "Network 4-30-3 with new weights: Adam, η 0.002, 300 epochs, mini-batches of 6."
    )
    assert fitting_sentence(before, fitted(before, own(60_000))) == (
        "Network 784-30-10 with new weights: Gradient descent (SGD), η 3, 30 epochs, "
        "mini-batches of 10."
    )


def test_a_small_networks_hyperparameters_are_not_taken_over() -> None:
    after = fitted(state("primer-2-3-2"), classes())

    assert after.spec.sizes == (4, 3, 3)
    assert (after.spec.activations[-1], after.spec.cost) == ("softmax", "categorical_cross_entropy")
    assert after.config == usual_config(60)


def test_numbers_are_followed_by_a_line_and_classes_again_by_a_softmax() -> None:
    line = fitted(state("mnist-784-30-10"), numbers(-1, 1))
    again = fitted(line, classes())

    assert (line.spec.activations[-1], line.spec.cost) == ("identity", "quadratic")
    assert (again.spec.activations[-1], again.spec.cost) == ("softmax", "categorical_cross_entropy")


def test_a_mini_batch_is_no_larger_than_the_data() -> None:
    before = fitted(state("mnist-784-30-10"), own(8, 4, 2))
    before = replace(before, config=replace(before.config, mini_batch_size=8))

    assert fitted(before, own(4, 4, 2)).config == replace(before.config, mini_batch_size=4)


def test_a_network_too_large_for_the_data_is_refused() -> None:
    source = classes(2, 60_000)
    wide = fitted(state("mnist-784-30-10"), source)
    assert wide.spec.sizes[0] == 60_000
    large = NetworkState.of_preset(preset_named("mnist-98-in-seconds"))
    layers = type(large.spec)((784, 1_000, 10), large.spec.activations, large.spec.cost)

    with pytest.raises(NnvizError, match="make a layer smaller"):
        fitted(type(large)(large.title, layers, large.parameters, "he", large.config), source)
