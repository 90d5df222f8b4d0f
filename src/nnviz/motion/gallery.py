"""Figures of the gallery that move."""

from nnviz.motion.boundary import BOUNDARIES, boundary_film
from nnviz.plots import theme as theme_
from nnviz.publish import Exhibit, exhibit

__all__ = ["moving_figure"]


def moving_figure(id: str, *, theme: str = "light", context: str = "slides") -> Exhibit:
    """Return a figure of the gallery as it moves, with its study, for `animate`.

    It is the one that `publish.figure` returns; where that shows a few steps side by side, as for
    decision boundaries, it is one that shows many, one after the other.

    Parameters
    ----------
    id : str
        Such as "trajectories/bowl"; ``nnviz list`` names them all.
    theme, context : str
        As in `plots.theme`.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    shown = exhibit(id, theme=theme, context=context)
    if id not in BOUNDARIES:
        return shown
    with theme_(theme, context):
        return Exhibit(shown.script, boundary_film(shown), shown.study)
