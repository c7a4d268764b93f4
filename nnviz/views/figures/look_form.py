"""The choices that every export has: theme, content and width, as a form."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from nnviz.views.figures.figure import LARGEST, SMALLEST, FigureLook

__all__ = ["LookForm"]

FIELD_HEIGHT = 30


class LookForm(QWidget):
    """Asks what a figure shall look like; further rows can be put before and after."""

    changed = Signal()
    """Emitted when another choice is made."""

    def __init__(self, step_line: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step_line = step_line
        self.layout_ = form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._content = self.add_choice(
            "content", "Content", (("The canvas", False), ("The canvas and the inspector", True))
        )
        self._theme = self.add_choice(
            "theme", "Theme", (("Paper, for print", "paper"), ("Light", "light"), ("Dark", "dark"))
        )
        self._width = QSpinBox(self)
        self._width.setObjectName("export.width")
        self._width.setAccessibleName("Width")
        self._width.setRange(SMALLEST, LARGEST)
        self._width.setSingleStep(100)
        self._width.setSuffix(" px")
        self._width.setValue(FigureLook().width)
        self._width.setKeyboardTracking(False)  # not a figure for each digit
        self._width.valueChanged.connect(self._on_changed)
        self.add_row("Width", self._width)

    @property
    def look(self) -> FigureLook:
        """What was chosen."""
        return FigureLook(
            self._theme.currentData(), self._width.value(),
            with_inspector=self._content.currentData(), step_line=self._step_line,
        )  # fmt: skip

    def add_choice(
        self, name: str, title: str, options: tuple[tuple[str, object], ...], first: bool = False
    ) -> QComboBox:
        """Add a row with a list of texts and what they stand for, as the last or the first one."""
        combo = QComboBox(self)
        combo.setObjectName(f"export.{name}")
        combo.setAccessibleName(title)
        for text, data in options:
            combo.addItem(text, data)
        combo.activated.connect(self._on_changed)
        self.add_row(title, combo, first)
        return combo

    def add_row(self, title: str, field: QWidget, first: bool = False) -> None:
        """Add a field with its title, as the last or the first row."""
        field.setFixedHeight(FIELD_HEIGHT)
        self.layout_.insertRow(0 if first else self.layout_.rowCount(), title, field)

    @Slot(int)
    def _on_changed(self, _: int) -> None:
        self.changed.emit()
