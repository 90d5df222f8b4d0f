"""Figures of the gallery that move."""

import os

from nnviz.motion.boundary import boundary_film
from nnviz.plots import look
from nnviz.publish import Exhibit, exhibit

__all__ = ["moving_figure"]


def moving_figure(
    id: str,
    *,
    theme: str = "light",
    context: str = "slides",
    language: str | os.PathLike[str] | None = None,
    style: str | os.PathLike[str] | None = None,
) -> Exhibit:
    """Return a figure of the gallery as it moves, with its study, for `animate`.

    It is the one that `publish.figure` returns; where that shows a few steps side by side, as for
    decision boundaries, it is one that shows many, one after the other.

    Parameters
    ----------
    id : str
        Such as "trajectories/bowl"; ``nnviz list`` names them all.
    theme, context, language, style
        As in `plots.look`.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    shown = exhibit(id, theme=theme, context=context, language=language, style=style)
    if shown.study.name != "decision_boundaries":
        return shown
    with look(theme, context, language, style):
        return Exhibit(shown.script, boundary_film(shown), shown.study)
