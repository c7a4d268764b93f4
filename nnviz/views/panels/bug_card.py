"""Find the bug: choose a mistake or be surprised by one, look at what it does, and name it."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnviz.stores.bug_store import BugRound
from nnviz.stores.workspace import Workspace
from nnviz.trace.differences import is_plain
from nnviz.trace.mistakes import Mistake
from nnviz.trace.naming import place_of
from nnviz.trace.pass_trace import PassTrace
from nnviz.views.panels.challenge_labels import show_colour, small_label, text_label
from nnviz.views.panels.challenge_texts import (
    bite_text,
    check_texts,
    place_text,
    update_text,
)
from nnviz.views.panels.comparison import Comparison, compared
from nnviz.views.panels.mistake_list import MistakeList
from nnviz.views.widgets.ref_label import RefLabel

__all__ = ["BugCard"]

_INTRODUCTIONS = {
    BugRound.NONE: "Run the pass with a classic mistake: one that you choose, or a hidden one "
    "that you find by its numbers.",
    BugRound.HIDDEN: "A mistake is hidden in this pass. Step through it, select neurons and "
    "edges, watch the checks, and name it.",
    BugRound.NAMED: "This pass is run with a mistake:",
    BugRound.FOUND: "✓ Right, this was the mistake:",
    BugRound.GIVEN_UP: "This was the mistake:",
}
_HELD = (
    "This is a mini-batch of the run itself, which makes no mistakes; leave it to look for a bug."
)

PLAIN_DESCENT = "With a mistake it updates by plain gradient descent, without dropout."


class BugCard(QWidget):
    """Shows the bug store and sends it wishes; while a mistake is hidden nothing here tells it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("challenges.bug")
        self._workspace = workspace
        self._store = workspace.challenges.bug
        self._shown_round = BugRound.NONE
        self.heading = QLabel("Find the bug")
        self.heading.setProperty("heading", True)
        self.score = small_label("challenges.bug.score")
        self.introduction = text_label("challenges.bug.introduction")
        self.title = text_label("challenges.bug.title", 14)
        self.title.setProperty("heading", True)
        self.story = text_label("challenges.bug.story")
        self.formula = small_label("challenges.bug.formula")
        self.bite = RefLabel(workspace.selection, "challenges.bug.bite")
        self.bite.setFont(self.story.font())
        self.comparison_title = small_label("challenges.bug.comparison-title")
        self.comparison = Comparison()
        self.checks = [text_label(f"challenges.bug.check.{index}") for index in range(2)]
        self.update_check = text_label("challenges.bug.update-check")
        self.list = MistakeList()
        self.detail = small_label("challenges.bug.detail")
        self.hint = text_label("challenges.bug.hint")
        self.run_button = self._button("run", "Run It", "Run the pass with the chosen mistake")
        self.surprise_button = self._button(
            "surprise", "Surprise Me", "Run the pass with a mistake that is not told"
        )
        self.guess_button = self._button("guess", "This Is It", "Name the chosen mistake")
        self.give_up_button = self._button("give-up", "Give Up", "Tell the mistake")
        self.go_button = self._button("go", "Go to That Step", "Go to where it bites first")
        self.back_button = self._button(
            "back", "Back to the Right Pass", "Run the pass without a mistake again"
        )
        self._arrange()
        self._connect()

    def synchronize(self) -> None:
        """Show the round; of a hidden mistake only what the checks say."""
        store, trace = self._store, self._workspace.stepper.trace
        now = store.round
        focused = self._focused()
        revealed = store.mistake is not None and not store.is_hidden
        choosing = now in (BugRound.NONE, BugRound.HIDDEN)
        self.score.setText(self._score_text())
        self.introduction.setText(_INTRODUCTIONS[now])
        if choosing and trace is not None and not is_plain(trace):
            self.introduction.setText(f"{_INTRODUCTIONS[now]} {PLAIN_DESCENT}")
        show_colour(self.introduction, True if now is BugRound.FOUND else None)
        for widget in (self.title, self.story, self.formula, self.bite, self.go_button,
                       self.comparison, self.comparison_title):  # fmt: skip
            widget.setVisible(revealed)
        if revealed and trace is not None and store.mistake is not None:
            self._show_story(trace, store.mistake)
        self._show_checks(trace)
        choices = store.choices()
        self.list.setVisible(choosing and bool(choices))
        if now is not self._shown_round:
            self.list.choose_none()
        self._shown_round = now
        self.list.show_mistakes(choices, store.guesses if store.is_hidden else ())
        self._show_choice()
        self._show_hint()
        self.run_button.setVisible(now is BugRound.NONE)
        self.surprise_button.setVisible(not store.is_hidden)
        self.surprise_button.setEnabled(bool(choices))
        self.guess_button.setVisible(store.is_hidden)
        self.give_up_button.setVisible(store.is_hidden)
        self.back_button.setVisible(revealed)
        if store.is_held:
            self.introduction.setText(_HELD)
        elif not choices and trace is not None and self._workspace.stepper.locked:
            self.introduction.setText(self._workspace.why_no_example())
        self._keep_focus(focused)

    def _focused(self) -> QWidget | None:
        """Return which of the widgets here has the focus."""
        focused = self.window().focusWidget()
        return focused if focused is not None and self.isAncestorOf(focused) else None

    def _keep_focus(self, focused: QWidget | None) -> None:
        """Take the focus from what went away to what is harmless: Qt would take Give Up."""
        if focused is None or (focused.isVisible() and focused.isEnabled()):
            return
        harmless: tuple[QWidget, ...] = (self.list, self.go_button, self.back_button)
        for widget in harmless:
            if not widget.isHidden():
                widget.setFocus()
                return

    def _show_story(self, trace: PassTrace, mistake: Mistake) -> None:
        notation, stepper = self._workspace.display.notation, self._workspace.stepper
        facts = mistake.facts
        self.title.setText(facts.title)
        self.story.setText(facts.description)
        self.formula.setText(f"right:  {facts.right}\nhere:  {facts.wrong}")
        bite = self._store.first_bite()
        self.bite.show_text(bite_text(notation, bite), None if bite is None else bite.ref)
        self.go_button.setVisible(bite is not None)
        right = self._store.right_trace()
        ref = self._workspace.selection.selected
        if ref is not None and not ref.exists_in(trace.spec.sizes):
            ref = None
        chosen = ref
        if ref is None and bite is not None:
            ref = bite.ref
        if right is not None:
            rows = compared(notation, trace, right, stepper.timeline, ref)
            self.comparison.show_rows(rows, notation)
        self.comparison_title.setText(self._compared_text(ref is not None and chosen is None))

    def _compared_text(self, by_default: bool) -> str:
        hint = "Select a neuron or an edge to compare its numbers."
        if by_default:
            return f"Both passes, where it bites first. {hint}"
        ref = self._workspace.selection.selected
        if ref is None:
            return hint
        return f"Both passes: {place_of(ref, self._workspace.display.notation)}"

    def _show_checks(self, trace: PassTrace | None) -> None:
        on = self._store.mistake is not None and trace is not None
        self.update_check.setVisible(on)
        lines: tuple[tuple[str, bool | None], ...] = ()
        if trace is not None and on:
            notation, timeline = self._workspace.display.notation, self._workspace.stepper.timeline
            selected = self._workspace.selection.selected
            lines = check_texts(notation, trace, timeline.reveal(), selected, timeline.example)
            text, agrees = update_text(notation, self._store.update_check())
            self.update_check.setText(text)
            show_colour(self.update_check, agrees)
        for index, label in enumerate(self.checks):
            label.setVisible(index < len(lines))
            if index < len(lines):
                label.setText(lines[index][0])
                show_colour(label, lines[index][1])

    def _show_hint(self) -> None:
        """Say of the last wrong guess where that mistake would be seen."""
        guesses = self._store.guesses if self._store.is_hidden else ()
        self.hint.setVisible(bool(guesses))
        if not guesses:
            return
        show_colour(self.hint, False)
        text = f"✗ Not “{guesses[-1].title}”"
        bite = self._store.first_bite(guesses[-1])
        if bite is not None:
            notation = self._workspace.display.notation
            name = place_text(notation, bite.quantity, bite.ref, bite.step.example)
            text += (
                f": {name} would be {notation.number(bite.mistaken)} in step {bite.position + 1}, "
                "and every number before it would be right"
            )
        self.hint.setText(f"{text}.")

    def _score_text(self) -> str:
        if not self._store.played_count:
            return ""
        return f"found {self._store.found_count} of {self._store.played_count}"

    @Slot()
    def _show_choice(self) -> None:
        mistake = self.list.mistake
        shown = mistake is not None and not self.list.isHidden()
        self.detail.setVisible(shown)
        if mistake is not None:
            self.detail.setText(mistake.description)
        self.run_button.setEnabled(mistake is not None)
        self.guess_button.setEnabled(mistake is not None)

    @Slot()
    def _on_chosen(self) -> None:
        mistake = self.list.mistake
        if mistake is None:
            return
        if self._store.is_hidden:
            self._store.guess(mistake)
        else:
            self._store.run(mistake)

    @Slot()
    def _on_go(self) -> None:
        bite = self._store.first_bite()
        if bite is not None:
            self._workspace.selection.select(bite.ref)
            self._workspace.stepper.move_to(bite.position)

    def _connect(self) -> None:
        self.list.mistake_changed.connect(self._show_choice)
        self.list.entered.connect(self._on_chosen)
        self.run_button.clicked.connect(self._on_chosen)
        self.guess_button.clicked.connect(self._on_chosen)
        self.surprise_button.clicked.connect(self._store.surprise)
        self.give_up_button.clicked.connect(self._store.give_up)
        self.back_button.clicked.connect(self._store.back_to_right_pass)
        self.go_button.clicked.connect(self._on_go)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"challenges.bug.{name}")
        button.setToolTip(tip)
        button.setAutoDefault(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        steady: tuple[QWidget, ...] = (self.introduction, self.title, self.list)
        for widget in steady:
            layout.addWidget(widget)
        # Above all texts that change with a step: a button must not run from the pointer.
        for pair in (
            (self.run_button, self.surprise_button, self.back_button),
            (self.guess_button, self.give_up_button),
        ):
            row = QHBoxLayout()
            row.setSpacing(6)
            for button in pair:
                row.addWidget(button)
            layout.addLayout(row)
        for widget in (
            self.detail, self.hint, self.story, self.formula, self.bite, self.go_button,
            self.comparison_title, self.comparison, *self.checks, self.update_check,
        ):  # fmt: skip
            layout.addWidget(widget)
