"""The command line: finds the command, runs it, and turns every failure into one sentence.

Imports nothing heavy until a command runs, so that ``--help`` and ``--version`` answer at once.
"""

import io
import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from nnviz.app import parsers
from nnviz.errors import NnvizError

__all__ = ["main", "window"]

_FAILED = 2
_INTERRUPTED = 130
_CLOSED_PIPE = 141
"""128 + the signal's number, as shells count for SIGINT (2) and SIGPIPE (13)."""


def main(argv: list[str] | None = None) -> int:
    """Run the command in ``argv`` (by default the process's) and return the exit code.

    0 is success; 2 is a bad argument, file or setting, told in one sentence on stderr.
    """
    for library in ("OPENBLAS", "OMP", "MKL"):
        # The matrices are small: a second thread costs more than it saves.
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    _prepare_streams()
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        _flush()
    except NnvizError as error:
        _flush_quietly()
        return _fail(str(error))
    except KeyboardInterrupt:
        _flush_quietly()
        _fail("interrupted.")
        return _INTERRUPTED
    except MemoryError:
        return _fail("there is not enough memory for this; choose a smaller network.")
    except BrokenPipeError:
        _abandon_stdout()
        return _CLOSED_PIPE
    except OSError as error:
        _abandon_stdout()
        about = f"{error.filename}: " if error.filename else ""
        return _fail(f"{about}{error.strerror or error}.")
    return code


def window() -> int:
    """Open the window: the entry point that has no console."""
    return main()


def _run(argv: list[str]) -> int:
    commands: dict[str, Callable[[list[str]], int]] = {
        "trace": _trace,
        "train": _train,
        "render": _render,
        "screenshot": _screenshot,
        "tour": _tour,
    }
    try:
        if not argv or argv[0].startswith("-"):
            return _window(argv)
        if argv[0] in commands:
            return commands[argv[0]](argv[1:])
    except SystemExit as stop:
        # argparse leaves this way after --help and --version.
        return stop.code if isinstance(stop.code, int) else 0
    raise parsers.UsageError(_unknown(argv[0], list(commands)))


def _unknown(word: str, commands: list[str]) -> str:
    close = get_close_matches(word, commands, n=1)
    if close:
        hint = f"did you mean nnviz {close[0]}"
    elif Path(word).suffix == ".json":
        hint = f"a network file opens with nnviz --network {word}"
    else:
        hint = f"there are {', '.join(commands)}"
    return f"there is no command {word!r} ({hint}); see nnviz --help."


def _window(argv: list[str]) -> int:
    arguments = parsers.window_arguments(argv)
    from nnviz.app.qt_check import check_display, check_qt

    check_qt()
    check_display()
    from nnviz.app.main import run_window

    return run_window(arguments)


def _trace(argv: list[str]) -> int:
    arguments = parsers.trace_arguments(argv)
    from nnviz.app.commands.trace import run_trace

    return run_trace(arguments)


def _train(argv: list[str]) -> int:
    arguments = parsers.train_arguments(argv)
    from nnviz.app.commands.train import run_train

    return run_train(arguments)


def _render(argv: list[str]) -> int:
    from nnviz.app.render_parser import render_arguments

    arguments = render_arguments(argv)
    from nnviz.app.qt_check import check_qt

    check_qt()
    from nnviz.app.commands.render import run_render

    return run_render(arguments)


def _screenshot(argv: list[str]) -> int:
    arguments = parsers.screenshot_arguments(argv)
    from nnviz.app.qt_check import check_qt

    check_qt()
    from nnviz.app.screenshot import take_screenshot

    return take_screenshot(arguments)


def _tour(argv: list[str]) -> int:
    arguments = parsers.tour_arguments(argv)
    from nnviz.app.qt_check import check_qt

    check_qt()
    from nnviz.app.tour import run_tour

    return run_tour(arguments)


def _prepare_streams() -> None:
    """Let ∂ and − into files and pipes as UTF-8; where another encoding is asked for, as "?".

    Without a console there are no streams; what is said goes nowhere then. Not every argparse of
    Python 3.11 asks before it writes.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as above
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            asked_for = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if asked_for else "utf-8", errors="replace")


def _fail(sentence: str) -> int:
    # A file's name may hold a line break; the sentence stays on one line.
    print(f"nnviz: {' '.join(sentence.split())}", file=sys.stderr)
    return _FAILED


def _flush() -> None:
    sys.stdout.flush()


def _flush_quietly() -> None:
    try:
        _flush()
    except OSError:
        _abandon_stdout()


def _abandon_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter's exit does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return
    finally:
        os.close(nowhere)
