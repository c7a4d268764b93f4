"""What the program remembers between runs, behind one typed door: the only user of QSettings."""

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from nnviz.trace.notation import Notation
from nnviz.trace.notation_choices import ASPECTS, chosen, with_option
from nnviz.training.smoothing import SMOOTHINGS, USUAL, Smoothing
from nnviz.visual.settings import CanvasSettings
from nnviz.visual.settings_choices import (
    CANVAS_CHOICES,
    FEWEST_EDGES,
    MOST_EDGES,
    chosen_option,
    with_choice,
)

__all__ = ["AppSettings", "SettingsStore", "Theme", "WindowLayout", "open_settings"]

logger = logging.getLogger(__name__)

LAYOUT_VERSION = 1
"""Raised when docks are renamed: an older saved layout is then not restored."""

_TRUTH = {True: "true", False: "false"}
Theme = str
THEMES: tuple[Theme, ...] = ("system", "dark", "light")
GRANULARITIES = ("layer", "operation", "neuron")


@dataclass(frozen=True, slots=True)
class AppSettings:
    """Settings with their defaults; a bad value in the file falls back to the default."""

    theme: Theme = "system"
    granularity: str = "layer"
    notation: Notation = field(default_factory=Notation)
    canvas: CanvasSettings = field(default_factory=CanvasSettings)
    smoothing: Smoothing = USUAL


class WindowLayout(NamedTuple):
    """Size and place of the window, its docks, and how the room of the canvas is split."""

    geometry: QByteArray
    docks: QByteArray
    canvases: QByteArray


class SettingsStore:
    """Reads and writes settings and the window's layout."""

    def __init__(self, backend: QSettings) -> None:
        self._backend = backend

    def load(self) -> AppSettings:
        """Return the settings; each key on its own."""
        default = AppSettings()
        return AppSettings(
            theme=self._choice("theme", default.theme, THEMES),
            granularity=self._choice("granularity", default.granularity, GRANULARITIES),
            notation=self._notation(default.notation),
            canvas=self._canvas(default.canvas),
            smoothing=SMOOTHINGS[
                self._choice("smoothing", default.smoothing.name, tuple(SMOOTHINGS))
            ],
        )

    def save(self, settings: AppSettings) -> None:
        """Write the settings."""
        self._backend.setValue("theme", settings.theme)
        self._backend.setValue("granularity", settings.granularity)
        self._backend.setValue("smoothing", settings.smoothing.name)
        for aspect in ASPECTS:
            option = chosen(settings.notation, aspect)
            if option is not None:
                self._backend.setValue(f"notation/{aspect.field}", option.key)
        for choice in CANVAS_CHOICES:
            chosen_one = chosen_option(settings.canvas, choice)
            if chosen_one is not None:
                self._backend.setValue(f"canvas/{choice.field}", chosen_one.key)
        self._backend.setValue("canvas/strongest", str(settings.canvas.strongest))
        self._backend.setValue("canvas/all_edges", _TRUTH[settings.canvas.all_edges])

    def save_layout(
        self, geometry: QByteArray, state: QByteArray, canvases: QByteArray | None = None
    ) -> None:
        """Remember size and docks of the main window, and the split of the canvas, if any."""
        self._backend.setValue("layout/version", LAYOUT_VERSION)
        self._backend.setValue("layout/geometry", geometry)
        self._backend.setValue("layout/state", state)
        self._backend.setValue("layout/canvases", canvases or QByteArray())
        self._backend.sync()

    def layout(self) -> WindowLayout | None:
        """Return what ``save_layout`` remembered; None if nothing fits."""
        version = self._backend.value("layout/version", -1)
        geometry = self._backend.value("layout/geometry")
        state = self._backend.value("layout/state")
        canvases = self._backend.value("layout/canvases")
        if str(version) != str(LAYOUT_VERSION):
            return None
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return None
        split = canvases if isinstance(canvases, QByteArray) else QByteArray()
        return WindowLayout(geometry, state, split)

    def forget_layout(self) -> None:
        """Forget the window's layout."""
        self._backend.remove("layout")

    def _notation(self, notation: Notation) -> Notation:
        """Return the saved notation, each aspect on its own; by default as it is."""
        for aspect in ASPECTS:
            usual = chosen(notation, aspect)
            if usual is None:
                continue
            keys = tuple(option.key for option in aspect.options)
            saved = aspect.option(self._choice(f"notation/{aspect.field}", usual.key, keys))
            notation = with_option(notation, aspect, saved or usual)
        return notation

    def _canvas(self, canvas: CanvasSettings) -> CanvasSettings:
        """Return the saved settings of the canvas, each field on its own; by default as it is."""
        for choice in CANVAS_CHOICES:
            usual = chosen_option(canvas, choice)
            if usual is None:
                continue
            keys = tuple(option.key for option in choice.options)
            saved = choice.option(self._choice(f"canvas/{choice.field}", usual.key, keys))
            canvas = with_choice(canvas, choice, saved or usual)
        all_edges = self._choice(
            "canvas/all_edges", _TRUTH[canvas.all_edges], tuple(_TRUTH.values())
        )
        return replace(
            canvas,
            all_edges=all_edges == _TRUTH[True],
            strongest=self._count("canvas/strongest", canvas.strongest, FEWEST_EDGES, MOST_EDGES),
        )

    def _count(self, key: str, default: int, least: int, most: int) -> int:
        value = self._backend.value(key, str(default))
        if isinstance(value, str) and value.isascii() and value.isdigit():
            count = int(value) if len(value) <= len(str(most)) else most + 1
            if least <= count <= most:
                return count
        logger.warning("The setting %s is %r; %r is used.", key, value, default)
        return default

    def _choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        value = self._backend.value(key, default)
        if isinstance(value, str) and value in choices:
            return value
        logger.warning("The setting %s is %r; %r is used.", key, value, default)
        return default


def open_settings(file: Path | None = None) -> SettingsStore:
    """Open the user's settings, or those in ``file``; the only place that makes a QSettings."""
    if file is None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
        file = Path(folder) / "nnviz.ini"
    return SettingsStore(QSettings(str(file), QSettings.Format.IniFormat))
