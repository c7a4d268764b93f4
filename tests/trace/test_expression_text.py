"""Expressions as plain text and as LaTeX."""

import pytest

from nnviz.trace.expression_text import latex, latex_document, plain
from nnviz.trace.expressions import (
    Braced,
    Expression,
    Fenced,
    Fraction,
    Matrix,
    Scripted,
    Summation,
    between,
    bold,
    digits_of,
    letter,
    row,
    text,
    whole_number,
)
from nnviz.trace.matrices import shape
from nnviz.trace.notation import Notation

A, B = letter("a"), letter("b")


@pytest.mark.parametrize(
    ("expression", "as_text", "as_latex"),
    [
        (letter("σ"), "σ", r"\sigma"),
        (row(letter("σ"), Fenced(A)), "σ(a)", r"\sigma\left(a\right)"),
        (bold("W"), "W", r"\boldsymbol{W}"),
        (between("+", A, B), "a + b", "a + b"),
        (Fraction(A, between("+", A, B)), "a/(a + b)", r"\frac{a}{a + b}"),
        (Scripted(A, B, whole_number(2)), "a^b_2", "a_{2}^{b}"),
        (Fenced(A), "(a)", r"\left(a\right)"),
        (row(Summation(letter("k")), A), "Σ_k a", r"\sum_{k} a"),
        (Matrix(((A, B), (B, A)), shape(2, 2)), "[a, b; b, a]",
         r"\underset{2\,\times\,2}{\begin{bmatrix} a & b \\ b & a \end{bmatrix}}"),
        (Braced(A, text("from layer 2")), "a (from layer 2)",
         r"\underbrace{a}_{\text{from layer 2}}"),
        (digits_of(-3.2e-7, 2), "−3.2×10⁻⁷", r"-3.2 \times10^{-7}"),
        (Notation().weight(2, 1, 0), "w^(2)_1,0", r"w_{1{,}0}^{(2)}"),
    ],
)  # fmt: skip
def test_an_expression_is_written(expression: Expression, as_text: str, as_latex: str) -> None:
    assert plain(expression) == as_text
    assert latex(expression) == as_latex


def test_equations_are_aligned_at_their_first_sign() -> None:
    equations = (between("=", A, B, letter("c")), between("←", A, B))

    assert latex_document(equations) == (
        "\\begin{align*}\na & = b = c \\\\\na & \\leftarrow b\n\\end{align*}\n"
    )


def test_nan_is_a_word_in_latex() -> None:
    assert latex(digits_of(float("nan"), 3)) == r"\text{NaN}"
