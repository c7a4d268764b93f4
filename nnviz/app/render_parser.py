"""The arguments of ``nnviz render``: a network, a moment of its pass, a file for the picture.

Apart from the other commands' parsers because its output decides which options make sense.
"""

from difflib import get_close_matches
from pathlib import Path

from nnviz.app.argument_types import name_of, real, whole
from nnviz.app.arguments import RenderArguments
from nnviz.app.parsers import CommandParser, add_data_dir, add_moment
from nnviz.presets.names import PRESET_NAMES

__all__ = ["render_arguments"]

THEMES = ("paper", "light", "dark")
SMALLEST, LARGEST = 320, 8000
LONGEST_SECONDS = 60.0
_FIGURES, _ANIMATION = (".svg", ".pdf", ".png"), ".gif"


def render_arguments(argv: list[str]) -> RenderArguments:
    """Parse the arguments of ``nnviz render``."""
    standard = RenderArguments(Path())
    parser = CommandParser(
        "nnviz render",
        "Draw a network at one step of a pass, for books, papers and slides; or the whole pass,\n"
        "as an animation. Needs no display.",
        "The ending of --out says what is made: .svg, .pdf, .png; .gif is an animation, and a\n"
        "folder gets one numbered PNG for every step.\n\n"
        "examples:\n  nnviz render primer-2-3-2 --step 3 --out forward.svg\n"
        "  nnviz render lesson.json --granularity operation --select 1,0 --with-inspector "
        "--out fig.pdf\n"
        "  nnviz render mnist-784-30-10 --example 4 --train 5 --scale 2 --out four.png\n"
        "  nnviz render primer-2-3-2 --animate --out pass.gif\n"
        "  nnviz render primer-2-3-2 --animate --out frames/",
        usage="nnviz render FILE|PRESET --out PICTURE [options]",
    )
    parser.add_argument(
        "network", metavar="FILE|PRESET", help="a network file (JSON), or the name of a preset"
    )
    parser.add_argument(
        "--out", metavar="PICTURE", required=True, help=".svg, .pdf, .png or .gif file, or a folder"
    )
    parser.add_argument(
        "--animate", action="store_true", help="the whole pass: a GIF, or a folder of frames"
    )
    parser.add_argument(
        "--seconds-per-step", metavar="X", type=real(0.02), default=None,
        help=f"how long a step of a GIF is shown (default: {standard.seconds_per_step})",
    )  # fmt: skip
    parser.add_argument(
        "--with-inspector", action="store_true", help="with the explanation of the step"
    )
    parser.add_argument(
        "--theme", metavar="NAME", type=name_of(THEMES), default=standard.theme,
        help=f"{', '.join(THEMES)} (default: {standard.theme})",
    )  # fmt: skip
    parser.add_argument(
        "--width", metavar="PX", type=whole(SMALLEST, LARGEST), default=standard.width,
        help=f"from {SMALLEST} to {LARGEST} (default: {standard.width})",
    )  # fmt: skip
    parser.add_argument(
        "--height", metavar="PX", type=whole(SMALLEST, LARGEST),
        help="the same (default: as the network needs it)",
    )  # fmt: skip
    parser.add_argument(
        "--scale", metavar="1|2|4", type=name_of(("1", "2", "4")), default=None,
        help="pixels per px of a PNG, of a GIF and of frames (default: 1)",
    )  # fmt: skip
    add_moment(parser)
    add_data_dir(parser)
    found = parser.parse_args(argv)
    file, preset = _network(found.network, parser)
    out, moves = _output(found.out, found.animate, parser)
    if moves and found.step is not None:
        parser.error("an animation shows every step; leave --step out, or name a picture's file")
    if not moves and found.seconds_per_step is not None:
        parser.error("--seconds-per-step belongs to an animation; name a .gif file")
    if found.scale is not None and out.suffix.lower() in (".svg", ".pdf"):
        parser.error(f"--scale counts pixels, {out.suffix} has none; choose --width instead")
    seconds = standard.seconds_per_step
    if found.seconds_per_step is not None:
        seconds = found.seconds_per_step
    if seconds > LONGEST_SECONDS:
        parser.error(f"--seconds-per-step {seconds:g}: at most {LONGEST_SECONDS:g} is possible")
    return RenderArguments(
        out, file, preset, found.step, moves, seconds, found.granularity, found.select,
        found.theme, found.width, found.height, int(found.scale or 1), found.with_inspector,
        found.example, found.mini_batch, found.train, found.data_dir, found.edges,
    )  # fmt: skip


def _network(text: str, parser: CommandParser) -> tuple[Path | None, str | None]:
    """Return the file if there is one of that name, else the preset."""
    path = Path(text)
    if path.is_file():
        return path, None
    if text not in PRESET_NAMES:
        close = get_close_matches(text, PRESET_NAMES, n=1)
        hint = f"did you mean {close[0]}" if close else f"presets are {', '.join(PRESET_NAMES)}"
        parser.error(f"there is neither a network file nor a preset called {text!r} ({hint})")
    return None, text


def _output(text: str, animate: bool, parser: CommandParser) -> tuple[Path, bool]:
    """Return where the picture goes, and whether it is one that moves."""
    path = Path(text)
    ending = path.suffix.lower()
    if path.is_dir() or text.endswith(("/", "\\")) or (animate and not ending):
        return path, True
    if ending == _ANIMATION:
        return path, True
    if ending not in _FIGURES:
        parser.error(
            f"--out {text!r}: a name that ends in .svg, .pdf, .png or .gif is needed, or a folder "
            "for frames"
        )
    if animate:
        parser.error(f"--out {text!r}: an animation is a .gif file or a folder for frames")
    return path, False
