"""A strip that stands as long as something out of the ordinary is so, with what to do about it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from nnviz.views.theme import css
from nnviz.visual.palette import RGB

__all__ = ["Banner"]


class Banner(QFrame):
    """An empty strip; subclasses put texts and buttons into ``row``, from left to right."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"banner.{name}")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(12, 5, 6, 5)
        self.row.setSpacing(6)

    def new_button(self, name: str, text: str, tip: str) -> QPushButton:
        """Return a button that Enter presses, too; it is not in the row yet."""
        button = QPushButton(text)
        button.setObjectName(f"{self.objectName()}.{name}")
        button.setToolTip(tip)
        button.setAutoDefault(True)
        return button

    def colour(self, ground: RGB, edge: RGB, ink: RGB) -> None:
        """Colour the strip and its texts; the buttons keep the theme's."""
        name = self.objectName().replace(".", "\\.")
        self.setStyleSheet(
            f"#{name} {{ background: {css(ground)}; border: 1px solid {css(edge)}; "
            "border-radius: 8px; }"
            f"QLabel {{ color: {css(ink)}; background: transparent; }}"
        )
