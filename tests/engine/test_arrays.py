import numpy as np

from nnviz.engine.arrays import read_only


def test_what_nobody_can_write_to_is_shared_and_all_else_copied() -> None:
    array = np.arange(6.0).reshape(2, 3)
    frozen = read_only(array)

    assert read_only(frozen) is frozen
    assert read_only(frozen, np.float64) is frozen
    assert read_only(frozen, np.float32).dtype == np.float32
    array[0, 0] = 7
    assert frozen[0, 0] == 0
    view = array.view()
    view.setflags(write=False)
    kept = read_only(view)
    array[0, 0] = 8
    assert kept[0, 0] == 7
