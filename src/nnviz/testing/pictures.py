"""Pictures that are the same on every machine, compared by pytest-mpl."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from nnviz import _checks
from nnviz.plots import theme as theme_

__all__ = ["image_test"]

_FONT = "DejaVu Sans"
"""Comes with matplotlib, so that every machine has the same letters."""


def image_test(
    *,
    theme: str = "light",
    context: str = "notebook",
    fonts: Sequence[str] = (),
    tolerance: float = 2,
) -> Callable[[Callable[..., Any]], Callable[..., Figure]]:
    """Return a decorator for a test that returns a figure, to be compared by pytest-mpl.

    The figure is drawn from matplotlib's own defaults in a theme, in the font that comes with
    matplotlib, and saved without date and version: the same script makes the same bytes. Letters
    look different between minor versions of matplotlib: make the baselines with the one that
    compares them.

    Parameters
    ----------
    theme, context : str
        As in `plots.theme`.
    fonts : sequence of str
        Families to ask for letters that DejaVu Sans lacks. Every machine that runs the test
        needs them.
    tolerance : float
        The root mean square difference to the baseline, of 255, above which the test fails.

    Examples
    --------
    >>> from nnviz import plots
    >>> from nnviz.testing import image_test
    >>> @image_test(theme="dark", context="slides")
    ... def test_progress(table):
    ...     return plots.curves(table)
    """
    _checks.sequence("fonts", fonts, _checks.text, at_least=0)
    _checks.non_negative("tolerance", tolerance)
    pytest = _checks.extra("pytest", extra="testing")

    with theme_(theme, context):  # an unknown name is told where it is written
        pass
    mark = pytest.mark.mpl_image_compare(
        style="default",
        backend="agg",
        tolerance=tolerance,
        deterministic=True,
        savefig_kwargs={"metadata": {"Software": None}},
    )

    def decorated(test: Callable[..., Any]) -> Callable[..., Figure]:
        @wraps(test)
        def drawn(*arguments: Any, **options: Any) -> Figure:
            with theme_(theme, context):
                mpl.rcParams["font.family"] = [_FONT, *fonts]
                figure = _figure_of(test(*arguments, **options))
                figure.draw_without_rendering()  # what is made late takes the theme's settings
            return figure

        marked: Callable[..., Figure] = mark(drawn)
        return marked

    return decorated


def _figure_of(drawn: object) -> Figure:
    if isinstance(drawn, Axes | SubFigure):
        drawn = drawn.get_figure(root=True)
    if not isinstance(drawn, Figure):
        raise TypeError(f"an image test must return a matplotlib Figure or Axes; got {drawn!r:.80}")
    return drawn
