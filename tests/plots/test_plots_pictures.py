"""One picture of every plot and grid in every theme, compared with `baseline_images/`.

They guard what no other test can say; positions, colours and words are tested on the artists.
Since they are drawn anyway, here is also asked whether a reader can read them in every theme.
``make images`` draws them anew after a report of what changes.
"""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from nnviz import plots
from nnviz.testing import faults

from . import cases
from .plotted import ALL
from .rendered import SMALLEST

CLAIMS = {
    "light": SimpleNamespace(key="a", statement="A claim that holds", verdict="holds"),
    "dark": SimpleNamespace(key="a", statement="A claim does not hold", verdict="otherwise"),
    "print": SimpleNamespace(key="a", statement="A claim that holds", verdict="holds"),
}
CONTEXTS = {"light": "notebook", "dark": "slides", "print": "paper"}
RESOLUTION = {"light": 64, "dark": 40, "print": 100}


THEMES = [
    pytest.param(theme, marks=pytest.mark.mpl_image_compare(savefig_kwargs={"dpi": dpi}))
    for theme, dpi in RESOLUTION.items()
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ALL)
def test_picture(name, theme):
    with plots.theme(theme, CONTEXTS[theme]):
        drawn = ALL[name].draw(ALL[name].table())
        figure = drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn
        plots.headline(figure, CLAIMS[theme])
        plots.caption(figure, plots.text.KEYS.get(name.replace("_grid", "s"), "How to read it."))
        # a theme sets colours only and a context sizes only, so that no pair can fail alone
        assert faults(figure, smallest=SMALLEST[CONTEXTS[theme]]) == []
    plt.close(figure)
    return figure


@pytest.mark.parametrize("theme", THEMES)
def test_marks(theme):
    paths = cases.paths(("momentum",))
    with plots.theme(theme, CONTEXTS[theme]):
        axes = plots.trajectories(paths, surface=cases.BOWL)
        plots.highlight(axes, paths["x"], paths["y"], where=paths["step"][1:] % 4 == 0)
        plots.guide(axes, "upright", x=-2)
        plots.guide(axes, "level", y=-1)
        plots.bracket(axes, (-6, -3), 1.6, "3")
        plots.bracket(axes, -7.5, (-1, 1), "2")
        plots.frame(axes, (-3.5, -2.5), (0.3, 0.9))
        plots.star(axes, -4, -0.5, "star")
        axes.figure.draw_without_rendering()
    plt.close(axes.figure)
    return axes.figure
