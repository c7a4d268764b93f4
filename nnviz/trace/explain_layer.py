"""The equations of a whole layer, with its real matrices and their shapes below them."""

from nnviz.engine.arrays import FloatArray
from nnviz.trace.activation_formulas import ACTIVATION_FORMULAS, applied
from nnviz.trace.cost_formulas import COST_FORMULAS
from nnviz.trace.dropout_formulas import mask_definition
from nnviz.trace.explain_cost import decay_factor, mean_of
from nnviz.trace.explain_layer_update import layer_update
from nnviz.trace.expressions import (
    THIN,
    Expression,
    Face,
    Fenced,
    Matrix,
    Scripted,
    Summation,
    Word,
    between,
    bold,
    digits_of,
    letter,
    operator,
    row,
    text,
)
from nnviz.trace.focus import Focus, Part
from nnviz.trace.matrices import column_of, jacobian_of_softmax, matrix_of, row_of
from nnviz.trace.notation import ErrorSymbol, derivative
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.shown import Equation

__all__ = ["layer_part"]

_T = Word("T", Face.FUNCTION)


def layer_part(
    quantity: Quantity, focus: Focus, chosen: int | None = None, source: int | None = None
) -> Part:
    """Return how ``quantity`` of the whole layer is computed; the cost needs ``cost_part``.

    ``chosen`` is a neuron of the layer and ``source`` one of the layer before, whose rows and
    columns are lit. Every equation has the layer's numbers on its right.
    """
    view = _View(focus, chosen, source)
    match quantity:
        case Quantity.PREACTIVATION:
            return view.preactivation()
        case Quantity.ACTIVATION:
            return view.activation() if focus.layer else view.input()
        case Quantity.ACTIVATION_GRADIENT:
            return view.output_gradient() if focus.is_output else view.hidden_gradient()
        case Quantity.BIAS_GRADIENT if focus.example is None:
            return view.mean_bias_gradient()
        case Quantity.BIAS_GRADIENT:
            return view.error_signal()
        case Quantity.WEIGHT_GRADIENT:
            return view.weight_gradient()
    return layer_update(focus, quantity, chosen, source)


class _View:
    """The equations of one layer with one choice of what is lit."""

    def __init__(self, focus: Focus, chosen: int | None, source: int | None) -> None:
        self._focus, self._chosen, self._source = focus, chosen, source
        self._layer, self._notation = focus.layer, focus.notation

    def input(self) -> Part:
        a = self._vector("a", 0)
        symbolic = between("=", a, bold("x"))
        return Part((symbolic,), (Equation((a, self._column(Quantity.ACTIVATION))),))

    def preactivation(self) -> Part:
        layer, below = self._layer, self._layer - 1
        product = row(self._notation.matrix(layer), THIN, self._vector("a", below))
        right = between("+", product, self._vector("b"))
        numbers = row(
            self._weights(Quantity.WEIGHT), THIN, self._column(Quantity.ACTIVATION, below, None),
            operator("+"), self._column(Quantity.BIAS),
        )  # fmt: skip
        return self._with_result(self._vector("z"), right, numbers, Quantity.PREACTIVATION)

    def activation(self) -> Part:
        formula = ACTIVATION_FORMULAS[self._focus.activation_name]
        z = self._vector("z")
        numbers: Expression = row(formula.name, Fenced(self._column(Quantity.PREACTIVATION)))
        right = applied(formula, z)
        more: tuple[Expression, ...] = (formula.definition,)
        if self._focus.mask is not None:
            right, numbers = self._masked(right, numbers)
            more = (mask_definition(), *more)
        part = self._with_result(self._vector("a"), right, numbers, Quantity.ACTIVATION)
        return Part((*part.symbolic, *more), part.numeric)

    def _masked(self, right: Expression, numbers: Expression) -> tuple[Expression, Expression]:
        """Return symbols and numbers with r ⊙ in front, which dropout multiplies by."""
        mask = self._focus.mask
        assert mask is not None
        r = self._of_column(mask, None)
        return between("⊙", self._vector("r"), right), between("⊙", r, numbers)

    def output_gradient(self) -> Part:
        focus = self._focus
        a, left = self._vector("a"), focus.derivative(self._vector("a"))
        right = COST_FORMULAS[focus.spec.cost].gradient(a, bold("y"), focus.size)
        symbolic: Expression = between("=", left, right)
        result = self._column(Quantity.ACTIVATION_GRADIENT)
        if focus.is_fused:
            symbolic = row(symbolic, text(", entry by entry"))
            return Part((symbolic,), (Equation((left, result)),))
        numbers = COST_FORMULAS[focus.spec.cost].gradient(
            self._column(Quantity.ACTIVATION), self._targets(), focus.size
        )
        return Part((symbolic,), (Equation((left, numbers, result)),))

    def hidden_gradient(self) -> Part:
        """Return Wᵀδ: the column of W that is summed is lit inside the transposed matrix."""
        focus, above = self._focus, self._layer + 1
        left = focus.derivative(self._vector("a"))
        transposed = self._transposed(self._notation.matrix(above))
        right = row(transposed, THIN, focus.error_vector(above))
        weights = matrix_of(
            focus.values(Quantity.WEIGHT, above), focus.digits,
            lambda j, k: EdgeRef(above, j, k), Quantity.WEIGHT, chosen_column=self._chosen,
        )  # fmt: skip
        signals = column_of(focus.delta(above), Quantity.BIAS_GRADIENT, above, focus.digits)
        numbers = row(Scripted(weights, _T), THIN, signals)
        return self._with_result(left, right, numbers, Quantity.ACTIVATION_GRADIENT)

    def error_signal(self) -> Part:
        """Return δ of the layer."""
        focus = self._focus
        a, z = self._vector("a"), self._vector("z")
        gradient = focus.derivative(a)
        formula = ACTIVATION_FORMULAS[focus.activation_name]
        more: list[Expression] = []
        if focus.is_fused:
            right, numbers = self._fused()
        elif focus.activation_name == "softmax":
            right = row(self._transposed(bold("J")), THIN, gradient)
            numbers = row(
                Scripted(self._jacobian(), _T), THIN,
                self._column(Quantity.ACTIVATION_GRADIENT, None, None),
            )  # fmt: skip
            entry = Scripted(bold("J"), None, letter("ij"))
            more.append(between("=", entry, formula.slope))
        else:
            right = between("⊙", applied(formula, z, prime=True), gradient)
            numbers = between("⊙", self._slopes(), self._column(Quantity.ACTIVATION_GRADIENT))
            if focus.mask is not None:
                right, numbers = self._masked(right, numbers)
            more.append(formula.slope_with(masked=focus.mask is not None))
        left = focus.error_vector()
        if self._notation.error is not ErrorSymbol.BIAS:
            more.append(between("=", focus.derivative(self._vector("b")), left))
        result = self._of_column(focus.delta(), Quantity.BIAS_GRADIENT)
        return Part((between("=", left, right), *more), (Equation((left, numbers, result)),))

    def weight_gradient(self) -> Part:
        """Return the outer product δaᵀ; of several examples their mean."""
        focus = self._focus
        left = focus.derivative(self._notation.matrix(self._layer))
        outer = row(
            focus.error_vector(), THIN, self._transposed(self._vector("a", self._layer - 1))
        )
        result = self._weights(Quantity.WEIGHT_GRADIENT)
        if focus.example is None and focus.examples > 1:
            cost = Scripted(letter("C"), None, letter("x"))
            right = mean_of(derivative(self._notation.matrix(self._layer), cost))
            if focus.own_decay:
                right = self._plus_decay(right)
            return Part((between("=", left, right),), (Equation((left, result)),))
        numbers = row(
            self._of_column(focus.delta(), Quantity.BIAS_GRADIENT), THIN,
            row_of(
                focus.values(Quantity.ACTIVATION, self._layer - 1), Quantity.ACTIVATION,
                self._layer - 1, focus.digits, self._source,
            ),
        )  # fmt: skip
        if focus.own_decay:
            outer = self._plus_decay(outer)
            rate = digits_of(focus.own_decay, focus.digits)
            numbers = between("+", numbers, row(rate, THIN, self._weights(Quantity.WEIGHT)))
        return Part((between("=", left, outer),), (Equation((left, numbers, result)),))

    def mean_bias_gradient(self) -> Part:
        focus, b = self._focus, self._vector("b")
        left = focus.derivative(b)
        each = derivative(b, Scripted(letter("C"), None, letter("x")))
        symbolic = between("=", left, mean_of(each))
        result = self._column(Quantity.BIAS_GRADIENT)
        return Part((symbolic,), (Equation((left, result)),))

    def _fused(self) -> tuple[Expression, Expression]:
        focus, a = self._focus, self._vector("a")
        outputs = self._column(Quantity.ACTIVATION)
        if focus.activation_name == "sigmoid" or focus.adds_up_to_one:
            return between("−", a, bold("y")), between("−", outputs, self._targets())
        together = row(Summation(letter("i")), Scripted(letter("y"), None, letter("i")))
        total = digits_of(float(focus.target.sum()), focus.digits)
        return (
            between("−", row(a, THIN, together), bold("y")),
            between("−", between("·", outputs, total), self._targets()),
        )

    def _with_result(
        self, left: Expression, right: Expression, numbers: Expression, quantity: Quantity
    ) -> Part:
        equation = Equation((left, numbers, self._column(quantity)))
        return Part((between("=", left, right),), (equation,))

    def _vector(self, name: str, layer: int | None = None) -> Expression:
        return self._notation.vector(name, self._layer if layer is None else layer)

    def _transposed(self, symbol: Expression) -> Expression:
        """Return a symbol with T; behind the layer's number if that stands above, too."""
        if isinstance(symbol, Scripted) and symbol.upper is not None:
            return Scripted(symbol.base, row(symbol.upper, THIN, _T), symbol.lower)
        if isinstance(symbol, Scripted):
            return Scripted(symbol.base, _T, symbol.lower)
        return Scripted(symbol, _T)

    def _plus_decay(self, gradient: Expression) -> Expression:
        pulled = row(decay_factor(), THIN, self._notation.matrix(self._layer))
        return between("+", gradient, pulled)

    def _column(
        self, quantity: Quantity, layer: int | None = None, chosen: int | None = -1
    ) -> Matrix:
        """Return a layer's numbers; that of the chosen neuron is lit unless told otherwise."""
        at = self._layer if layer is None else layer
        lit = self._chosen if chosen == -1 else chosen
        values = self._focus.values(quantity, at)
        return column_of(values, quantity, at, self._focus.digits, lit)

    def _of_column(self, values: FloatArray, quantity: Quantity | None) -> Matrix:
        return column_of(values, quantity, self._layer, self._focus.digits, self._chosen)

    def _targets(self) -> Matrix:
        focus = self._focus
        return matrix_of(
            focus.target[:, None], focus.digits, lambda j, _: NodeRef(self._layer, j), None,
            chosen_row=self._chosen,
        )  # fmt: skip

    def _slopes(self) -> Matrix:
        focus = self._focus
        derivative_of = focus.spec.activation(self._layer).derivative
        if derivative_of is None:
            raise ValueError("The slopes of a softmax are a matrix.")
        slopes = derivative_of(focus.values(Quantity.PREACTIVATION))
        return self._of_column(slopes, None)

    def _jacobian(self) -> Matrix:
        focus = self._focus
        return matrix_of(
            jacobian_of_softmax(focus.values(Quantity.ACTIVATION)), focus.digits,
            lambda i, _: NodeRef(self._layer, i), None, chosen_column=self._chosen,
        )  # fmt: skip

    def _weights(self, quantity: Quantity) -> Matrix:
        focus, layer = self._focus, self._layer
        return matrix_of(
            focus.values(quantity), focus.digits, lambda j, k: EdgeRef(layer, j, k), quantity,
            chosen_row=self._chosen, chosen_column=self._source,
        )  # fmt: skip
