import pytest

from nnviz.views.panels.gallery_grid import SMALLEST_PX, fit_gallery


@pytest.mark.parametrize(("width", "height"), [(420, 200), (300, 440), (700, 170), (1200, 260)])
def test_thirty_images_fit_without_overlapping(width: int, height: int) -> None:
    grid = fit_gallery(30, 1.0, width, height)
    places = [grid.place(index) for index in range(30)]

    assert grid.total_height <= height
    assert all(x >= 0 and x + grid.width <= width for x, _ in places)
    assert all(
        abs(x - a) >= grid.width or abs(y - b) >= grid.height + grid.caption
        for index, (x, y) in enumerate(places)
        for a, b in places[:index]
    )


def test_no_other_number_of_columns_gives_larger_images() -> None:
    # 700 × 170: two rows of 15 allow 40 px, three rows of 10 allow 48, four rows of 8 allow 35.
    grid = fit_gallery(30, 1.0, 700, 170)

    assert grid.columns == 10
    assert grid.width == 48


def test_many_images_keep_a_readable_size_and_scroll() -> None:
    grid = fit_gallery(1000, 1.0, 300, 200)

    assert grid.width >= SMALLEST_PX
    assert grid.total_height > 200


def test_wide_images_keep_their_shape() -> None:
    grid = fit_gallery(4, 2.0, 400, 400)

    assert grid.width == pytest.approx(2 * grid.height, abs=1)


def test_every_image_is_found_at_its_middle_and_nothing_between() -> None:
    grid = fit_gallery(30, 1.0, 420, 200)

    for index in range(30):
        x, y = grid.place(index)
        assert grid.index_at(x + grid.width / 2, y + grid.height / 2) == index
        assert grid.index_at(x - 1, y + 1) is None


def test_moving_stays_in_the_gallery() -> None:
    grid = fit_gallery(30, 1.0, 420, 200)

    assert grid.moved(0, -1, 0) == 0
    assert grid.moved(0, 0, 1) == grid.columns
    assert grid.moved(29, 0, 1) == 29


def test_images_have_their_numbers_where_there_is_room_below_them() -> None:
    grid = fit_gallery(30, 1.0, 556, 105)

    assert grid.caption > 0
    assert grid.total_height <= 105
