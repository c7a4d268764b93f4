import numpy as np
import pytest

from nnviz.visual.palette import DARK, LIGHT, Palette
from nnviz.visual.scales import Scale, activation_limits, largest, scale_for

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
DIVERGING = pytest.mark.parametrize("scale", [Scale.WEIGHT, Scale.DERIVATIVE])


@PALETTES
@DIVERGING
def test_zero_is_the_middle_colour(palette: Palette, scale: Scale) -> None:
    colours = scale_for(scale, palette).diverging(np.array([0.0, -0.0]), 3.0)

    assert colours.tolist() == [list(palette.surface)] * 2


@PALETTES
def test_the_limits_have_the_colours_of_the_ends(palette: Palette) -> None:
    colours = scale_for(Scale.WEIGHT, palette).diverging(np.array([-2.0, 2.0]), 2.0)

    assert colours.tolist() == [list(palette.weight_negative), list(palette.weight_positive)]


def test_values_beyond_the_limits_take_the_colour_of_the_end() -> None:
    scale = scale_for(Scale.ACTIVATION, DARK)

    colours = scale.colours(np.array([-9.0, 9.0, np.inf, -np.inf]), 0.0, 1.0)

    low, high = list(DARK.activation_low), list(DARK.activation_high)
    assert colours.tolist() == [low, high, high, low]


def test_half_way_to_an_end_is_half_way_between_the_colours() -> None:
    scale = scale_for(Scale.DERIVATIVE, LIGHT)

    colour = scale.diverging(np.array([0.5]), 1.0)[0]

    expected = (np.array(LIGHT.surface) + np.array(LIGHT.derivative_positive)) / 2
    np.testing.assert_allclose(colour, expected, atol=0.51)  # rounded to whole bytes


@DIVERGING
def test_nan_has_the_middle_colour(scale: Scale) -> None:
    assert scale_for(scale, DARK).diverging(np.array([np.nan]), 1.0).tolist() == [
        list(DARK.surface)
    ]


def test_a_layer_of_zeros_is_neutral() -> None:
    zeros = np.zeros((2, 3))

    colours = scale_for(Scale.WEIGHT, DARK).diverging(zeros, largest(zeros))

    assert colours.shape == (2, 3, 3)
    assert (colours == DARK.surface).all()


def test_another_middle_can_be_asked_for() -> None:
    scale = scale_for(Scale.DERIVATIVE, DARK, DARK.border)

    assert scale.diverging(np.zeros(1), 1.0).tolist() == [list(DARK.border)]


@pytest.mark.parametrize(
    ("activation", "limits"),
    [
        ("sigmoid", (0.0, 1.0)),
        ("softmax", (0.0, 1.0)),
        ("tanh", (-1.0, 1.0)),
        ("relu", (0.0, 7.0)),
        ("leaky_relu", (-0.5, 7.0)),
        ("identity", (-0.5, 7.0)),
        (None, (-0.5, 7.0)),
    ],
)
def test_the_limits_follow_the_activation(
    activation: str | None, limits: tuple[float, float]
) -> None:
    values = np.array([0.0 if activation == "relu" else -0.5, 7.0, np.nan, np.inf])

    assert activation_limits(activation, values) == limits


def test_small_values_do_not_stretch_the_scale_below_one() -> None:
    assert activation_limits("relu", np.array([0.0, 0.25])) == (0.0, 1.0)
    assert activation_limits("identity", np.array([np.nan])) == (0.0, 1.0)


def test_the_largest_value_is_finite() -> None:
    assert largest(np.array([1.0, -3.0, np.nan, -np.inf])) == 3.0
    assert largest(np.array([np.nan])) == 0.0
