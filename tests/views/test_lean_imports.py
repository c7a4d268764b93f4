"""What the import of a library after PySide leaves in memory."""

import subprocess
import sys

PROGRAM = """
import linecache
{first}
import PySide6.QtCore
import pyqtgraph
print(sum("pyqtgraph" in name for name in linecache.cache))
"""


def sources_kept(first: str) -> int:
    """How many of pyqtgraph's files are held as text once it is imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


def test_a_library_that_is_imported_after_the_views_leaves_no_source_text() -> None:
    assert sources_kept("import nnviz.views") == 0
