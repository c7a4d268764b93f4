import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.cli import main
from nnviz.engine.gradient_check import central_difference

Trace = Callable[..., list[dict[str, object]]]

MAZUR = {
    "format": "nnviz-network/1",
    "sizes": [2, 2, 2],
    "activations": ["sigmoid", "sigmoid"],
    "cost": "quadratic",
    "weights": [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    "biases": [[0.35, 0.35], [0.60, 0.60]],
    "learning_rate": 0.5,
    "samples": [{"input": [0.05, 0.10], "target": [0.01, 0.99]}],
}
THREE_SAMPLES = [
    {"input": [0.05, 0.10], "target": [0.01, 0.99]},
    {"input": [-1.5, 0.7], "target": [1, 0]},
    {"input": [2, -0.3], "target": [0.2, 0.4]},
]


@pytest.fixture
def trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Trace:
    """Trace Mazur's network with some keys changed; returns the passes."""

    def run(*options: str, **changes: object) -> list[dict[str, object]]:
        path = tmp_path / "network.json"
        path.write_text(json.dumps(MAZUR | changes))
        assert main(["trace", str(path), "--json", *options]) == 0
        output = json.loads(capsys.readouterr().out)
        assert list(output) == ["format", "passes"]
        assert output["format"] == "nnviz-trace/1"
        return output["passes"]

    return run


def preset_pass(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert main(["trace", "--preset", name, "--json"]) == 0
    passes = json.loads(capsys.readouterr().out)["passes"]
    assert len(passes) == 1
    return passes[0]


def close(actual: object, expected: object, digits: int = 12) -> None:
    np.testing.assert_allclose(
        np.array(actual, dtype=float), np.array(expected, dtype=float), rtol=0, atol=10.0**-digits
    )


def test_the_primers_chain_to_twelve_digits(capsys: pytest.CaptureFixture[str]) -> None:
    p = preset_pass("primer-1-1-1", capsys)

    close(p["preactivations"], [[1.124], [1.73908830732614]])
    close(p["activations"], [[0.8], [0.7547299213576082], [0.850571226530534]])
    close(p["cost"], 0.011164479170294499)
    close(p["dC_db"], [[-0.008613534018377424], [-0.018992369482903983]])
    close(p["dC_dw"], [[[-0.006890827214701939]], [[-0.014334109526226761]]])
    close(p["dC_da"][1], [-0.04653130523311476])
    close(p["weights_after"], [[[1.5806890827214704]], [[2.451433410952623]]])
    close(p["biases_after"], [[-0.13913864659816227], [-0.1081007630517096]])
    close(p["cost_after"], 0.011095884100559231)


def test_the_primers_2_3_2_to_twelve_digits(capsys: pytest.CaptureFixture[str]) -> None:
    p = preset_pass("primer-2-3-2", capsys)

    assert p["inputs"] == [0.8, 0.2]
    assert p["targets"] == [0, 1]
    close(p["preactivations"][0], [0.538946818, 0.34640598, -0.28179051])
    close(p["preactivations"][1], [-0.9605501877911101, -0.8740625791856131])
    close(p["activations"][1], [0.6315673867677921, 0.585745767968723, 0.43001486345184614])
    close(p["activations"][2], [0.2767680516374988, 0.294409667503439])
    close(p["cost"], 0.2872291358599124)
    close(p["dC_da"][2], [0.2767680516374988, -0.705590332496561])
    close(p["dC_da"][1], [0.12878124759718934, -0.014981683180500924, 0.06834225180485276])
    close(p["dC_db"][1], [0.055399968209579466, -0.1465741250180259])
    close(p["dC_db"][0], [0.029966111431758907, -0.0036352704156817194, 0.016750828114518716])
    close(
        p["dC_dw"][1],
        [
            [0.034988813149142865, 0.032450296924362965, 0.02382280976487893],
            [-0.09257143710541028, -0.0858551734230272, -0.06302905235520023],
        ],
    )
    close(
        p["dC_dw"][0],
        [
            [0.023972889145407128, 0.005993222286351782],
            [-0.0029082163325453757, -0.0007270540831363439],
            [0.013400662491614973, 0.0033501656229037433],
        ],
    )
    close(p["cost_after"], 0.28229621169169605)
    assert p["dC_dz"] == p["dC_db"]


def test_mazurs_example_to_nine_digits(capsys: pytest.CaptureFixture[str]) -> None:
    p = preset_pass("mazur-2-2-2", capsys)

    close(p["activations"][1], [0.593269992, 0.596884378], 9)
    close(p["activations"][2], [0.751365070, 0.772928465], 9)
    close(p["cost"], 0.298371109, 9)
    close(p["dC_db"], [[0.008771355, 0.009954255], [0.138498562, -0.038098237]], 9)
    close(p["dC_da"][1], [0.036350306, 0.041370323], 9)
    close(p["dC_dw"][1], [[0.082167041, 0.082667628], [-0.022602540, -0.022740242]], 9)
    close(p["dC_dw"][0], [[0.000438568, 0.000877135], [0.000497713, 0.000995425]], 9)
    close(p["cost_after"], 0.280471446791)


def test_biases_can_stay_as_in_mazurs_article(trace: Trace) -> None:
    (p,) = trace(update_biases=False)

    assert p["biases_after"] == MAZUR["biases"]
    close(p["cost_after"], 0.29102777369, 11)


def test_the_keys_of_a_pass_are_those_of_the_format(trace: Trace) -> None:
    (p,) = trace()

    assert list(p) == [
        "inputs", "targets", "preactivations", "activations", "cost", "dC_da", "dC_dz", "dC_db",
        "dC_dw", "weights_after", "biases_after", "cost_after",
    ]  # fmt: skip
    shapes = {name: [np.shape(layer) for layer in p[name]] for name in ("dC_da", "dC_dw")}
    assert shapes == {"dC_da": [(2,), (2,), (2,)], "dC_dw": [(2, 2), (2, 2)]}


def test_the_sample_asked_for_is_traced(trace: Trace) -> None:
    (p,) = trace("--sample", "2", samples=THREE_SAMPLES)

    assert (p["inputs"], p["targets"]) == ([2.0, -0.3], [0.2, 0.4])


def test_a_second_pass_goes_on_from_the_updated_parameters(trace: Trace) -> None:
    first, second = trace("--passes", "2")

    (alone,) = trace(weights=first["weights_after"], biases=first["biases_after"])

    assert second == alone
    assert second["cost"] == first["cost_after"]


def test_a_mini_batch_keeps_the_example_axis_and_means_the_gradients(trace: Trace) -> None:
    (batch,) = trace("--mini-batch", samples=THREE_SAMPLES)

    singles = [trace("--sample", str(n), samples=THREE_SAMPLES)[0] for n in range(3)]

    for name in ("inputs", "targets"):
        close(batch[name], [single[name] for single in singles], 15)
    for name in ("preactivations", "activations", "dC_da", "dC_dz"):
        for layer, values in enumerate(batch[name]):
            close(values, [single[name][layer] for single in singles], 15)
    for name in ("dC_db", "dC_dw"):
        for layer, values in enumerate(batch[name]):
            close(values, np.mean([single[name][layer] for single in singles], axis=0), 15)
    close(batch["cost"], np.mean([single["cost"] for single in singles]), 15)


def test_a_mini_batch_of_one_sample_has_an_example_axis_too(trace: Trace) -> None:
    (p,) = trace("--mini-batch")

    assert p["inputs"] == [[0.05, 0.10]]
    assert np.shape(p["dC_dz"][0]) == (1, 2)
    assert np.shape(p["dC_db"][0]) == (2,)


@pytest.mark.parametrize("option", [("--sample", "1"), ("--mini-batch",)])
def test_l2_adds_its_term_with_n_the_samples_of_the_file(
    trace: Trace, option: tuple[str, ...]
) -> None:
    (plain,) = trace(*option, samples=THREE_SAMPLES)

    (decayed,) = trace(*option, samples=THREE_SAMPLES, l2=0.6)

    weights = [np.array(layer) for layer in MAZUR["weights"]]
    squares = sum((layer**2).sum() for layer in weights)
    close(decayed["cost"], plain["cost"] + 0.6 / (2 * 3) * squares, 14)
    for layer, w in enumerate(weights):
        close(decayed["dC_dw"][layer], np.array(plain["dC_dw"][layer]) + 0.6 / 3 * w, 14)
        close(decayed["weights_after"][layer], w - 0.5 * np.array(decayed["dC_dw"][layer]), 14)
    assert decayed["dC_db"] == plain["dC_db"]
    again = trace(
        *option, samples=THREE_SAMPLES, l2=0.6,
        weights=decayed["weights_after"], biases=decayed["biases_after"],
    )  # fmt: skip
    close(decayed["cost_after"], again[0]["cost"], 15)


def test_with_l2_a_weights_derivative_is_that_of_the_cost_printed(trace: Trace) -> None:
    def cost(weight: float) -> float:
        weights = json.loads(json.dumps(MAZUR["weights"]))
        weights[0][1][0] = weight
        return trace("--mini-batch", samples=THREE_SAMPLES, l2=0.6, weights=weights)[0]["cost"]

    (p,) = trace("--mini-batch", samples=THREE_SAMPLES, l2=0.6)

    # Richardson's central difference with step 1e-3: exact to about 1e-12 here.
    close(p["dC_dw"][0][1][0], central_difference(cost, 0.25, 1e-3), 11)


def test_xor_is_solved_and_nothing_is_left_to_learn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "--preset", "xor-2-2-1", "--mini-batch", "--json"]) == 0

    (p,) = json.loads(capsys.readouterr().out)["passes"]
    assert p["activations"][2] == [[0], [1], [1], [0]]
    assert p["cost"] == 0
    assert p["weights_after"] == [[[1, 1], [1, 1]], [[1, -2]]]


def test_what_overflows_ends_in_valid_json_and_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Identity outputs with a learning rate of 1e200: the first update already leaves float64.
    changes = {"activations": ["identity", "identity"], "learning_rate": 1e200}
    path = tmp_path / "network.json"
    path.write_text(json.dumps(MAZUR | changes))

    code = main(["trace", str(path), "--json", "--passes", "9"])

    out, err = capsys.readouterr()
    assert code == 2
    assert err.startswith("nnviz: Pass 1: cost_after is no longer a finite number")
    assert err.count("\n") == 1
    assert json.loads(out) == {"format": "nnviz-trace/1", "passes": []}


def test_the_passes_before_an_overflow_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"activations": ["identity", "identity"], "learning_rate": 30}
    path = tmp_path / "network.json"
    path.write_text(json.dumps(MAZUR | changes))

    code = main(["trace", str(path), "--json", "--passes", "50"])

    out, err = capsys.readouterr()
    count = len(json.loads(out)["passes"])
    assert code == 2
    assert 0 < count < 50
    assert f"Pass {count + 1}: " in err


def test_the_table_shows_every_number_of_a_small_network(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["trace", "--preset", "primer-2-3-2", "--digits", "9"]) == 0

    out = capsys.readouterr().out
    for value in (
        "0.538946818", "0.631567387", "−0.0149816832", "−0.00363527042", "0.0239728891",
        "−0.0858551734", "0.287229136", "0.282296212", "0.800000000",
    ):  # fmt: skip
        assert value in out
    assert "-" not in out.replace("2-3-2", "")


def test_the_columns_of_the_table_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    main(["trace", "--preset", "primer-2-3-2"])

    blocks = capsys.readouterr().out.split("\n\n")
    tables = [
        [line for line in block.splitlines() if line.startswith("  ")]
        for block in blocks
        if "neuron" in block
    ]
    assert len(tables) == 5
    for table in tables:
        assert len({len(line) for line in table}) == 1


def test_wide_layers_show_their_largest_rows_and_say_how_many_more_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = [0.001] * 784
    inputs[500] = 0.75
    changes = {
        "sizes": [784, 1],
        "activations": ["sigmoid"],
        "weights": [[[0.01] * 784]],
        "biases": [[0]],
        "samples": [{"input": inputs, "target": [1]}],
    }
    path = tmp_path / "wide.json"
    path.write_text(json.dumps(MAZUR | changes))

    main(["trace", str(path)])

    out = capsys.readouterr().out
    assert "… 772 more neurons with smaller |a|; --json has them all" in out
    assert "… 772 more weights" in out
    assert re.search(r" 500 +0\.750000 ", out)
    assert len(out.splitlines()) < 50


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["{file}", "--sample", "1"], "has only sample 0; there is no sample 1."),
        (["--preset", "xor-2-2-1", "--sample", "4"], "has samples 0 to 3; there is no sample 4."),
        (["--preset", "mnist-784-30-10"], "The preset mnist-784-30-10 holds no samples to trace"),
        (["--preset", "mazur-2-2"], "did you mean 'mazur-2-2-2'"),
        (["{file}", "--preset", "mazur-2-2-2"], "give either a FILE or --preset NAME"),
        ([], "give either a FILE or --preset NAME; see nnviz trace --help."),
        (["{file}", "--sample", "0", "--mini-batch"], "not allowed with argument"),
        (["{file}", "--json", "--csv"], "not allowed with argument"),
        (["{file}", "--sample", "-1"], "argument --sample: '-1' is given, a whole number from 0"),
        (["{file}", "--sample", "1_0"], "a whole number"),
        (["{file}", "--passes", "0"], "a whole number from 1"),
        (["{file}", "--digits", "18"], "from 1 to 17"),
        (["{file}", "--pass", "3"], "unrecognized arguments: --pass 3"),
        (["{file}", "more"], "unrecognized arguments: more"),
        (["none.json"], "There is no file none.json."),
        (["{folder}"], "is a folder"),
    ],
)
def test_what_cannot_be_traced_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    path = tmp_path / "network.json"
    path.write_text(json.dumps(MAZUR))

    code = main(["trace", *(word.format(file=path, folder=tmp_path) for word in arguments)])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert err.startswith("nnviz: ")
    assert complaint in err
    assert err.count("\n") == 1


def test_a_file_without_samples_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trained.json"
    path.write_text(json.dumps(MAZUR | {"samples": []}))

    assert main(["trace", str(path)]) == 2

    assert "trained.json holds no samples to trace" in capsys.readouterr().err


def nnviz(*arguments: str, **changes: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from nnviz.app.cli import main; raise SystemExit(main())",
         *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | changes,
    )  # fmt: skip


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with nnviz("trace", "--preset", "mazur-2-2-2", "--passes", "100000") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()

    assert errors == b""
    assert process.returncode == 141


def test_a_pipe_of_another_encoding_gets_utf8() -> None:
    with nnviz(
        "trace", "--preset", "mazur-2-2-2", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    ) as process:
        out, err = process.communicate()

    assert (process.returncode, err) == (0, b"")
    assert "∂C/∂w" in out.decode("utf-8")


def test_an_encoding_that_was_asked_for_is_kept() -> None:
    with nnviz("trace", "--preset", "mazur-2-2-2", PYTHONIOENCODING="ascii") as process:
        out, err = process.communicate()

    assert (process.returncode, err) == (0, b"")
    assert "?C/?w" in out.decode("ascii")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence() -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [sys.executable, "-c", "from nnviz.app.cli import main; raise SystemExit(main())",
             "trace", "--preset", "mazur-2-2-2"],
            stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip

    assert result.returncode == 2
    assert result.stderr == b"nnviz: No space left on device.\n"


def csv_values(text: str, *wanted: str) -> list[list[str]]:
    """The rows of the quantities that are wanted."""
    header, *rows = csv.reader(text.splitlines())
    assert header == ["pass", "example", "layer", "quantity", "neuron", "source", "value"]
    return [row for row in rows if row[3] in wanted]


def test_csv_has_the_numbers_of_the_json(
    trace: Trace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    passes = trace("--sample", "1", "--passes", "2", samples=THREE_SAMPLES)

    assert main(["trace", str(tmp_path / "network.json"), "--csv", "--sample", "1",
                 "--passes", "2"]) == 0  # fmt: skip

    rows = csv_values(capsys.readouterr().out, "dC_dw", "activations", "cost")
    for number, example, layer, quantity, neuron, source, value in rows:
        found = passes[int(number) - 1][quantity]
        if quantity == "activations":
            assert example == "1"
            found = found[int(layer)][int(neuron)]
        elif quantity == "dC_dw":
            assert example == ""
            found = found[int(layer) - 1][int(neuron)][int(source)]
        assert float(value) == found
    assert len(rows) == 2 * (8 + 6 + 1)


def test_csv_of_a_mini_batch_numbers_its_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "network.json"
    path.write_text(json.dumps(MAZUR | {"samples": THREE_SAMPLES}))

    assert main(["trace", str(path), "--csv", "--mini-batch"]) == 0

    rows = csv_values(capsys.readouterr().out, "inputs", "dC_db")
    assert [float(row[6]) for row in rows[:6]] == [0.05, 0.1, -1.5, 0.7, 2, -0.3]
    assert [row[1] for row in rows] == ["0", "0", "1", "1", "2", "2", "", "", "", ""]


def test_csv_holds_the_pass_that_overflows_and_then_complains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"activations": ["identity", "identity"], "learning_rate": 1e200}
    path = tmp_path / "network.json"
    path.write_text(json.dumps(MAZUR | changes))

    code = main(["trace", str(path), "--csv", "--passes", "9"])

    out, err = capsys.readouterr()
    assert code == 2
    assert err.startswith("nnviz: Pass 1: cost_after is no longer a finite number")
    assert csv_values(out, "cost_after") == [["1", "", "", "cost_after", "", "", "inf"]]


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_an_optimizer_remembers_from_pass_to_pass(trace: Trace, name: str) -> None:
    letters = {"momentum": "v", "nesterov": "v", "rmsprop": "s"}.get(name, "mv")

    first, second = trace("--optimizer", name, "--learning-rate", "0.01", "--passes", "2")

    assert (first["update_number"], second["update_number"]) == (1, 2)
    for letter in letters:
        assert not np.any(np.array(first[f"{letter}_w_before"][0]))
        for parameter in "wb":
            assert second[f"{letter}_{parameter}_before"] == first[f"{letter}_{parameter}_after"]
    g = np.array(second["dC_dw"][1])
    if letters == "v":
        close(second["v_w_after"][1], 0.9 * np.array(second["v_w_before"][1]) + g)
    elif letters == "s":
        close(second["s_w_after"][1], 0.99 * np.array(second["s_w_before"][1]) + 0.01 * g * g)
    else:
        close(second["m_w_after"][1], 0.9 * np.array(second["m_w_before"][1]) + 0.1 * g)
        close(second["m_hat_w"][1], np.array(second["m_w_after"][1]) / (1 - 0.9**2))
        close(second["v_hat_b"][0], np.array(second["v_b_after"][0]) / (1 - 0.999**2))


def test_plain_descent_has_no_further_fields(trace: Trace) -> None:
    assert trace("--optimizer", "sgd") == trace()
    assert "update_number" not in trace()[0]
    assert "masks" not in trace()[0]


def test_the_files_optimizer_is_used_unless_another_is_given(trace: Trace) -> None:
    adam = {"name": "adam", "beta1": 0.8}

    own = trace(optimizer=adam)[0]
    other = trace("--optimizer", "momentum", optimizer=adam)[0]

    close(own["m_w_after"][0], 0.2 * np.array(own["dC_dw"][0]))
    assert "v_hat_w" not in other


def test_dropout_leaves_the_seeds_neurons_out(trace: Trace) -> None:
    passes = [
        trace("--dropout", "0.5", "--seed", seed, "--mini-batch", samples=THREE_SAMPLES)[0]
        for seed in ("1", "1", "2")
    ]

    masks = np.array(passes[0]["masks"][0])
    assert passes[0] == passes[1] != passes[2]
    assert masks.shape == (3, 2)
    assert set(masks.ravel()) <= {0.0, 2.0}
    z = np.array(passes[0]["preactivations"][0])
    close(passes[0]["activations"][1], masks / (1 + np.exp(-z)))


def test_the_table_shows_moments_and_who_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "network.json"
    path.write_text(json.dumps(MAZUR))

    main(["trace", str(path), "--optimizer", "adam", "--dropout", "0.5", "--learning-rate", "0.01"])

    out = capsys.readouterr().out
    assert "learning rate 0.01; optimizer adam; memory β₁ 0.9; memory β₂ 0.999" in out
    assert "dropout 0.5" in out
    assert re.search(r"neuron +z +r +a ", out)
    assert re.search(r"∂C/∂w +w +m +v +w after", out)
    assert re.search(r"∂C/∂b +b +m +v +b after", out)


def test_hyperparameters_of_another_optimizer_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["trace", "--preset", "mazur-2-2-2", "--optimizer", "adam", "--momentum", "0.5"])

    assert code == 2
    assert "--momentum does not go with adam" in capsys.readouterr().err
