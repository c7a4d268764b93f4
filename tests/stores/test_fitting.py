import numpy as np
import pytest

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.dataset import Dataset
from nnviz.errors import NnvizError
from nnviz.presets.for_data import usual_config
from nnviz.presets.presets import preset_named
from nnviz.stores.fitting import fitted
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


def test_hidden_layers_output_and_hyperparameters_stay_where_they_make_sense() -> None:
    before = state("mnist-784-30-10")

    after = fitted(before, classes())

    assert after.spec.sizes == (4, 30, 3)
    assert (after.spec.activations, after.spec.cost) == (before.spec.activations, before.spec.cost)
    assert after.config == before.config
    assert after.title == "flowers 4-30-3"
    assert [each.shape for each in after.parameters.weights] == [(30, 4), (3, 30)]


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


def test_many_examples_are_not_gone_through_thousands_of_times() -> None:
    before = state("spirals-2-8-8-2")

    assert fitted(before, classes(6_000)).config.epochs == 30
    assert fitted(before, classes(600)).config.epochs == 3_000


def test_a_mini_batch_is_no_larger_than_the_data() -> None:
    assert fitted(state("mnist-784-30-10"), classes(4)).config.mini_batch_size == 4


def test_a_network_too_large_for_the_data_is_refused() -> None:
    source = classes(2, 60_000)
    wide = fitted(state("mnist-784-30-10"), source)
    assert wide.spec.sizes[0] == 60_000
    large = NetworkState.of_preset(preset_named("mnist-98-in-seconds"))
    layers = type(large.spec)((784, 1_000, 10), large.spec.activations, large.spec.cost)

    with pytest.raises(NnvizError, match="make a layer smaller"):
        fitted(type(large)(large.title, layers, large.parameters, "he", large.config), source)
