"""Expressions as plain text, to be read aloud and copied, and as LaTeX, for papers and slides."""

import re
from collections.abc import Sequence

from nnviz.trace.expressions import (
    Braced,
    Expression,
    Face,
    Fenced,
    Fraction,
    Matrix,
    Root,
    Row,
    Scripted,
    Summation,
    Tagged,
    Word,
)
from nnviz.trace.moments import HAT

__all__ = ["latex", "latex_document", "plain"]

_POWER = re.compile(r"×10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_COMMAND_END = re.compile(r"(\\[a-zA-Z]+) (?![a-zA-Z])")
"""A command and the blank that ends it, where what follows is no letter."""
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_COMMANDS = {
    "α": r"\alpha ", "β": r"\beta ", "ε": r"\varepsilon ", "μ": r"\mu ",
    "∂": r"\partial ", "σ": r"\sigma ", "δ": r"\delta ", "η": r"\eta ", "λ": r"\lambda ",
    "Σ": r"\sum ", "∑": r"\sum ", "·": r"\cdot ", "⊙": r"\odot ", "−": "-", "←": r"\leftarrow ",
    "→": r"\to ", "×": r"\times ", "½": r"\tfrac{1}{2}", "′": "'", "∞": r"\infty ", "≠": r"\neq ",
    "≈": r"\approx ", "⋮": r"\vdots ", "⋯": r"\cdots ", "⋱": r"\ddots ", "≤": r"\leq ",
    "≥": r"\geq ", "–": r"\text{--}", " ": r"\,",
    ",": "{,}",  # else LaTeX leaves room behind it, as in a list
}  # fmt: skip


def plain(expression: Expression) -> str:
    """Return the expression on one line: ∂C/∂b^(1)_0, [0.1, 0.2; 0.3, 0.4]."""
    match expression:
        case Word(text=text, face=Face.OPERATOR):
            return f" {text} "
        case Word(text=text):
            return text
        case Row(parts=parts):
            return "".join(map(plain, parts))
        case Scripted(base=base, upper=upper, lower=lower):
            above = f"^{_index(upper)}" if upper is not None else ""
            below = f"_{_index(lower)}" if lower is not None else ""
            return plain(base) + above + below
        case Fraction(numerator=numerator, denominator=denominator):
            return f"{_grouped(numerator)}/{_grouped(denominator)}"
        case Root(inside=inside):
            return f"√({plain(inside)})"
        case Fenced(inside=inside, left=left, right=right):
            return f"{left}{plain(inside)}{right}"
        case Summation(index=index):
            return f"Σ_{_index(index)} "
        case Matrix(rows=rows):
            return f"[{'; '.join(', '.join(map(plain, entries)) for entries in rows)}]"
        case Braced(inside=inside, label=label):
            return f"{plain(inside)} ({plain(label)})"
        case Tagged(inside=inside):
            return plain(inside)


def _grouped(part: Expression) -> str:
    """Return a part of a fraction, in parentheses where the fraction would read wrongly."""
    text = plain(part)
    needs = any(sign in text for sign in (" + ", " − ", " · ", "/", " "))
    return f"({text})" if needs else text


def _index(index: Expression) -> str:
    """Return an index; one of several signs in parentheses, unless it has its own."""
    text = plain(index)
    fenced = text.startswith("(") and text.endswith(")")
    simple = re.fullmatch(r"[\w,;′.−]+", text)
    return text if fenced or simple else f"({text})"


def latex_document(equations: Sequence[Expression]) -> str:
    """Return equations as one align* environment, to be pasted into a document with amsmath."""
    lines = " \\\\\n".join(map(_aligned, equations))
    return f"\\begin{{align*}}\n{lines}\n\\end{{align*}}\n"


def _aligned(equation: Expression) -> str:
    """Return an equation with an & before its first = or ←."""
    parts = equation.parts if isinstance(equation, Row) else (equation,)
    for index, part in enumerate(parts):
        if isinstance(part, Word) and part.face is Face.OPERATOR and part.text in "=←":
            left, right = Row(parts[:index]), Row(parts[index:])
            return f"{latex(left)} &{latex(right)}"
    return latex(equation)


def latex(expression: Expression) -> str:
    """Return the expression as LaTeX for math mode; needs amsmath for matrices and text."""
    return _COMMAND_END.sub(r"\1", _latex(expression))


def _latex(expression: Expression) -> str:
    match expression:
        case Word():
            return _latex_word(expression)
        case Row(parts=parts):
            return "".join(map(_latex, parts))
        case Scripted(base=base, upper=upper, lower=lower):
            above = f"^{{{_latex(upper)}}}" if upper is not None else ""
            below = f"_{{{_latex(lower)}}}" if lower is not None else ""
            inner = _latex(base)
            return f"{inner if isinstance(base, Word) else f'{{{inner}}}'}{below}{above}"
        case Fraction(numerator=numerator, denominator=denominator):
            return rf"\frac{{{_latex(numerator)}}}{{{_latex(denominator)}}}"
        case Root(inside=inside):
            return rf"\sqrt{{{_latex(inside)}}}"
        case Fenced(inside=inside, left=left, right=right):
            return rf"\left{left}{_latex(inside)}\right{right}"
        case Summation(index=index):
            return rf"\sum_{{{_latex(index)}}} "
        case Matrix(rows=rows, shape=shape):
            body = r" \\ ".join(" & ".join(map(_latex, entries)) for entries in rows)
            matrix = rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
            return rf"\underset{{{_signs(shape)}}}{{{matrix}}}" if shape else matrix
        case Braced(inside=inside, label=label):
            return rf"\underbrace{{{_latex(inside)}}}_{{{_latex(label)}}}"
        case Tagged(inside=inside):
            return _latex(inside)


def _latex_word(word: Word) -> str:
    if word.text.endswith(HAT):
        bare = _latex_word(Word(word.text.removesuffix(HAT), word.face))
        return rf"\hat{{{bare}}}"
    match word.face:
        case Face.BOLD:
            return rf"\boldsymbol{{{_signs(word.text)}}}"
        case Face.TEXT:
            return rf"\text{{{_POWER.sub(_power_in_text, word.text)}}}"
        case Face.FUNCTION:
            return rf"\operatorname{{{word.text}}}"
        case Face.OPERATOR:
            return f" {_signs(word.text)} "
        case Face.NUMBER if word.text == "NaN":
            return r"\text{NaN}"
    return _signs(word.text)


def _signs(text: str) -> str:
    """Return signs as commands, and 1.2×10⁻⁵ as a power of ten."""
    pieces, at = [], 0
    for match in _POWER.finditer(text):
        power = match[1].translate(_DIGITS)
        pieces += [_commands(text[at : match.start()]), rf" \times 10^{{{power}}}"]
        at = match.end()
    return "".join([*pieces, _commands(text[at:])])


def _commands(text: str) -> str:
    return "".join(_COMMANDS.get(sign, sign) for sign in text)


def _power_in_text(match: re.Match[str]) -> str:
    return rf"$\times 10^{{{match[1].translate(_DIGITS)}}}$"
