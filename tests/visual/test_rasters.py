"""The compiled loops against Qt's own painter, against geometry, and against numpy."""

import hashlib
import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPainterPathStroker

from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.visual import density as density_module
from nnviz.visual.density import Bundle, Window, add_up, draw_density, lay
from nnviz.visual.raster_warm_up import wait_for_rasters

ROWS, COLUMNS = 60, 80
ALL = (0, 0, COLUMNS, ROWS)
SLOPES = [(9, 0), (0, 9), (9, 9), (9, -9), (30, 1), (1, -30), (25, 11), (-13, 28)]


@pytest.fixture(autouse=True, scope="module")
def _ready() -> None:
    assert wait_for_rasters(300), "the kernels did not compile"


def drawn(
    *lines: tuple[float, float, float, float],
    width: float = 1.0,
    rgba: tuple[int, int, int, int] = (255, 255, 255, 255),
    clip: tuple[int, int, int, int] = ALL,
    on: int = 0,
) -> IntArray:
    """Return the pixels (rows, columns, 4) after drawing, blue, green, red, alpha."""
    from nnviz.visual.rasters import draw_lines

    pixels = np.full((ROWS, COLUMNS), on, np.uint32)
    count = len(lines)
    colours, widths = np.array([rgba] * count, np.uint8), np.full(count, float(width))
    draw_lines(pixels, np.array(lines, np.float64), colours, widths, np.array(clip))
    return pixels.view(np.uint8).reshape(ROWS, COLUMNS, 4)


def painted(line: tuple[float, float, float, float], width: float) -> IntArray:
    """Return what QPainter makes of the line: white on black, (rows, columns)."""
    image = QImage(COLUMNS, ROWS, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path, stroker = QPainterPath(QPointF(*line[:2])), QPainterPathStroker()
    path.lineTo(*line[2:])
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.FlatCap)
    # The outline filled: drawLine() is paler than it should be where a line is 1 px wide.
    painter.fillPath(stroker.createStroke(path), QColor(255, 255, 255))
    painter.end()
    return np.frombuffer(image.bits(), np.uint8).reshape(ROWS, COLUMNS, 4)[..., 0].copy()


def through(dx: float, dy: float) -> tuple[float, float, float, float]:
    """Return a line of some 30 px through the middle of the pixels."""
    scale = 15 / np.hypot(dx, dy)
    x, y = 40.3, 30.6
    return x - dx * scale, y - dy * scale, x + dx * scale, y + dy * scale


@pytest.mark.parametrize(("slope", "width"), list(itertools.product(SLOPES, (1.0, 2.2, 4.0))))
def test_a_line_is_nearly_the_one_that_qt_paints(
    qapp: object, slope: tuple[float, float], width: float
) -> None:
    line = through(*slope)
    ours, theirs = drawn(line, width=width)[..., 0].astype(int), painted(line, width).astype(int)

    assert np.abs(ours - theirs).mean() < 0.9  # of 255; a shift by a fifth of a pixel makes 3
    assert abs(ours.sum() - theirs.sum()) < 0.02 * theirs.sum()


@pytest.mark.parametrize(("slope", "width"), list(itertools.product(SLOPES, (1.0, 1.5, 4.0))))
def test_the_sum_over_the_pixels_is_length_times_width(
    slope: tuple[float, float], width: float
) -> None:
    assert drawn(through(*slope), width=width)[..., 3].sum() / 255 == pytest.approx(
        30 * width, rel=0.01
    )


def test_a_horizontal_line_between_two_rows_covers_half_of_each() -> None:
    alpha = drawn((10.0, 20.0, 14.5, 20.0))[..., 3]

    assert alpha[18:22, 9:16].tolist() == [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 128, 128, 128, 128, 64, 0],
        [0, 128, 128, 128, 128, 64, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_a_vertical_line_2_px_wide_fills_two_columns() -> None:
    alpha = drawn((30.0, 10.0, 30.0, 50.0), width=2)[..., 3]

    assert (alpha[10:50, 29:31] == 255).all()
    assert alpha.astype(int).sum() == 40 * 2 * 255


def test_a_diagonal_covers_each_pixel_by_the_part_of_its_height() -> None:
    """In a column it is √2 px high around the diagonal: 1 of that on it, (√2 − 1) / 2 beside."""
    alpha = drawn((10.0, 10.0, 40.0, 40.0))[..., 3] / 255

    beside = (np.sqrt(2) - 1) / 2
    for at in range(11, 39):
        assert alpha[at - 2 : at + 3, at] == pytest.approx([0, beside, 1, beside, 0], abs=0.01)


@pytest.mark.parametrize("slope", SLOPES)
def test_swapping_the_ends_changes_nothing(slope: tuple[float, float]) -> None:
    x1, y1, x2, y2 = through(*slope)

    difference = drawn((x1, y1, x2, y2)).astype(int) - drawn((x2, y2, x1, y1))

    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("slope", SLOPES)
def test_nothing_is_drawn_outside_the_clip_and_all_inside(slope: tuple[float, float]) -> None:
    line = through(*slope)
    clipped, whole = drawn(line, width=3, clip=(35, 25, 45, 33)), drawn(line, width=3)

    inside = np.zeros((ROWS, COLUMNS), bool)
    inside[25:33, 35:45] = True
    assert not clipped[~inside].any()
    assert (clipped[inside] == whole[inside]).all()


def test_lines_far_outside_draw_only_what_crosses_the_pixels() -> None:
    crossing = drawn((-5e5, 20.5, 5e5, 20.5))[..., 3]

    assert (crossing[20] == 255).all()
    assert crossing.astype(int).sum() == COLUMNS * 255
    assert not drawn((-9e8, -5, 9e8, -5), (3, 1e8, 5, 9e8), (1e300, 0, -1e300, 1)).any()


@pytest.mark.parametrize("line", [(5, 5, 5, 5), (np.nan, 1, 2, 3), (0, 0, np.inf, 3)])
def test_a_line_without_length_or_place_is_not_drawn(line) -> None:
    assert not drawn(line, width=4).any()


def test_the_last_line_lies_on_top_and_keeps_its_colour() -> None:
    over = drawn((0, 10.5, 80, 10.5), rgba=(200, 10, 60, 255), on=0xFF0000FF)

    assert over[10, 40].tolist() == [60, 10, 200, 255]
    assert over[11, 40].tolist() == [255, 0, 0, 255]


def test_a_transparent_line_lets_the_pixels_shine_through() -> None:
    over = drawn((0, 10.5, 80, 10.5), rgba=(255, 0, 0, 128), on=0xFF0000FF)

    assert over[10, 40].astype(int) == pytest.approx([127, 0, 128, 255], abs=2)
    assert drawn((0, 10.5, 80, 10.5), rgba=(255, 0, 0, 128))[10, 40].astype(int) == pytest.approx(
        [0, 0, 128, 128], abs=2
    )


PLUS, MINUS = (255, 0, 0), (0, 0, 255)


def bundle(starts: object, ends: object, strengths: object, inset: float = 0.0) -> Bundle:
    arrays = (np.array(each, np.float64) for each in (starts, ends, strengths))
    begin, end, values = arrays
    return Bundle(begin, end, (inset, inset), values, PLUS, MINUS)


def summed(*arguments: object) -> FloatArray:
    return add_up(bundle(*arguments), ROWS, COLUMNS)  # type: ignore[arg-type]


CROSS = [[10, 20.5], [30.5, 40]], [[50, 20.5], [30.5, 5]]
"""One line along row 20 and one along column 30."""


def test_where_two_lines_cross_their_strengths_add_up() -> None:
    plus, minus = summed(*CROSS, [[0.25, 0], [0, 0.5]])

    assert (plus[20, 20], plus[10, 30], plus[20, 30]) == (0.25, 0.5, 0.75)
    assert plus.sum() == pytest.approx(0.25 * 40 + 0.5 * 35)
    assert not minus.any()


def test_the_two_signs_are_kept_apart() -> None:
    plus, minus = summed(*CROSS, [[0.25, 0], [0, -0.5]])

    assert (plus[20, 30], minus[20, 30]) == (0.25, 0.5)
    assert (minus[20, 20], plus[10, 30]) == (0, 0)


def test_lines_run_from_rim_to_rim_and_unknown_ones_nowhere() -> None:
    plus, _ = summed([[10, 20.5], [10, 50]], [[50, 20.5]], [[1.0, np.nan]], 5.0)

    assert np.flatnonzero(plus[20]).tolist() == list(range(15, 45))
    assert plus.sum() == pytest.approx(30)


@pytest.fixture
def random_bundle(rng: np.random.Generator) -> Bundle:
    """Lines of every slope, some of which begin or end outside."""
    starts, ends = (rng.uniform(-20, 100, (n, 2)) for n in (30, 25))
    return Bundle(starts, ends, (1.0, 2.0), rng.standard_normal((25, 30)), PLUS, MINUS)


def test_plain_numpy_adds_up_the_same(
    random_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = add_up(random_bundle, ROWS, COLUMNS)
    monkeypatch.setattr(density_module, "are_rasters_ready", lambda: False)

    np.testing.assert_allclose(add_up(random_bundle, ROWS, COLUMNS), compiled, atol=2e-4)


def test_plain_numpy_lays_the_same_colours(
    random_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Window(0, 0, 40, ROWS), Window(40, 5, COLUMNS, ROWS, 0.5)
    pictures = []
    for ready in (True, False):
        monkeypatch.setattr(density_module, "are_rasters_ready", lambda ready=ready: ready)
        pixels = np.full((ROWS, COLUMNS), 0x80402010, np.uint32)
        draw_density(pixels, random_bundle, windows)
        pictures.append(pixels.view(np.uint8).astype(int))

    assert np.abs(pictures[0] - pictures[1]).max() <= 1
    untouched = np.full((5, 40), 0x80402010, np.uint32).view(np.uint8)
    assert (pictures[0][:5, 160:] == untouched).all()


def test_the_colour_is_the_signs_own_and_full_at_the_limit() -> None:
    lines = bundle(*CROSS, [[1.0, 0], [0, -1.0]])
    sums, pixels = add_up(lines, ROWS, COLUMNS), np.zeros((ROWS, COLUMNS), np.uint32)

    lay(pixels, sums, lines, 0.1, 1.0, Window(0, 0, COLUMNS, ROWS))

    assert hex(pixels[20, 20]) == "0xffff0000"
    assert hex(pixels[10, 30]) == "0xff0000ff"
    assert hex(pixels[20, 30]) in ("0xff800080", "0xff7f007f", "0xff80007f")
    assert not sums.any()
    assert not pixels[:5].any()


def test_more_that_crosses_is_never_paler() -> None:
    lines = bundle([[0, row + 0.5] for row in range(20)], [[80, row + 0.5] for row in range(20)],
                   np.diag(np.linspace(0.01, 1, 20)))  # fmt: skip
    pixels = np.zeros((ROWS, COLUMNS), np.uint32)

    draw_density(pixels, lines, (Window(0, 0, COLUMNS, ROWS),))

    alpha = (pixels >> 24)[:20, 40].astype(int)
    assert (np.diff(alpha) >= 0).all()
    assert (alpha[0] > 0, alpha[-1]) == (True, 255)


def test_drawing_compiles_nothing_that_was_not_ready() -> None:
    """Arrays of another type would be compiled for in the midst of a frame."""
    from nnviz.visual import rasters

    drawn((1, 1, 20, 20))
    summed(*CROSS, [[1, 0], [0, 1]])

    entries = rasters.draw_lines, rasters.add_bundle, rasters.tone
    assert [len(getattr(each, "signatures")) for each in entries] == [1, 1, 1]  # noqa: B009


def test_the_loops_are_compiled_anew_when_the_options_change() -> None:
    from nnviz.compiling.jit import OPTIONS
    from nnviz.visual.rasters import BUILT_FOR

    options = {name: sorted(v) if isinstance(v, set) else v for name, v in OPTIONS.items()}
    digest = hashlib.sha256(repr(options).encode()).hexdigest()[:12]

    assert digest == BUILT_FOR, f"write BUILT_FOR = {digest!r} into rasters.py"
