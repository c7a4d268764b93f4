"""The numbers on the edges of a small network, set: as many of them as there is room for."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.trace.refs import EdgeRef
from nnviz.views.scene.arrow_painter import arrow_boxes
from nnviz.views.scene.node_texts import NodeTexts
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.type_setting import Rule
from nnviz.visual.frame import TextLine
from nnviz.visual.labels import label_places, place_labels
from nnviz.visual.layout import Rect

__all__ = ["LEADING", "SEPARATOR", "EdgeLabel", "EdgeLabels", "set_edge_labels", "taken_by_nodes"]

LEADING = 1.2
SEPARATOR = " · "

Rows = tuple[tuple[TextLine, ...], ...]


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """The numbers of one edge, in rows of one or two, in a font of ``pixels``."""

    ref: EdgeRef
    rows: Rows
    pixels: int
    place: Rect


@dataclass(frozen=True, slots=True)
class EdgeLabels:
    """The labels that have room, and how many edges have numbers to show."""

    labels: tuple[EdgeLabel, ...]
    wanted: int


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a label: its size in px, how many digits less, in one row, only the newest."""

    pixels: int
    less: int = 0
    one_row: bool = False
    newest: bool = False


FORMS = (
    _Form(11),
    _Form(10),
    _Form(10, less=1),
    _Form(9, less=1),
    _Form(11, one_row=True),
    _Form(10, less=1, one_row=True),
    _Form(9, less=1, one_row=True),
)
"""From the most comfortable to the tightest; a long row is hard to tell to its edge."""
LAST_RESORTS = (_Form(9, less=1, newest=True), _Form(8, less=2, newest=True))


_DISC = np.array([(1.0, 0.5), (0.87, 0.72), (0.72, 0.87), (0.5, 1.0)])
"""Half widths and heights of boxes that cover a disc of radius 1 but for slivers: its corners
are where the edges leave it."""


@dataclass(frozen=True, slots=True)
class _Request:
    """The edges that want labels, their lines, what is taken, and who chooses first.

    ``texts`` are the numbers of each edge, all of them with ever fewer digits.
    """

    refs: tuple[EdgeRef, ...]
    texts: tuple[tuple[tuple[TextLine, ...], ...], ...]
    lines: FloatArray
    taken: tuple[Rect, ...]
    order: tuple[int, ...]


def taken_by_nodes(scene: Scene, texts: Sequence[Sequence[NodeTexts]]) -> list[Rect]:
    """Return the boxes, in widget px, that discs, their arrows and their texts take."""
    boxes = arrow_boxes(scene)
    for layout, layer in zip(scene.layout.layers, texts, strict=True):
        radius = scene.radius(layout)
        points = scene.viewport.points_to_widget(layout.centres).tolist()
        for (x, y), node in zip(points, layer, strict=False):
            boxes += [Rect(x - w, y - h, 2 * w, 2 * h) for w, h in ((radius + 2) * _DISC).tolist()]
            boxes += node.boxes()
    return boxes


def set_edge_labels(scene: Scene, texts: Sequence[Sequence[NodeTexts]]) -> EdgeLabels:
    """Set the labels in the most comfortable form in which all have room, else the most numbers.

    The selection's edges choose first, then the strongest.
    """
    request = _request(scene, texts)
    if request is None:
        return EdgeLabels((), 0)
    rule, best, best_count = Rule(True), EdgeLabels((), 0), (-1, -1)
    for form in FORMS:
        if form.one_row and all(len(lines) < 2 for lines in request.texts[0]):
            continue
        labels = _set(request, form, rule)
        numbers = sum(len(row) for label in labels for row in label.rows)
        if (len(labels), numbers) > best_count:
            best, best_count = EdgeLabels(labels, len(request.texts[0])), (len(labels), numbers)
        if numbers == sum(len(lines) for lines in request.texts[0]):
            break
    return best


def _request(scene: Scene, texts: Sequence[Sequence[NodeTexts]]) -> _Request | None:
    if any(layout.folds for layout in scene.layout.layers):
        return None  # many neurons share the place of a ⋮
    labelled = [(i, edges) for i, edges in enumerate(scene.frame.edges) if edges.labels]
    if not labelled:
        return None
    chosen = np.concatenate([edges.chosen for _, edges in labelled])
    strength = np.concatenate([edges.widths for _, edges in labelled])
    return _Request(
        tuple(edges.ref(each) for _, edges in labelled for each in range(len(edges.neurons))),
        tuple(
            tuple(itertools.chain.from_iterable(digits))
            for digits in zip(*(edges.labels for _, edges in labelled), strict=True)
        ),
        np.concatenate([scene.edge_lines(index) for index, _ in labelled]),
        tuple(taken_by_nodes(scene, texts)),
        tuple(np.lexsort((-strength, ~chosen)).tolist()),
    )


def _set(request: _Request, form: _Form, rule: Rule) -> tuple[EdgeLabel, ...]:
    """Set all labels in one form, and those without room in a last resort."""
    labels: list[EdgeLabel] = []
    waiting = request.order
    for each in (form, *LAST_RESORTS):
        rows = [_rows(request, index, each) for index in range(len(request.texts[0]))]
        sizes = [_size(row, each.pixels, rule) for row in rows]
        aspect = float(np.median([width / height for width, height in sizes]))
        places = label_places(request.lines, aspect)
        placed = place_labels(places, sizes, request.taken, waiting)
        new = [
            EdgeLabel(request.refs[i], rows[i], each.pixels, box)
            for i, box in enumerate(placed)
            if box
        ]
        labels += new
        request = replace(request, taken=(*request.taken, *(label.place for label in new)))
        waiting = tuple(index for index in waiting if placed[index] is None)
        if not waiting:
            break
    return tuple(labels)


def _rows(request: _Request, index: int, form: _Form) -> Rows:
    lines = request.texts[form.less][index]
    if form.newest:
        return (lines[-1:],)
    return (lines,) if form.one_row else tuple((line,) for line in lines)


def _size(rows: Rows, pixels: int, rule: Rule) -> tuple[float, float]:
    texts = (SEPARATOR.join(line.text for line in row) for row in rows)
    return rule.widest(texts, pixels) + 6, len(rows) * pixels * LEADING + 2
