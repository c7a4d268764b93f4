"""The switch Predict: the question before the next step, its answer, and how many were right."""

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from nnviz.stores.selection_store import SelectionStore
from nnviz.stores.stepper_store import StepperStore
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.predictions import (
    Question,
    Verdict,
    draw_question,
    judge_sign,
    judge_value,
    renewed,
)
from nnviz.trace.timeline import Timeline

__all__ = ["PredictionStore"]


class PredictionStore(QObject):
    """Asks for a number of the next step; an answer does the step, a step without one skips."""

    changed = Signal()
    """Emitted when the switch, the question, the verdict or a count changes."""

    def __init__(
        self,
        stepper: StepperStore,
        selection: SelectionStore,
        rng: np.random.Generator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stepper, self._selection, self._rng = stepper, selection, rng
        self._on = False
        self._answering = False
        self._question: Question | None = None
        self._asked_at = Timeline(())
        self._verdict: Verdict | None = None
        self._right = self._asked = self._streak = 0
        stepper.trace_changed.connect(self._on_trace_changed)
        stepper.timeline_changed.connect(self._on_moved)
        selection.selection_changed.connect(self._on_selection_changed)

    @property
    def is_on(self) -> bool:
        """Whether numbers are asked for."""
        return self._on

    @property
    def question(self) -> Question | None:
        """What is asked for now; None if off, or if the next step has nothing to ask."""
        return self._question

    @property
    def verdict(self) -> Verdict | None:
        """The answer to the step just done, None if it was skipped."""
        return self._verdict

    @property
    def right_count(self) -> int:
        """How many answers were right."""
        return self._right

    @property
    def answer_count(self) -> int:
        """How many answers there were; skips are none."""
        return self._asked

    @property
    def streak(self) -> int:
        """How many of the last answers were right without a wrong one between."""
        return self._streak

    @Slot()
    def toggle(self) -> None:
        """Switch on or off; the counts stay."""
        self._on = not self._on
        self._verdict = None
        self._ask()

    def answer_sign(self, sign: int) -> None:
        """Answer −1, 0 or 1, and do the step; nothing if nothing of a sign is asked for."""
        if self._question is not None and self._question.has_sign:
            self._settle(judge_sign(self._question, sign))

    def answer_value(self, value: float) -> None:
        """Answer with a number, and do the step; nothing if nothing is asked for."""
        if self._question is not None:
            self._settle(judge_value(self._question, value))

    @Slot()
    def reset(self) -> None:
        """Begin the counts anew."""
        self._right = self._asked = self._streak = 0
        self._verdict = None
        self.changed.emit()

    def _settle(self, verdict: Verdict) -> None:
        self._asked += 1
        self._right += verdict.right
        self._streak = self._streak + 1 if verdict.right else 0
        self._verdict = verdict
        self._answering = True
        self._stepper.stop()
        self._stepper.step_forward()
        self._answering = False

    def _ask(self) -> None:
        trace, self._asked_at = self._trace(), self._stepper.timeline
        self._question = None
        if trace is not None:
            self._question = draw_question(
                trace, self._asked_at, self._selection.selected, self._rng
            )
        self.changed.emit()

    def _trace(self) -> PassTrace | None:
        """Return the pass to ask about, None while there is nothing to ask."""
        trace = self._stepper.trace
        if not self._on or trace is None or self._stepper.locked or trace.mistake is not None:
            return None
        return trace

    @Slot()
    def _on_trace_changed(self) -> None:
        """Ask the same of another pass at the same moment: a followed run records many."""
        trace, question = self._trace(), self._question
        if question is None or trace is None or self._stepper.timeline != self._asked_at:
            if self._on:
                self._verdict = None
                self._ask()
            return
        self._question = renewed(trace, question)
        self.changed.emit()

    @Slot()
    def _on_moved(self) -> None:
        if self._on:
            if not self._answering:
                self._verdict = None
            self._ask()

    @Slot()
    def _on_selection_changed(self) -> None:
        if self._on:
            self._ask()
