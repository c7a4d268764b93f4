"""How wide texts are: measured, never guessed."""

from collections.abc import Iterable

from PySide6.QtGui import QFontMetricsF

from nnviz.views.theme import mono_font, text_font

__all__ = ["Rule"]


class Rule:
    """Measures texts of one face; keeps the metrics of each size while a scene is set."""

    def __init__(self, mono: bool, bold: bool = False) -> None:
        self._mono, self._bold = mono, bold
        self._metrics: dict[int, QFontMetricsF] = {}

    def width(self, text: str, pixels: int) -> float:
        """Return the advance of ``text`` in px."""
        metrics = self._metrics.get(pixels)
        if metrics is None:
            face = mono_font if self._mono else text_font
            metrics = self._metrics[pixels] = QFontMetricsF(face(pixels, self._bold))
        return metrics.horizontalAdvance(text)

    def widest(self, texts: Iterable[str], pixels: int) -> float:
        """Return the largest advance in px, 0 of none."""
        return max((self.width(text, pixels) for text in texts), default=0.0)
