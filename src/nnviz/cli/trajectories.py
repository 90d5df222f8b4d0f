"""Paths of optimizers on a surface, from one line."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz.cli.forms import number
from nnviz.cli.optimizers import WRITTEN, once, optimizer
from nnviz.cli.options import Commands, add_look

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure, SubFigure

    from nnviz.studies import Study

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``trajectories``."""
    parser = commands.add_parser(
        "trajectories",
        help="draw paths of optimizers on a surface",
        description="Draw paths of optimizers on a surface. For a surface of your own, a schedule, "
        "or an optimizer of PyTorch or optax, call studies.optimizer_trajectories from Python.",
        epilog="nnviz trajectories --surface beale --optimizer adam:lr=0.3 "
        "--optimizer sgd:lr=1e-3 --start -3,2 --steps 200 -o out.svg",
    )
    parser.set_defaults(command=_trajectories)
    parser.add_argument("--surface", default="bowl", help="nnviz list surfaces; default: bowl")
    parser.add_argument(
        "--optimizer",
        action="append",
        required=True,
        metavar=WRITTEN,
        help="once for each; nnviz list optimizers. A pair is written betas=0.9/0.99",
    )
    parser.add_argument(
        "--start",
        action="append",
        metavar="X,Y",
        help="once for each; default: the surface's own",
    )
    parser.add_argument("--steps", default="100", metavar="N", help="updates; default: 100")
    parser.add_argument(
        "--noise", default="0", metavar="STD", help="of the gradient, as from mini-batches"
    )
    parser.add_argument("--seed", default="0", metavar="N", help="of the noise")
    parser.add_argument("--show", default="paths", help=", ".join(DRAWINGS))
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", help=".png, .svg or .pdf")
    parser.add_argument("--table", type=Path, metavar="FILE", help="the paths as .csv")
    add_look(parser)


def _trajectories(options: argparse.Namespace) -> int:
    from nnviz import _checks, studies
    from nnviz.publish.files import csv_bytes, format_of, write

    draw = _checks.lookup("--show", options.show, DRAWINGS)
    if options.out is None and options.table is None:
        raise ValueError("-o FILE or --table FILE must be given; got neither")
    if options.out is not None:
        format_of(options.out)
    study = studies.optimizer_trajectories(
        options.surface,
        once("--optimizer", map(optimizer, options.optimizer)),
        start=[_start(text) for text in options.start] if options.start else None,
        steps=_integer("--steps", options.steps),
        noise=number("--noise", options.noise),
        seed=_integer("--seed", options.seed),
    )
    if options.out is not None:
        print(_save(study, draw, options))
    if options.table is not None:
        write(options.table, csv_bytes(study.table("paths")))
        print(options.table)
    return 0


def _save(
    study: "Study", draw: "Callable[[Study], Figure | SubFigure]", options: argparse.Namespace
) -> Path:
    from nnviz import plots
    from nnviz.plots import theme
    from nnviz.publish.files import freeze_layout, save

    with theme(options.theme, options.context):
        figure = draw(study).figure
        plots.headline(figure, headline(study))
        plots.caption(figure, plots.text.KEYS[_KEYS[options.show]])
        freeze_layout(figure)
        description = f"{plots.text.KEYS[_KEYS[options.show]]} Settings: {dict(study.settings)}"
        return save(figure, options.out, description=description)


def headline(study: "Study") -> str:
    """Return what was found: which optimizer ends lowest, where there is a lowest point."""
    import math

    from nnviz import plots, surfaces

    summary, settings = study.table("summary"), study.settings
    notes, surface = plots.text.NOTES, surfaces.get(settings["surface"])
    words = {"surface": plots.text.choice(surface.title), "steps": settings["steps"]}
    if not math.isfinite(surface.minimum):
        return notes["no lowest point"].format(**words)
    final = summary["final_loss"].where(~summary["diverged"], math.inf)
    losses = final.groupby(summary["optimizer"], sort=False).median()
    if math.isinf(losses.min()):
        some = (~summary["diverged"]).any()
        return notes["most diverge" if some else "all diverge"].format(**words)
    words["optimizer"] = plots.text.choice(losses.idxmin())
    words["loss"] = plots.text.number(float(losses.min()))
    found = notes["paths end lowest" if len(losses) > 1 else "paths end"].format(**words)
    several = summary.groupby("optimizer")["start"].count().max() > 1
    return notes["in the median"].format(found=found) if several else found


def _start(words: str) -> tuple[float, float]:
    x, found, y = words.partition(",")
    if not found or "," in y:
        raise ValueError(f"--start must be two numbers X,Y; got {words!r}")
    return number("--start", x), number("--start", y)


def _integer(name: str, words: str) -> int:
    from nnviz import _checks

    try:
        return _checks.integer(name, int(words), at_least=name != "--seed")
    except ValueError:
        least = "an integer of at least 0" if name == "--seed" else "a positive integer"
        raise _checks.fail(name, least, words) from None


def _paths(study: "Study") -> "Figure | SubFigure":
    from nnviz import plots

    return plots.trajectories(study.table("paths"), surface=study.settings["surface"]).figure


def _panels(study: "Study") -> "Figure | SubFigure":
    from nnviz import plots

    return plots.trajectory_grid(study.table("paths"), surface=study.settings["surface"])


def _descent(study: "Study") -> "Figure | SubFigure":
    from nnviz import plots

    paths: pd.DataFrame = study.table("paths")
    known = paths["distance"].max() < float("inf")
    quantities = ("loss", "gradient_norm", "distance") if known else ("loss", "gradient_norm")
    return plots.descent_grid(paths, quantities=quantities, columns=2)


def _steps(study: "Study") -> "Figure | SubFigure":
    from nnviz import plots

    states = study.table("states")
    return plots.state_grid(states[states["quantity"] == "step_size"], by="optimizer", log=True)


def _states(study: "Study") -> "Figure | SubFigure":
    from nnviz import plots

    return plots.state_grid(study.table("states"), columns=2)


DRAWINGS: "Mapping[str, Callable[[Study], Figure | SubFigure]]" = {
    "paths": _paths,
    "panels": _panels,
    "descent": _descent,
    "steps": _steps,
    "states": _states,
}
"""What can be shown: paths on one panel or many; numbers, sizes of steps, states by step."""

_KEYS = {
    "paths": "trajectories",
    "panels": "trajectories",
    "descent": "descent",
    "steps": "states",
    "states": "states",
}
