"""A sentence whose terms of the field explain themselves under the pointer."""

import html

from PySide6.QtCore import Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from nnviz.trace.glossary import GLOSSARY, terms_in
from nnviz.views.theme import text_font
from nnviz.visual.palette import DARK, Palette

__all__ = ["GlossaryLabel"]


class GlossaryLabel(QLabel):
    """Shows a sentence; its terms are underlined, and hovering one says what it means."""

    def __init__(self, px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = ""
        self._palette = DARK
        self.setFont(text_font(px))
        self.setWordWrap(True)
        self.linkHovered.connect(self._on_hovered)

    @property
    def sentence(self) -> str:
        """The sentence as plain text."""
        return self._sentence

    def show_sentence(self, sentence: str, palette: Palette) -> None:
        """Show another sentence."""
        if (sentence, palette) == (self._sentence, self._palette):
            return
        self._sentence, self._palette = sentence, palette
        self.setText(self._marked(sentence))
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def _marked(self, sentence: str) -> str:
        """Return the sentence as rich text with a link on each term."""
        red, green, blue = self._palette.text
        style = f"color: rgb({red}, {green}, {blue}); text-decoration: underline"
        pieces, at = [], 0
        for start, end, term in terms_in(sentence):
            pieces.append(html.escape(sentence[at:start]))
            word = html.escape(sentence[start:end])
            pieces.append(f'<a href="{term}" style="{style}">{word}</a>')
            at = end
        return "".join([*pieces, html.escape(sentence[at:])])

    @Slot(str)
    def _on_hovered(self, term: str) -> None:
        if term in GLOSSARY:
            QToolTip.showText(QCursor.pos(), f"{term}: {GLOSSARY[term]}", self)
        else:
            QToolTip.hideText()
