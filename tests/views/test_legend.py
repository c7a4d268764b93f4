import pytest
from pytestqt.qtbot import QtBot

from nnviz.views.widgets.legend import Legend, LegendEntry, Mark
from nnviz.visual.palette import DARK

ENTRIES = (
    LegendEntry("mini-batch", DARK.runs[0], Mark.FAINT_LINE, "batch"),
    LegendEntry("smoothed", DARK.runs[0], Mark.LINE, "smooth"),
    LegendEntry("epoch mean", DARK.text, Mark.DOT, "epoch"),
)


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    result = Legend()
    qtbot.addWidget(result)
    result.set_entries(ENTRIES, DARK)
    return result


def test_with_room_whole_texts_stand_in_a_row(legend: Legend) -> None:
    width = legend.row_width

    assert legend.shown_texts(width) == ("mini-batch", "smoothed", "epoch mean")
    assert legend.heightForWidth(width) == legend.sizeHint().height()


def test_in_a_panel_of_two_hundred_px_all_entries_are_still_there(legend: Legend) -> None:
    assert legend.shown_texts(172) == ("batch", "smooth", "epoch")
    assert legend.heightForWidth(172) == legend.sizeHint().height()


def test_a_narrow_one_takes_two_rows(legend: Legend) -> None:
    assert legend.shown_texts(120) == ("batch", "smooth", "epoch")
    assert legend.heightForWidth(120) == 2 * legend.sizeHint().height()


def test_what_has_no_room_is_counted(legend: Legend) -> None:
    runs = tuple(LegendEntry(f"Run {n}", DARK.runs[0]) for n in range(1, 21))

    legend.set_entries(runs, DARK)

    texts = legend.shown_texts(180)
    assert texts[:2] == ("Run 1", "Run 2")
    assert texts[-1] == f"+{20 - len(texts) + 1}"
    assert legend.accessibleName().endswith("Run 20")


def test_a_name_that_is_too_long_is_cut(legend: Legend) -> None:
    legend.set_entries((LegendEntry("a name of very many words indeed", DARK.runs[0]),), DARK)

    (text,) = legend.shown_texts(90)
    assert text.endswith("…")
