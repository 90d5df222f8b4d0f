"""Decision boundaries of the gallery, looked at often enough to see them move."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from nnviz import plots, studies
from nnviz.publish import Exhibit

__all__ = ["BOUNDARIES", "boundary_film"]

BOUNDARIES: Mapping[str, Mapping[str, Any]] = {
    "network/moons": {},
    "network/spirals": {"problem": "spirals", "rows": 90, "noise": 0.15, "weight_decay": 0.01},
}
"""What the studies of these figures are asked for: their networks, and when these are looked at."""

_LOOKS = 60
"""At how many steps, as far apart as to be equal in the logarithm."""


def boundary_film(shown: Exhibit) -> Figure:
    """Return a figure of the network that an exhibit shows, a panel for each setting, which moves.

    Its first seed is trained again, and looked at more often. Title and claim stay: they are of
    all seeds.

    Parameters
    ----------
    shown : Exhibit
        One of `BOUNDARIES`. Call this in the theme in which it was drawn.
    """
    last = int(shown.study.table("regions")["step"].max())
    looks = np.unique(np.geomspace(1, last, _LOOKS).round().astype(int)).tolist()
    study = studies.decision_boundaries(
        **BOUNDARIES[shown.script.id], snapshots=[0, *looks], seeds=1
    )
    rows = study.table("rows").query("split == 'train'")
    regions = study.table("regions").replace({"setting": {"none": "no regularizer"}})
    settings = list(regions["setting"].unique())
    figure = plt.figure(layout="constrained")
    for place, setting in enumerate(settings, start=1):
        ax = figure.add_subplot(1, len(settings), place)
        plots.boundaries(regions, rows=rows, setting=setting, ax=ax)
        ax.set(title=plots.text.choice(setting), xlabel="", ylabel="", xticks=[], yticks=[])
        if place < len(settings) and (legend := ax.get_legend()):
            legend.remove()
    claim = shown.study.claim(shown.claim) if shown.claim else None
    plots.headline(figure, claim or shown.title)
    first = plots.text.NOTES["first seed"].format(seeds=shown.study.settings["seeds"])
    plots.caption(figure, f"{plots.text.KEYS['boundaries']} {first}", claim=claim)
    plt.close(shown.figure)
    return figure
