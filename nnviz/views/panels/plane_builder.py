"""From the workspace to the picture of a plane: which answers, which points, in which colours."""

from dataclasses import dataclass, replace

import numpy as np

from nnviz.datasets.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec, Parameters
from nnviz.stores.examples_store import Subset
from nnviz.stores.recording import fits
from nnviz.stores.workspace import Workspace
from nnviz.trace.refs import NodeRef
from nnviz.views.panels.plane_legend import LegendLine, ValueScale
from nnviz.views.panels.plane_marks import MARK_COUNT
from nnviz.views.panels.plane_picture import Curve, PlanePicture, Points
from nnviz.visual.palette import Palette
from nnviz.visual.plane import (
    Bounds,
    answers_at,
    bounds_of,
    class_colours,
    grid_of,
    grid_size,
    value_colours,
)
from nnviz.visual.scales import Scale, activation_limits, scale_for

__all__ = ["PlaneBuilder", "PlaneData"]

MOST_POINTS = 2_000
"""Drawn of each part, the first ones: more would hide each other."""
CURVE_POINTS = 240
CLASS_LINES = 8
"""Classes in the legend, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaneData:
    """What stays while parameters change: the points, what shows them, and what they are."""

    points: Points
    bounds: Bounds
    values: FloatArray
    """The targets (n,) of the shown output, which colour the points where there are no classes."""
    lines: tuple[LegendLine, ...]
    drawn: int
    there: int


class PlaneBuilder:
    """Makes the pictures for one workspace and palette."""

    def __init__(self, workspace: Workspace, palette: Palette) -> None:
        self._workspace = workspace
        self._palette = palette
        self._coloured: tuple[PlaneData, tuple[float, float], Points] | None = None

    def data(self) -> PlaneData:
        """Return the points of the network's data; of none that is not there."""
        workspace, spec = self._workspace, self._workspace.spec
        parts = [
            (subset, part)
            for subset in reversed(workspace.examples.subsets)  # those to train on come first
            if (part := workspace.examples.dataset_of(subset)) is not None
            and fits(workspace.state, part)
        ]
        found = [self._part(subset, part) for subset, part in parts]
        points = _joined([each for each, _ in found])
        values = np.concatenate([each for _, each in found] or [np.empty(0)])
        there = sum(len(part) for _, part in parts)
        bounds = bounds_of(points.places)
        return PlaneData(points, bounds, values, self._lines(spec), len(points), there)

    def picture(self, data: PlaneData, parameters: Parameters, aspect: float) -> PlanePicture:
        """Return the picture of the answers of ``parameters``."""
        spec, notation = self._workspace.spec, self._workspace.display.notation
        first = f"x{_subscript(notation.index(0))}"
        if spec.sizes[0] == 1:
            bounds, curves = self._curves(data, parameters)
            return PlanePicture(bounds, first, "a", None, curves, data.points, self._rings(bounds))
        columns, rows = grid_size(spec, aspect)
        outputs = answers_at(spec, parameters, grid_of(data.bounds, columns, rows))
        points, limits = data.points, None
        if self._workspace.class_names:
            colours = class_colours(spec, outputs, self._palette)
        else:
            values = outputs[:, self.output]
            limits = activation_limits(spec.activations[-1], values)
            colours = value_colours(values, limits, self._palette)
            points = self._on_scale(data, limits)
        second = f"x{_subscript(notation.index(1))}"
        return PlanePicture(
            data.bounds, first, second, colours.reshape(rows, columns, 3), (), points,
            self._rings(data.bounds), limits,
        )  # fmt: skip

    @property
    def output(self) -> int:
        """Which output is shown where they are no classes: the selected one, or the first."""
        selected = self._workspace.selection.selected
        last = self._workspace.spec.layer_count
        if isinstance(selected, NodeRef) and selected.layer == last:
            return selected.neuron
        return 0

    def scale(self, picture: PlanePicture) -> ValueScale | None:
        """Return what the colours of a single output mean; None of classes and of curves."""
        if picture.limits is None:
            return None
        notation = self._workspace.display.notation
        low, high = (notation.number(each) for each in picture.limits)
        several = self._workspace.spec.sizes[-1] > 1
        name = f"output {notation.index(self.output)}" if several else "a"
        return ValueScale(name, low, high, scale_for(Scale.ACTIVATION, self._palette).stops)

    def _lines(self, spec: NetworkSpec) -> tuple[LegendLine, ...]:
        names, classes = self._workspace.class_names, self._palette.classes
        lines = [
            LegendLine(name, classes[place % len(classes)], place % MARK_COUNT)
            for place, name in enumerate(names[:CLASS_LINES])
        ]
        if spec.sizes[0] == 1 and not names:
            lines.append(LegendLine("output", self._palette.text, is_line=True))
        if self._workspace.examples.subsets != (Subset.SAMPLES,):
            lines.append(LegendLine("training", self._palette.muted))
            lines.append(LegendLine("test", self._palette.muted, filled=False))
        return tuple(lines)

    def _on_scale(self, data: PlaneData, limits: tuple[float, float]) -> Points:
        """Return the points in the colours of their targets; the same object if nothing changed."""
        if self._coloured is None or self._coloured[:2] != (data, limits):
            colours = value_colours(data.values, limits, self._palette)
            points = replace(data.points, colours=colours, on_scale=True)
            self._coloured = data, limits, points
        return self._coloured[2]

    def _part(self, subset: Subset, part: Dataset) -> tuple[Points, FloatArray]:
        """Return the first points of a part of the data, and the shown output's targets."""
        part = part.first(MOST_POINTS)
        count, spec = len(part), self._workspace.spec
        inputs, targets = part.inputs_at(slice(None)), part.targets_at(slice(None))
        marks = np.zeros(count, np.uint8)
        if part.labels is not None:
            classes = np.array(self._palette.classes, np.uint8)
            colours = classes[part.labels % len(classes)]
            marks = (part.labels % MARK_COUNT).astype(np.uint8)
        else:
            colours = np.tile(np.array(self._palette.muted, np.uint8), (count, 1))
        places = inputs
        if spec.sizes[0] == 1:
            heights = targets.max(axis=1) if part.labels is not None else targets[:, self.output]
            places = np.stack([inputs[:, 0], heights], axis=1)
        filled = np.full(count, subset is not Subset.TEST, np.uint8)
        keys = tuple((subset, row) for row in range(count))
        return Points(places, colours, marks, filled, keys), targets[:, self.output]

    def _curves(self, data: PlaneData, parameters: Parameters) -> tuple[Bounds, tuple[Curve, ...]]:
        """Return the outputs along the input, and bounds that hold them and the points."""
        spec, names = self._workspace.spec, self._workspace.class_names
        x = np.linspace(data.bounds.left, data.bounds.right, CURVE_POINTS)
        outputs = answers_at(spec, parameters, x[:, None])
        if not names:
            outputs = outputs[:, self.output : self.output + 1]
        classes = self._palette.classes
        curves = tuple(
            Curve(x, y, classes[place % len(classes)] if names else self._palette.text)
            for place, y in enumerate(outputs.T)
        )
        finite = outputs[np.isfinite(outputs)]
        if not finite.size:
            return data.bounds, curves
        low = min(data.bounds.bottom, float(finite.min()))
        high = max(data.bounds.top, float(finite.max()))
        return Bounds(data.bounds.left, data.bounds.right, low, high), curves

    def _rings(self, bounds: Bounds) -> FloatArray:
        """Return where the examples are that are stepped through, edited by hand or not."""
        stepper = self._workspace.stepper
        if stepper.trace is None or stepper.locked:
            return np.empty((0, 2))
        inputs, targets = stepper.trace.inputs, stepper.trace.targets
        if inputs.shape[1] == 2:
            return inputs
        heights = targets.max(axis=1) if self._workspace.class_names else targets[:, self.output]
        return np.stack([inputs[:, 0], heights], axis=1)


def _joined(parts: list[Points]) -> Points:
    if not parts:
        return Points(
            np.empty((0, 2)), np.empty((0, 3), np.uint8), np.empty(0, np.uint8),
            np.empty(0, np.uint8),
        )  # fmt: skip
    return Points(
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.colours for part in parts]),
        np.concatenate([part.marks for part in parts]),
        np.concatenate([part.filled for part in parts]),
        tuple(key for part in parts for key in part.keys),
    )


def _subscript(value: int) -> str:
    return str(value).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
