"""A field for a number: it takes every way to write one, and never alters what it is given."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLabel, QSizePolicy, QWidget

from nnviz.errors import NnvizError
from nnviz.views.theme import text_font
from nnviz.views.widgets.number_rule import NumberRule, number_text

__all__ = ["NumberField", "NumberProblem"]

_Standard = QKeySequence.StandardKey
MOST_DECIMALS = 323
"""As many as Qt allows: with fewer it would round what it is given."""
PROBLEM_PX = 12


class NumberField(QDoubleSpinBox):
    """Takes what is typed with Enter or when the focus leaves it, steps at once.

    What cannot be read is refused whole: the value stays, and ``problem_changed`` says why.
    ``valueChanged`` is emitted for a finished change only.
    """

    problem_changed = Signal(str)
    """Emitted with a sentence when a text was refused, with nothing once that is over."""

    def __init__(self, name: str, rule: NumberRule, parent: QWidget | None = None) -> None:
        self._rule = rule  # first: the box asks for texts while it is made
        self._problem = ""
        super().__init__(parent)
        self.setObjectName(name)
        self.setLocale(QLocale.c())
        self.setDecimals(MOST_DECIMALS)
        self.setRange(rule.least, rule.most)
        self.setKeyboardTracking(False)  # 30 on the way to 300 is not a wish
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel
        self.lineEdit().setTextMargins(4, 0, 0, 0)  # the style sheet's padding does not reach it
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self.valueChanged.connect(self._on_value_changed)

    @property
    def problem(self) -> str:
        """Why the last text was refused, empty if it was not."""
        return self._problem

    def show_value(self, value: float, *, anew: bool = False) -> None:
        """Show ``value`` without telling anybody.

        What is being typed stays if the value is the same, unless it is to be shown ``anew``.
        """
        if anew or value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)
            self._set_problem("")

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed: a character that is dropped makes another number."""
        try:
            self._rule.read(text)
        except NnvizError:
            return QValidator.State.Intermediate, text, position
        return QValidator.State.Acceptable, text, position

    def fixup(self, text: str) -> str:
        """Say why a finished text is refused; the box then goes back to its value."""
        try:
            self._rule.read(text)
        except NnvizError as error:
            self._set_problem(f"{error}; it stays {number_text(self.value())}.")
        return text

    def valueFromText(self, text: str) -> float:
        """Return the number that is typed, the value where there is none."""
        try:
            return self._rule.read(text)
        except NnvizError:
            return self.value()

    def textFromValue(self, value: float) -> str:
        """Return the shortest text that means exactly ``value``."""
        return number_text(value)

    def stepBy(self, steps: int) -> None:
        """Step by a tenth of the leading digit, from what is typed."""
        self.interpretText()
        self.setValue(self._rule.stepped(self.value(), steps))
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window while nothing is being typed."""
        if isinstance(event, QKeyEvent) and self._is_for_window(event):
            event.ignore()
            return False
        return super().event(event)

    def _is_for_window(self, event: QKeyEvent) -> bool:
        """Whether a key undoes a change of the program's: of a finished text, none of the text."""
        changes = event.matches(_Standard.Undo) or event.matches(_Standard.Redo)
        return changes and self.text() == self.textFromValue(self.value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @Slot(str)
    def _on_text_edited(self, _: str) -> None:
        self._set_problem("")

    @Slot(float)
    def _on_value_changed(self, _: float) -> None:
        self._set_problem("")

    def _set_problem(self, sentence: str) -> None:
        if sentence != self._problem:
            self._problem = sentence
            self.problem_changed.emit(sentence)


class NumberProblem(QLabel):
    """The sentence under some fields that says why what was typed is refused; else hidden."""

    def __init__(self, name: str, fields: Sequence[NumberField]) -> None:
        super().__init__()
        self._fields = fields
        self.setObjectName(name)
        self.setProperty("bad", True)
        self.setFont(text_font(PROBLEM_PX))
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()
        for field in fields:
            field.problem_changed.connect(self._on_problem_changed)

    @Slot(str)
    def _on_problem_changed(self, sentence: str) -> None:
        shown = sentence or next((each.problem for each in self._fields if each.problem), "")
        self.setText(shown)
        self.setVisible(bool(shown))
