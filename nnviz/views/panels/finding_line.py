"""A sentence about a neuron or an edge, with a link to it: of the check and of the diagnosis."""

from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnviz.trace.refs import Ref
from nnviz.views.theme import css, text_font
from nnviz.views.widgets.value_cell import CELL_PADDING
from nnviz.visual.palette import RGB, Palette

__all__ = ["FindingLine"]

_HERE = "ref"


class FindingLine(QLabel):
    """Shows a sentence in a colour and, after it, a link; a sign says the same as the colour."""

    ref_requested = Signal(object)
    """Emitted with the Ref whose link was clicked, or followed by keyboard."""
    ref_hovered = Signal(object)
    """Emitted with the Ref whose link the pointer is over, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ref: Ref | None = None
        self.setFont(text_font(13))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setContentsMargins(CELL_PADDING, 0, CELL_PADDING, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.linkActivated.connect(self._on_activated)
        self.linkHovered.connect(self._on_hovered)

    @property
    def ref(self) -> Ref | None:
        """Where the link leads."""
        return self._ref

    def show_line(
        self,
        text: str,
        colour: RGB,
        palette: Palette,
        link: tuple[str, Ref] | None = None,
        details: str = "",
    ) -> None:
        """Show ``text`` in a colour, then the link, then ``details``, quietly."""
        self._ref = None if link is None else link[1]
        pieces = [f'<span style="color: {css(colour)}">{escape(text)}</span>']
        words = [text]
        if link is not None:
            pieces.append(f'<a href="{_HERE}" style="color: {css(palette.accent)}">'
                          f"{escape(link[0])}</a>.")  # fmt: skip
            words.append(f"{link[0]}.")
        if details:
            pieces.append(f'<span style="color: {css(palette.muted)}">{escape(details)}</span>')
            words.append(details)
        flags = Qt.TextInteractionFlag.NoTextInteraction
        if link is not None:
            flags = (
                Qt.TextInteractionFlag.LinksAccessibleByMouse
                | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
        if self.textInteractionFlags() != flags:
            self.setTextInteractionFlags(flags)
        if self.text() != " ".join(pieces):
            self.setText(" ".join(pieces))
        self.setAccessibleName(" ".join(words))
        self.setToolTip("Click the link to select it" if link is not None else "")

    @Slot(str)
    def _on_activated(self, _: str) -> None:
        self.ref_requested.emit(self._ref)

    @Slot(str)
    def _on_hovered(self, link: str) -> None:
        self.ref_hovered.emit(self._ref if link else None)
