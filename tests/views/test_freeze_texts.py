import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.views.freeze_texts import overflow_text

RMSPROP = Optimizer("rmsprop")


@pytest.mark.parametrize(
    ("w1", "w2", "settings", "end"),
    [
        (1e20, 1e20, PassSettings(0.1), "here in float64: z of layer 2, 1.000×10⁴⁰."),
        (1e10, 1e10, PassSettings(0.1), "here in float64: the cost C, 5.000×10³⁹."),
        (1e20, 1e-20, PassSettings(0.1, 1e-9), "float64: Σw² of the L2 term, 1.000×10⁴⁰."),
        (1e15, 1e4, PassSettings(1e-9, optimizer=RMSPROP),
         "what the optimizer remembers in layer 1, 1.000×10⁴⁴."),
        (1e30, 1e300, PassSettings(0.1), "is z of layer 2, ∞ even here in float64."),
        (1.0, 1.0, PassSettings(0.1), "no number is larger: a sum on the way to one was."),
    ],
)  # fmt: skip
def test_what_the_run_could_not_hold_is_named_with_its_value(
    w1: float, w2: float, settings: PassSettings, end: str
) -> None:
    spec = NetworkSpec((1, 1, 1), ("identity", "identity"))
    parameters = Parameters.frozen([np.array([[w1]]), np.array([[w2]])], [np.zeros(1)] * 2)
    trace = PassTrace.record(spec, parameters, np.ones((1, 1)), np.zeros((1, 1)), settings)

    text = overflow_text(trace, Notation())

    assert text.startswith("Runs compute in float32, up to 3.4·10³⁸")
    assert text.endswith(end)
