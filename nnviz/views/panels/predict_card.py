"""Predict: the question before the next step, answered by sign or by value, and the count."""

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnviz.errors import NnvizError
from nnviz.formatting import count
from nnviz.stores.workspace import Workspace
from nnviz.trace.predictions import Question
from nnviz.views.panels.challenge_labels import show_colour, small_label, text_label
from nnviz.views.panels.challenge_texts import RULE, asked_text, verdict_text, why_nothing_asked
from nnviz.views.theme import text_font
from nnviz.views.widgets.number_rule import LARGEST, NumberRule
from nnviz.views.widgets.ref_label import RefLabel

__all__ = ["PredictCard"]

INVITATION = "Guess each number before its step reveals it."
ANSWER = NumberRule("the answer", least=-LARGEST)
_SIGNS = ((-1, "−", "negative", "-"), (0, "0", "zero", "0"), (1, "+", "positive", "+"))
"""Sign, text and name of each button, and the key that does the same anywhere in the window."""


class PredictCard(QWidget):
    """Shows the prediction store and sends it answers; −, 0 and + are keys, too."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("challenges.predict")
        self._workspace = workspace
        self._store = workspace.challenges.prediction
        self._asked: Question | None = None
        self.switch = QCheckBox("Predict")
        self.switch.setObjectName("challenges.predict.switch")
        self.switch.setToolTip("Ask for a number before each step reveals it (Ctrl+P)")
        self.counts = small_label("challenges.predict.counts")
        self.reset_button = QPushButton("Reset")
        self.reset_button.setObjectName("challenges.predict.reset")
        self.reset_button.setToolTip("Begin the count of right answers anew")
        self.reset_button.setAutoDefault(True)
        keeps = self.reset_button.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # or all below would move with the first answer
        self.reset_button.setSizePolicy(keeps)
        self.invitation = small_label("challenges.predict.invitation")
        self.question = RefLabel(workspace.selection, "challenges.predict.question")
        self.question.setFont(text_font(14))
        # So that the buttons below stay where they are when a question has but one line.
        self.question.setMinimumHeight(2 * self.question.fontMetrics().lineSpacing())
        self.question.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._shortcuts: list[QShortcut] = []
        self.sign_buttons = [self._sign_button(*sign) for sign in _SIGNS]
        self.signs = QWidget()
        self.field = QLineEdit()
        self.answer_button = QPushButton("Answer")
        self.answers = QWidget()
        self.problem = text_label("challenges.predict.problem")
        self.problem.setProperty("bad", True)
        self.rule = small_label("challenges.predict.rule")
        self.rule.setText(RULE)
        self.verdict = text_label("challenges.predict.verdict")
        self._arrange()
        self.switch.clicked.connect(self._store.toggle)
        self.reset_button.clicked.connect(self._store.reset)
        self.field.returnPressed.connect(self._on_answered)
        self.field.textEdited.connect(self._on_edited)
        self.answer_button.clicked.connect(self._on_answered)

    def synchronize(self) -> None:
        """Show the question, the verdict and the counts."""
        store = self._store
        notation, trace = self._workspace.display.notation, self._workspace.stepper.trace
        with QSignalBlocker(self.switch):
            self.switch.setChecked(store.is_on)
        self.counts.setText(self._counts_text())
        self.reset_button.setVisible(bool(store.answer_count))
        question = store.question
        asked = question is not None and trace is not None
        if question is not None and trace is not None:
            text = asked_text(notation, question, trace.example_count)
            self.question.show_text(text, question.ref)
        self.question.setVisible(asked)
        has_sign = question is not None and question.has_sign
        self.signs.setVisible(asked)
        self.signs.setEnabled(has_sign)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(has_sign)
        self.answers.setVisible(asked)
        self.rule.setVisible(asked)
        self.invitation.setVisible(not asked)
        self.invitation.setText(why_nothing_asked(self._workspace) if store.is_on else INVITATION)
        self._show_verdict()
        self._forget_typed(question)

    @Slot()
    def _on_sign_clicked(self) -> None:
        sender = self.sender()
        for button, (sign, *_) in zip(self.sign_buttons, _SIGNS, strict=True):
            if button is sender:
                self._store.answer_sign(sign)
                return

    @Slot()
    def _on_answered(self) -> None:
        try:
            value = ANSWER.read(self.field.text())
        except NnvizError as error:
            self._show_problem(f"{error}; type one like −0.03 or 2e-4.")
            return
        self.field.clear()
        self._show_problem("")
        self._store.answer_value(value)

    @Slot()
    def _on_edited(self) -> None:
        self._show_problem("")

    def _counts_text(self) -> str:
        store = self._store
        if not store.answer_count:
            return ""
        text = f"{count(store.right_count)} of {count(store.answer_count)} right"
        return f"{text} · streak {count(store.streak)}" if store.streak > 1 else text

    def _show_verdict(self) -> None:
        verdict = self._store.verdict
        self.verdict.setVisible(verdict is not None)
        if verdict is None:
            self.verdict.clear()
            return
        show_colour(self.verdict, verdict.right)
        self.verdict.setText(verdict_text(self._workspace.display.notation, verdict))

    def _forget_typed(self, question: Question | None) -> None:
        """Clear the field when something else is asked for."""
        same = (
            question is not None
            and self._asked is not None
            and (question.quantity, question.ref, question.example)
            == (self._asked.quantity, self._asked.ref, self._asked.example)
        )
        self._asked = question
        if not same:
            self.field.clear()
            self._show_problem("")

    def _show_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _sign_button(self, sign: int, text: str, name: str, key: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"challenges.predict.{name}")
        button.setAccessibleName(name)
        button.setToolTip(f"It is {name if sign else 'exactly 0'} (key {text})")
        button.setAutoDefault(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(self._on_sign_clicked)
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(button.click)
        self._shortcuts.append(shortcut)
        return button

    def _arrange(self) -> None:
        self.field.setObjectName("challenges.predict.field")
        self.field.setAccessibleName("Your value")
        self.field.setPlaceholderText("or type its value")
        self.field.setMinimumWidth(60)
        self.answer_button.setObjectName("challenges.predict.answer")
        self.answer_button.setToolTip("Compare your guess with the value of the step")
        self.answer_button.setAutoDefault(True)
        top = QHBoxLayout()
        top.addWidget(self.switch)
        top.addStretch(1)
        top.addWidget(self.counts)
        top.addWidget(self.reset_button)
        signs = _row(self.signs)
        for button in self.sign_buttons:
            signs.addWidget(button)
        answers = _row(self.answers)
        answers.addWidget(self.field, 1)
        answers.addWidget(self.answer_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        for widget in (
            self.invitation, self.question, self.signs, self.answers, self.problem, self.verdict,
            self.rule,
        ):  # fmt: skip
            layout.addWidget(widget)
        self.problem.hide()


def _row(widget: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    return layout
