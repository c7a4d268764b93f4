"""What the window shows of an update with memory, and of neurons that dropout leaves out."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.formatting import number
from nnviz.stores.display_store import StepView
from nnviz.stores.workspace import Workspace
from nnviz.trace.copying import offers_of
from nnviz.trace.notation import Notation
from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.predictions import draw_question, renewed
from nnviz.trace.quantities import Quantity
from nnviz.trace.refs import EdgeRef, NodeRef
from nnviz.trace.steps import Granularity, Phase, build_steps
from nnviz.views.panels.challenge_texts import asked_text
from nnviz.views.panels.inspector import Inspector
from nnviz.views.panels.values import entries_of
from nnviz.views.scene.cards import card_of, pin_card
from nnviz.views.scene.network_view import NetworkView
from nnviz.views.scene.spoken import spoken
from nnviz.views.timeline.chip_texts import chip_texts
from nnviz.visual.frame import build_frame
from nnviz.visual.palette import DARK, LIGHT, Palette

DROPPED, KEPT = NodeRef(1, 0), NodeRef(1, 1)
EDGE = EdgeRef(1, 1, 0)
MASK = np.array([[0.0, 2.0, 2.0]])


@pytest.fixture
def primer(workspace: Workspace) -> Workspace:
    """2-3-2 with Adam, in its third pass, by operation."""
    workspace.open_preset("primer-2-3-2")
    config = replace(workspace.config, optimizer=Optimizer("adam"), learning_rate=0.01)
    workspace.set_config(config)
    workspace.stepper.set_granularity(Granularity.OPERATION)
    for _ in range(2):
        workspace.stepper.to_end()
        workspace.next_pass()
    return workspace


def trace_of(workspace: Workspace) -> PassTrace:
    assert workspace.stepper.trace is not None
    return workspace.stepper.trace


def leave_out(workspace: Workspace, mask: np.ndarray = MASK) -> PassTrace:
    """Show the same pass with dropout."""
    trace = trace_of(workspace)
    thinned = PassTrace.record(
        trace.spec, trace.before, trace.inputs, trace.targets, trace.settings,
        state=trace.state, masks=(mask,),
    )  # fmt: skip
    workspace.stepper.show(thinned)
    return thinned


def to_update(workspace: Workspace, part: int) -> None:
    """Go to the update's part: 0 the moments, 1 their correction, 2 the new values."""
    steps = workspace.stepper.timeline.steps
    first = next(at for at, step in enumerate(steps) if step.phase is Phase.UPDATE)
    workspace.stepper.move_to(first + part)


# Moments


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_chips_of_the_update_name_what_they_compute(name: str, workspace: Workspace) -> None:
    steps = build_steps(workspace.spec, Granularity.OPERATION, 1, Optimizer(name))

    chips = [chip_texts(step, Notation()) for step in steps if step.phase is Phase.UPDATE]

    tops = [each.top for each in chips]
    assert tops == {
        "sgd": ["update"], "momentum": ["v", "w, b"], "nesterov": ["v", "w, b"],
        "rmsprop": ["s", "w, b"], "adam": ["m, v", "m̂, v̂", "w, b"],
        "adamw": ["m, v", "m̂, v̂", "w, b"],
    }[name]  # fmt: skip
    assert all(len(each.tip) > 20 for each in chips)
    coarse = build_steps(workspace.spec, Granularity.LAYER, 1, Optimizer(name))[-1]
    assert ("remembers" in chip_texts(coarse, Notation()).tip) == (name != "sgd")


@pytest.mark.parametrize(("part", "known"), [(0, 2), (1, 4), (2, 4)])
@pytest.mark.parametrize("ref", [NodeRef(1, 2), EDGE])
def test_the_values_hold_the_moments_that_are_known(
    primer: Workspace, part: int, known: int, ref: NodeRef | EdgeRef
) -> None:
    to_update(primer, part)
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()

    entries = entries_of(trace, reveal, ref)

    of = "" if isinstance(ref, EdgeRef) else " of b"
    shown = {each.symbol: each.value for each in entries}
    symbols = [f"{letter}{of}" for letter in ("m", "v", "m̂", "v̂")]
    assert [each for each in shown if each in symbols] == symbols[:known]
    first = Quantity.WEIGHT_FIRST_AFTER if not of else Quantity.BIAS_FIRST_AFTER
    assert shown[f"m{of}"] == trace.value(first, ref)


def test_before_the_update_the_values_are_those_of_every_pass(primer: Workspace) -> None:
    to_update(primer, -1)

    entries = entries_of(trace_of(primer), primer.stepper.timeline.reveal(), EDGE)

    assert [each.symbol for each in entries] == ["w", "∂C/∂w", "a from", "∂C/∂b to", "w new"]


@pytest.mark.parametrize("size", [(320, 500), (280, 700)])
def test_the_inspector_shows_every_part_in_every_view(
    primer: Workspace, qtbot: QtBot, size: tuple[int, int]
) -> None:
    inspector = Inspector(primer)
    qtbot.addWidget(inspector)
    inspector.resize(*size)
    inspector.show()
    primer.selection.select(NodeRef(1, 2))
    titles = {
        0: "Running means m and v",
        1: "Bias correction",
        2: "New weight and bias",
    }

    for part, title in titles.items():
        for view in StepView:
            to_update(primer, part)
            primer.display.set_view(view)
            inspector.finish()
            assert inspector.story.title.text() == title
    cells = [each for each in inspector.cells if each.isVisibleTo(inspector)]
    assert len(cells) == 11  # six of a hidden neuron, four moments, the new bias


def test_moments_can_be_copied_as_numbers_rows_and_matrices(primer: Workspace) -> None:
    primer.stepper.to_end()
    trace, reveal = trace_of(primer), primer.stepper.timeline.reveal()

    offers = offers_of(trace, reveal, EDGE, Notation())

    assert dict(offers.values)["m̂"] == trace.value(Quantity.WEIGHT_FIRST_CORRECTED, EDGE)
    rows = {each.name: each for each in offers.rows}
    np.testing.assert_array_equal(
        rows["v"].values, trace.layer_values(Quantity.WEIGHT_SECOND_AFTER, 1)[1]
    )
    assert {"W", "M", "V", "M̂", "V̂"} <= {each.name for each in offers.matrices}


def test_the_hover_card_tells_the_moments_and_the_pinned_one_stays_small(
    primer: Workspace,
) -> None:
    pinned = [row.symbol for row in pin_card(primer, EDGE).rows]
    to_update(primer, 0)

    card = {row.symbol: row.value.text for row in card_of(primer, EDGE).rows}

    assert card["m"] == number(trace_of(primer).value(Quantity.WEIGHT_FIRST_AFTER, EDGE))
    assert "m̂" not in card
    assert [row.symbol for row in pin_card(primer, EDGE).rows] == pinned


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_prediction_asks_for_what_the_step_computes(primer: Workspace, part: int) -> None:
    to_update(primer, part - 1)
    trace, timeline = trace_of(primer), primer.stepper.timeline

    question = draw_question(trace, timeline, EDGE, np.random.default_rng(0))

    assert question.ref == EDGE
    name = ["the new m of w(1, 0) of layer 1", "the new m̂ of w(1, 0) of layer 1",
            "the new w(1, 0) of layer 1"][part]  # fmt: skip
    assert asked_text(Notation(), question, 3) == f"What is {name}?"
    assert question.quantity is [
        Quantity.WEIGHT_FIRST_AFTER, Quantity.WEIGHT_FIRST_CORRECTED, Quantity.WEIGHT_AFTER,
    ][part]  # fmt: skip
    squares = renewed(trace, replace(question, quantity=Quantity.WEIGHT_SECOND_AFTER))
    assert not squares.has_sign


# Dropout


def test_a_neuron_that_is_left_out_is_marked_once_its_activation_is_known(
    primer: Workspace,
) -> None:
    trace = leave_out(primer)

    for position, known in ((1, False), (2, True)):  # z of layer 1, then a
        primer.stepper.move_to(position)
        frame = build_frame(trace, primer.stepper.timeline, DARK).layers[1]
        assert (frame.dropped is not None) == known
    assert frame.dropped.tolist() == [True, False, False]
    assert frame.inside[0] == ("",)
    assert frame.inside[1][0] == number(trace.forward.activations[1][0, 1])


def test_the_colours_of_activations_reach_as_far_as_dropout_makes_them_grow(
    primer: Workspace,
) -> None:
    trace = leave_out(primer)
    primer.stepper.to_end()

    legend = build_frame(trace, primer.stepper.timeline, DARK).legend[0]

    assert legend.middle == "0…1 / 0…2 / 0…1"


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_its_disc_is_hollow_and_crossed_out(
    primer: Workspace, qtbot: QtBot, palette: Palette
) -> None:
    view = NetworkView(primer)
    qtbot.addWidget(view)
    view.set_theme(palette)
    view.resize(1000, 640)
    view.show()
    leave_out(primer)
    primer.stepper.to_end()
    view.settle()

    image, scene = view.render_image(), view.scene
    radius = scene.radius(scene.layout.layers[1])

    def differs(ref: NodeRef, dx: float, dy: float) -> bool:
        x, y = scene.centre(ref)
        return apart(image, (x + dx * radius, y + dy * radius), palette.surface) > 60

    cross = [(0.3, 0.3), (-0.3, 0.3), (0.3, -0.3), (-0.3, -0.3), (0.0, 0.0)]
    between = [(0.45, 0.0), (0.0, 0.45), (-0.45, 0.0), (0.0, -0.45)]
    assert all(differs(DROPPED, *place) for place in cross)
    assert not any(differs(DROPPED, *place) for place in between)
    assert all(differs(KEPT, *place) for place in between)
    view.shutdown()


def apart(image: QImage, place: tuple[float, float], rgb: tuple[int, int, int]) -> int:
    """How far the colour nearest to a place, within a pixel of it, is from ``rgb``."""
    colours = (
        image.pixelColor(round(place[0]) + dx, round(place[1]) + dy)
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    )
    return max(
        sum(abs(one - other) for one, other in zip(each.getRgb()[:3], rgb, strict=True))
        for each in colours
    )


def test_who_hovers_over_it_or_listens_is_told(primer: Workspace) -> None:
    leave_out(primer)
    primer.stepper.move_to(2)

    card = card_of(primer, DROPPED)

    assert any("Left out by dropout for this example" in each for each in card.sentences)
    assert spoken(primer, DROPPED).endswith("activation 0, left out by dropout")
    assert "left out" not in spoken(primer, KEPT)


def test_the_mean_of_a_mini_batch_marks_nobody(primer: Workspace) -> None:
    primer.examples.set_mini_batch(2)
    count = trace_of(primer).example_count
    trace = leave_out(primer, np.tile(MASK, (count, 1)))
    primer.stepper.to_end()

    frame = build_frame(trace, primer.stepper.timeline, DARK)

    assert (frame.layers[1].dropped is None) == (count > 1)


@pytest.mark.parametrize("view", StepView)
def test_the_inspector_tells_it_in_every_view(
    primer: Workspace, qtbot: QtBot, view: StepView
) -> None:
    inspector = Inspector(primer)
    qtbot.addWidget(inspector)
    inspector.resize(320, 600)
    inspector.show()
    leave_out(primer)
    primer.selection.select(DROPPED)
    primer.display.set_view(view)
    primer.stepper.move_to(2)
    inspector.finish()

    told = inspector.story.sentence.text()
    assert "leaves this neuron out" in re.sub("<[^>]+>", "", told)
    assert inspector.diagnosis.isVisibleTo(inspector)
