"""The labels of the challenges: plain text that wraps, and its colour for right and wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from nnviz.views.theme import text_font

__all__ = ["show_colour", "small_label", "text_label"]


def text_label(name: str, pixels: float = 13) -> QLabel:
    """Return a label of plain text that wraps."""
    label = QLabel()
    label.setObjectName(name)
    label.setFont(text_font(pixels))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def small_label(name: str) -> QLabel:
    """Return a label for what is not important now."""
    label = text_label(name, 12)
    label.setProperty("muted", True)
    return label


def show_colour(label: QLabel, agrees: bool | None) -> None:
    """Colour a label as good, as bad, or, if nothing can be told, as muted."""
    for name, wanted in (("good", agrees is True), ("bad", agrees is False),
                         ("muted", agrees is None)):  # fmt: skip
        label.setProperty(name, wanted)
    label.style().unpolish(label)
    label.style().polish(label)
