"""What all readers of the user's data share: their progress, an end before the end, and limits.

A reader runs in any thread; it says how far it is, and looks now and then whether to give up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nnviz.errors import DataFileError

__all__ = [
    "MOST_BYTES",
    "MOST_CLASSES",
    "MOST_INPUTS",
    "MOST_VALUES",
    "LoadingCancelled",
    "Reading",
    "check_amount",
    "content_of",
    "shape_text",
    "shown_name",
]

MOST_VALUES = 200_000_000
"""Inputs of all examples together: 200 MB of bytes, 800 MB of float32, and copies of them."""
MOST_INPUTS = 65_536
"""Inputs of one example: an image of 256 × 256, and what the compiled trainer counts up to."""
MOST_CLASSES = 256
"""Labels are bytes."""
MOST_BYTES = 2_000_000_000
"""A file larger than this is not looked into."""


class LoadingCancelled(Exception):  # noqa: N818 - nothing went wrong
    """Somebody asked the reader to give up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a reader talks to whoever waits for it.

    ``say`` is called with some words, at most a few times a second's worth of work;
    ``is_cancelled`` is asked between pieces of work.
    """

    say: Callable[[str], None] = lambda _: None
    is_cancelled: Callable[[], bool] = lambda: False

    def check(self) -> None:
        """Raise LoadingCancelled if nobody waits any more."""
        if self.is_cancelled():
            raise LoadingCancelled


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raises DataFileError with the reason why not."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataFileError(
                f"{path.name} is {size / 1e9:.1f} GB large, and at most {MOST_BYTES / 1e9:.0f} GB "
                "are read; choose a smaller file."
            )
        return path.read_bytes()
    except OSError as error:
        raise DataFileError(
            f"{path} cannot be read ({error.strerror or error}); check its name and permissions."
        ) from error


def check_amount(name: str, count: int, inputs: int) -> None:
    """Raise DataFileError for no examples, and for more than fit into memory here."""
    if count == 0 or inputs == 0:
        raise DataFileError(f"{name} holds no examples; data needs at least one.")
    if inputs > MOST_INPUTS:
        raise DataFileError(
            f"{name}: an example has {inputs:,} inputs, and {MOST_INPUTS:,} are the most, an image "
            "of 256 × 256; make the images smaller."
        )
    if count * inputs > MOST_VALUES:
        raise DataFileError(
            f"{name}: {count:,} examples of {inputs:,} inputs are {count * inputs:,} numbers, and "
            f"{MOST_VALUES:,} are the most here; take fewer examples or smaller images."
        )


def shown_name(text: str, otherwise: str) -> str:
    """Return a name without what cannot be shown; ``otherwise`` if nothing is left."""
    return "".join(each for each in text if each.isprintable()).strip() or otherwise


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape for people: 60,000 × 28 × 28."""
    return " × ".join(f"{each:,}" for each in shape) or "a single number"
