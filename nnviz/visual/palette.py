"""Colours by role, dark and light. One meaning, one colour, in every view."""

from dataclasses import dataclass, replace

from nnviz.trace.steps import Phase

__all__ = ["DARK", "LIGHT", "PAPER", "RGB", "Palette"]

RGB = tuple[int, int, int]


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
    accuracy_curve: RGB
    phases: dict[Phase, RGB]


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
    good=(72, 199, 142),
    bad=(255, 122, 122),
    activation_low=(14, 15, 18),
    activation_high=(247, 245, 238),
    weight_negative=(77, 148, 255),
    weight_positive=(255, 159, 67),
    derivative_negative=(190, 120, 235),
    derivative_positive=(61, 207, 126),
    cost_curve=(255, 159, 67),
    accuracy_curve=(88, 166, 255),
    phases={
        Phase.INPUT: (43, 70, 96),
        Phase.FORWARD: (30, 86, 108),
        Phase.COST: (104, 92, 30),
        Phase.BACKWARD: (94, 55, 120),
        Phase.UPDATE: (122, 68, 36),
    },
)

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
    good=(14, 122, 74),
    bad=(190, 38, 48),
    activation_low=(26, 29, 36),
    activation_high=(255, 255, 250),
    weight_negative=(25, 99, 214),
    weight_positive=(176, 82, 0),
    derivative_negative=(130, 50, 178),
    derivative_positive=(8, 120, 65),
    cost_curve=(176, 82, 0),
    accuracy_curve=(20, 103, 205),
    phases={
        Phase.INPUT: (205, 222, 240),
        Phase.FORWARD: (190, 226, 236),
        Phase.COST: (240, 230, 170),
        Phase.BACKWARD: (228, 209, 243),
        Phase.UPDATE: (250, 215, 190),
    },
)

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
