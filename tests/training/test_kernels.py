import hashlib
from pathlib import Path

import pytest

from nnviz.engine.activations import LEAKY_SLOPE
from nnviz.training import layout
from nnviz.training.layout import Descent, Layout, Scratch
from nnviz.training.rows import Examples

pytestmark = pytest.mark.usefixtures("compiled_ready")


def test_the_kernels_are_compiled_anew_when_what_they_take_from_elsewhere_changes() -> None:
    from nnviz.compiling.jit import UNCOUNTED
    from nnviz.training import dropout, kernel_functions, kernel_updates, vectors
    from nnviz.training.kernels import BUILT_FOR

    options = {name: sorted(v) if isinstance(v, set) else v for name, v in UNCOUNTED.items()}
    files = (kernel_functions, kernel_updates, dropout, vectors)
    loops = [Path(module.__file__).read_text("utf-8") for module in files]
    taken = (
        options, loops,
        layout.ACTIVATION_CODES, layout.COST_CODES, layout.OPTIMIZER_CODES,
        layout.LANES, layout.STOPPED, LEAKY_SLOPE,
        Layout._fields, Descent._fields, Scratch._fields, Examples._fields,
    )  # fmt: skip
    digest = hashlib.sha256(repr(taken).encode()).hexdigest()[:12]

    assert digest == BUILT_FOR, f"write BUILT_FOR = {digest!r} into kernels.py"
