"""No text of the canvas stands over another, over a neuron, or outside the canvas."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from nnviz.engine.initialisers import initialise
from nnviz.engine.network import NetworkSpec
from nnviz.stores.workspace import Workspace
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassSettings, PassTrace
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.views.scene.class_texts import set_class_texts
from nnviz.views.scene.cost_node import set_cost_node
from nnviz.views.scene.edge_labels import set_edge_labels
from nnviz.views.scene.folds import set_folds
from nnviz.views.scene.node_painter import image_notice_place
from nnviz.views.scene.node_texts import set_node_texts
from nnviz.views.scene.scene import Scene
from nnviz.views.scene.scene_builder import build_scene
from nnviz.views.scene.scene_painter import draw_scene
from nnviz.views.scene.titles import set_titles
from nnviz.views.scene.type_setting import Rule
from nnviz.views.scene.viewport import Viewport
from nnviz.visual.class_names import names_width
from nnviz.visual.folded_edges import dim_folded_edges
from nnviz.visual.frame import build_frame
from nnviz.visual.layout import BOTTOM, Rect, lay_out
from nnviz.visual.palette import DARK

CANVASES = [(686, 282), (758, 330), (942, 364), (1206, 522), (1600, 900)]
"""Canvases of the smallest window, of two laptops', of 1600 × 1000 and of a screen of its own."""


@dataclass(frozen=True)
class Shot:
    """What a scene shows: ``done`` is the part of the steps that is done, 0 … 1."""

    sizes: tuple[int, ...]
    canvas: tuple[float, float] = (942, 364)
    done: float = 1.0
    classes: bool = False
    long_names: bool = False
    selected: NodeRef | None = None
    image_shape: tuple[int, int] | None = None
    unfolded: frozenset[int] = frozenset()
    digits: int = 4
    scale: float = 1.0
    zoom: float = 1.0
    seed: int = 0


def scene_of(shot: Shot) -> Scene:
    """Return the scene of a random network whose inputs are up to ``scale``."""
    rng = np.random.default_rng(shot.seed)
    spec = NetworkSpec(shot.sizes, ("sigmoid",) * (len(shot.sizes) - 1))
    parameters = initialise(spec, "standard_normal", rng, np.float64)
    inputs, targets = shot.scale * rng.random(shot.sizes[0]), rng.random(shot.sizes[-1])
    trace = PassTrace.record(spec, parameters, inputs, targets, PassSettings(0.5))
    steps = build_steps(spec, Granularity.OPERATION)
    names: tuple[str, ...] = ()
    if shot.classes:
        letters = "Ankle boots with laces" if shot.long_names else ""
        names = tuple(f"{letters}{each}" for each in range(shot.sizes[-1]))
    layout = lay_out(
        shot.sizes,
        *shot.canvas,
        shot.image_shape,
        classes=shot.classes,
        names=names_width(names),
        unfolded=shot.unfolded,
        kept=[] if shot.selected is None else [shot.selected],
    )
    frame = build_frame(
        trace,
        Timeline(steps).to(round(shot.done * len(steps)) - 1),
        DARK,
        shot.selected,
        names,
        layout.layers[0].image is not None,
        Notation(digits=shot.digits),
        shown=tuple(layer.shown for layer in layout.layers),
    )
    frame = dim_folded_edges(frame, layout, DARK)
    viewport = Viewport().zoomed(shot.zoom, shot.canvas[0] / 2, shot.canvas[1] / 2)
    return Scene(layout, frame, DARK, viewport, shot.selected)


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
            long_names=seed % 8 == 0,
            digits=int(rng.choice([4, 4, 4, 12])),
            scale=float(rng.choice([1.0, 1.0, 1e-9])),
            zoom=float(rng.choice([1.0, 1.0, 1.0, 0.6])),
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


def overlap(one: Rect, other: Rect) -> float:
    """How many px two boxes share across or along, whichever is less."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return min(width, height)


def faults_of(scene: Scene) -> list[str]:
    boxes = text_boxes(scene)
    pairs = itertools.combinations(boxes.items(), 2)
    faults = [f"{a} over {b}" for (a, one), (b, other) in pairs if overlap(one, other) > 0.01]
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


@pytest.mark.usefixtures("qapp")
def test_numbers_of_classes_stay_before_the_cost_however_long_they_are() -> None:
    for canvas, digits in itertools.product(CANVASES, (4, 12)):
        for scale in (1.0, 1e3):
            shot = Shot((5, 10), canvas, classes=True, digits=digits, scale=scale)
            scene = scene_of(shot)
            texts = set_class_texts(scene)
            node = set_cost_node(scene, [text.place for text in texts])

            assert len(texts) == 10
            for text in texts:
                assert text.place.x + text.place.width < node.bracket
                for row in text.rows:
                    rule = Rule(True)
                    ends = [x + rule.width(line.text, text.pixels) for line, x in row]
                    starts = [x for _, x in row[1:]]
                    assert all(a < b for a, b in zip(ends, starts, strict=False))
                    assert max(ends) <= text.place.x + text.place.width + 1


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("shape", [(8, 8), (3, 4), (1, 20), (20, 1), (64, 16), (28, 28)])
def test_an_image_of_any_rectangle_keeps_its_aspect_and_its_place(shape: tuple[int, int]) -> None:
    rows, columns = shape
    for canvas in CANVASES:
        scene = scene_of(Shot((rows * columns, 8, 3), canvas, image_shape=shape))

        area = scene.image_area()

        assert area is not None
        assert area.width / area.height == pytest.approx(columns / rows)
        assert area.x > 0
        assert faults_of(scene) == []


@pytest.mark.usefixtures("qapp")
def test_the_lines_to_the_cost_begin_after_the_texts_and_end_before_the_box() -> None:
    for shot in random_shots(40):
        scene = scene_of(shot)
        texts = [box for node in set_node_texts(scene)[-1] for box in node.boxes()]
        texts += [text.place for text in set_class_texts(scene)]
        node = set_cost_node(scene, texts)

        assert node.bracket < node.place.x
        for x, y in node.stubs:
            assert x <= node.bracket
            line = Rect(x, y - 0.5, node.bracket - x, 1)
            assert [box for box in texts if box.overlaps(line)] == []
            assert not over_a_disc(line, scene)


@pytest.mark.usefixtures("qapp")
def test_every_layer_has_a_title_even_of_a_deep_network_in_a_small_window() -> None:
    scene = scene_of(Shot((5,) * 12, (686, 282)))

    titles = set_titles(scene)

    assert [title.text for title in titles] == ["in", *map(str, range(1, 11)), "out"]
    assert faults_of(scene) == []


def test_the_rows_of_an_output_of_classes_are_places_of_numbers(
    image_workspace: Workspace,
) -> None:
    """Else cards of pins stand over them where less matters elsewhere."""
    image_workspace.stepper.to_end()
    scene = build_scene(image_workspace, (1000, 640), DARK)
    assert scene is not None
    image = QImage(1000, 640, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        places = {each.box for each in draw_scene(painter, scene)}
    rows = {each.place for each in set_class_texts(scene)}
    assert len(rows) == 10
    assert rows <= places


def test_the_words_in_the_place_of_an_image_are_left_out_by_lines_and_written_over_edges() -> None:
    scene = scene_of(Shot((784, 3, 2), done=0.0, image_shape=(28, 28)))
    image = QImage(942, 364, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        places = draw_scene(painter, scene)

    area, box = scene.image_area(), image_notice_place(scene)

    assert area is not None
    assert box is not None
    assert box in [place.box for place in places]
    assert box.x + box.width / 2 == pytest.approx(area.x + area.width / 2)
    ground = image.pixelColor(round(box.x) + 3, round(box.y + box.height / 2)).getRgb()[:3]
    assert ground == DARK.surface  # opaque, whatever lies behind
    assert image_notice_place(scene_of(Shot((784, 3, 2), image_shape=(28, 28)))) is None
