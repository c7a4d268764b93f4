"""Frozen values as JSON objects, field by field, and back: the types of the fields are the format.

What a class gains later has its default in older files; what it does not know is refused.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from nnviz.errors import NetworkFileError, NnvizError
from nnviz.files.fields import Place

__all__ = ["MOST_SEED", "fields_of", "read_record"]

MOST_SEED = 2**32 - 1
"""The largest seed that can be chosen anywhere; of the other whole numbers none is as large."""

T = TypeVar("T")


def fields_of(value: object) -> object:
    """Return a frozen value of numbers, texts, tuples and values like itself, as JSON has it."""
    if is_dataclass(value):
        return {each.name: fields_of(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [fields_of(each) for each in value]
    return value


def read_record(place: Place, value: object, kind: type[T]) -> T:
    """Return the ``kind`` that ``value`` describes.

    Raises NetworkFileError, one sentence with the place, for whatever is wrong.
    """
    assert is_dataclass(kind)
    every = fields(kind)
    required = [
        each.name for each in every if each.default is MISSING and each.default_factory is MISSING
    ]
    table = place.table(value, required, [each.name for each in every])
    hints = get_type_hints(kind)
    values = {name: _read(place.key(name), each, hints[name]) for name, each in table.items()}
    try:
        return kind(**values)
    except NetworkFileError:
        raise
    except NnvizError as error:
        raise NetworkFileError(f"{place.source}: {place.path}: {error}") from error


def _read(place: Place, value: object, hint: Any) -> object:
    """Return the value of a field of that type."""
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(hint) if each is not types.NoneType)
        return None if value is None else _read(place, value, inner)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        items = place.sequence(value)
        return tuple(_read(place.item(index), each, inner) for index, each in enumerate(items))
    if is_dataclass(hint) and isinstance(hint, type):
        return read_record(place, value, hint)
    if place.name == "seed":
        return place.whole(value, 0, MOST_SEED)
    readers: dict[Any, Callable[[object], object]] = {
        bool: place.truth, int: place.whole, float: place.number, str: place.text,
    }  # fmt: skip
    return readers[hint](value)
