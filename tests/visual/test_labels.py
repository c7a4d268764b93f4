import itertools

import numpy as np
import pytest

from nnviz.visual.labels import label_places, place_labels
from nnviz.visual.layout import Rect, lay_out


def placed_on(
    lines: np.ndarray, sizes: list[tuple[float, float]], taken: list[Rect]
) -> list[Rect | None]:
    return place_labels(label_places(lines), sizes, taken, range(len(lines)))


def crowded(seed: int) -> tuple[np.ndarray, list[tuple[float, float]], list[Rect]]:
    """Lines of a small random network, a box for each, and the boxes of its discs."""
    rng = np.random.default_rng(seed)
    sizes = tuple(int(size) for size in rng.integers(1, 5, rng.integers(2, 5)))
    layout = lay_out(sizes, float(rng.integers(400, 1600)), float(rng.integers(300, 1000)))
    lines, discs = [], []
    for before, after in itertools.pairwise(layout.layers):
        pairs = itertools.product(before.centres, after.centres)
        lines += [np.concatenate(pair) for pair in pairs]
    for layer in layout.layers:
        discs += [Rect(x - layer.radius, y - layer.radius, 2 * layer.radius, 2 * layer.radius)
                  for x, y in layer.centres.tolist()]  # fmt: skip
    boxes = [(float(rng.integers(40, 140)), float(rng.choice([18, 32]))) for _ in lines]
    return np.array(lines), boxes, discs


@pytest.mark.parametrize("seed", range(100))
def test_no_label_covers_another_or_a_neuron(seed: int) -> None:
    lines, sizes, discs = crowded(seed)

    placed = [box for box in placed_on(lines, sizes, discs) if box is not None]

    pairs = itertools.chain(itertools.combinations(placed, 2), itertools.product(placed, discs))
    assert [(one, other) for one, other in pairs if one.overlaps(other)] == []


@pytest.mark.parametrize("seed", range(20))
def test_each_label_is_centred_on_its_own_line(seed: int) -> None:
    lines, sizes, discs = crowded(seed)

    for (x1, y1, x2, y2), box in zip(lines, placed_on(lines, sizes, discs), strict=True):
        if box is not None:
            x, y = box.x + box.width / 2, box.y + box.height / 2
            assert abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) < 1e-6
            assert min(x1, x2) <= x <= max(x1, x2)


def test_a_label_alone_stands_in_the_middle() -> None:
    (box,) = placed_on(np.array([[0.0, 0.0, 200.0, 0.0]]), [(20, 10)], [])

    assert box is not None
    assert box.x + box.width / 2 == pytest.approx(100, abs=5)  # the nearest of the places tried


def test_a_label_without_room_is_left_out() -> None:
    line = np.array([[0.0, 0.0, 100.0, 0.0]])

    assert placed_on(line, [(20, 10)], [Rect(-50, -50, 300, 100)]) == [None]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_first_in_order_chooses_first(order: tuple[int, int]) -> None:
    lines = np.array([[0.0, 0.0, 60.0, 0.0], [0.0, 0.0, 60.0, 0.0]])

    placed = place_labels(label_places(lines), [(60, 10)] * 2, [], order)

    assert [placed[index] is None for index in order] == [False, True]


def test_who_is_not_asked_gets_no_place() -> None:
    places = label_places(np.array([[0.0, 0.0, 60.0, 0.0], [0.0, 50.0, 60.0, 50.0]]))

    assert place_labels(places, [(20, 10)] * 2, [], [1])[0] is None


def test_places_far_from_other_lines_come_first() -> None:
    lines = np.array([[0.0, 0.0, 100.0, 0.0], [20.0, -30.0, 20.0, 30.0]])

    x, y = label_places(lines)[0, 0]

    assert 50 <= x <= 100
    assert y == 0


def test_a_wide_label_keeps_away_from_a_line_beside_it_rather_than_from_one_above() -> None:
    own, above, beside = [0.0, 0, 200, 0], [0.0, -25, 60, -25], [140.0, -4, 140, -80]
    lines = np.array([own, above, beside])

    wide, square = (label_places(lines, aspect)[0, 0, 0] for aspect in (5.0, 1.0))

    assert abs(wide - 140) > abs(square - 140)
