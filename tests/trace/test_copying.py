"""Numbers as text: what numpy, csv and LaTeX read back is what was copied."""

import csv
import io
import re

import numpy as np
import pytest

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.trace.copying import (
    CopyFormat,
    Numbers,
    Offers,
    csv_text,
    latex_number,
    latex_text,
    numpy_text,
    offers_of,
)
from nnviz.trace.notation import ErrorSymbol, Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.reveal import Reveal
from nnviz.trace.steps import Granularity, build_steps

SPEC = NetworkSpec((3, 2, 2), ("tanh", "sigmoid"))
STRANGE = np.array([0.1, -0.0, 5e-324, 1.7976931348623157e308, np.nan, np.inf, -np.inf, 1 / 3])
SHAPES = [(1,), (7,), (1, 1), (1, 5), (5, 1), (4, 3), (3, 12)]


def bits(values: np.ndarray) -> bytes:
    """Dtype, shape and every bit, that of −0 included."""
    return f"{values.dtype} {values.shape}".encode() + values.tobytes()


def evaluated(text: str) -> np.ndarray:
    result = eval(text, {"np": np})
    assert isinstance(result, np.ndarray)
    return result


@pytest.fixture
def trace(rng: np.random.Generator) -> PassTrace:
    parameters = initialise(SPEC, "scaled_normal", rng, np.float64)
    return PassTrace.record(SPEC, parameters, rng.random(3), rng.random(2), PassSettings(0.1))


def reveal_of(count: int, granularity: Granularity = Granularity.OPERATION) -> Reveal:
    """What the first ``count`` steps make known."""
    return Reveal.of(build_steps(SPEC, granularity)[:count])


@pytest.mark.parametrize("shape", [*SHAPES, (0,), (0, 3), (2, 0)])
def test_numpy_text_makes_the_same_array_bit_for_bit(
    rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    values = rng.standard_normal(shape) * 10.0 ** rng.integers(-300, 300, shape)

    assert bits(evaluated(numpy_text(values))) == bits(values)


@pytest.mark.parametrize("shape", [(8,), (8, 1), (1, 8), (2, 4)])
def test_numpy_text_knows_nan_infinities_and_minus_zero(shape: tuple[int, ...]) -> None:
    values = STRANGE.reshape(shape)

    assert bits(evaluated(numpy_text(values))) == bits(values)


def test_numpy_text_of_single_precision_is_exact_too(rng: np.random.Generator) -> None:
    values = rng.standard_normal(9).astype(np.float32)

    np.testing.assert_array_equal(evaluated(numpy_text(values)), values)


@pytest.mark.parametrize("shape", SHAPES)
def test_csv_is_read_back_bit_for_bit_in_rows_as_lines(
    rng: np.random.Generator, shape: tuple[int, ...]
) -> None:
    values = rng.standard_normal(shape)

    rows = list(csv.reader(io.StringIO(csv_text(values))))

    table = values if values.ndim == 2 else values[:, np.newaxis]
    assert bits(np.array(rows, dtype=np.float64)) == bits(table)


def test_a_lying_row_is_one_line_of_csv() -> None:
    text = csv_text(STRANGE, lying=True)

    assert text.count("\n") == 1
    assert bits(np.array([float(word) for word in text.split(",")])) == bits(STRANGE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0380982365, "-0.03810"),
        (0.0, "0"),
        (-3.14159e-6, r"-3.142 \times 10^{-6}"),
        (2e300, r"2.000 \times 10^{300}"),
        (np.nan, r"\mathrm{NaN}"),
        (np.inf, r"\infty"),
        (-np.inf, r"-\infty"),
    ],
)
def test_latex_numbers(value: float, text: str) -> None:
    assert latex_number(value, 4) == text


def test_a_small_matrix_is_a_pmatrix_with_the_notations_digits() -> None:
    text = latex_text(np.array([[0.15, -0.2], [1 / 3, 2e-7]]), 3)

    assert text == (
        "\\begin{pmatrix}\n0.150 & -0.200 \\\\\n0.333 & 2.00 \\times 10^{-7}\n\\end{pmatrix}"
    )


@pytest.mark.parametrize("shape", [*SHAPES, (2, 784)])
@pytest.mark.parametrize("lying", [False, True])
def test_latex_is_balanced_and_every_row_is_as_long_as_its_columns(
    rng: np.random.Generator, shape: tuple[int, ...], lying: bool
) -> None:
    values = rng.standard_normal(shape) * 10.0 ** rng.integers(-9, 9, shape)

    text = latex_text(values, 4, lying)

    assert text.count("{") == text.count("}")
    assert text.count(r"\left(") == text.count(r"\right)")
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert len(opened) == 1
    assert re.findall(r"\\end\{(\w+)\}", text) == opened
    rows = [line.count("&") + 1 for line in text.splitlines()[1:-1]]
    columns = 1 if len(shape) == 1 and not lying else shape[-1]
    assert set(rows) == {columns}
    assert opened == (["pmatrix"] if columns <= 10 else ["array"])
    assert columns <= 10 or f"{{{'r' * columns}}}" in text


def test_nothing_is_offered_before_it_is_known(trace: PassTrace) -> None:
    offers = offers_of(trace, reveal_of(0), NodeRef(1, 0), Notation())

    assert [name for name, _ in offers.values] == ["b"]
    assert [numbers.name for numbers in offers.rows] == ["w"]
    assert [numbers.name for numbers in offers.matrices] == ["W", "b"]


def test_at_the_end_of_a_pass_everything_is_offered(trace: PassTrace) -> None:
    offers = offers_of(trace, reveal_of(999), NodeRef(1, 1), Notation())

    assert dict(offers.values) == {
        "z": trace.forward.preactivations[0][0, 1],
        "a": trace.forward.activations[1][0, 1],
        "∂C/∂a": trace.backward.activation_gradients[1][0, 1],
        "∂C/∂b": trace.backward.gradients.biases[0][1],
        "b": trace.before.biases[0][1],
        "b after": trace.after.biases[0][1],
    }
    names = ["W", "∂C/∂W", "W after", "z", "a", "∂C/∂a", "∂C/∂b", "b", "b after"]
    assert [numbers.name for numbers in offers.matrices] == names
    rows = {numbers.name: numbers.values for numbers in offers.rows}
    np.testing.assert_array_equal(rows["w"], trace.before.weights[0][1])
    np.testing.assert_array_equal(rows["∂C/∂w"], trace.backward.gradients.weights[0][1])
    np.testing.assert_array_equal(rows["w after"], trace.after.weights[0][1])


def test_an_edge_offers_its_weight_and_the_row_it_stands_in(trace: PassTrace) -> None:
    offers = offers_of(trace, reveal_of(0), EdgeRef(1, 1, 2), Notation())

    assert offers.values == (("w", trace.before.weights[0][1, 2]),)
    assert offers.rows[0].shape == (1, 3)
    assert offers.matrices[0].shape == (2, 3)


def test_a_cell_offers_its_own_quantity_alone(trace: PassTrace) -> None:
    reveal = reveal_of(999)

    offers = offers_of(trace, reveal, NodeRef(2, 0), Notation(), Quantity.PREACTIVATION)

    assert [name for name, _ in offers.values] == ["z"]
    assert offers.rows == ()
    assert [numbers.name for numbers in offers.matrices] == ["z"]


def test_the_inputs_offer_no_row(trace: PassTrace) -> None:
    offers = offers_of(trace, reveal_of(999), NodeRef(0, 2), Notation())

    assert offers.rows == ()
    assert [name for name, _ in offers.values] == ["a", "∂C/∂a"]


def test_the_error_signal_has_the_readers_name(trace: PassTrace) -> None:
    notation = Notation(ErrorSymbol.DELTA)

    offers = offers_of(trace, reveal_of(999), NodeRef(1, 0), notation)

    assert "δ" in dict(offers.values)


def test_neuron_by_neuron_a_layer_is_offered_only_when_all_of_it_is_known(
    trace: PassTrace,
) -> None:
    first = next(
        count
        for count in range(99)
        if reveal_of(count, Granularity.NEURON).knows(Quantity.PREACTIVATION, 1, 0)
    )

    reveal = reveal_of(first, Granularity.NEURON)
    known, unknown = (offers_of(trace, reveal, NodeRef(1, n), Notation()) for n in (0, 1))

    assert "z" in dict(known.values)
    assert "z" not in dict(unknown.values)
    assert "z" not in [numbers.name for numbers in known.matrices]


def test_each_example_of_a_mini_batch_offers_its_own_numbers(rng: np.random.Generator) -> None:
    parameters = initialise(SPEC, "scaled_normal", rng, np.float64)
    batch = PassTrace.record(
        SPEC, parameters, rng.random((4, 3)), rng.random((4, 2)), PassSettings(0.1)
    )
    reveal = Reveal.of(build_steps(SPEC, Granularity.LAYER, 4))

    offers = offers_of(batch, reveal, NodeRef(1, 0), Notation(), example=2)

    assert dict(offers.values)["a"] == batch.forward.activations[1][2, 0]
    assert dict(offers.values)["∂C/∂b"] == batch.backward.deltas[0][2, 0]


@pytest.mark.parametrize("form", CopyFormat)
def test_the_shape_that_is_named_is_that_of_the_text(form: CopyFormat) -> None:
    numbers = Numbers("w", np.arange(3.0), lying=True)

    assert numbers.shape == (1, 3)
    assert numbers.text(form, 4).count(",") == (0 if form is CopyFormat.LATEX else 2)


def test_no_numbers_are_no_offer() -> None:
    assert not Offers()
    assert Offers((("w", 0.0),))
