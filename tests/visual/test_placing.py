import itertools

from nnviz.visual.layout import Rect, lay_out
from nnviz.visual.overview import content_of, overview_of
from nnviz.visual.placing import Corner, beside_pointer, calmest_corner

BOUNDS = Rect(10, 20, 800, 500)


def test_a_card_is_inside_and_never_under_the_pointer() -> None:
    size = 240.0, 180.0
    for x, y in itertools.product(range(10, 811, 20), range(20, 521, 20)):
        left, top = beside_pointer((x, y), size, BOUNDS)

        assert not Rect(left - 2, top - 2, size[0] + 4, size[1] + 4).contains(x, y)
        assert BOUNDS.x <= left <= BOUNDS.x + BOUNDS.width - size[0]
        assert BOUNDS.y <= top <= BOUNDS.y + BOUNDS.height - size[1]


def test_a_card_higher_than_all_room_stands_beside_the_pointer() -> None:
    for x in range(10, 811, 50):
        left, top = beside_pointer((x, 250), (240.0, 480.0), BOUNDS)

        assert top >= BOUNDS.y
        assert left > x or left + 240 < x


def test_the_calmest_corner_covers_least() -> None:
    size, top = (100.0, 80.0), Rect(0, 0, 2000, 150)
    right = Rect(700, 0, 200, 600)

    assert calmest_corner(size, BOUNDS, []) is Corner.TOP_RIGHT
    assert calmest_corner(size, BOUNDS, [right]) is Corner.TOP_LEFT
    assert calmest_corner(size, BOUNDS, [top]) is Corner.BOTTOM_RIGHT
    assert calmest_corner(size, BOUNDS, [top, right]) is Corner.BOTTOM_LEFT
    assert Corner.BOTTOM_RIGHT.place(size, BOUNDS) == Rect(710, 440, 100, 80)


def test_an_overview_holds_every_disc_and_leads_back_to_it() -> None:
    layout = lay_out((12, 5, 2), 900, 500, image_shape=(3, 4))
    overview = overview_of(content_of(layout), 180, 110, 8)

    for layer in layout.layers:
        for x, y in layer.centres.tolist():
            small = overview.to_small(Rect(x, y, 0, 0))
            assert 8 <= small.x <= 172
            assert 8 <= small.y <= 102
            back = overview.to_scene(small.x, small.y)
            assert abs(back[0] - x) + abs(back[1] - y) < 1e-9
