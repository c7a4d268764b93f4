"""The palette for print, also where a printer makes greys of its colours."""

import pytest

from nnviz.visual.palette import LIGHT, PAPER, RGB


def lightness(rgb: RGB) -> float:
    """CIE L*, 0 … 100: what is left of a colour in print without colours."""
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in rgb)
    ]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def contrast_on_white(rgb: RGB) -> float:
    y = ((lightness(rgb) + 16) / 116) ** 3
    return 1.05 / (y + 0.05)


@pytest.mark.parametrize("scale", ["weight", "derivative"])
def test_the_signs_of_a_scale_stay_apart_as_greys(scale: str) -> None:
    negative, positive = getattr(PAPER, f"{scale}_negative"), getattr(PAPER, f"{scale}_positive")

    assert lightness(positive) - lightness(negative) >= 20
    assert contrast_on_white(positive) >= 4.5


def test_paper_is_white_and_its_text_black() -> None:
    assert PAPER.surface == PAPER.window == PAPER.raised == (255, 255, 255)
    assert PAPER.text == (0, 0, 0)
    assert contrast_on_white(PAPER.muted) >= 7
    assert PAPER.phases == LIGHT.phases
