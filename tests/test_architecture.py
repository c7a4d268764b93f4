"""Imports go one way, the slow ones come late, files stay small: the rules that hold the house up.

The table says what each part of nnviz may import of the others; the standard library is free.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from nnviz import __version__

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nnviz"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 400

BASE = {"nnviz", "nnviz.errors", "nnviz.formatting"}
LOWER = {f"nnviz.{name}" for name in ("engine", "datasets", "trace", "training", "visual", "files")}
UPPER = {"nnviz.presets", "nnviz.stores", "nnviz.views"}
QT = {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtSvg", "shiboken6"}

MAY_IMPORT = {
    "nnviz": set[str](),
    "nnviz.__main__": {"nnviz.app"},
    "nnviz.errors": set[str](),
    "nnviz.formatting": {"numpy"},
    "nnviz.engine": {"numpy", *BASE},
    "nnviz.datasets": {"numpy", "PIL", "nnviz.engine", *BASE},
    "nnviz.compiling": {"numba", *BASE},
    "nnviz.trace": {"numpy", "nnviz.engine", *BASE},
    "nnviz.training": {
        "numpy", "numba", "llvmlite", "nnviz.compiling", "nnviz.engine", "nnviz.datasets", *BASE,
    },
    "nnviz.visual": {"numpy", "nnviz.compiling", "nnviz.engine", "nnviz.trace", *BASE},
    "nnviz.files": {
        "numpy", "PIL", "nnviz.engine", "nnviz.datasets", "nnviz.trace", "nnviz.training", *BASE,
    },
    "nnviz.presets": {
        "numpy", "nnviz.engine", "nnviz.datasets", "nnviz.training", "nnviz.files", *BASE,
    },
    "nnviz.stores": {"numpy", "PySide6.QtCore", "nnviz.presets", *LOWER, *BASE},
    "nnviz.views": {
        "numpy", "pyqtgraph", "nnviz.stores", "nnviz.presets", *QT, *LOWER - {"nnviz.files"}, *BASE,
    },
    "nnviz.app": {"numpy", *QT, *LOWER, *UPPER, *BASE},
}  # fmt: skip
"""Prefixes of module names; each part may also import itself."""

SINGLE_FILES = {"nnviz", "nnviz.__main__", "nnviz.errors", "nnviz.formatting"}
QT_FREE = ("compiling", "engine", "datasets", "trace", "training", "visual", "files", "presets")

FORBIDDEN_CALLS = {
    "processEvents": "re-enters the event loop",
    "repaint": "paints at once; update() lets Qt merge",
    "terminate": "kills a thread wherever it is",
}


def part_of(path: Path) -> str:
    """The row of the table that a file belongs to."""
    name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "nnviz" if name == "__init__" else f"nnviz.{name}"


def imported_modules(path: Path) -> Iterator[str]:
    """Every imported module, inside functions too; ``from a import b`` gives ``a`` or ``a.b``."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            if module in {"nnviz", "PySide6"}:
                members = (f"{module}.{alias.name}" for alias in node.names)
                yield from (module if "__version__" in name else name for name in members)
            else:
                yield module


def is_allowed(module: str, part: str) -> bool:
    """Whether the table lets ``part`` import ``module``."""
    if module.split(".")[0] in sys.stdlib_module_names:
        return True
    prefixes = MAY_IMPORT[part] | {part}
    # "nnviz" stands for the version alone: as a prefix it would allow everything.
    return any(
        module == prefix or (prefix != "nnviz" and module.startswith(f"{prefix}."))
        for prefix in prefixes
    )


def place(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(path)))


def makes_painter(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "QPainter"
    )


def printed_by(code: str) -> str:
    """What a fresh Python prints for ``code``."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_file_imports_only_what_its_part_may() -> None:
    wrong = [
        f"{place(path)} imports {name}"
        for path in FILES
        for name in imported_modules(path)
        if not is_allowed(name, part_of(path))
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("module", "part"),
    [
        ("PySide6.QtCore", "nnviz.engine"),
        ("PySide6.QtWidgets", "nnviz.stores"),
        ("pyqtgraph", "nnviz.app"),
        ("numba", "nnviz.engine"),
        ("nnviz.trace.steps", "nnviz.engine"),
        ("nnviz.views.theme", "nnviz.stores"),
        ("nnviz.training", "nnviz.visual"),
        ("nnviz.files", "nnviz.views"),
        (".arrays", "nnviz.engine"),
    ],
)
def test_the_table_refuses_imports_that_go_up_or_reach_for_qt(module: str, part: str) -> None:
    assert not is_allowed(module, part)


def test_the_lower_packages_import_neither_qt_nor_the_compiler() -> None:
    present = [f"nnviz.{name}" for name in QT_FREE if (PACKAGE / name / "__init__.py").exists()]
    heavy = "[m for m in ('PySide6', 'numba', 'pyqtgraph') if m in sys.modules]"

    assert len(present) == len(QT_FREE)
    assert printed_by(f"import sys, {', '.join(present)}; print({heavy})") == "[]"


def test_asking_for_the_version_imports_neither_numpy_nor_qt() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "nnviz", "--version"]

    result = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}

    assert result.stdout.strip() == f"nnviz {__version__}"
    assert "nnviz.app.cli" in imported
    assert {"numpy", "PySide6", "numba", "pyqtgraph"} & imported == set()


@pytest.mark.parametrize("part", sorted(MAY_IMPORT.keys() - SINGLE_FILES))
def test_each_package_says_what_it_may_import(part: str) -> None:
    docstring = ast.get_docstring(parsed(PACKAGE / part.removeprefix("nnviz.") / "__init__.py"))

    assert "May import:" in (docstring or "")


def test_a_file_has_a_docstring_and_can_be_read_in_one_go() -> None:
    bare = [place(path) for path in FILES if not ast.get_docstring(parsed(path))]
    long = [place(path) for path in FILES if line_count(path) > LONGEST_FILE]

    assert bare == []
    assert long == []


def test_a_file_calls_nothing_that_is_known_to_hurt() -> None:
    calls = [
        f"{place(path)}: {node.attr} {FORBIDDEN_CALLS[node.attr]}"
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_CALLS
    ]
    unpicklers = [
        place(path)
        for path in FILES
        if {"pickle", "marshal", "shelve"} & set(imported_modules(path))
    ]

    assert calls == []
    assert unpicklers == []


def test_a_painter_is_ended_even_where_drawing_fails() -> None:
    """An exception keeps the frame alive, the frame the painter, and Qt crashes when it paints."""
    nodes = [(place(path), node) for path in FILES for node in nodes_of(path)]
    made = [(file, node.lineno) for file, node in nodes if makes_painter(node)]
    ended = [
        (file, item.context_expr.lineno)
        for file, node in nodes
        if isinstance(node, ast.With)
        for item in node.items
        if makes_painter(item.context_expr)
    ]

    assert len(made) > 10
    assert sorted(made) == sorted(ended)


def test_settings_are_opened_in_one_place_that_tests_can_redirect() -> None:
    places = [
        place(path)
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "QSettings"
    ]

    assert places == ["app/settings.py"]
