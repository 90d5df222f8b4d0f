"""A figure in motion: of the gallery, or of a run."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._few import LINES, PANELS
from nnviz.cli import words
from nnviz.cli.compare import deviations
from nnviz.cli.options import Commands, add_look
from nnviz.cli.plot import DRAWINGS, Drawing, Drawn, chosen, few_layers, finished

if TYPE_CHECKING:
    import pandas as pd

    from nnviz.cli.plot import Canvas
    from nnviz.record import Recording

__all__ = ["add"]


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
        "nnviz animate RUN distributions -o histograms.html\n\nWHAT is one of\n"
        + "\n".join(
            f"  {name:14}{own.help} (--{', --'.join(own.options)})" for name, own in _FILMS.items()
        ),
    )
    parser.set_defaults(command=_animate)
    parser.add_argument("source", metavar="ID|RUN", help="nnviz list; or a run file or folder")
    parser.add_argument("what", metavar="WHAT", nargs="?", help=f"of a run: {', '.join(_FILMS)}")
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

    film_of(options.out)  # a study may take a minute: a wrong suffix is told before
    seconds = number("--seconds", options.seconds)
    show = _of_gallery if options.what is None else _of_run
    print(show(options, seconds))
    return 0


def _of_gallery(options: argparse.Namespace, seconds: float) -> Path:
    from nnviz.motion import animate, moving_figure
    from nnviz.plots import theme
    from nnviz.publish import alt_text

    for name in ("layer", "kind", "statistic", "name"):
        if getattr(options, name) is not None:
            raise ValueError(f"--{name} must be given with RUN and WHAT; got {options.source!r}")
    look = {"theme": options.theme, "context": options.context}
    shown = moving_figure(options.source, **look)
    with theme(options.theme, options.context):
        return animate(shown.figure, options.out, seconds=seconds, description=alt_text(shown))


def _of_run(options: argparse.Namespace, seconds: float) -> Path:
    from nnviz import plots
    from nnviz.motion import animate
    from nnviz.runs import open_run

    drawing = chosen(options, _FILMS)
    options.run = Path(options.source)
    with open_run(options.run) as run, plots.theme(options.theme, options.context):
        figure, description = finished(run, drawing, options)
        return animate(figure, options.out, seconds=seconds, description=description)


def _distributions(run: "Recording", options: argparse.Namespace) -> Drawn:
    from nnviz import plots

    return _histograms(run, options, PANELS, "distributions", plots.distribution_grid)


def _layers(run: "Recording", options: argparse.Namespace) -> Drawn:
    from nnviz import plots

    def draw(table: "pd.DataFrame", *, quantity: str) -> "Canvas":
        return plots.activations(table, quantity=quantity).figure

    return _histograms(run, options, LINES, "activations", draw)


def _histograms(
    run: "Recording",
    options: argparse.Namespace,
    most: int,
    key: str,
    draw: "Callable[..., Canvas]",
) -> Drawn:
    """Draw histograms of layers, which move over the steps."""
    from nnviz import plots
    from nnviz.motion import histograms
    from nnviz.tables.recorded import last_known

    values = deviations(run, last_known(run), options)
    few, rest = few_layers(run, list(values), most, words.extremes(values))
    table = histograms(run, kind=options.kind, layers=few or options.layer)
    drawn = draw(table, quantity=options.kind)
    what = words.of_kind(options.kind)
    seen = words.seen(run, table["step"].unique())
    caption = (
        f"{what[:1].upper()}{what[1:]}, the title at the last step. {seen} "
        f"{plots.text.KEYS[key]}{rest}"
    )
    return Drawn(drawn, words.spreads(values, options.kind), caption)


_OF_LAYERS = ("layer", "kind")
_FILMS: Mapping[str, Drawing] = {
    "curves": Drawing(DRAWINGS["curves"].help, DRAWINGS["curves"].draw, ["name"]),
    "distributions": Drawing("histograms of each layer, step by step", _distributions, _OF_LAYERS),
    "layers": Drawing("the same, one layer above the other", _layers, _OF_LAYERS),
    **{what: DRAWINGS[what] for what in ("quantiles", "progress", "updates")},
}
