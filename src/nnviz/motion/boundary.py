"""Decision boundaries of the gallery, looked at often enough to see them move."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nnviz import plots, studies
from nnviz.publish import Exhibit

__all__ = ["boundary_film"]

_CALLED = {"problem": "data", "rows": "n_train"}
"""What the settings of the study call what it is asked for; other names are the same."""

_ASKED = (
    *("problem", "rows", "noise", "hidden", "activation", "optimizer", "learning_rate"),
    *("batch_size", "weight_decay", "side"),
)
"""What the study is asked for, besides when to look and how many seeds there are."""

_LOOKS = 60
"""At how many steps, as far apart as to be equal in the logarithm."""


def boundary_film(shown: Exhibit) -> Figure:
    """Return a figure of the network that an exhibit shows, a panel for each setting, which moves.

    Its first seed is trained again, and looked at more often. Title and claim stay: they are of
    all seeds.

    Parameters
    ----------
    shown : Exhibit
        Of `studies.decision_boundaries`. Call this in the theme in which it was drawn.
    """
    last = int(shown.study.table("regions")["step"].max())
    looks = np.unique(np.geomspace(1, last, _LOOKS).round().astype(int)).tolist()
    asked = {name: shown.study.settings[_CALLED.get(name, name)] for name in _ASKED}
    study = studies.decision_boundaries(**asked, snapshots=[0, *looks], seeds=1)
    rows = study.table("rows").query("split == 'train'")
    regions = study.table("regions").replace({"setting": {"none": "no regularizer"}})
    settings = [name for name in regions["setting"].unique() if _is_shown(name, shown.figure)]
    figure = plt.figure(layout="constrained")
    for place, setting in enumerate(settings, start=1):
        ax = figure.add_subplot(1, len(settings), place)
        plots.boundaries(regions, rows=rows, setting=setting, ax=ax)
        ax.set(title=plots.text.choice(setting), xlabel="", ylabel="", xticks=[], yticks=[])
        if len(settings) == 1:  # a spiral drawn across a whole slide is none
            ax.set_box_aspect(1)
        if place < len(settings) and (legend := ax.get_legend()):
            legend.remove()
    claim = shown.study.claim(shown.claim) if shown.claim else None
    plots.headline(figure, claim or shown.title)
    first = plots.text.NOTES["first seed"].format(seeds=shown.study.settings["seeds"])
    plots.caption(figure, f"{plots.text.KEYS['boundaries']} {first}", claim=claim)
    plt.close(shown.figure)
    return figure


def _is_shown(setting: str, figure: Figure) -> bool:
    """Return whether the title or the row of a panel names a setting."""
    words = [
        " ".join(each.split())
        for ax in figure.axes
        for each in (ax.get_title("left"), ax.get_title(), ax.get_ylabel())
    ]
    name = " ".join(plots.text.choice(setting).split())
    return any(name in each for each in words)
