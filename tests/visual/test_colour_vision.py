"""Colours that mean different things differ for every eye: ΔE of CIEDE2000 is 20 at least.

Deuteranopia and protanopia are simulated by the matrices for severity 1 of Machado, Oliveira and
Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
Transactions on Visualization and Computer Graphics 15(6), in linear RGB. Differences are those of
Sharma, Wu and Dalal (2005), "The CIEDE2000 Color-Difference Formula", Color Research and
Application 30(1), in Lab under D65.
"""

import itertools

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.trace.steps import Phase
from nnviz.visual.colour_schemes import with_colours
from nnviz.visual.palette import DARK, LIGHT, RGB, RUN_COLOURS, Palette
from nnviz.visual.scales import Scale, scale_for
from nnviz.visual.settings import ActivationColours, CanvasSettings, SignedColours

APART = 20.0
READABLE = 4.5
"""The contrast that WCAG 2.2, 1.4.3, asks of text."""
VISIBLE = 3.0
"""The contrast that WCAG 2.2, 1.4.11, asks of what is no text."""
ANOTHER = 10.0
"""Of colours in different panels: nobody takes one for the other."""
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ_OF_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""Of linear sRGB under D65."""

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda palette: palette.name)
SETS = pytest.mark.parametrize("colours", SignedColours, ids=lambda colours: colours.value)


def linear(rgb: RGB) -> FloatArray:
    shares = np.array(rgb, np.float64) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(rgb: RGB, eye: str = "normal") -> FloatArray:
    """L, a and b of a colour as an eye sees it."""
    seen = np.clip(EYES[eye] @ linear(rgb), 0.0, 1.0)
    shares = XYZ_OF_RGB @ seen / XYZ_OF_RGB.sum(axis=1)
    roots = np.where(shares > 216 / 24389, np.cbrt(shares), (24389 / 27 * shares + 16) / 116)
    x, y, z = roots
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: FloatArray, other: FloatArray) -> float:
    """ΔE of CIEDE2000 between two colours in Lab; the names are those of the paper."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = 0.0 if grey else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, c = (l1 + l2) / 2, (c1 + c2) / 2
    hue = h1 + h2 if grey else (h1 + turn / 2) % 360
    t = 1 - 0.17 * np.cos(np.radians(hue - 30)) + 0.24 * np.cos(np.radians(2 * hue))
    t += 0.32 * np.cos(np.radians(3 * hue + 6)) - 0.20 * np.cos(np.radians(4 * hue - 63))
    sl = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rc = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    rt = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))) * rc
    parts = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh
    return float(np.sqrt(parts))


def too_near(pairs: list[tuple[str, RGB, str, RGB]]) -> list[str]:
    """The pairs that some eye can hardly tell apart, in words."""
    return [
        f"{name} and {other_name} with {eye}: {apart:.1f}"
        for name, rgb, other_name, other in pairs
        for eye in EYES
        if (apart := difference(lab(rgb, eye), lab(other, eye))) < APART
    ]


def contrast(one: RGB, other: RGB) -> float:
    light = [float(XYZ_OF_RGB[1] @ linear(rgb)) for rgb in (one, other)]
    return (max(light) + 0.05) / (min(light) + 0.05)


def ends_of(palette: Palette) -> dict[str, RGB]:
    return {
        "weight −": palette.weight_negative,
        "weight +": palette.weight_positive,
        "derivative −": palette.derivative_negative,
        "derivative +": palette.derivative_positive,
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_the_paper(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


def test_the_simulated_eyes_see_greys_as_they_are_and_confuse_red_with_green() -> None:
    red, green, grey = (190, 60, 40), (95, 115, 40), (128, 128, 128)

    apart = {eye: difference(lab(red, eye), lab(green, eye)) for eye in EYES}

    assert apart["normal"] > 40
    assert apart["deuteranopia"] < 12
    assert all(difference(lab(grey, eye), lab(grey)) < 0.1 for eye in EYES)


@THEMES
@SETS
def test_the_ends_of_the_scales_differ_from_each_other_and_from_the_middle(
    theme: Palette, colours: SignedColours
) -> None:
    palette = with_colours(theme, CanvasSettings(signed_colours=colours))
    ends = ends_of(palette)
    pairs = [(*one, *other) for one, other in itertools.combinations(ends.items(), 2)]
    for name in ("surface", "window", "border"):  # edges, images and rings fade into them
        pairs += [(*end, name, getattr(palette, name)) for end in ends.items()]

    assert too_near(pairs) == []


@THEMES
@SETS
def test_numbers_in_the_colours_of_the_scales_are_readable(
    theme: Palette, colours: SignedColours
) -> None:
    palette = with_colours(theme, CanvasSettings(signed_colours=colours))

    assert min(contrast(rgb, palette.surface) for rgb in ends_of(palette).values()) >= READABLE


@THEMES
def test_right_and_wrong_and_the_chips_beside_each_other_differ(theme: Palette) -> None:
    pairs = [("good", theme.good, "bad", theme.bad)]
    for one, other in itertools.pairwise(Phase):
        pairs.append((one.value, theme.phases[one], other.value, theme.phases[other]))

    assert too_near(pairs) == []


@THEMES
def test_classes_differ_from_each_other_and_from_the_ground(theme: Palette) -> None:
    """The first three as all meanings; more of them have marks of their own, too."""
    three = [(f"class {place}", rgb) for place, rgb in enumerate(theme.classes[:3])]
    pairs = [(*one, *other) for one, other in itertools.combinations(three, 2)]
    pairs += [(*each, "surface", theme.surface) for each in three]

    assert too_near(pairs) == []
    assert min(
        difference(lab(one, eye), lab(other, eye))
        for one, other in itertools.combinations(theme.classes, 2)
        for eye in EYES
    ) > 15  # fmt: skip
    assert min(contrast(rgb, theme.surface) for rgb in theme.classes) >= 3


@THEMES
def test_the_colours_of_runs_differ_from_each_other_and_from_their_ground(theme: Palette) -> None:
    runs = [(f"run {number}", rgb) for number, rgb in enumerate(theme.runs, start=1)]
    pairs = [(*one, *other) for one, other in itertools.combinations(runs, 2)]

    assert len(runs) == RUN_COLOURS
    assert too_near(pairs) == []
    assert min(contrast(rgb, theme.surface) for _, rgb in runs) >= VISIBLE


@THEMES
def test_the_colours_of_runs_mean_nothing_else(theme: Palette) -> None:
    meanings = [*ends_of(theme).values(), theme.good, theme.bad, theme.accent, theme.cost_curve]

    nearest = min(difference(lab(run), lab(meaning)) for run in theme.runs for meaning in meanings)

    assert nearest >= ANOTHER


@THEMES
@pytest.mark.parametrize("colours", ActivationColours, ids=lambda colours: colours.value)
def test_a_higher_activation_is_lighter_for_every_eye(
    theme: Palette, colours: ActivationColours
) -> None:
    palette = with_colours(theme, CanvasSettings(activation_colours=colours))
    steps = scale_for(Scale.ACTIVATION, palette).colours(np.linspace(0, 1, 41), 0, 1)

    for eye in EYES:
        lightness = [lab((int(r), int(g), int(b)), eye)[0] for r, g, b in steps]
        assert (np.diff(lightness) > 0.5).all()
        assert lightness[0] < 16
        assert lightness[-1] > 90


@THEMES
def test_the_sets_to_choose_from_are_different_and_keep_the_rest(theme: Palette) -> None:
    palettes = [
        with_colours(theme, CanvasSettings(activation_colours=one, signed_colours=other))
        for one in ActivationColours
        for other in SignedColours
    ]

    assert len(set(palettes)) == 6
    assert palettes[0] == theme
    assert {(each.text, each.surface, each.good) for each in palettes} == {
        (theme.text, theme.surface, theme.good)
    }
