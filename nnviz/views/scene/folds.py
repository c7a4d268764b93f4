"""Where folded layers say what they hide, and what a click there does."""

from dataclasses import dataclass

from nnviz.formatting import count
from nnviz.trace.notation import Notation
from nnviz.trace.refs import NodeRef, Ref
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.titles import set_titles
from nnviz.views.scene.type_setting import Rule
from nnviz.visual.folding import Fold
from nnviz.visual.layout import COST_WIDTH, Rect

__all__ = ["FOLD_PX", "FoldSign", "fold_note", "layer_to_fold_at", "set_folds", "what_folds"]

FOLD_PX = 11
DOTS_WIDTH = 14.0
"""Px that the three dots take, with some room to click."""
HEIGHT = 18.0


@dataclass(frozen=True, slots=True)
class FoldSign:
    """The ⋮ of a fold, its text, and the place of both in widget px; the dots stand at its left.

    ``scale`` is below 1 in a picture that is zoomed out.
    """

    layer: int
    fold: Fold
    text: str
    place: Rect
    scale: float


def set_folds(scene: Scene) -> tuple[FoldSign, ...]:
    """Set the sign of every fold: three dots in the column, and how many neurons they stand for."""
    rule, signs, zoom = Rule(False), [], scene.viewport.zoom
    ends = [float(layout.centres[:, 0].min()) - layout.radius for layout in scene.layout.layers]
    ends.append(scene.layout.cost[0] - COST_WIDTH / 2)
    for layout, end in zip(scene.layout.layers, ends[1:], strict=True):
        for fold in layout.folds:
            x, y = scene.viewport.to_widget(fold.x, fold.y)
            text = f"{count(fold.count)} more"
            width = DOTS_WIDTH + rule.width(text, FOLD_PX) + 6
            scale = min(1.0, layout.spacing * zoom / HEIGHT, (end - fold.x) * zoom / width)
            height = scale * (HEIGHT - 0.5)
            place = Rect(x - scale * DOTS_WIDTH / 2, y - height / 2, scale * width, height)
            signs.append(FoldSign(layout.layer, fold, text, place, scale))
    return tuple(signs)


def layer_to_fold_at(scene: Scene, x: float, y: float) -> tuple[int, Fold | None] | None:
    """Return the layer that a click at a widget point folds or unfolds, and the ⋮ that is there.

    None where a click does neither: elsewhere than at a ⋮ or the title of a wide layer.
    """
    if not any(layout.foldable for layout in scene.layout.layers):
        return None
    for sign in set_folds(scene):
        if sign.place.contains(x, y):
            return sign.layer, sign.fold
    for title in set_titles(scene):
        if title.sign is not None and title.whole.contains(x, y):
            return title.layer, None
    return None


def what_folds(scene: Scene, layer: int, fold: Fold | None, notation: Notation) -> str:
    """Say what is folded away and what a click does, in the reader's counting."""
    folded = bool(scene.layout.layers[layer].folds)
    name = scene.frame.layers[layer].short_title.partition(" · ")[0]
    if fold is None:
        return f"Click to {'show all neurons of' if folded else 'fold'} {name} (U)"
    first, last = notation.index(fold.first), notation.index(fold.last)
    return (
        f"{count(fold.count)} neurons of {name} are folded away here, {first} to {last}. "
        "Click to show all of the layer (U)."
    )


def fold_note(scene: Scene, ref: Ref) -> str:
    """Say that a neuron, or an end of an edge, is folded away; empty if all of it is shown."""
    ends = (ref,) if isinstance(ref, NodeRef) else (ref.source_node, ref.target_node)
    layers = scene.layout.layers
    if all(layers[end.layer].shown[end.neuron] for end in ends):
        return ""
    return "Leads to a neuron that is folded away; a click selects and shows it."
