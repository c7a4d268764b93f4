import numpy as np
import pytest

from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.engine.optimizers import Optimizer
from nnviz.trace.float32_range import FLOAT32_MAX, BeyondFloat32, first_beyond_float32
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.quantities import Quantity


def record(w1: float, w2: float, settings: PassSettings) -> PassTrace:
    """A chain 1-1-1 of identities with x = 1, y = 0: a = w1 w2, C = a²/2."""
    spec = NetworkSpec((1, 1, 1), ("identity", "identity"))
    parameters = Parameters.frozen([np.array([[w1]]), np.array([[w2]])], [np.zeros(1), np.zeros(1)])
    return PassTrace.record(spec, parameters, np.ones((1, 1)), np.zeros((1, 1)), settings)


@pytest.mark.parametrize(
    ("w1", "w2", "settings", "expected"),
    [
        (1.0, 1.0, PassSettings(0.1), None),
        (1e20, 1e20, PassSettings(0.1), (Quantity.PREACTIVATION, 2, 1e40)),
        (1e10, 1e10, PassSettings(0.1), (Quantity.COST, 2, 5e39)),
        (1e17, 10.0, PassSettings(0.1), None),
        (1e-3, 1e15, PassSettings(1e30), (Quantity.WEIGHT_AFTER, 1, -1e57)),
        (1e15, 1e4, PassSettings(1e-9, optimizer=Optimizer("rmsprop")), (None, 1, 0.01 * 1e46)),
        (1e20, 1e-20, PassSettings(0.1, decay=1e-9), (None, 0, 1e40)),
        (1e30, 1e300, PassSettings(0.1), (Quantity.PREACTIVATION, 2, np.inf)),
    ],
)
def test_the_first_number_beyond_float32_is_found(
    w1: float, w2: float, settings: PassSettings, expected: tuple[object, ...] | None
) -> None:
    found = first_beyond_float32(record(w1, w2, settings))

    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.quantity, found.layer) == expected[:2]
        assert found.value == pytest.approx(expected[2])
        assert found.is_finite == np.isfinite(found.value)


def test_the_limit_is_where_float32_becomes_infinite() -> None:
    with np.errstate(over="ignore"):
        assert np.isfinite(np.float32(FLOAT32_MAX))
        assert np.isinf(np.float32(FLOAT32_MAX * (1 + 1e-7)))
    assert not BeyondFloat32(Quantity.COST, 2, float("nan")).is_finite
