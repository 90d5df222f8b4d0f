"""A figure in motion: of the gallery, or of a run."""

import argparse
from pathlib import Path
from typing import Any

from nnviz.cli.elsewhere import check_suffix
from nnviz.cli.options import Commands, add_look, look_of

__all__ = ["add"]

_OPTIONS = ("layer", "kind", "statistic", "name")
"""Those that choose what is drawn of a run."""

_WHAT = "of a run: distributions, layers, curves, quantiles, progress, map or updates"


def add(commands: Commands) -> None:
    """Add ``animate``."""
    parser = commands.add_parser(
        "animate",
        help="save how a figure comes to be, as a film or a page",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Save how a figure of the gallery, or of a run, comes to be: paths, curves,\n"
        "histograms, basins, a decision boundary. FILE ends in .mp4 (needs ffmpeg),\n"
        ".gif, .png (APNG) or .html, a page with a slider.",
        epilog="nnviz animate trajectories/bowl -o race.mp4\n"
        "nnviz animate RUN distributions -o histograms.html",
    )
    parser.set_defaults(command=_animate)
    parser.add_argument("source", metavar="ID|RUN", help="nnviz list; or a run file or folder")
    parser.add_argument("what", metavar="WHAT", nargs="?", help=_WHAT)
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--seconds", default="10", metavar="X", help="default: %(default)s")
    parser.add_argument("--layer", metavar="PATTERN", help="of a run: such as 'relu*'")
    parser.add_argument("--kind", help="of a run: gradient, weight …; default: activation")
    parser.add_argument("--statistic", help="of a run, by layer: norm (the default), mean, std …")
    parser.add_argument("--name", metavar="PATTERN", help="of numbers of a run: such as '*/loss'")
    add_look(parser)
    parser.set_defaults(context="slides")


def _animate(options: argparse.Namespace) -> int:
    from nnviz.cli.forms import number
    from nnviz.motion import film_of

    if options.out.suffix.lower() != ".png":  # an APNG
        check_suffix("-o", options.out, "film")
    film_of(options.out)  # a study may take a minute: a wrong suffix is told before
    seconds = number("--seconds", options.seconds)
    show = _of_gallery if options.what is None else _of_run
    print(show(options, seconds))
    return 0


def _of_gallery(options: argparse.Namespace, seconds: float) -> Path:
    from nnviz import plots
    from nnviz.motion import MOVING, animate, moving_figure
    from nnviz.publish import alt_text, find_scripts

    for name in _OPTIONS:
        if getattr(options, name) is not None:
            raise ValueError(f"--{name} must be given with RUN and WHAT; got {options.source!r}")
    known = {script.id for script in find_scripts()}
    if options.source not in known and Path(options.source).exists():
        raise ValueError(f"WHAT must be one of {', '.join(MOVING)}, for a run; got none")
    look = look_of(options)
    shown = moving_figure(options.source, **look)
    with plots.look(**look):
        return animate(shown.figure, options.out, seconds=seconds, description=alt_text(shown))


def _of_run(options: argparse.Namespace, seconds: float) -> Path:
    from nnviz import _checks, plots
    from nnviz.motion import MOVING, animate, moving_run
    from nnviz.publish.recorded.figure import described
    from nnviz.runs import open_run

    declared = _checks.lookup("WHAT", options.what, MOVING)
    given: dict[str, Any] = {name: getattr(options, name) for name in _OPTIONS}
    look = look_of(options)
    with open_run(Path(options.source)) as run:
        figure = moving_run(run, options.what, **given, **look)
    with plots.look(**look):
        words = described(declared, figure)
        return animate(figure, options.out, seconds=seconds, description=words)
