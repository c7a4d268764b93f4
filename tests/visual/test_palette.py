import pytest

from nnviz.visual.palette import DARK, LIGHT, RGB, Palette

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
READABLE = 4.5
"""The contrast that WCAG 2.2, 1.4.3, asks of text."""


def luminance(rgb: RGB) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [value / 255 for value in rgb]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: RGB, other: RGB) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_21_between_black_and_white() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@PALETTES
@pytest.mark.parametrize("ground", ["surface", "window", "raised"])
@pytest.mark.parametrize("ink", ["text", "muted", "good", "bad"])
def test_text_is_readable(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= READABLE


@PALETTES
@pytest.mark.parametrize("scale", ["weight", "derivative"])
@pytest.mark.parametrize("sign", ["negative", "positive"])
def test_numbers_in_the_colour_of_their_sign_are_readable(
    palette: Palette, scale: str, sign: str
) -> None:
    assert contrast(getattr(palette, f"{scale}_{sign}"), palette.surface) >= READABLE


@PALETTES
def test_text_on_the_accent_is_readable(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= READABLE


@PALETTES
def test_text_on_the_chips_of_all_phases_is_readable(palette: Palette) -> None:
    assert min(contrast(palette.text, rgb) for rgb in palette.phases.values()) >= READABLE


@PALETTES
def test_the_ends_of_the_scales_are_far_apart(palette: Palette) -> None:
    ends = [
        palette.weight_negative,
        palette.weight_positive,
        palette.derivative_negative,
        palette.derivative_positive,
    ]

    pairs = [(one, other) for one in ends for other in ends if one < other]

    assert min(sum(abs(a - b) for a, b in zip(*pair, strict=True)) for pair in pairs) > 100
    assert contrast(palette.activation_low, palette.activation_high) > 10


@PALETTES
def test_each_phase_has_a_colour_of_its_own(palette: Palette) -> None:
    assert len(palette.phases) == 5
    assert len(set(palette.phases.values())) == 5
