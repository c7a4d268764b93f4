"""No text of the canvas stands over another, over a neuron, or outside the canvas."""

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from nnviz.views.scene.class_texts import set_class_texts
from nnviz.views.scene.cost_node import set_cost_node
from nnviz.views.scene.edge_labels import set_edge_labels
from nnviz.views.scene.folds import set_folds
from nnviz.views.scene.node_texts import set_node_texts
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.titles import set_titles
from nnviz.visual.layout import BOTTOM, Rect
from tests.views.scenes import Shot, scene_of

CANVASES = [(686, 282), (758, 330), (942, 364), (1206, 522), (1600, 900)]
"""Canvases of the smallest window, of two laptops', of 1600 × 1000 and of a screen of its own."""


def random_shots(count: int = 100) -> Iterator[Shot]:
    rng = np.random.default_rng(11)
    for seed in range(count):
        most = int(rng.choice([4, 12, 40]))  # few neurons have more texts
        sizes = tuple(int(size) for size in rng.integers(1, most + 1, rng.integers(2, 6)))
        yield Shot(
            (*sizes[:-1], 10) if seed % 4 == 0 else sizes,
            CANVASES[int(rng.integers(len(CANVASES)))],
            done=float(rng.choice([0.0, 0.3, 0.6, 0.9, 1.0])),
            classes=seed % 4 == 0,
            digits=int(rng.choice([4, 4, 4, 12])),
            scale=float(rng.choice([1.0, 1.0, 1e-9])),
            seed=seed,
        )


def text_boxes(scene: Scene) -> dict[str, Rect]:
    """Every text outside the discs, by what it is."""
    texts = set_node_texts(scene)
    boxes = {}
    for layer, nodes in enumerate(texts):
        for neuron, node in enumerate(nodes):
            for index, box in enumerate(node.boxes()):
                boxes[f"text {index} of neuron {neuron} of layer {layer}"] = box
    at_outputs = [box for name, box in boxes.items() if f"layer {len(texts) - 1}" in name]
    for output, class_text in enumerate(set_class_texts(scene)):
        boxes[f"numbers of class {output}"] = class_text.place
        at_outputs.append(class_text.place)
    boxes |= {f"label {label.ref}": label.place for label in set_edge_labels(scene, texts).labels}
    boxes |= {f"title {title.layer}": title.whole for title in set_titles(scene)}
    boxes |= {f"fold {sign.fold} of {sign.layer}": sign.place for sign in set_folds(scene)}
    boxes["cost"] = set_cost_node(scene, at_outputs).place
    return boxes


def over_a_disc(box: Rect, scene: Scene) -> bool:
    for layout in scene.layout.layers:
        if layout.image is not None:
            if layout.image.overlaps(box):
                return True
            continue
        centres = scene.viewport.points_to_widget(layout.centres[layout.shown])
        nearest = np.clip(centres, (box.x, box.y), (box.x + box.width, box.y + box.height))
        if (np.hypot(*(nearest - centres).T) < scene.radius(layout) - 0.5).any():
            return True
    return False


def faults_of(scene: Scene) -> list[str]:
    boxes = text_boxes(scene)
    pairs = itertools.combinations(boxes.items(), 2)
    faults = [f"{a} over {b}" for (a, one), (b, other) in pairs if one.overlaps(other)]
    faults += [f"{name} over a neuron" for name, box in boxes.items() if over_a_disc(box, scene)]
    width, height = scene.layout.width, scene.layout.height
    for name, box in boxes.items():
        if box.x < 0 or box.y < 0 or box.x + box.width > width:
            faults.append(f"{name} outside the canvas")
        if box.y + box.height > height - BOTTOM + 8:
            faults.append(f"{name} over the caption")
    return faults


@pytest.mark.usefixtures("qapp")
def test_no_text_stands_over_another_or_a_neuron_in_a_hundred_networks() -> None:
    faults = {shot: faults_of(scene_of(shot)) for shot in random_shots()}

    assert {shot: found for shot, found in faults.items() if found} == {}
