"""``nnviz train`` on other data than MNIST."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.cli import main
from nnviz.files.network_file import read_network


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """60 examples of 3 numbers in the classes a and b, which lie apart."""
    rng = np.random.default_rng(1)
    y = np.array(["a", "b"] * 30)
    x = rng.random((60, 3)) + 2 * (y == "b")[:, None]
    np.savez(tmp_path / "rows.npz", x=x, y=y)
    return tmp_path / "rows.npz"


def test_a_toy_set_is_learned_as_its_preset_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--toy", "moons", "--epochs", "400", "--json"]) == 0

    out, err = capsys.readouterr()
    epochs = json.loads(out)["epochs"]
    assert len(epochs) == 400
    assert epochs[-1]["test_accuracy"] > 0.95
    assert err == (
        "nnviz: Moons: 300 points to train on and 150 to test with, drawn with noise 0.08 and seed "
        "0; nothing is scaled.\n"
    )


def test_every_epoch_of_numbers_is_printed_without_an_accuracy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["train", "--toy", "sine", "--epochs", "3"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["epoch", "1", "2", "3"]
    assert [line.split()[2] for line in lines[1:]] == ["–"] * 3
    assert "%" not in "".join(lines[1:])


@pytest.mark.parametrize(
    ("layers", "sizes"),
    [("5", (3, 5, 2)), ("5,4", (3, 5, 4, 2)), ("3,5,2", (3, 5, 2)), ("2,2", (3, 2, 2, 2))],
)
def test_layers_are_the_hidden_ones_or_all(
    rows: Path, tmp_path: Path, layers: str, sizes: tuple[int, ...]
) -> None:
    file = tmp_path / "net.json"

    assert main(["train", "--data", str(rows), "--layers", layers, "--epochs", "1",
                 "--save", str(file)]) == 0  # fmt: skip

    assert read_network(file).spec.sizes == sizes


def test_without_other_options_the_data_is_learned_and_saved_with_its_classes(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "net.json"

    assert main(["train", "--data", str(rows), "--save", str(file), "--json"]) == 0

    out, err = capsys.readouterr()
    assert json.loads(out)["epochs"][-1]["test_accuracy"] == 1
    assert "50" not in err
    assert "shuffled; 10 of them, one in 6, are held back as the test set." in err
    document = read_network(file)
    assert document.spec.activations == ("relu", "softmax")
    assert document.data is not None
    assert document.data.class_names == ("a", "b")
    assert (document.sample_count, len(document.test_inputs)) == (50, 10)


def test_a_cost_is_chosen_for_the_output_that_is_asked_for(rows: Path, tmp_path: Path) -> None:
    file = tmp_path / "net.json"

    assert main(["train", "--data", str(rows), "--output-activation", "sigmoid", "--epochs", "1",
                 "--optimizer", "sgd", "--train-size", "20", "--save", str(file)]) == 0  # fmt: skip

    document = read_network(file)
    assert document.spec.cost == "binary_cross_entropy"
    assert document.optimizer.name == "sgd"
    assert document.sample_count == 20


def test_of_many_examples_it_is_said_that_the_file_does_not_hold_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    x = np.zeros((120, 30, 30), np.uint8)
    x[::2, :15] = 255
    np.savez(tmp_path / "halves.npz", x=x, y=np.arange(120) % 2)
    file = tmp_path / "net.json"

    assert main(["train", "--data", str(tmp_path / "halves.npz"), "--epochs", "1", "--layers", "2",
                 "--save", str(file)]) == 0  # fmt: skip

    assert f"{file} does not hold the 120 examples; the window asks" in capsys.readouterr().err
    assert read_network(file).sample_count == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", "nothing.npz"], "There is no file or folder nothing.npz; check its name."),
        (["--toy", "moon"], "'moon' is not known (did you mean 'moons')"),
        (["--toy", "moons", "--data", "x"], "not allowed with argument --toy"),
        (["--toy", "moons", "--mini-batch-size", "301"], "larger than the training set of 300"),
        (["--toy", "sine", "--cost", "categorical_cross_entropy"], "does not go with identity"),
        (["--layers", "784"], "'784' is given, at least two sizes from 1 are needed"),
    ],
)
def test_what_cannot_be_ends_with_one_sentence(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *options]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.splitlines()[-1].startswith("nnviz: ")


def test_a_toy_presets_pass_can_be_traced(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "--preset", "spirals-2-8-8-2", "--sample", "299"]) == 0

    assert capsys.readouterr().out.startswith("Spirals 2-8-8-2\n")
