"""Exceptions in overrides of Qt's virtual methods end in a message, not in a crash, on Python 3.11.

Where Python calls Qt and Qt calls an override that raises, PySide6 (6.10.1 to 6.11.3 at least) adds
words to the exception. Before Python 3.12 one that C code raised, such as the IndexError of
a tuple or the RuntimeError of a deleted widget, is no instance yet, and PySide6 reads beyond it:
a segmentation fault. To catch it makes it an instance.
"""

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

__all__ = ["guard_overrides"]

_Function = Callable[..., Any]


def guard_overrides() -> None:
    """Guard what every class that is defined from now on overrides; once, before the first one.

    Nothing where Python makes its exceptions instances at once.
    """
    if sys.version_info < (3, 12):
        QObject.__init_subclass__ = classmethod(_guard)  # type: ignore[assignment, arg-type]


def _guard(cls: type[QObject], **options: object) -> None:
    super(QObject, cls).__init_subclass__(**options)
    qt = [base for base in cls.__mro__[1:] if base.__module__.startswith("PySide6.")]
    for name, member in list(vars(cls).items()):
        if (
            isinstance(member, FunctionType)
            and not name.startswith("__")
            and any(name in vars(base) for base in qt)
        ):
            setattr(cls, name, _guarded(member))


def _guarded(override: _Function) -> _Function:
    @functools.wraps(override)
    def guarded(*arguments: Any, **named: Any) -> Any:
        try:
            return override(*arguments, **named)
        except BaseException:  # noqa: TRY203 - this makes it an instance
            raise

    return guarded
