"""One number that can be changed by hand: its name, a field, a slider, and the way back."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from nnviz.formatting import rounded
from nnviz.trace.notation import Notation
from nnviz.trace.what_if import Adjustable, Kind
from nnviz.trace.what_if_curve import range_around
from nnviz.trace.what_if_texts import long_name, plain_name
from nnviz.views.theme import text_font
from nnviz.views.widgets.number_field import NumberField, NumberProblem
from nnviz.views.widgets.number_rule import LARGEST, NumberRule
from nnviz.views.widgets.value_slider import ValueSlider
from nnviz.visual.palette import Palette

__all__ = ["WhatIfRow"]

END_PX = 11
FIELD_WIDTH_PX = 110
_NAMES = {
    Kind.WEIGHT: "the weight",
    Kind.BIAS: "the bias",
    Kind.INPUT: "the input",
    Kind.TARGET: "the target",
}


class WhatIfRow(QWidget):
    """Shows one number and asks for another one; it decides nothing.

    ``is_share`` says that the number usually lies between 0 and 1, ``bounded`` that it must.
    """

    value_chosen = Signal(float)
    """Emitted with the wanted number, many times in a drag."""
    change_began = Signal()
    """Emitted before the first number of a drag."""
    change_ended = Signal()
    """Emitted after the last number of a drag, and after one that was typed."""
    reset_requested = Signal()
    """Emitted when the original number is wanted."""
    activated = Signal(object)
    """Emitted with the Adjustable when its curve is wanted."""

    def __init__(
        self,
        adjustable: Adjustable,
        *,
        is_share: bool = False,
        bounded: bool = False,
        image_width: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        kind = adjustable.kind.value
        self.adjustable = adjustable
        self._is_share, self._image_width = is_share, image_width
        self._ends: tuple[float, float] | None = None
        self.name_button = QToolButton()
        self.name_button.setObjectName(f"what-if.{kind}.name")
        self.name_button.setCheckable(True)
        rule = NumberRule(
            _NAMES[adjustable.kind],
            0.0 if bounded else -LARGEST,
            1.0 if bounded else LARGEST,
            first_step=0.01,
        )
        self.field = NumberField(f"what-if.{kind}.field", rule)
        self.field.setMinimumWidth(FIELD_WIDTH_PX)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setAccessibleName(_NAMES[adjustable.kind].capitalize())
        self.slider = ValueSlider(f"what-if.{kind}.slider")
        self.slider.setAccessibleName(_NAMES[adjustable.kind].capitalize())
        self.reset_button = QToolButton()
        self.reset_button.setObjectName(f"what-if.{kind}.reset")
        self.reset_button.setText("Reset")
        self._low, self._high = _end_label(), _end_label()
        self._arrange()
        self.name_button.clicked.connect(self._on_activated)
        self.field.valueChanged.connect(self._on_value_chosen)
        self.field.editingFinished.connect(self.change_ended)
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.value_chosen.connect(self._on_value_chosen)
        self.slider.sliderReleased.connect(self.change_ended)
        self.reset_button.clicked.connect(self._on_reset)

    @property
    def ends(self) -> tuple[float, float]:
        """The range of the slider."""
        return self.slider.low, self.slider.high

    def show_number(
        self, value: float, original: float, notation: Notation, palette: Palette, *, active: bool
    ) -> None:
        """Show the number beside the one it came from."""
        self._ends = range_around(original, value, unit=self._is_share, ends=self._ends)
        low, high = self._ends
        self.slider.show_value(value, low, high, original, palette)
        self.field.show_value(value)
        self._low.setText(rounded(low, 3))
        self._high.setText(rounded(high, 3))
        self.name_button.setText(plain_name(notation, self.adjustable))
        self.name_button.setChecked(active)
        what = long_name(notation, self.adjustable, self._image_width)
        self.name_button.setToolTip(f"{what}\nShow its curve below")
        self.name_button.setAccessibleName(f"{what}: show its curve")
        self.slider.setToolTip(f"{what}\nThe mark is where it was: {original!r}")
        self.reset_button.setEnabled(self.isEnabled() and value != original)
        self.reset_button.setToolTip(f"Back to {original!r}")

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.name_button, 0, 0, 1, 2)
        grid.addWidget(self.field, 0, 2)
        grid.addWidget(self.reset_button, 0, 3, 1, 2)
        grid.addWidget(self._low, 1, 0)
        grid.addWidget(self.slider, 1, 1, 1, 3)
        grid.addWidget(self._high, 1, 4)
        grid.addWidget(NumberProblem(f"what-if.{self.adjustable.kind.value}.problem", [self.field]),
                       2, 0, 1, 5)  # fmt: skip
        grid.setColumnStretch(2, 1)
        self.name_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @Slot()
    def _on_activated(self) -> None:
        self.activated.emit(self.adjustable)

    @Slot()
    def _on_pressed(self) -> None:
        self.change_began.emit()
        self.activated.emit(self.adjustable)

    @Slot(float)
    def _on_value_chosen(self, value: float) -> None:
        self.activated.emit(self.adjustable)
        self.value_chosen.emit(value)

    @Slot()
    def _on_reset(self) -> None:
        self._ends = None
        self.activated.emit(self.adjustable)
        self.reset_requested.emit()


def _end_label() -> QLabel:
    label = QLabel()
    label.setProperty("muted", True)
    label.setFont(text_font(END_PX))
    return label
