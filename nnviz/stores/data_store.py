"""Opening the user's data: a thread reads it, then a network that fits it is looked at.

The thread is not the one that trains, so that a run goes on until the data is there, and after data
that is refused. It never touches Qt: a timer of the GUI thread looks how far it is.
"""

import logging
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnviz.datasets.data_source import DataSource
from nnviz.datasets.open_data import open_data
from nnviz.datasets.reading import LoadingCancelled, Reading
from nnviz.datasets.toy_recipe import Toy
from nnviz.datasets.toy_sets import toy_source
from nnviz.errors import NnvizError
from nnviz.stores.fitting import fitted, fitting_sentence

if TYPE_CHECKING:
    from nnviz.stores.workspace import Workspace

__all__ = ["DataStore"]

logger = logging.getLogger(__name__)

LOOK_MS = 60


class DataStore(QObject):
    """Reads one file or folder at a time; opening another network gives it up."""

    changed = Signal()
    """Emitted when reading begins, gets on or ends."""
    opened = Signal(object)
    """Emitted with the DataSource that is now looked at."""
    refused = Signal(str)
    """Emitted with one sentence why data cannot be opened."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._reader: _Reader | None = None
        self._threads: list[_Reader] = []
        self._progress = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_timer)
        self.destroyed.connect(partial(_join, self._threads))

    @property
    def is_reading(self) -> bool:
        """Whether data is being read."""
        return self._reader is not None

    @property
    def progress(self) -> str:
        """How far the reading is, in words; empty while nothing is read."""
        return self._progress

    def open(self, path: Path) -> None:
        """Read a file or folder in the background, then look at a network for it."""
        self.cancel()
        self._reader = _Reader(path)
        self._progress = f"reading {path.name} …"
        self._threads.append(self._reader)
        self._reader.start()
        self._timer.start()
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give up what is being read."""
        if self._reader is not None:
            self._reader.give_up()
            self._end()

    def shutdown(self) -> None:
        """Give up, and wait until no thread is left: some ms, unless a disk is slow."""
        self.cancel()
        _join(self._threads)

    def draw_toy(self, toy: Toy) -> None:
        """Draw the points of the toy set anew; the network and its weights stay."""
        state = self._workspace.state
        self._workspace.open_state("Draw points", replace(state, samples=toy_source(toy)))

    @Slot()
    def _on_timer(self) -> None:
        reader = self._reader
        if reader is None:
            return
        if reader.is_alive():
            if reader.words and reader.words != self._progress:
                self._progress = reader.words
                self.changed.emit()
            return
        self._end()
        if reader.source is not None:
            self._look_at(reader.source)
        else:
            self.refused.emit(reader.refusal)

    def _end(self) -> None:
        self._timer.stop()
        self._threads[:] = [each for each in self._threads if each.is_alive()]
        self._reader, self._progress = None, ""
        self.changed.emit()

    def _look_at(self, source: DataSource) -> None:
        before = self._workspace.state
        try:
            state = fitted(before, source)
        except NnvizError as error:
            self.refused.emit(str(error))
            return
        self._workspace.open_state("Open data", state)
        self._workspace.problem.emit(f"{fitting_sentence(before, state)} {source.note}")
        self.opened.emit(source)


class _Reader(threading.Thread):
    """Reads one file or folder; ``words`` say how far it is, then one of the others is set."""

    def __init__(self, path: Path) -> None:
        super().__init__(name="nnviz-data", daemon=True)
        self._path = path
        self._is_given_up = threading.Event()
        self.words = ""
        self.source: DataSource | None = None
        self.refusal = ""

    def give_up(self) -> None:
        """End soon, without a result."""
        self._is_given_up.set()

    def run(self) -> None:
        """Read, until done or given up."""
        try:
            self.source = open_data(self._path, Reading(self._say, self._is_given_up.is_set))
        except LoadingCancelled:
            logger.debug("Reading %s was given up", self._path)
        except NnvizError as error:
            self.refusal = str(error)
        except Exception as error:  # a border: nobody above would hear of it
            logger.exception("Reading %s failed", self._path)
            self.refusal = f"Reading {self._path.name} failed unexpectedly: {error!r}."

    def _say(self, words: str) -> None:
        self.words = words


def _join(readers: list[_Reader], _: QObject | None = None) -> None:
    for reader in readers:
        reader.give_up()
        reader.join()
    readers.clear()
