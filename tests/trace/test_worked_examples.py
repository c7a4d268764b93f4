"""Passes that were worked out elsewhere, number by number."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.passes import forward_pass
from nnviz.trace.pass_trace import PassSettings, PassTrace

TWELVE_DIGITS = {"rtol": 1e-12, "atol": 0}
CHAIN = NetworkSpec((1, 1, 1), ("sigmoid", "sigmoid"))
PRIMER = NetworkSpec((2, 3, 2), ("sigmoid", "sigmoid"))
MAZUR = NetworkSpec((2, 2, 2), ("sigmoid", "sigmoid"))


@pytest.fixture
def chain() -> PassTrace:
    parameters = Parameters.frozen(
        [np.array([[1.58]]), np.array([[2.45]])], [np.array([-0.14]), np.array([-0.11])]
    )
    return PassTrace.record(CHAIN, parameters, np.array([0.8]), np.array([1.0]), PassSettings(0.1))


@pytest.fixture
def primer() -> PassTrace:
    w1 = [[-0.11499179, 0.454649], [-0.65801895, 0.56618695], [-0.15686814, -0.87499479]]
    w2 = [[0.01071228, -0.49139708, -0.81775586], [-0.87455946, -0.08351883, -0.77534763]]
    b1, b2 = [0.54001045, 0.75958375, 0.01870296], [-0.32783478, 0.06061246]
    parameters = Parameters.frozen([np.array(w1), np.array(w2)], [np.array(b1), np.array(b2)])
    return PassTrace.record(
        PRIMER, parameters, np.array([0.8, 0.2]), np.array([0.0, 1.0]), PassSettings(0.1)
    )


def mazur(update_biases: bool) -> PassTrace:
    w1, w2 = [[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]
    parameters = Parameters.frozen(
        [np.array(w1), np.array(w2)], [np.full(2, 0.35), np.full(2, 0.60)]
    )
    return PassTrace.record(
        MAZUR, parameters, np.array([0.05, 0.10]), np.array([0.01, 0.99]),
        PassSettings(0.5, update_biases=update_biases),
    )  # fmt: skip


def test_the_forward_pass_of_the_chain(chain: PassTrace) -> None:
    z1, z2 = chain.forward.preactivations
    _, a1, a2 = chain.forward.activations

    found = [z1[0, 0], a1[0, 0], z2[0, 0], a2[0, 0], chain.cost]

    expected = [
        1.124, 0.7547299213576082, 1.73908830732614, 0.850571226530534, 0.011164479170294499,
    ]  # fmt: skip
    assert_allclose(found, expected, **TWELVE_DIGITS)


def test_the_backward_pass_of_the_chain(chain: PassTrace) -> None:
    gradients = chain.backward.gradients
    found = [
        gradients.biases[1][0], gradients.weights[1][0, 0],
        chain.backward.activation_gradients[1][0, 0],
        gradients.biases[0][0], gradients.weights[0][0, 0],
    ]  # fmt: skip

    expected = [
        -0.018992369482903983, -0.014334109526226761, -0.04653130523311476,
        -0.008613534018377424, -0.006890827214701939,
    ]  # fmt: skip
    assert_allclose(found, expected, **TWELVE_DIGITS)


def test_the_update_of_the_chain_and_the_pass_after_it(chain: PassTrace) -> None:
    (w1, w2), (b1, b2) = chain.after.weights, chain.after.biases
    second = forward_pass(CHAIN, chain.after, np.array([0.8]))
    (z1, z2), (_, a1, a2) = second.preactivations, second.activations

    found = [b2[0], w2[0, 0], b1[0], w1[0, 0], z1[0, 0], a1[0, 0], z2[0, 0], a2[0, 0]]

    expected = [
        -0.1081007630517096, 2.451433410952623, -0.13913864659816227, 1.5806890827214704,
        1.125412619579014, 0.7549913210309638, 1.7427101863028525, 0.8510309824120517,
    ]  # fmt: skip
    assert_allclose(found, expected, **TWELVE_DIGITS)
    assert_allclose(chain.cost_after, 0.011095884100559231, **TWELVE_DIGITS)


def test_the_forward_pass_of_the_primer(primer: PassTrace) -> None:
    forward = primer.forward

    # Printed with nine decimals.
    assert_allclose(
        forward.preactivations[0][0], [0.538946818, 0.34640598, -0.28179051], rtol=0, atol=5e-10
    )
    a1 = [0.6315673867677921, 0.585745767968723, 0.43001486345184614]
    assert_allclose(forward.activations[1][0], a1, **TWELVE_DIGITS)
    z2 = [-0.9605501877911101, -0.8740625791856131]
    assert_allclose(forward.preactivations[1][0], z2, **TWELVE_DIGITS)
    a2 = [0.2767680516374988, 0.294409667503439]
    assert_allclose(forward.activations[2][0], a2, **TWELVE_DIGITS)
    assert_allclose(primer.cost, 0.2872291358599124, **TWELVE_DIGITS)


def test_the_backward_pass_of_the_primer(primer: PassTrace) -> None:
    activations = primer.backward.activation_gradients
    gradients = primer.backward.gradients

    a2 = [0.2767680516374988, -0.705590332496561]
    assert_allclose(activations[2][0], a2, **TWELVE_DIGITS)
    b2 = [0.055399968209579466, -0.1465741250180259]
    assert_allclose(gradients.biases[1], b2, **TWELVE_DIGITS)
    w2 = [
        [0.034988813149142865, 0.032450296924362965, 0.02382280976487893],
        [-0.09257143710541028, -0.0858551734230272, -0.06302905235520023],
    ]
    assert_allclose(gradients.weights[1], w2, **TWELVE_DIGITS)
    a1 = [0.12878124759718934, -0.014981683180500924, 0.06834225180485276]
    assert_allclose(activations[1][0], a1, **TWELVE_DIGITS)
    b1 = [0.029966111431758907, -0.0036352704156817194, 0.016750828114518716]
    assert_allclose(gradients.biases[0], b1, **TWELVE_DIGITS)
    w1 = [
        [0.023972889145407128, 0.005993222286351782],
        [-0.0029082163325453757, -0.0007270540831363439],
        [0.013400662491614973, 0.0033501656229037433],
    ]
    assert_allclose(gradients.weights[0], w1, **TWELVE_DIGITS)


def test_the_primer_after_its_update(primer: PassTrace) -> None:
    second = forward_pass(PRIMER, primer.after, np.array([0.8, 0.2]))

    a2 = [0.2747327668163648, 0.300632907393537]
    assert_allclose(second.activations[2][0], a2, **TWELVE_DIGITS)
    assert_allclose(primer.cost_after, 0.28229621169169605, **TWELVE_DIGITS)


def test_the_two_passes_of_mazur() -> None:
    trace = mazur(update_biases=False)
    gradients = trace.backward.gradients

    nine_decimals = {"rtol": 0, "atol": 6e-10}
    activations = trace.forward.activations
    assert_allclose(activations[1][0], [0.593269992, 0.596884378], **nine_decimals)
    assert_allclose(activations[2][0], [0.751365070, 0.772928465], **nine_decimals)
    assert_allclose(trace.cost, 0.298371109, **nine_decimals)
    assert_allclose(gradients.biases[1], [0.138498562, -0.038098237], **nine_decimals)
    a1 = trace.backward.activation_gradients[1][0]
    assert_allclose(a1, [0.036350306, 0.041370323], **nine_decimals)
    assert_allclose(gradients.biases[0], [0.008771355, 0.009954255], **nine_decimals)
    w2 = [[0.082167041, 0.082667628], [-0.022602540, -0.022740242]]
    assert_allclose(gradients.weights[1], w2, **nine_decimals)
    w1 = [[0.000438568, 0.000877135], [0.000497713, 0.000995425]]
    assert_allclose(gradients.weights[0], w1, **nine_decimals)


def test_the_cost_of_mazur_after_an_update_without_and_with_biases() -> None:
    assert_allclose(mazur(update_biases=False).cost_after, 0.29102777369, rtol=0, atol=5e-12)
    assert_allclose(mazur(update_biases=True).cost_after, 0.280471446791, rtol=0, atol=5e-13)


def test_hidden_gradients_do_not_come_from_weights_already_updated() -> None:
    trace = mazur(update_biases=False)

    mistaken = trace.backward.deltas[1] @ trace.after.weights[1]

    # The order mistake of the article would be off by more than its last digit.
    assert np.abs(mistaken - trace.backward.activation_gradients[1]).min() > 1e-3


def test_one_neuron_of_the_course_notes() -> None:
    # The identity cost C = a is had from ½(a − y)² with y = a − 1, whose slope in a is 1.
    spec = NetworkSpec((2, 1), ("sigmoid",))
    parameters = Parameters.frozen([np.array([[2.0, -3.0]])], [np.array([-3.0])])
    inputs = np.array([-1.0, -2.0])
    a = forward_pass(spec, parameters, inputs).activations[1][0]

    trace = PassTrace.record(spec, parameters, inputs, a - 1, PassSettings(1.0))

    ten_decimals = {"rtol": 0, "atol": 6e-11}
    assert_allclose(trace.forward.preactivations[0][0], [1.0], **ten_decimals)
    assert_allclose(a, [0.7310585786], **ten_decimals)
    slope = ACTIVATIONS["sigmoid"].derivative
    assert slope is not None
    assert_allclose(slope(np.array([1.0])), [0.1966119332], **ten_decimals)
    x = trace.backward.activation_gradients[0][0]
    assert_allclose(x, [0.3932238665, -0.5898357997], **ten_decimals)
    w = trace.backward.gradients.weights[0][0]
    assert_allclose(w, [-0.1966119332, -0.3932238665], **ten_decimals)


@pytest.mark.parametrize(
    ("cost", "start", "first", "last"),
    [
        ("quadratic", (0.6, 0.9), 0.8176, 0.0940),
        ("quadratic", (2.0, 2.0), 0.9820, 0.2028),
        ("binary_cross_entropy", (0.6, 0.9), 0.8176, 0.0116),
        ("binary_cross_entropy", (2.0, 2.0), 0.9820, 0.0120),
    ],
)
def test_the_slow_start_of_a_saturated_neuron(
    cost: str, start: tuple[float, float], first: float, last: float
) -> None:
    spec = NetworkSpec((1, 1), ("sigmoid",), cost)
    parameters = Parameters.frozen([np.array([[start[0]]])], [np.array([start[1]])])
    x, y, settings = np.array([1.0]), np.array([0.0]), PassSettings(0.15)

    outputs = []
    for _ in range(300):
        trace = PassTrace.record(spec, parameters, x, y, settings)
        outputs.append(trace.forward.activations[1][0, 0])
        parameters = trace.after
    outputs.append(forward_pass(spec, parameters, x).activations[1][0, 0])

    # Printed with four decimals; the cross-entropies were read off after 300 steps.
    assert math.isclose(outputs[0], first, abs_tol=5.1e-5)
    assert math.isclose(outputs[-1], last, abs_tol=5.1e-5)


def test_xor_solved_by_hand() -> None:
    spec = NetworkSpec((2, 2, 1), ("relu", "identity"))
    parameters = Parameters.frozen(
        [np.ones((2, 2)), np.array([[1.0, -2.0]])], [np.array([0.0, -1.0]), np.zeros(1)]
    )
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

    outputs = forward_pass(spec, parameters, inputs).activations[-1]

    np.testing.assert_array_equal(outputs, [[0], [1], [1], [0]])
