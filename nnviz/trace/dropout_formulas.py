"""Dropout in formulas: r, which multiplies f(z) of a hidden neuron for one example.

The letter is that of Srivastava et al. 2014; there 1/(1 − p) waits for evaluation, here, as in all
libraries of today, training has it.
"""

from nnviz.trace.expressions import Expression, Fraction, between, letter, row, text, whole_number

__all__ = ["mask_definition"]


def mask_definition() -> Expression:
    """Return r = 0 if left out, else 1/(1 − p)."""
    one = whole_number(1)
    kept = Fraction(one, between("−", one, letter("p")))
    right = row(whole_number(0), text(" if left out by dropout, else "), kept)
    return between("=", letter("r"), right)
