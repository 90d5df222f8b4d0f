"""Figures of runs as a report shows them: in light and in dark, their words as text beside them."""

import io
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from nnviz._language import current
from nnviz._names import is_derived
from nnviz.publish.drawing import Look
from nnviz.publish.files import figure_bytes
from nnviz.publish.picture import cropped
from nnviz.publish.recorded import FIGURES
from nnviz.publish.recorded.curves import curves_of_runs, named
from nnviz.publish.recorded.declared import Drawn, Wanted
from nnviz.publish.recorded.figure import shown
from nnviz.publish.recorded.histograms import distributions_of_runs
from nnviz.record import Recording
from nnviz.tables.recorded import common_kind, last_known

__all__ = ["Picture", "beside", "pictures_of"]

_THEMES = ("light", "dark")
_COLOURS = 255
"""Of a picture: a palette takes a third of what three bytes a pixel do, and is not seen."""


@dataclass(frozen=True)
class Picture:
    """A figure, or why there is none.

    Attributes
    ----------
    title, reading : str
        Its main number, and how it is read.
    shows : str
        For who does not see it.
    sources : mapping of str to str
        Address of the picture, which is all of it, by theme; empty if it could not be drawn.
    size : (int, int)
        Width and height in pixels.
    grounds : mapping of str to str
        The colour it stands on, by theme.
    fault : str
        Why it could not be drawn.
    """

    title: str = ""
    reading: str = ""
    shows: str = ""
    sources: Mapping[str, str] | None = None
    size: tuple[int, int] = (0, 0)
    grounds: Mapping[str, str] | None = None
    fault: str = ""


def pictures_of(run: Recording, findings: pd.DataFrame, look: Look) -> Iterator[Picture]:
    """Yield the figures of a run that it holds something for.

    Parameters
    ----------
    run : Recording
    findings : DataFrame
        Of the run: those that figures show.
    look : (language, style)
        As in `plots.look`.
    """
    for what, kind in _wanted(run):
        declared = FIGURES[what]
        wanted = Wanted(kind=kind, findings=findings)
        yield _in_both(lambda: declared.draw(run, wanted), declared.help, look)  # noqa: B023 - at once


def beside(runs: Mapping[str, Recording], look: Look) -> Iterator[Picture]:
    """Yield the figures of several runs on top of each other."""
    if any(_reported(run) for run in runs.values()):
        about = "losses and other numbers over the steps"
        yield _in_both(lambda: curves_of_runs(named(runs, None, None), None), about, look)
    known = {name: run for name, run in runs.items() if run.streams and len(run.recorded_at().step)}
    if len(known) > 1:
        steps = {name: last_known(run) for name, run in known.items()}
        wanted = Wanted(kind=common_kind(list(known.values())))
        about = "histograms of each layer at a step"
        yield _in_both(lambda: distributions_of_runs(known, steps, wanted), about, look)


def _wanted(run: Recording) -> Iterator[tuple[str, str]]:
    """Yield which figures are drawn of a run, and of which kind of tensor."""
    if _reported(run):
        yield "curves", ""
    kinds = {stream.rpartition("/")[2] for stream in run.streams}
    if kinds and len(run.recorded_at().step):
        kind = common_kind([run])
        yield "map", kind
        if "gradient" in kinds:
            yield "depth", "gradient"
        if any(name.endswith("/update_to_weight") for name in run.names):
            yield "updates", kind
        yield "distributions", kind


def _reported(run: Recording) -> bool:
    return any(not is_derived(name) for name in run.names)


def _in_both(draw: Callable[[], Drawn], about: str, look: Look) -> Picture:
    """Return a figure drawn once in each theme, or why it could not be."""
    import matplotlib.pyplot as plt

    told: list[Drawn] = []
    figures: dict[str, Figure] = {}

    def heard() -> Drawn:
        told.append(draw())
        return told[-1]

    try:
        for theme in _THEMES:
            first = next(iter(figures.values()), None)  # the others are laid out like it
            figures[theme] = shown(heard, look=(theme, "notebook", *look), like=first)
        images = {name: cropped(own, figure_bytes(own, "png")) for name, own in figures.items()}
    except ValueError as error:
        return Picture(fault=str(error))
    finally:
        for drawn in told:
            plt.close(cast(Figure, drawn.figure))
    in_force = current()
    return Picture(
        title=_capital(in_force.sentence(told[0].headline)),
        reading=in_force.sentence(told[0].caption.strip()),
        shows=f"{_capital(in_force.sentence(about))}.",
        sources={name: _address(image) for name, image in images.items()},
        size=images[_THEMES[0]].size,
        grounds={name: to_hex(own.get_facecolor()) for name, own in figures.items()},
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _address(image: Image.Image) -> str:
    """Return a picture as an address that is all of it, with a palette of few colours."""
    buffer = io.BytesIO()
    few = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, format="png")
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
