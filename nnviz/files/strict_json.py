"""JSON as its standard means it: no key twice, and every fault told with its place.

Apart from the network format because it knows nothing of networks. Numbers that a float64 cannot
hold come back as NaN or infinity, so that the reader of a field can say which field it was.
"""

import json
import math

from nnviz.errors import NetworkFileError

__all__ = ["parse_json"]

_LONGEST_INTEGER = 400
"""Digits; from here on an integer is beyond float64 and Python may refuse to convert it."""


def parse_json(text: str, source: str) -> object:
    """Return the value in ``text``; ``source`` is the file's name, for the sentence of an error.

    Raises NetworkFileError for text that is not JSON, a key given twice, or nesting too deep.
    """

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key, value in pairs:
            if key in result:
                raise NetworkFileError(
                    f"{source}: the key {_shortened(key)} appears twice in one object; remove one."
                )
            result[key] = value
        return result

    try:
        return json.loads(
            text.removeprefix("\ufeff"),  # some editors begin a file with a byte order mark
            object_pairs_hook=unique,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise NetworkFileError(
            f"{source}: not valid JSON at line {error.lineno}, column {error.colno}: {reason}."
        ) from error
    except RecursionError as error:
        raise NetworkFileError(
            f"{source}: its brackets are nested far deeper than in any network file."
        ) from error


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _constant(token: str) -> float:
    return {"Infinity": math.inf, "-Infinity": -math.inf}.get(token, math.nan)


def _shortened(text: str) -> str:
    quoted = repr(text)
    return quoted if len(quoted) <= 60 else f"{quoted[:56]}…'"
