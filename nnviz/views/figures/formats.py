"""The formats of a figure by the ending of a file's name."""

from nnviz.views.figures.figure import Figure
from nnviz.views.figures.pdf import figure_pdf
from nnviz.views.figures.png import figure_png
from nnviz.views.figures.svg import figure_svg

__all__ = ["figure_file"]


def figure_file(figure: Figure, ending: str, scale: int = 1) -> bytes:
    """Return a figure as the content of an ``svg``, ``pdf`` or ``png`` file.

    ``scale`` counts pixels per px of a PNG. Raises ValueError for another ending.
    """
    match ending.lower().removeprefix("."):
        case "svg":
            return figure_svg(figure)
        case "pdf":
            return figure_pdf(figure)
        case "png":
            return figure_png(figure, scale)
    raise ValueError(f"A figure cannot be a {ending} file.")
