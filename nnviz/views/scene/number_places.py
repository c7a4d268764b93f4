"""Where numbers stand in a picture, and which of them a hand can change."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.trace.refs import NodeRef
from nnviz.trace.what_if import Adjustable, Kind
from nnviz.views.scene.class_texts import ClassText
from nnviz.views.scene.edge_labels import EdgeLabels
from nnviz.views.scene.folds import FoldSign
from nnviz.views.scene.node_texts import NodeTexts, TextBlock
from nnviz.views.scene.type_setting import Rule
from nnviz.visual.layout import Rect

__all__ = ["NumberPlace", "number_places"]


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """A box in widget px with numbers in it; ``adjustable`` is the one that can be dragged."""

    box: Rect
    adjustable: Adjustable | None = None


def number_places(
    texts: Sequence[Sequence[NodeTexts]],
    labels: EdgeLabels,
    folds: Sequence[FoldSign] = (),
    classes: Sequence[ClassText] = (),
    notice: Rect | None = None,
) -> tuple[NumberPlace, ...]:
    """Return where numbers stand: of neurons, outputs of classes and edges, and at the ⋮ of folds.

    ``notice`` is where words stand in the place of an input image.
    Biases have places of their own.
    """
    places = [NumberPlace(fold.place) for fold in folds]
    places += [NumberPlace(rows.place) for rows in classes]
    places += [] if notice is None else [NumberPlace(notice)]
    rule = Rule(True)
    for layer, nodes in enumerate(texts):
        for neuron, node in enumerate(nodes):
            places += [NumberPlace(box) for box in node.boxes()]
            box = None if node.block is None else _bias_box(node.block, rule)
            if box is not None:
                places.append(NumberPlace(box, Adjustable(Kind.BIAS, NodeRef(layer, neuron))))
    places += [
        NumberPlace(label.place, Adjustable(Kind.WEIGHT, label.ref)) for label in labels.labels
    ]
    return tuple(places)


def _bias_box(block: TextBlock, rule: Rule) -> Rect | None:
    """Return where the bias is written, None if it is not."""
    for index, line in enumerate(block.lines):
        at = line.text.rfind("b ") if line.has_bias else -1
        if at < 0:
            continue  # where room is short a line is written in parts
        width = rule.width(line.text, block.pixels)
        left = block.place.x + ((block.place.width - width) / 2 if block.centred else 0.0)
        before = rule.width(line.text[:at], block.pixels)
        top = block.place.y + index * block.pitch
        return Rect(left + before - 3, top, width - before + 6, block.pitch)
    return None
