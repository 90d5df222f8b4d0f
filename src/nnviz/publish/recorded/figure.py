"""A figure of a run as it is shown: with its main number above and how to read it below."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from matplotlib.figure import Figure

from nnviz import _checks, plots
from nnviz._language import current
from nnviz.publish.files import freeze_layout
from nnviz.publish.recorded.declared import FIGURES, Drawn, RunFigure, Wanted
from nnviz.publish.recorded.notes import about
from nnviz.record import Recording
from nnviz.tables.recorded import common_kind

if TYPE_CHECKING:
    from nnviz.publish.drawing import Look

__all__ = ["described", "figure_among", "figure_of_run", "shown"]


def figure_of_run(
    run: Recording,
    what: str,
    *,
    layer: str | None = None,
    kind: str | None = None,
    statistic: str | None = None,
    step: int | Sequence[int] | None = None,
    name: str | None = None,
    theme: str = "light",
    context: str = "notebook",
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Figure:
    """Return the figure that ``nnviz plot`` saves: title, caption, and a layout that is final.

    Parameters
    ----------
    run : Recording
        Of a recorder, or of `open_run`.
    what : str
        "curves", "distributions", "quantiles", "progress", "map", "depth" or "updates".
    layer : str, optional
        Layers whose name matches, such as ``"relu*"``; by default all.
    kind : str, optional
        Of tensors; by default "activation", if there are any.
    statistic : str, optional
        By default "norm"; also "rms", "mean", "std", "min", "max", "zero", "nan", "dead",
        "saturated", "equal", "spread" or "update_to_weight".
    step : int or sequence of int, optional
        By default the last one or, from layer to layer, the first and the last.
    name : str, optional
        Numbers whose name matches, such as ``"*/loss"``; by default what was reported.
    theme, context, language, style
        As in `plots.look`.

    Raises
    ------
    ValueError
        For an unknown figure, an option that it does not have, and where the run has nothing of
        what is asked for.
    """
    steps = None if step is None else _steps(step)
    given = {"layer": layer, "kind": kind, "statistic": statistic, "step": steps, "name": name}
    return figure_among(FIGURES, run, what, given, look=(theme, context, language, style))


def figure_among(
    figures: Mapping[str, RunFigure],
    run: Recording,
    what: str,
    given: Mapping[str, Any],
    *,
    look: "Look",
    called: str | None = None,
) -> Figure:
    """Return one of some figures of a run; what is given but None is left to the figure.

    It is headed by what the run is `called`: by default its file, if it has one.
    """
    _checks.instance("run", run, Recording)
    known = _checks.lookup("what", what, figures)
    chosen = {option: value for option, value in given.items() if value is not None}
    for option, value in chosen.items():
        if option != "step":
            _checks.text(option, value)
    for option, value in chosen.items():
        if option not in known.options:
            rule = f"left out of {what}, whose options are {', '.join(known.options)}"
            raise _checks.fail(option, rule, value)
    if "kind" in known.options and "kind" not in chosen:
        chosen["kind"] = common_kind([run])
    path = getattr(run, "path", None)
    name = called if called is not None or path is None else path.resolve().name
    return shown(
        lambda: known.draw(run, Wanted(**chosen)),
        look=look,
        called="" if name is None else f"{name}: ",
        told=lambda: about(run),
    )


def shown(
    draw: Callable[[], Drawn],
    *,
    look: "Look",
    called: str = "",
    told: Callable[[], str] = str,
    like: Figure | None = None,
) -> Figure:
    """Return what is drawn, with title, caption and final layout.

    Parameters
    ----------
    draw : callable
        Returns a `Drawn`.
    look : (theme, context, language, style)
        As in `plots.look`; what is left out at the end is as there.
    called : str
        What stands before the title.
    told : callable
        Returns what stands after the caption; is called in the look.
    like : Figure, optional
        The same figure in other colours: where everything stands is taken from it.
    """
    with plots.look(*look):
        drawn = draw()
        figure = cast(Figure, drawn.figure)  # none was given, so it is a new one
        plots.headline(figure, f"{called}{drawn.headline}")
        plots.caption(figure, drawn.caption + told())
        freeze_layout(figure, like=like)
    return figure


def described(declared: RunFigure, figure: Figure) -> str:
    """Return what a figure of a run shows, in the language in force, for who does not see it."""
    about = current().sentence(declared.help)
    return f"{about[:1].upper()}{about[1:]}. {figure.get_supxlabel()}"


def _steps(step: int | Sequence[int]) -> Sequence[int]:
    several = [step] if isinstance(step, int) else step
    return _checks.sequence("step", several, lambda name, k: _checks.integer(name, k, at_least=0))
