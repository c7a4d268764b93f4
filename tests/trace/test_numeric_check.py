from collections.abc import Callable

import pytest

from nnviz.engine.network import NetworkSpec
from nnviz.trace.numeric_check import (
    numeric_activation_gradient,
    numeric_bias_gradient,
    numeric_weight_gradient,
)
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef

MakeTrace = Callable[..., PassTrace]
CLOSE = {"rel": 1e-8, "abs": 1e-11}
SPECS = [
    NetworkSpec((2, 3, 2), ("sigmoid", "tanh")),
    NetworkSpec((3, 4, 3), ("tanh", "softmax"), "categorical_cross_entropy"),
    NetworkSpec((2, 3, 3, 2), ("tanh", "identity", "sigmoid"), "binary_cross_entropy"),
]


@pytest.mark.parametrize("spec", SPECS, ids=str)
@pytest.mark.parametrize("examples", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_nudged_passes_agree_with_the_recorded_gradients(
    make_trace: MakeTrace, spec: NetworkSpec, examples: int, seed: int
) -> None:
    trace = make_trace(spec, seed, examples, decay=0.1)
    weights = [array.copy() for array in trace.before.weights]

    for layer in range(1, spec.layer_count + 1):
        for neuron in range(spec.sizes[layer]):
            node = NodeRef(layer, neuron)
            bias = trace.value(Quantity.BIAS_GRADIENT, node)
            assert numeric_bias_gradient(trace, node) == pytest.approx(bias, **CLOSE)
            for source in range(spec.sizes[layer - 1]):
                edge = EdgeRef(layer, neuron, source)
                weight = trace.value(Quantity.WEIGHT_GRADIENT, edge)
                assert numeric_weight_gradient(trace, edge) == pytest.approx(weight, **CLOSE)
    for array, before in zip(trace.before.weights, weights, strict=True):
        assert (array == before).all()


@pytest.mark.parametrize("spec", SPECS, ids=str)
@pytest.mark.parametrize("example", [0, 2])
def test_nudged_activations_agree_with_the_recorded_gradients_of_their_example(
    make_trace: MakeTrace, spec: NetworkSpec, example: int
) -> None:
    trace = make_trace(spec, seed=7, examples=3, decay=0.1)

    for layer in range(spec.layer_count):
        for neuron in range(spec.sizes[layer]):
            node = NodeRef(layer, neuron)
            recorded = trace.value(Quantity.ACTIVATION_GRADIENT, node, example)
            nudged = numeric_activation_gradient(trace, node, example)
            assert nudged == pytest.approx(recorded, **CLOSE)
