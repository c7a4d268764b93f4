"""A line that has too little room loses its last parts first, and letters only at worst."""

import pytest
from pytestqt.qtbot import QtBot

from nnviz.views.widgets.elided_label import ElidedLabel

LINE = "paused · epoch 2/30 · mini-batch 603/5,000"


@pytest.fixture
def label(qtbot: QtBot) -> ElidedLabel:
    result = ElidedLabel()
    qtbot.addWidget(result)
    result.show_text(LINE)
    return result


@pytest.mark.parametrize(
    ("fitting", "shown"),
    [
        (LINE, LINE),
        ("paused · epoch 2/30 · mini-batch", "paused · epoch 2/30 …"),
        ("paused · epoch", "paused …"),
    ],
)
def test_whole_parts_are_left_out(label: ElidedLabel, fitting: str, shown: str) -> None:
    label.resize(label.fontMetrics().horizontalAdvance(fitting) + 1, 20)
    label.show_text(LINE)

    assert label.text() == shown
    assert label.whole_text == label.toolTip() == label.accessibleName() == LINE


def test_without_room_for_a_part_letters_are_left_out(label: ElidedLabel) -> None:
    label.resize(label.fontMetrics().horizontalAdvance("paus…") + 1, 20)
    label.show_text(LINE)

    assert label.text() in {"pau…", "paus…"}
