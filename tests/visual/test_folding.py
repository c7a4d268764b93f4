import numpy as np
import pytest

from nnviz.trace.refs import NodeRef
from nnviz.visual.folding import fold_column, fold_slots
from nnviz.visual.layout import lay_out

CASES = [(int(n), int(slots), int(kept)) for n, slots, kept in zip(
    np.random.default_rng(5).integers(30, 400, 200),
    np.random.default_rng(6).integers(5, 30, 200),
    np.random.default_rng(7).integers(0, 30, 200), strict=True)]  # fmt: skip


def hidden_by(folds: tuple[tuple[int, int], ...]) -> list[int]:
    return [neuron for first, last in folds for neuron in range(first, last + 1)]


def test_every_neuron_is_shown_or_counted_behind_a_sign_and_all_slots_are_used() -> None:
    for size, slots, kept in CASES:
        column = fold_column(size, slots, [kept])

        assert np.flatnonzero(~column.shown).tolist() == hidden_by(column.folds)
        assert all(last > first for first, last in column.folds)
        assert column.slot_count == slots == column.shown.sum() + len(column.folds)
        assert np.all(np.diff(column.slots) >= 0)


def test_the_kept_neuron_the_first_and_the_last_are_always_shown() -> None:
    for size, slots, kept in CASES:
        shown = fold_column(size, slots, [kept]).shown

        assert shown[kept]
        assert shown[0]
        assert shown[-1]


def test_who_is_shown_in_the_middle_can_be_chosen_without_moving_anything() -> None:
    for size, slots, kept in CASES:
        before = fold_column(size, slots, [kept])
        ends = max(1, slots // 4)
        middle = [n for n in np.flatnonzero(before.shown) if ends <= n < size - ends]
        if len(before.folds) == 2:
            for neuron in middle:
                after = fold_column(size, slots, [int(neuron)])
                assert np.array_equal(after.shown, before.shown)


def test_a_layer_with_room_for_all_is_not_folded() -> None:
    assert fold_column(9, 9).folds == ()
    assert fold_column(10, 9).folds != ()


def test_two_kept_neurons_share_the_middle() -> None:
    column = fold_column(200, 12, [50, 150])

    assert column.shown[[50, 150]].all()
    assert len(column.folds) == 3


@pytest.mark.parametrize(
    ("sizes", "canvas", "folded"),
    [
        ((784, 30, 10), (1206, 522), []),
        ((784, 30, 10), (942, 364), []),  # three columns hold them
        ((784, 100, 10), (1206, 522), [1]),
        ((784, 128, 64, 10), (1206, 522), [1, 2]),
        ((784, 300, 10), (942, 364), [1]),
        ((2, 200, 1), (942, 364), [1]),
        ((10,) * 6, (942, 364), []),
        ((100, 20, 5), (942, 364), [0]),
    ],
)
def test_the_layers_fold_that_the_canvas_has_no_room_for(
    sizes: tuple[int, ...], canvas: tuple[float, float], folded: list[int]
) -> None:
    shape = (28, 28) if sizes[0] == 784 else None

    layout = lay_out(sizes, *canvas, shape)

    assert [layer.layer for layer in layout.layers if layer.folds] == folded
    whole = lay_out(sizes, *canvas, shape, unfolded=frozenset(folded))
    assert all(layer.shown.all() for layer in whole.layers)
    assert [layer.layer for layer in whole.layers if layer.foldable] == folded


def test_a_folded_disc_is_large_enough_for_its_ring_and_a_sign_is_no_neuron() -> None:
    layout = lay_out((784, 128, 64, 10), 942, 364, (28, 28), kept=[NodeRef(1, 60)])
    layer = layout.layers[1]

    assert layer.radius >= 10
    assert layer.neuron_at(*layer.centres[60]) == 60
    assert len(layer.folds) == 2
    for fold in layer.folds:
        assert layout.node_at(fold.x, fold.y) is None
        assert layer.centres[fold.first].tolist() == [fold.x, fold.y]
        assert layer.centres[fold.last].tolist() == [fold.x, fold.y]
        assert not layer.shown[fold.first : fold.last + 1].any()


def test_a_tall_canvas_shows_more() -> None:
    assert fold_slots(1200) > fold_slots(408) > fold_slots(168) >= 5
