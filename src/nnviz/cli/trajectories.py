"""Paths of optimizers on a surface, from one line."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nnviz.cli.elsewhere import FILMS
from nnviz.cli.forms import number
from nnviz.cli.optimizers import WRITTEN, Written, by_name, once, read, with_parts
from nnviz.cli.options import Commands, add_file, add_look, as_file, look_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nnviz.plots import View
    from nnviz.studies import Study
    from nnviz.tables import Schema

__all__ = ["add", "headline", "tables_drawn"]


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
    parser.add_argument("--show", default="paths", help="nnviz list views; default: paths")
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="FILE",
        help="a picture, .png, .svg or .pdf; or a film, .mp4, .gif, .apng or .html",
    )
    parser.add_argument("--table", type=Path, metavar="FILE", help="the paths as .csv")
    add_file(parser)
    add_look(parser)
    parser.set_defaults(context=None)


def tables_drawn() -> "tuple[Schema, ...]":
    """Return the tables whose figures can be shown."""
    from nnviz import tables

    return tables.PATH, tables.STATE


def _trajectories(options: argparse.Namespace) -> int:
    from nnviz import _checks, plots, studies
    from nnviz.publish.files import csv_bytes, write

    view = _checks.lookup("--show", options.show, plots.views_of(*tables_drawn()))
    if options.out is None and options.table is None:
        raise ValueError("-o FILE or --table FILE must be given; got neither")
    if options.out is not None:
        _check_out(options)
    written = once("--optimizer", ((one.label(), one) for one in map(read, options.optimizer)))
    study = studies.optimizer_trajectories(
        options.surface,
        {label: one.rule() for label, one in written.items()},
        start=[_start(text) for text in options.start] if options.start else None,
        steps=_integer("--steps", options.steps),
        noise=number("--noise", options.noise),
        seed=_integer("--seed", options.seed),
    )
    if options.out is not None:
        told = {key: own for key, own in study.settings.items() if key != "learning_rates"}
        told["optimizers"] = by_name(written.values())
        print(_save(study, written, view, options, told))
    if options.table is not None:
        write(options.table, csv_bytes(_in_columns(study.table("paths"), written)))
        print(options.table)
    return 0


def _check_out(options: argparse.Namespace) -> None:
    """Check the file, and choose the context that suits it unless one is given."""
    from nnviz import _checks
    from nnviz.motion import film_of
    from nnviz.publish import FORMATS

    known = [*(f".{name}" for name in FORMATS), *FILMS]
    suffix = _checks.one_of("the suffix of -o", options.out.suffix.lower(), known)
    is_film = suffix in FILMS
    if is_film:
        film_of(options.out)
        for name in ("dpi", "transparent", "selectable_text"):
            if given := getattr(options, name):
                option = name.replace("_", "-")
                raise ValueError(f"--{option} must be left out for a film; got {given}")
    options.context = options.context or ("slides" if is_film else "notebook")


def _in_columns(paths: "pd.DataFrame", written: Mapping[str, Written]) -> "pd.DataFrame":
    """Return paths with what was written of each optimizer in columns, in place of its label."""
    import pandas as pd

    told = pd.DataFrame([one.columns() for one in written.values()], index=list(written))
    own = told.loc[paths["optimizer"]].reset_index(drop=True)
    return pd.concat([own, paths.drop(columns="optimizer")], axis=1)


def _save(
    study: "Study",
    written: Mapping[str, Written],
    view: "View",
    options: argparse.Namespace,
    settings: Mapping[str, Any],
) -> Path:
    from nnviz import plots
    from nnviz._language import said
    from nnviz.motion import animate
    from nnviz.plots._composed import composed
    from nnviz.publish.figures import beside
    from nnviz.publish.files import freeze_layout, save
    from nnviz.publish.settings import settings_in_words

    name = next(name for name, schema in study.schemas.items() if schema is view.schema)
    data, _ = with_parts(study.table(name), view.schema, written)
    with plots.look(**look_of(options)), composed(data):
        drawn = view.draw(data, view.schema, **beside(study, view.schema))
        figure = cast("Figure", drawn.figure)
        plots.headline(figure, headline(study))
        key = plots.text.KEYS[view.plot]
        plots.caption(figure, key)
        told = said("Settings: {settings}.", settings=settings_in_words(settings))
        words = f"{key} {told}"
        if options.out.suffix.lower() in FILMS:
            return animate(figure, options.out, description=words)
        freeze_layout(figure)
        return save(figure, options.out, description=words, **as_file(options))


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
