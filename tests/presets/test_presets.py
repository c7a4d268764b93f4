import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnviz.presets
from nnviz.engine.optimizers import Optimizer
from nnviz.engine.passes import backward_pass, descend, forward_pass
from nnviz.errors import SpecError
from nnviz.files.network_file import network_text
from nnviz.presets.names import DEFAULT_PRESET, PRESET_NAMES, SMALL_PRESETS
from nnviz.presets.presets import PRESETS, preset_named
from nnviz.training.config import TrainingConfig
from nnviz.training.schedules import Schedule

FOLDER = Path(nnviz.presets.__file__).parent


def test_the_presets_come_in_their_order() -> None:
    assert list(PRESETS) == [
        "primer-1-1-1", "primer-2-3-2", "mazur-2-2-2", "mazur-fixed-biases-2-2-2", "xor-2-2-1",
        "xor-to-learn-2-3-1",
        "neuron-2-1", "nielsen-near-1-1", "nielsen-far-1-1", "nielsen-near-entropy-1-1",
        "nielsen-far-entropy-1-1", "xor-clouds-2-4-2", "circles-2-4-2", "spirals-2-8-8-2",
        "moons-2-6-2", "gaussians-2-2", "sine-1-8-1", "mnist-784-30-10", "mnist-784-16-16-10",
        "mnist-784-10", "mnist-98-in-seconds",
    ]  # fmt: skip
    assert tuple(PRESETS) == PRESET_NAMES
    assert PRESETS[DEFAULT_PRESET].title == "MNIST 784-30-10"


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_each_preset_can_be_shown_and_trained(name: str) -> None:
    preset = preset_named(name)

    document = preset.document()

    assert document.spec == preset.spec
    assert document.learning_rate == preset.config.learning_rate
    assert preset.title.endswith(str(preset.spec))
    assert preset.description.endswith(".")
    assert preset.uses_mnist == (document.sample_count == 0)
    assert preset.uses_mnist == (preset.image_shape == (28, 28))


@pytest.mark.parametrize("name", SMALL_PRESETS)
def test_a_small_presets_file_is_laid_out_like_files_the_program_writes(name: str) -> None:
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")

    assert text == network_text(preset_named(name).document())


def test_each_small_preset_has_its_file_and_there_are_no_others() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(SMALL_PRESETS)


def test_mazurs_file_holds_the_articles_numbers() -> None:
    table = json.loads((FOLDER / "mazur-2-2-2.json").read_text(encoding="utf-8"))

    assert table["weights"] == [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]]
    assert table["biases"] == [[0.35, 0.35], [0.60, 0.60]]
    assert table["samples"] == [{"input": [0.05, 0.10], "target": [0.01, 0.99]}]
    assert table["learning_rate"] == 0.5


def test_mazurs_article_differs_only_in_leaving_the_biases() -> None:
    one, other = (preset_named(f"mazur-{name}2-2-2").document() for name in ("", "fixed-biases-"))

    assert (one.update_biases, other.update_biases) == (True, False)
    assert network_text(replace(other, name=one.name, update_biases=True)) == network_text(one)


def test_the_single_neurons_target_makes_the_slope_of_the_cost_one() -> None:
    document = preset_named("neuron-2-1").document()

    output = forward_pass(document.spec, document.parameters, document.inputs).activations[-1]

    assert document.spec.cost == "quadratic"
    assert (output - document.targets).tolist() == [[1.0]]


@pytest.mark.parametrize(("start", "parameters"), [("near", (0.6, 0.9)), ("far", (2, 2))])
def test_nielsens_neuron_comes_with_both_costs(start: str, parameters: tuple[float, float]) -> None:
    names = (f"nielsen-{start}-1-1", f"nielsen-{start}-entropy-1-1")

    documents = [preset_named(name).document() for name in names]

    assert [each.spec.cost for each in documents] == ["quadratic", "binary_cross_entropy"]
    for each in documents:
        assert (each.parameters.weights[0].item(), each.parameters.biases[0].item()) == parameters
        assert (each.inputs.tolist(), each.targets.tolist()) == ([[1]], [[0]])
        assert each.learning_rate == 0.15


def test_xor_is_solved_before_any_training() -> None:
    document = preset_named("xor-2-2-1").document()

    outputs = forward_pass(document.spec, document.parameters, document.inputs).activations[-1]

    assert document.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert outputs.tolist() == [[0], [1], [1], [0]]
    assert document.targets.tolist() == outputs.tolist()


def test_the_other_xor_is_wrong_at_first_and_learns() -> None:
    document = preset_named("xor-to-learn-2-3-1").document()
    parameters = document.parameters

    answers = []
    for _ in range(400):
        forward = forward_pass(document.spec, parameters, document.inputs)
        answers.append((forward.activations[-1] > 0.5).tolist())
        gradients = backward_pass(document.spec, parameters, forward, document.targets).gradients
        parameters = descend(parameters, gradients, document.learning_rate)

    right = (document.targets > 0.5).tolist()
    assert answers[0] != right
    assert answers[-1] == right


@pytest.mark.parametrize("name", ["mnist-784-30-10", "mnist-784-16-16-10", "mnist-784-10"])
def test_an_mnist_preset_is_the_primers_set_up(name: str) -> None:
    preset = preset_named(name)

    assert set(preset.spec.activations) == {"sigmoid"}
    assert preset.spec.cost == "quadratic"
    assert preset.initialiser == "standard_normal"
    config = preset.config
    assert (config.learning_rate, config.mini_batch_size, config.epochs) == (3.0, 10, 30)
    assert (config.l2, config.seed) == (0.0, 0)


def test_the_quick_preset_is_the_recipe_that_reaches_98_percent() -> None:
    preset = preset_named("mnist-98-in-seconds")

    assert preset.spec.sizes == (784, 128, 10)
    assert preset.spec.activations == ("relu", "softmax")
    assert preset.spec.cost == "categorical_cross_entropy"
    assert preset.initialiser == "he"
    assert preset.config == TrainingConfig(
        6, 64, 0.15, optimizer=Optimizer("momentum", momentum=0.9),
        schedule=Schedule("linear", warm_up=0.05), train_size=60_000,
    )  # fmt: skip


def test_an_mnist_preset_is_drawn_from_its_seed() -> None:
    preset = preset_named("mnist-784-30-10")

    one, other = preset.document(), preset.document()

    first_biases = np.random.default_rng(0).standard_normal(30)
    np.testing.assert_array_equal(one.parameters.biases[0], first_biases)
    np.testing.assert_array_equal(one.parameters.weights[1], other.parameters.weights[1])


def test_an_unknown_preset_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SpecError, match="'mazur-2-2'; did you mean 'mazur-2-2-2'"):
        preset_named("mazur-2-2")
    with pytest.raises(SpecError, match="choose one of primer-1-1-1, primer"):
        preset_named("???")
