import itertools

import numpy as np
import pytest

from nnviz.trace.refs import NodeRef
from nnviz.visual.layout import COST_WIDTH, LayerLayout, NetworkLayout, NodeText, Rect, lay_out

NETWORKS = [
    ((1, 1), 360.0, 260.0),
    ((2, 3, 2), 360.0, 260.0),
    ((784, 10), 360.0, 260.0),
    ((3000, 2000, 1000), 900.0, 560.0),
    ((5,) * 14, 640.0, 360.0),
]


def random_networks() -> list[tuple[tuple[int, ...], float, float]]:
    rng = np.random.default_rng(3)
    networks = list(NETWORKS)
    for _ in range(150):
        depth = int(rng.integers(2, 8))
        sizes = tuple(int(size) for size in np.exp(rng.uniform(0, 7, depth)).round())
        networks.append((sizes, float(rng.integers(360, 2600)), float(rng.integers(260, 1600))))
    return networks


def smallest_distance(layer: LayerLayout) -> float:
    """Of any two centres of neurons that are shown; for each, only the first 400 others."""
    centres = layer.centres[layer.shown]
    offsets = centres[:, None, :] - centres[None, :400, :]
    distances = np.hypot(offsets[..., 0], offsets[..., 1])
    distances[distances == 0] = np.inf
    return float(distances.min())


def disc_layers(layout: NetworkLayout) -> list[LayerLayout]:
    return [layer for layer in layout.layers if layer.image is None]


@pytest.mark.parametrize(("sizes", "width", "height"), random_networks())
def test_discs_stand_inside_the_canvas_and_apart(
    sizes: tuple[int, ...], width: float, height: float
) -> None:
    layout = lay_out(sizes, width, height)

    for layer, size in zip(layout.layers, sizes, strict=True):
        r = layer.radius
        assert layer.centres.shape == (size, 2)
        assert layer.shown.shape == (size,)
        assert (layer.centres - r >= 0).all()
        assert (layer.centres + r <= (width, height)).all()
        assert smallest_distance(layer) >= 2 * r > 0


@pytest.mark.parametrize(("sizes", "width", "height"), random_networks())
def test_layers_stand_from_left_to_right_without_touching(
    sizes: tuple[int, ...], width: float, height: float
) -> None:
    layout = lay_out(sizes, width, height)

    rights = [float(layer.centres[:, 0].max()) + layer.radius for layer in layout.layers]
    lefts = [float(layer.centres[:, 0].min()) - layer.radius for layer in layout.layers]
    assert all(right < left for right, left in zip(rights, lefts[1:], strict=False))


@pytest.mark.parametrize(("sizes", "width", "height"), NETWORKS)
def test_each_neuron_is_found_at_its_centre(
    sizes: tuple[int, ...], width: float, height: float
) -> None:
    layout = lay_out(sizes, width, height)

    for layer in layout.layers:
        shown = np.flatnonzero(layer.shown)
        found = [layer.neuron_at(x, y) for x, y in layer.centres[shown].tolist()]
        assert found == shown.tolist()


def test_nothing_is_found_far_away() -> None:
    layout = lay_out((3, 4, 2), 900, 560)

    assert layout.node_at(-50, -50) is None
    assert layout.node_at(*layout.cost) is None
    assert layout.node_at(*(layout.layers[1].centres[0] + 60)) is None


def test_an_image_layer_is_drawn_where_its_shape_fits() -> None:
    layout = lay_out((784, 30, 10), 900, 560, (28, 28))

    first = layout.layers[0]
    assert first.image is not None
    assert first.image.width == pytest.approx(first.image.height)
    assert [layer.image for layer in disc_layers(layout)] == [None, None]


def test_a_shape_that_does_not_fit_is_no_image() -> None:
    assert lay_out((12, 3), 900, 560, (28, 28)).layers[0].image is None


def test_each_pixel_of_an_image_is_found_row_by_row() -> None:
    layout = lay_out((12, 3), 900, 560, (3, 4))

    found = [layout.node_at(x, y) for x, y in layout.layers[0].centres.tolist()]

    assert found == [NodeRef(0, pixel) for pixel in range(12)]
    assert np.all(np.diff(layout.layers[0].centres[:4, 0]) > 0)
    assert layout.layers[0].centres[4, 1] > layout.layers[0].centres[3, 1]


def test_a_few_large_neurons_have_their_numbers_below_and_ten_outputs_beside() -> None:
    assert lay_out((2, 3, 2), 900, 640).layers[1].text is NodeText.BELOW
    assert lay_out((784, 30, 10), 900, 560, (28, 28)).layers[2].text is NodeText.BESIDE
    whole = lay_out((784, 300, 10), 900, 560, (28, 28), unfolded=frozenset({1}))
    assert whole.layers[1].text is NodeText.NONE


@pytest.mark.parametrize(("width", "height"), [(1206, 522), (942, 364), (686, 282)])
def test_the_edges_of_a_small_network_have_room_for_numbers(width: float, height: float) -> None:
    layout = lay_out((2, 3, 2), width, height)

    for left, right in itertools.pairwise(layout.layers):
        text = left.text_width if left.text is NodeText.BESIDE else 0
        free = right.centres[0, 0] - right.radius - left.centres[0, 0] - left.radius - text
        assert free >= 70  # a derivative with three digits in the smallest font
        assert NodeText.NONE not in (left.text, right.text)


@pytest.mark.parametrize("width", [686, 740, 942, 1206])
@pytest.mark.parametrize("sizes", [(784, 30, 10), (784, 16, 16, 10), (784, 10)])
def test_ten_digits_keep_names_and_numbers_in_a_low_canvas(
    sizes: tuple[int, ...], width: float
) -> None:
    layout = lay_out(sizes, width, 282, (28, 28), classes=True)

    outputs = layout.layers[-1]
    assert outputs.radius >= 7
    assert outputs.text is NodeText.BESIDE
    right = outputs.centres[0, 0] + outputs.radius + outputs.text_width
    assert right < layout.cost[0] - COST_WIDTH / 2


@pytest.mark.parametrize(("width", "height"), [(686, 282), (942, 364), (1206, 522), (2400, 1300)])
@pytest.mark.parametrize("sizes", [(784, 30, 10), (784, 16, 16, 10), (784, 8, 10), (784, 10)])
def test_an_image_does_not_touch_the_next_layer(
    sizes: tuple[int, ...], width: float, height: float
) -> None:
    image, following, *_ = lay_out(sizes, width, height, (28, 28), classes=True).layers

    assert image.image is not None
    left = following.centres[:, 0].min() - following.radius
    assert left > image.image.x + image.image.width


def test_too_many_classes_have_no_numbers_unless_they_are_folded() -> None:
    whole = lay_out((784, 40), 942, 364, (28, 28), classes=True, unfolded=frozenset({1}))

    assert whole.layers[1].text is NodeText.NONE
    folded = lay_out((784, 40), 942, 364, (28, 28), classes=True).layers[1]
    assert folded.text is NodeText.BESIDE


def test_rectangles_that_only_touch_do_not_overlap() -> None:
    assert not Rect(0, 0, 10, 10).overlaps(Rect(10, 0, 5, 5))
    assert Rect(0, 0, 10, 10).overlaps(Rect(9, 9, 5, 5))
