from collections.abc import Callable

import numpy as np

from nnviz.trace.pass_trace import PassTrace
from nnviz.trace.refs import NodeRef
from nnviz.trace.steps import Granularity, build_steps
from nnviz.trace.timeline import Timeline
from nnviz.visual.folded_edges import dim_folded_edges, leads_to_folded
from nnviz.visual.frame import build_frame
from nnviz.visual.layout import lay_out
from nnviz.visual.palette import DARK
from nnviz.visual.settings import CanvasSettings

Recorder = Callable[..., PassTrace]


def test_edges_to_folded_neurons_stay_but_are_faint_and_below_the_others(record: Recorder) -> None:
    trace = record(3, 100, 2)
    layout = lay_out(trace.spec.sizes, 942, 364, kept=[NodeRef(1, 50)])
    timeline = Timeline(build_steps(trace.spec, Granularity.LAYER)).to(1)
    frame = build_frame(trace, timeline, DARK, shown=[layer.shown for layer in layout.layers])

    dimmed = dim_folded_edges(frame, layout, DARK)

    shown = layout.layers[1].shown
    for before, after in zip(frame.edges, dimmed.edges, strict=True):
        faint = leads_to_folded(after, layout)
        assert 0 < faint.sum() < len(faint)
        middle = after.neurons if after.layer == 1 else after.sources
        assert np.array_equal(faint, ~shown[middle])
        assert np.all(np.diff(faint.astype(int)) <= 0)  # all faint ones first, which is below
        old = {before.ref(i): before.rgb[i].tolist() for i in range(len(before.neurons))}
        new = {after.ref(i): after.rgb[i].tolist() for i in range(len(after.neurons))}
        assert old.keys() == new.keys()
        for index, is_faint in enumerate(faint):
            distance = contrast(new[after.ref(index)])
            assert (distance < contrast(old[after.ref(index)]) or distance == 0) == is_faint


def test_of_a_density_all_that_a_fold_hides_weighs_as_much_as_one_of_its_neurons(
    record: Recorder,
) -> None:
    """Else the bundle of a hundred lines at the ⋮ is the only one that is seen."""
    trace = record(8, 100, 20)
    layout = lay_out(trace.spec.sizes, 942, 364, kept=[NodeRef(1, 50)])
    timeline = Timeline(build_steps(trace.spec, Granularity.LAYER)).to(1)
    frame = build_frame(
        trace, timeline, DARK, settings=CanvasSettings(all_edges=True),
        shown=[layer.shown for layer in layout.layers],
    )  # fmt: skip

    dimmed = dim_folded_edges(frame, layout, DARK)

    folded = layout.layers[1]
    for before, after in zip(frame.edges, dimmed.edges, strict=True):
        old, new = before.density, after.density
        assert old is not None
        assert new is not None
        if after.layer == 2:
            old, new = old.T, new.T
        assert np.array_equal(new[folded.shown], old[folded.shown])
        for fold in folded.folds:
            hidden = slice(fold.first, fold.last + 1)
            assert np.allclose(new[hidden].sum(axis=0), old[hidden].mean(axis=0), atol=1e-6)


def contrast(rgb: list[int]) -> float:
    return float(np.abs(np.subtract(rgb, DARK.surface)).sum())


def test_without_folds_nothing_changes(record: Recorder) -> None:
    trace = record(3, 4, 2)
    layout = lay_out(trace.spec.sizes, 942, 364)
    frame = build_frame(trace, Timeline(build_steps(trace.spec, Granularity.LAYER)), DARK)

    assert dim_folded_edges(frame, layout, DARK) is frame


def test_only_the_neurons_shown_have_texts_and_they_are_named_by_their_number(
    record: Recorder,
) -> None:
    trace = record(3, 100, 2)
    layout = lay_out(trace.spec.sizes, 942, 364, kept=[NodeRef(1, 50)])
    timeline = Timeline(build_steps(trace.spec, Granularity.LAYER)).to(1)

    layer = build_frame(trace, timeline, DARK, shown=[each.shown for each in layout.layers]).layers[
        1
    ]

    shown = layout.layers[1].shown
    assert layer.folded
    assert [bool(name) for name in layer.names] == shown.tolist()
    assert layer.names[50] == "50"
    assert layer.activations[50].text.startswith("a 0.")
