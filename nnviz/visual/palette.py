"""Colours by role, dark and light. One meaning, one colour, in every view.

Meanings that stand side by side differ for a colour-blind eye too, by lightness where the hue
cannot tell them apart: blue from purple, orange from green, right from wrong.
"""

from dataclasses import dataclass, field, replace

from nnviz.trace.steps import Phase

__all__ = ["DARK", "LIGHT", "PAPER", "RGB", "RUN_COLOURS", "Palette"]

RGB = tuple[int, int, int]

RUN_COLOURS = 6
"""How many colours runs have; with more runs they begin again."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as 0 … 255 triples."""

    name: str
    window: RGB
    surface: RGB
    raised: RGB
    border: RGB
    text: RGB
    muted: RGB
    accent: RGB
    on_accent: RGB
    selection: RGB
    good: RGB
    bad: RGB
    activation_low: RGB
    activation_high: RGB
    weight_negative: RGB
    weight_positive: RGB
    derivative_negative: RGB
    derivative_positive: RGB
    cost_curve: RGB
    phases: dict[Phase, RGB] = field(hash=False)
    classes: tuple[RGB, ...]
    """Of the points and the ground of a plane that is divided into classes; marks differ, too."""
    activation_between: tuple[RGB, ...] = ()
    """Colours between the low and the high end, at equal distances; none: straight across."""
    runs: tuple[RGB, ...] = ()
    """Colours of runs, RUN_COLOURS of them: whatever is drawn of a run has its colour."""


DARK = Palette(
    name="dark",
    window=(19, 21, 26),
    surface=(27, 30, 37),
    raised=(38, 42, 51),
    border=(49, 54, 64),
    text=(232, 234, 238),
    muted=(157, 165, 178),
    accent=(88, 166, 255),
    on_accent=(10, 14, 20),
    selection=(255, 255, 255),
    good=(59, 232, 197),
    bad=(238, 109, 111),
    activation_low=(14, 15, 18),
    activation_high=(247, 245, 238),
    weight_negative=(144, 212, 252),
    weight_positive=(253, 178, 72),
    derivative_negative=(165, 104, 231),
    derivative_positive=(34, 152, 113),
    cost_curve=(255, 159, 67),
    phases={
        Phase.INPUT: (32, 99, 162),
        Phase.FORWARD: (3, 53, 63),
        Phase.COST: (106, 94, 35),
        Phase.BACKWARD: (95, 54, 113),
        Phase.UPDATE: (128, 70, 35),
    },
    classes=(
        (250, 232, 92), (226, 84, 164), (192, 240, 224), (0, 176, 240), (128, 112, 0),
        (192, 144, 128),
    ),
    runs=(
        (42, 201, 220),
        (245, 225, 70),
        (238, 93, 138),
        (156, 90, 41),
        (255, 254, 246),
        (1, 102, 217),
    ),
)  # fmt: skip

LIGHT = Palette(
    name="light",
    window=(238, 240, 243),
    surface=(255, 255, 255),
    raised=(245, 246, 248),
    border=(209, 213, 220),
    text=(24, 28, 36),
    muted=(88, 96, 109),
    accent=(20, 103, 205),
    on_accent=(255, 255, 255),
    selection=(16, 18, 24),
    good=(19, 121, 95),
    bad=(169, 0, 15),
    activation_low=(26, 29, 36),
    activation_high=(255, 255, 250),
    weight_negative=(0, 119, 202),
    weight_positive=(182, 93, 14),
    derivative_negative=(73, 18, 123),
    derivative_positive=(1, 65, 34),
    cost_curve=(176, 82, 0),
    phases={
        Phase.INPUT: (140, 168, 215),
        Phase.FORWARD: (205, 240, 244),
        Phase.COST: (236, 222, 149),
        Phase.BACKWARD: (222, 186, 234),
        Phase.UPDATE: (255, 205, 171),
    },
    classes=(
        (150, 124, 0), (190, 24, 120), (0, 0, 48), (176, 112, 240), (16, 64, 64), (208, 112, 128),
    ),
    runs=(
        (11, 145, 168),
        (139, 110, 0),
        (160, 42, 98),
        (158, 142, 128),
        (5, 10, 20),
        (108, 23, 17),
    ),
)  # fmt: skip

PAPER = replace(
    LIGHT,
    name="paper",
    window=(255, 255, 255),
    raised=(255, 255, 255),
    border=(150, 154, 162),
    text=(0, 0, 0),
    muted=(66, 70, 78),
    selection=(0, 0, 0),
    activation_low=(40, 40, 40),
    activation_high=(255, 255, 255),
    weight_negative=(8, 52, 140),
    weight_positive=(188, 90, 0),
    derivative_negative=(86, 14, 122),
    derivative_positive=(10, 132, 72),
)
"""For print: black on white, no greys of a window. Where colours become greys, the negative end of
each scale stays the darker one."""
