"""From the text of an argument to its value; what does not fit is told in half a sentence.

Each is, or returns, a function for argparse's ``type``, which puts the argument's name before it.
"""

import math
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path

__all__ = [
    "any_real",
    "check_whole_network",
    "edges",
    "example",
    "layer_sizes",
    "name_of",
    "picture_file",
    "picture_size",
    "real",
    "selection",
    "share",
    "whole",
]

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBERS = re.compile(r"\d{1,6},\d{1,6}(,\d{1,6})?")
_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_SMALLEST, _LARGEST = (640, 480), (7680, 4320)
"""The pictures that can be asked for, in px: the smallest usable window, an 8K screen."""


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``minimum`` to ``maximum``."""

    def read(text: str) -> int:
        value = int(text) if _WHOLE.fullmatch(text) else None
        if value is None or not minimum <= value <= maximum:
            raise ArgumentTypeError(
                f"{text!r} is given, a whole number from {minimum:,} to {maximum:,} is needed"
            )
        return value

    return read


def real(
    minimum: float, minimum_included: bool = True, below: float = math.inf
) -> Callable[[str], float]:
    """Return a reader of finite numbers from ``minimum``, or above it, and less than ``below``."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        fits = value >= minimum if minimum_included else value > minimum
        if not (fits and value < below):
            bound = "from" if minimum_included else "above"
            end = f" to below {below:g}" if math.isfinite(below) else ""
            raise ArgumentTypeError(
                f"{text!r} is given, a number {bound} {minimum:g}{end} is needed"
            )
        return value

    return read


def share(text: str) -> float:
    """Read a share from 0 to 1, both included."""
    value = real(0)(text)
    if value > 1:
        raise ArgumentTypeError(f"{text!r} is given, a share from 0 to 1 is needed, such as 0.05")
    return value


def name_of(names: Sequence[str]) -> Callable[[str], str]:
    """Return a reader of one of ``names``, with a hint at the nearest."""

    def read(text: str) -> str:
        if text not in names:
            close = get_close_matches(text, names, n=1)
            hint = f"did you mean {close[0]!r}" if close else f"known are {', '.join(names)}"
            raise ArgumentTypeError(f"{text!r} is not known ({hint})")
        return text

    return read


def layer_sizes(text: str) -> tuple[int, ...]:
    """Read ``784,30,10``: sizes from 1."""
    sizes = tuple(int(part) for part in text.split(",") if _WHOLE.fullmatch(part.strip()))
    if len(sizes) != text.count(",") + 1 or min(sizes) < 1:
        raise ArgumentTypeError(_needed_sizes(text))
    return sizes


def check_whole_network(parser: ArgumentParser, layers: tuple[int, ...]) -> None:
    """Refuse a single size: a network has an input and an output."""
    if len(layers) < 2:
        parser.error(f"argument --layers: {_needed_sizes(str(layers[0]))}")


def _needed_sizes(text: str) -> str:
    return f"{text!r} is given, at least two sizes from 1 are needed, such as 784,30,10"


def any_real(text: str) -> float:
    """Read a finite number of either sign."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ArgumentTypeError(f"{text!r} is given, a number is needed, such as -0.5")
    return value


def selection(text: str) -> tuple[int, ...]:
    """Read ``LAYER,NEURON``, or ``LAYER,NEURON,SOURCE`` of an edge, all from 0."""
    match = _NUMBERS.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(
            f"{text!r} is given, a layer and a neuron are needed, such as 1,0, "
            "or with the neuron that an edge comes from, such as 1,0,2"
        )
    return tuple(int(part) for part in text.split(","))


def example(text: str) -> int:
    """Read an example's number, from 0, or ``wrong``, which is −1."""
    if text == "wrong":
        return -1
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ArgumentTypeError(f"{text!r} is given, a number from 0 or the word wrong is needed")
    return int(text)


def edges(text: str) -> int:
    """Read how many edges are drawn, from 1, or ``all``, which is 0."""
    if text == "all":
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is given, a number from 1 or the word all is needed")
    return int(text)


def picture_size(text: str) -> tuple[int, int]:
    """Read ``WIDTHxHEIGHT`` in px, from 640x480 to 7680x4320."""
    match = _SIZE.fullmatch(text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(
        low <= value <= high for low, value, high in zip(_SMALLEST, size, _LARGEST, strict=True)
    ):
        raise ArgumentTypeError(
            f"{text!r} is given, a size from 640x480 to 7680x4320 is needed, such as 1600x1000"
        )
    return size


def picture_file(text: str) -> Path:
    """Read the name of a .png file in a folder that exists."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise ArgumentTypeError(f"{text!r} is given, a name that ends in .png is needed")
    if path.is_dir():
        raise ArgumentTypeError(f"{text!r} is a folder, the name of a file in it is needed")
    if not path.parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {str(path.parent)!r}, create it first")
    return path
