import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.cli import main
from nnviz.app.commands import train
from nnviz.datasets.locate import find_data_folder
from nnviz.datasets.mnist import load_mnist
from nnviz.engine.initialisers import initialise
from nnviz.engine.network import Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.engine.passes import backward_pass, descend, forward_pass
from nnviz.files.network_file import read_network
from nnviz.files.run_fields import RunSettings
from nnviz.training import memory
from nnviz.training.dropout import dropout_masks
from nnviz.training.next_mini_batch import epoch_order
from nnviz.training.schedules import Schedule

SMALL = ["train", "--layers", "784,5,10", "--train-size", "300"]
PROGRAM = [sys.executable, "-c", "from nnviz.app.cli import main; raise SystemExit(main())"]


@pytest.fixture
def no_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise AssertionError("MNIST was loaded before the refusal")

    monkeypatch.setattr(train, "load_mnist", refuse)


@pytest.mark.mnist
def test_json_has_an_entry_per_epoch_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*SMALL, "--epochs", "2", "--json"]) == 0

    out, err = capsys.readouterr()
    output = json.loads(out)
    assert list(output) == ["epochs"]
    assert [list(epoch) for epoch in output["epochs"]] == [
        ["epoch", "cost", "test_accuracy", "train_seconds"]
    ] * 2
    assert [epoch["epoch"] for epoch in output["epochs"]] == [1, 2]
    assert all(0 < epoch["train_seconds"] < 60 for epoch in output["epochs"])
    assert all(0 < epoch["test_accuracy"] < 1 for epoch in output["epochs"])
    assert err == ""


@pytest.mark.mnist
def test_the_same_seed_gives_the_same_run_and_another_seed_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def costs(seed: str) -> list[float]:
        main([*SMALL, "--epochs", "2", "--seed", seed, "--json"])
        return [epoch["cost"] for epoch in json.loads(capsys.readouterr().out)["epochs"]]

    first, again, other = costs("3"), costs("3"), costs("4")

    assert first == again
    assert first != other


@pytest.mark.mnist
def test_one_epoch_agrees_with_the_engines_own_descent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trained.json"

    main([*SMALL, "--epochs", "1", "--mini-batch-size", "16", "--l2", "0.7", "--seed", "5",
          "--learning-rate", "0.5", "--save", str(path), "--json"])  # fmt: skip

    (epoch,) = json.loads(capsys.readouterr().out)["epochs"]
    document = read_network(path)
    data = load_mnist(find_data_folder()).train
    parameters = initialise(document.spec, "standard_normal", np.random.default_rng(5))
    total, order = 0.0, epoch_order(5, 0, 300)
    for first in range(0, 300, 16):
        examples = order[first : first + 16]
        x, y = data.inputs_at(examples), data.targets_at(examples)
        forward = forward_pass(document.spec, parameters, x)
        backward = backward_pass(document.spec, parameters, forward, y, 0.7 / 300)
        total += backward.cost * len(examples)
        parameters = descend(parameters, backward.gradients, 0.5)
    # float32 in training, float64 here: rounding of some 20 updates.
    np.testing.assert_allclose(epoch["cost"], total / 300, rtol=1e-4)
    for trained, expected in zip(document.parameters.weights, parameters.weights, strict=True):
        np.testing.assert_allclose(trained, expected, rtol=0, atol=1e-4)


@pytest.mark.mnist
def test_one_epoch_with_all_that_changes_updates_agrees_with_the_formulas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Adam with its usual rate, a cosine after a warm-up and dropout, written out in float64."""
    path = tmp_path / "trained.json"

    main([*SMALL, "--epochs", "1", "--mini-batch-size", "30", "--seed", "5", "--optimizer", "adam",
          "--beta1", "0.8", "--schedule", "cosine", "--warm-up", "0.4", "--dropout", "0.25",
          "--initialiser", "xavier", "--save", str(path), "--json"])  # fmt: skip

    document = read_network(path)
    data = load_mnist(find_data_folder()).train
    parameters = initialise(document.spec, "xavier", np.random.default_rng(5))
    arrays = [*(w.copy() for w in parameters.weights), *(b.copy() for b in parameters.biases)]
    m, v = ([np.zeros_like(array) for array in arrays] for _ in range(2))
    order = epoch_order(5, 0, 300)
    rates = [0.00025, 0.0005, 0.00075, 0.001]
    rates += [0.0005 * (1 + np.cos(np.pi * step / 6)) for step in range(6)]
    for step, rate in enumerate(rates, start=1):
        examples = order[30 * (step - 1) : 30 * step]
        x, y = data.inputs_at(examples), data.targets_at(examples)
        now = Parameters(tuple(arrays[:2]), tuple(arrays[2:]))
        masks = dropout_masks(document.spec, 0.25, 5, 30 * (step - 1), 30, np.float64)
        forward = forward_pass(document.spec, now, x, masks)
        found = backward_pass(document.spec, now, forward, y).gradients
        for i, g in enumerate((*found.weights, *found.biases)):
            m[i] = 0.8 * m[i] + 0.2 * g
            v[i] = 0.999 * v[i] + 0.001 * g**2
            mean, square = m[i] / (1 - 0.8**step), v[i] / (1 - 0.999**step)
            arrays[i] = arrays[i] - rate * mean / (np.sqrt(square) + 1e-8)
    assert capsys.readouterr().err == ""
    assert document.optimizer == Optimizer("adam", beta1=0.8)
    assert (document.schedule, document.dropout) == (Schedule("cosine", 0.4), 0.25)
    for trained, expected in zip(document.parameters.weights, arrays[:2], strict=True):
        np.testing.assert_allclose(trained, expected, rtol=0, atol=2e-5)


@pytest.mark.mnist
def test_the_saved_network_is_the_trained_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trained.json"
    path.write_text("an older file")

    code = main([
        *SMALL, "--epochs", "1", "--learning-rate", "0.25", "--l2", "2", "--cost",
        "categorical_cross_entropy", "--output-activation", "softmax", "--hidden-activation",
        "tanh", "--initialiser", "xavier", "--save", str(path),
    ])  # fmt: skip

    document = read_network(path)
    assert code == 0
    assert document.name == "MNIST 784-5-10"
    assert document.spec.activations == ("tanh", "softmax")
    assert document.spec.cost == "categorical_cross_entropy"
    assert (document.learning_rate, document.l2, document.sample_count) == (0.25, 2, 0)
    test = load_mnist(find_data_folder()).test
    outputs = forward_pass(document.spec, document.parameters, test.inputs_at(slice(None)))
    accuracy = np.mean(outputs.activations[-1].argmax(axis=1) == test.labels)
    line = capsys.readouterr().out.splitlines()[1]
    # Printed with four digits; float32 and float64 may differ in an answer or two.
    assert float(line.split()[2]) == pytest.approx(accuracy * 100, abs=0.05)


@pytest.mark.mnist
def test_epochs_are_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--epochs", "2"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["epoch", "training", "cost", "test", "accuracy", "seconds"]
    assert len(lines) == 3
    assert re.fullmatch(r" +2 +[0-9.]+ +[0-9.]+ % +[0-9.]+", lines[2])
    assert len({len(line) for line in lines}) == 1


@pytest.mark.mnist
def test_validation_stops_early_and_the_best_epoch_is_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "best.json"

    code = main([*SMALL, "--epochs", "60", "--validation-size", "500", "--patience", "3",
                 "--keep-best", "--save", str(path), "--json"])  # fmt: skip

    out, err = capsys.readouterr()
    epochs = json.loads(out)["epochs"]
    values = [epoch["validation_accuracy"] for epoch in epochs]
    best = values.index(max(values))
    assert code == 0
    assert list(epochs[0]) == ["epoch", "cost", "validation_cost", "validation_accuracy",
                               "test_accuracy", "train_seconds"]  # fmt: skip
    assert len(epochs) == best + 1 + 3 < 60
    assert err.startswith(
        f"nnviz: stopped early after epoch {len(epochs)}: no better validation accuracy for "
        f"3 epochs; the weights are those of epoch {best + 1} ({100 * values[best]:g} %); the "
        f"network with them is in {path}.\n"
    )
    document, data = read_network(path), load_mnist(find_data_folder()).train
    held_back = slice(300, 800)
    a = forward_pass(document.spec, document.parameters, data.inputs_at(held_back)).activations[-1]
    assert np.mean(a.argmax(axis=1) == data.labels[held_back]) == values[best]
    assert document.run == RunSettings(
        epochs=60, train_size=300, validation_size=500, patience=3, keep_best=True
    )


@pytest.mark.mnist
def test_the_table_has_columns_of_validation_only_with_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main([*SMALL, "--epochs", "2", "--validation-size", "500"])

    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0] == (
        "epoch  training cost  validation cost  validation accuracy  test accuracy  seconds"
    )
    assert re.fullmatch(r" +2 +[0-9.]+ +[0-9.]+ +[0-9.]+ % +[0-9.]+ % +[0-9.]+", lines[2])
    assert len({len(line) for line in lines}) == 1
    assert re.fullmatch(
        r"nnviz: the (best was|weights are those of) epoch [12] \([0-9.]+ %\).\n", err
    )


@pytest.mark.mnist
@pytest.mark.parametrize(
    ("options", "sentence", "numbers"),
    [
        (
            ["--learning-rate", "1000"],
            "The learning rate is too high: steps with η = 1000 threw the weights so far that",
            "The cost is 0.",
        ),
        (
            ["--layers", "784,10", "--train-size", "5000"],
            "4 of 10 outputs are dead: the network hardly ever answers the digits 2, 5, 8 and 9.",
            "Right are ",
        ),
        (
            ["--initialiser", "xavier"],
            "Overfitting: the network knows its training examples better than others: ",
            "The gap of ",
        ),
    ],
)
def test_what_is_wrong_with_a_training_is_said_as_the_window_says_it(
    capsys: pytest.CaptureFixture[str], options: list[str], sentence: str, numbers: str
) -> None:
    assert main([*SMALL, "--epochs", "12", *options, "--json"]) == 0

    out, err = capsys.readouterr()
    first, second = err.splitlines()
    assert len(json.loads(out)["epochs"]) == 12
    assert first.startswith(f"nnviz: {sentence}")
    assert second.startswith(f"nnviz: {numbers}")


@pytest.mark.mnist
def test_nothing_is_said_of_a_healthy_training_or_of_too_little_of_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["train", "--layers", "784,30,10", "--train-size", "10000", "--epochs", "1"]) == 0
    assert main([*SMALL, "--learning-rate", "1000", "--epochs", "2"]) == 0

    assert capsys.readouterr().err == ""


@pytest.mark.mnist
def test_training_that_diverges_says_so_and_saves_the_last_good_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "last.json"

    code = main([
        *SMALL, "--hidden-activation", "relu", "--output-activation", "identity",
        "--learning-rate", "1000", "--save", str(path), "--json",
    ])  # fmt: skip

    out, err = capsys.readouterr()
    assert code == 2
    assert json.loads(out) == {"epochs": []}
    assert re.match(r"nnviz: In epoch 1, mini-batch \d+, the cost grew beyond all numbers", err)
    assert str(path) in err
    assert err.count("\n") == 1
    assert np.isfinite(read_network(path).parameters.weights[0]).all()


@pytest.mark.mnist
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is another thing there")
def test_ctrl_c_ends_with_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "so-far.json"
    arguments = [*SMALL, "--epochs", "1000000", "--save", str(path), "--json"]

    with subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        beginning = process.stdout.readline() + process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        errors = process.stderr.read()

    epochs = json.loads(beginning + rest)["epochs"]
    assert process.returncode == 0
    assert errors.startswith(f"nnviz: stopped after epoch {len(epochs)};")
    assert [epoch["epoch"] for epoch in epochs] == list(range(1, len(epochs) + 1))
    assert all(epoch["test_accuracy"] is not None for epoch in epochs)
    assert read_network(path).spec.sizes == (784, 5, 10)


@pytest.mark.mnist
def test_a_reader_that_goes_away_ends_training_without_a_traceback() -> None:
    with subprocess.Popen(
        [*PROGRAM, *SMALL, "--epochs", "1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert errors == b""
    assert process.returncode == 141


@pytest.mark.usefixtures("no_mnist")
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--layers", "100,10"], "The layers 100,10 do not fit MNIST"),
        (["--layers", "784,30,9"], "the first must be 784 and the last 10"),
        (["--layers", "784,100000,10"], "more than the 50,000,000"),
        (["--hidden-activation", "sigmoyd"], "There is no activation 'sigmoyd'"),
        (["--hidden-activation", "softmax"], "Layer 1 uses softmax"),
        (["--output-activation", "softmaxx"], "There is no activation 'softmaxx'"),
        (["--cost", "cubic"], "There is no cost 'cubic'"),
        (["--cost", "binary_cross_entropy", "--output-activation", "tanh"], "does not go with"),
        (["--initialiser", "zeros"], "There is no initialiser 'zeros'"),
        (["--layers", "784,10", "--dropout", "0.2"], "784-10 has none; set it to 0 or add"),
        (["--train-size", "5"], "A mini-batch of 10 images is larger than the training set of 5"),
        (["--mini-batch-size", "60000"], "is larger than the training set of 50000"),
        (["--layers", "784,20000,10", "--mini-batch-size", "50000"], "4.2 GB, more than the 2 GB"),
        (["--train-size", "60001"], "from 1 to 60,000"),
        (["--validation-size", "10001"], "more than the 60,000 there are; take fewer of one"),
        (["--patience", "5"], "Early stopping goes by validation examples and there are none"),
        (["--keep-best"], "Keeping the best epoch goes by validation examples and there are none"),
        (["--data-dir", "nowhere"], "The data folder nowhere, named by --data-dir, does not exi"),
        (["--save", "nowhere/x.json"], "Cannot write nowhere/x.json: there is no folder"),
        (["--save", "folder"], "it is a folder"),
        (["--save", "x.json", "--layers", "784,12000,10"], "more than a network file may hold"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_mnist_is_loaded(
    options: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()

    code = main(["train", *options])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("nnviz: ")
    assert complaint in err
    assert err.count("\n") == 1
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.usefixtures("no_mnist")
def test_a_network_that_memory_does_not_hold_is_refused_with_the_sizes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 500_000_000)

    code = main(["train", "--layers", "784,40000,10", "--optimizer", "adam"])

    assert (code, *capsys.readouterr()) == (
        2, "",
        "nnviz: 784-40000-10 with its 31,800,010 parameters takes about 1.6 GB of memory to train, "
        "and 500 MB are free; make a layer or the mini-batch smaller.\n",
    )  # fmt: skip


@pytest.mark.mnist
def test_ctrl_c_while_the_kernels_compile_ends_their_compilation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cancelled: list[None] = []

    def wait() -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(train, "wait_until_ready", wait)
    monkeypatch.setattr(train, "cancel_warm_up", lambda: cancelled.append(None))

    assert main([*SMALL, "--epochs", "1000000"]) == 0

    assert cancelled == [None]
    assert capsys.readouterr().err == "nnviz: stopped before the first epoch ended.\n"


@pytest.mark.mnist
def test_ctrl_c_means_what_it_did_before_once_training_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = signal.getsignal(signal.SIGINT)
    during = []
    original = train.load_mnist

    def load(folder: Path) -> object:
        during.append(signal.getsignal(signal.SIGINT))
        return original(folder)

    monkeypatch.setattr(train, "load_mnist", load)
    main([*SMALL, "--epochs", "1"])

    assert during[0] is not before
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.mnist
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is another thing there")
def test_ctrl_c_in_a_run_that_keeps_its_best_saves_that_epoch(tmp_path: Path) -> None:
    path = tmp_path / "best.json"
    arguments = [*SMALL, "--epochs", "1000000", "--validation-size", "500", "--keep-best",
                 "--save", str(path), "--json"]  # fmt: skip

    with subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        beginning = "".join(process.stdout.readline() for _ in range(6))
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        errors = process.stderr.read()

    epochs = json.loads(beginning + rest)["epochs"]
    values = [epoch["validation_accuracy"] or 0.0 for epoch in epochs]
    best = values.index(max(values))
    assert process.returncode == 0
    assert errors.startswith(
        f"nnviz: stopped after epoch {len(epochs)}; the weights are those of epoch {best + 1} "
        f"({100 * values[best]:g} %); the network with them is in {path}.\n"
    )
    document, data = read_network(path), load_mnist(find_data_folder()).train
    a = forward_pass(document.spec, document.parameters, data.inputs_at(slice(300, 800)))
    answers = a.activations[-1].argmax(axis=1)
    assert np.mean(answers == data.labels[300:800]) == values[best]
