"""Which equation tells where the numbers of the selection come from, at the current step."""

from dataclasses import dataclass

from nnviz.formatting import count
from nnviz.trace.explain import Explanation, explain, heading
from nnviz.trace.explain_code import CodeLine, code_of
from nnviz.trace.explain_edge import explain_edge
from nnviz.trace.explain_layer import layer_part
from nnviz.trace.explain_neuron import neuron_part
from nnviz.trace.expressions import Expression
from nnviz.trace.focus import Focus
from nnviz.trace.notation import Notation
from nnviz.trace.operations import operations
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef, Ref
from nnviz.trace.steps import UPDATE_KINDS, Phase, Step, StepKind
from nnviz.trace.timeline import Timeline
from nnviz.trace.update_code import update_variables

__all__ = ["Story", "Teller"]


RIGHT_CODE = "This is the right code; the pass was run with a mistake."


@dataclass(frozen=True, slots=True)
class Story:
    """What the inspector says: a step's title, a sentence, equations, or lines of code.

    ``note`` says why the equation is that of another step than the current one, empty if it is not.
    """

    phase: Phase | None
    title: str
    sentence: str
    symbolic: tuple[Expression, ...] = ()
    numeric: tuple[Expression, ...] = ()
    running: tuple[Expression, ...] = ()
    code: tuple[CodeLine, ...] = ()
    code_note: str = ""
    """What must be said of the code, empty if nothing."""
    note: str = ""
    of_layer: bool = False
    """Whether the numbers are those of a whole layer: matrices."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the story of a selection at a position that is not before the first step.

    ``matrix``: by the whole layer's equation, with the selection's row and column lit.
    """

    trace: PassTrace
    timeline: Timeline
    notation: Notation
    matrix: bool = False

    def tell(self, ref: Ref | None) -> Story:
        """Return the story of the newest step that computed something of ``ref``.

        Where none has, or without ``ref``, it is that of the current step's whole layer.
        """
        if ref is None:
            return self._of_step(self._current, None)
        if isinstance(ref, EdgeRef):
            return self._of_edge(ref)
        if ref.layer == 0 and self._knows(Quantity.ACTIVATION_GRADIENT, ref):
            return self._of_input_gradient(ref)
        newest = next((step for step in self._done() if _computes(step, ref)), None)
        if newest is None:
            note = (
                "This neuron is not reached yet; the equation is that of the current step's layer."
            )
            return self._of_step(self._current, None, note)
        return self._of_step(newest, ref, self._earlier(newest))

    @property
    def _current(self) -> Step:
        if self.timeline.current is None:
            raise ValueError("There is nothing to tell before the first step.")
        return self.timeline.current

    def _done(self) -> list[Step]:
        """Return the steps of the current example that are done, the newest first."""
        example = self._current.example
        done = self.timeline.steps[: self.timeline.position + 1]
        return [step for step in reversed(done) if step.example == example or example is None]

    def _knows(self, quantity: Quantity, ref: Ref) -> bool:
        reveal = self.timeline.reveal()
        return reveal.knows(quantity, ref.layer, ref.neuron, self._current.example)

    def _earlier(self, told: Step, what: str = "neuron") -> str:
        """Return a note if the newest step of the selection is not the current one."""
        if told is self._current:
            return ""
        title = heading(self.trace, self._current, self.notation)[0]
        return f"Current step: {title[0].lower()}{title[1:]}. Below is the newest of this {what}."

    def _of_step(self, step: Step, node: NodeRef | None, note: str = "") -> Story:
        told = explain(self.trace, step, node, self.notation, matrix=self.matrix)
        title = told.title if node is None else _without_neuron(told.title)
        of_layer = node is None and step.neuron is None and step.kind is not StepKind.COST
        return self._story(step, told, title, note, of_layer=of_layer)

    def _story(
        self, step: Step, told: Explanation, title: str, note: str = "", *, of_layer: bool = False
    ) -> Story:
        settings = self.trace.settings
        code = code_of(
            self.trace.spec, step, examples=self.trace.example_count,
            decay=bool(settings.decay), update_biases=settings.update_biases,
            optimizer=self.trace.optimizer, dropout=bool(self.trace.forward.masks),
        )  # fmt: skip
        return Story(
            step.phase, title, told.sentence, told.symbolic,
            tuple(line.expression for line in told.numeric),
            tuple(line.expression for line in told.running), code,
            self._code_note(step), note,
            of_layer or self.matrix,
        )  # fmt: skip

    def _code_note(self, step: Step) -> str:
        if self.trace.mistake is not None:
            return RIGHT_CODE
        if step.kind not in UPDATE_KINDS:
            return ""
        return update_variables(self.trace.optimizer, self.trace.update_number)

    def _of_input_gradient(self, ref: NodeRef) -> Story:
        """∂C/∂x has no step of its own: it becomes known with the last gradients of layer 1."""
        focus = Focus(self.trace, 0, None, self.notation, self._current.example)
        quantity = Quantity.ACTIVATION_GRADIENT
        part = (
            layer_part(quantity, focus, ref.neuron)
            if self.matrix
            else neuron_part(quantity, focus, ref.neuron)
        )
        step = self._step_of(StepKind.WEIGHT_GRADIENT, 1)
        backward = self._current.phase is Phase.BACKWARD
        title = heading(self.trace, self._current, self.notation)[0]
        told = Explanation(
            f"Gradient of input {self.notation.index(ref.neuron)}",
            "Nothing is trained with it, but it says how the cost would change with this input.",
            part.symbolic,
            part.numeric,
        )
        note = "" if backward else f"Current step: {title[0].lower()}{title[1:]}."
        return self._story(step, told, told.title, note)

    def _of_edge(self, ref: EdgeRef) -> Story:
        """Tell the newest of: the update of the weight, its gradient, what it carries forward."""
        if self._current.kind in UPDATE_KINDS:
            return self._edge_story(ref, self._current.kind)
        if self._knows(Quantity.WEIGHT_GRADIENT, ref):
            return self._edge_story(ref, StepKind.WEIGHT_GRADIENT)
        if self._knows(Quantity.ACTIVATION, ref.source_node):
            return self._edge_story(ref, StepKind.PREACTIVATION)
        return Story(
            self._current.phase,
            "Nothing has come to this edge yet",
            "It multiplies the activation of its source by its weight; "
            "that activation is not computed yet.",
        )

    def _edge_story(self, ref: EdgeRef, kind: StepKind) -> Story:
        example = self._current.example
        told = explain_edge(kind, self.trace, ref, self.notation, example)
        step = self._step_of(kind, ref.layer)
        if self.matrix:
            focus = Focus(self.trace, ref.layer, None, self.notation, example)
            parts = [
                layer_part(each, focus, ref.neuron, ref.source)
                for each in operations(kind, self.trace.optimizer)
            ]
            told = Explanation(
                told.title,
                told.sentence,
                tuple(line for part in parts for line in part.symbolic),
                tuple(line for part in parts for line in part.numeric),
            )
        current = self._current
        same = current.phase is step.phase and (current.layer == ref.layer or kind in UPDATE_KINDS)
        if current.kind is StepKind.MEAN_GRADIENT:  # of all layers at once
            same = kind is StepKind.WEIGHT_GRADIENT
        title = told.title + self._which_example()
        return self._story(step, told, title, "" if same else self._earlier(step, "edge"))

    def _which_example(self) -> str:
        """Return what a title ends with in a mini-batch, as those of neurons do."""
        example, examples = self._current.example, self.trace.example_count
        if example is None or examples == 1:
            return ""
        return f", example {count(example + 1)} of {count(examples)}"

    def _step_of(self, kind: StepKind, layer: int) -> Step:
        """Return the operation of a layer as a step, whatever the granularity is."""
        phase = Phase.UPDATE if kind in UPDATE_KINDS else Phase.BACKWARD
        if kind is StepKind.PREACTIVATION:
            phase = Phase.FORWARD
        example = self._current.example
        return Step(phase, kind, layer, (), None, example)


def _without_neuron(title: str) -> str:
    """Return a title without the neuron, whose name stands above it; its example stays."""
    what, _, which = title.partition(" of neuron ")
    return what + "".join(which.partition(", example ")[1:])


def _computes(step: Step, ref: NodeRef) -> bool:
    """Whether ``step`` is about ``ref``; mean and update are about all layers but the input."""
    if step.kind in UPDATE_KINDS or step.kind is StepKind.MEAN_GRADIENT:
        return ref.layer > 0
    return step.layer == ref.layer and step.neuron in (None, ref.neuron)
