"""The colours that can be chosen within a theme, and the palette that they make of it."""

from dataclasses import dataclass, replace

from nnviz.visual.palette import DARK, LIGHT, RGB, Palette
from nnviz.visual.settings import ActivationColours, CanvasSettings, SignedColours

__all__ = ["on_black", "on_white", "with_colours"]

_ACTIVATION: dict[ActivationColours, tuple[RGB, ...]] = {
    ActivationColours.COOL: (
        (34, 14, 66), (58, 60, 136), (30, 122, 140), (86, 182, 96), (250, 236, 110),
    ),
    ActivationColours.WARM: (
        (20, 9, 13), (98, 24, 36), (186, 66, 30), (240, 152, 58), (255, 242, 206),
    ),
}  # fmt: skip
"""From low to high at equal distances, ever lighter: grey tells them apart, too."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """The ends of both scales that are symmetric around 0."""

    weight_negative: RGB
    weight_positive: RGB
    derivative_negative: RGB
    derivative_positive: RGB


_SIGNED: dict[SignedColours, dict[bool, _Signed]] = {
    SignedColours.BLUE_RED: {
        True: _Signed((12, 141, 231), (222, 90, 97), (253, 197, 109), (104, 219, 211)),
        False: _Signed((4, 116, 187), (207, 70, 57), (71, 32, 0), (7, 77, 77)),
    },
}
"""For a dark surface and for a light one."""


def with_colours(palette: Palette, settings: CanvasSettings) -> Palette:
    """Return the palette with the chosen colours; the usual ones are those it has."""
    stops = _ACTIVATION.get(settings.activation_colours)
    if stops is not None:
        palette = replace(
            palette,
            activation_low=stops[0],
            activation_between=stops[1:-1],
            activation_high=stops[-1],
        )
    signed = _SIGNED.get(settings.signed_colours)
    return palette if signed is None else _with_ends(palette, signed)


def on_white(palette: Palette) -> Palette:
    """Return the light palette in the same choice of signed colours: for pictures on white."""
    for signed in _SIGNED.values():
        if palette == _with_ends(palette, signed):
            return _with_ends(LIGHT, signed)
    return LIGHT


def on_black(palette: Palette) -> Palette:
    """Return the dark palette in the same choice of signed colours: for what crosses an image."""
    for signed in _SIGNED.values():
        if palette == _with_ends(palette, signed):
            return _with_ends(DARK, signed)
    return DARK


def _with_ends(palette: Palette, signed: dict[bool, _Signed]) -> Palette:
    ends = signed[sum(palette.surface) < sum(palette.text)]
    return replace(
        palette,
        weight_negative=ends.weight_negative,
        weight_positive=ends.weight_positive,
        derivative_negative=ends.derivative_negative,
        derivative_positive=ends.derivative_positive,
    )
