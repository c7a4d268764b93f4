"""One thing that is wrong with the training: a sentence, its numbers on demand, and what helps."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.engine.wording import Severity
from nnviz.training.advice import Advice
from nnviz.training.remedies import Remedy
from nnviz.views.theme import text_font
from nnviz.views.widgets.folding_button import FoldingButton
from nnviz.views.widgets.glossary_label import GlossaryLabel
from nnviz.visual.palette import Palette

__all__ = ["AdviceView"]

MOST_REMEDIES = 2
WHY, WHY_OPEN = "Why? ▸", "Why? ▾"
ENDS_THE_RUN = "This ends the run. Its weights come back with Undo, its curves do not."
_TOP, _LEFT = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignLeft
_SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}


class AdviceView(QFrame):
    """Shows an Advice; a remedy that ends a run is asked for twice."""

    remedy_chosen = Signal(object, object)
    """Emitted with the Advice and the Remedy that is to be applied."""
    dismissed = Signal(object)
    """Emitted with the Advice that is not to be shown any more."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._advice: Advice | None = None
        self._ends_run = False
        self._asked: Remedy | None = None
        name = f"training.advice.{index}"
        self.setObjectName(name)
        self.setProperty("card", True)
        self.sign_label = QLabel(self)
        self.sign_label.setFont(text_font(13, bold=True))
        self.sign_label.setFixedWidth(14)
        self.sentence_label = GlossaryLabel(13, self)
        self.sentence_label.setObjectName(f"{name}.sentence")
        self.numbers_label = GlossaryLabel(12, self)
        self.numbers_label.setObjectName(f"{name}.numbers")
        for label in (self.sentence_label, self.numbers_label):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.numbers_button = _tool(f"{name}.show-numbers", WHY, self)
        self.numbers_button.setCheckable(True)
        self.numbers_button.setProperty("link", True)
        self.numbers_button.setToolTip("Show or hide the numbers behind this, and what they mean")
        self.numbers_button.setAccessibleName("Why?")
        self.numbers_button.toggled.connect(self._on_numbers_toggled)
        self.dismiss_button = _tool(f"{name}.dismiss", "✕", self)
        self.dismiss_button.setAccessibleName("Dismiss")
        self.dismiss_button.setToolTip("Do not tell of this again, until the curves start anew")
        self.dismiss_button.clicked.connect(self._on_dismissed)
        self.buttons = tuple(
            _button(f"{name}.remedy.{which}", self) for which in range(MOST_REMEDIES)
        )
        for button in self.buttons:
            button.setAccessibleName("Remedy")
            button.setToolTip("What helps against this")
        self.buttons[0].clicked.connect(self._on_first_clicked)
        self.buttons[1].clicked.connect(self._on_second_clicked)
        self.question = QWidget(self)
        self.yes_button = _button(f"{name}.yes", self)
        self.no_button = _button(f"{name}.no", self)
        self.no_button.show_text("Go on training")
        self.no_button.setToolTip("Leave the run as it is")
        self.yes_button.show_text("End the run")
        self.yes_button.setToolTip("Start again with new weights")
        self.yes_button.clicked.connect(self._on_confirmed)
        self.no_button.clicked.connect(self._ask_nothing)
        self._arrange()

    @property
    def advice(self) -> Advice | None:
        """What is shown."""
        return self._advice

    def show_advice(self, advice: Advice, *, ends_run: bool, palette: Palette) -> None:
        """Show an advice; ``ends_run``: a remedy with new weights would end a run now."""
        if self._advice is None or advice.illness is not self._advice.illness:
            self.numbers_button.setChecked(False)
            self._asked = None
        self._advice, self._ends_run = advice, ends_run
        self.sign_label.setText(_SIGNS[advice.severity])
        self.sign_label.setProperty("bad", advice.severity is Severity.ERROR)
        self.sign_label.style().polish(self.sign_label)
        self.sentence_label.show_sentence(_unbroken(advice.sentence), palette)
        self.numbers_label.show_sentence(_unbroken(advice.numbers), palette)
        self.numbers_label.setVisible(self.numbers_button.isChecked())
        for index, button in enumerate(self.buttons):
            if index < len(advice.remedies):
                remedy = advice.remedies[index]
                button.show_text(remedy.label)
                button.setToolTip(remedy.why)
        self._show_buttons()
        self.setAccessibleName(advice.sentence)

    def _show_buttons(self) -> None:
        """Show the remedies, or the question whether the run shall end."""
        remedies = self._advice.remedies if self._advice is not None else ()
        if not self._ends_run:
            self._asked = None
        for index, button in enumerate(self.buttons):
            button.setVisible(self._asked is None and index < len(remedies))
        self.question.setVisible(self._asked is not None)

    def _choose(self, index: int) -> None:
        if self._advice is None:
            return
        remedy = self._advice.remedies[index]
        if remedy.new_weights and self._ends_run:
            self._asked = remedy
            self.yes_button.setToolTip(remedy.label)
            self._show_buttons()
            self.no_button.setFocus()
        else:
            self.remedy_chosen.emit(self._advice, remedy)

    @Slot()
    def _on_first_clicked(self) -> None:
        self._choose(0)

    @Slot()
    def _on_second_clicked(self) -> None:
        self._choose(1)

    @Slot()
    def _on_confirmed(self) -> None:
        remedy, self._asked = self._asked, None
        self._show_buttons()
        if remedy is not None:
            self.remedy_chosen.emit(self._advice, remedy)

    @Slot()
    def _ask_nothing(self) -> None:
        self._asked = None
        self._show_buttons()

    @Slot()
    def _on_dismissed(self) -> None:
        self.dismissed.emit(self._advice)

    @Slot(bool)
    def _on_numbers_toggled(self, shown: bool) -> None:
        self.numbers_label.setVisible(shown)
        self.numbers_button.setText(WHY_OPEN if shown else WHY)

    def _arrange(self) -> None:
        asking = QLabel(ENDS_THE_RUN, self.question)
        asking.setFont(text_font(12))
        asking.setWordWrap(True)
        asking.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        answers = QHBoxLayout()
        answers.setSpacing(6)
        answers.addWidget(self.no_button)
        answers.addWidget(self.yes_button)
        inner = QVBoxLayout(self.question)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        inner.addWidget(asking)
        inner.addLayout(answers)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.sign_label)
        top.addWidget(self.sentence_label, 1)
        top.addWidget(self.dismiss_button)
        for widget in (self.sign_label, self.dismiss_button):
            top.setAlignment(widget, _TOP)
        below = QVBoxLayout()
        below.setContentsMargins(18, 0, 0, 0)
        below.setSpacing(6)
        below.addWidget(self.numbers_button, 0, _LEFT)
        below.addWidget(self.numbers_label)
        for button in self.buttons:
            below.addWidget(button)
        below.addWidget(self.question)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 6, 6)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(below)


def _unbroken(sentence: str) -> str:
    """Return a sentence whose numbers stay beside their symbols and units."""
    return sentence.replace(" = ", "\u00a0=\u00a0").replace(" %", "\u00a0%")


def _button(name: str, parent: QWidget) -> FoldingButton:
    button = FoldingButton(parent)
    button.setObjectName(name)
    return button


def _tool(name: str, text: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setText(text)
    button.setFont(text_font(12))
    return button
