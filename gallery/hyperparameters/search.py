"""Validation accuracy of random trials over learning rate and weight decay."""

import numpy as np

from nnviz import plots, studies

study = studies.hyperparameters(seeds=5, trials=25, side=4)
rows = study.table("trials").query("setting == 'random'")

ranges = study.settings["ranges"]
lowest, highest = ranges["learning_rate"]
best = rows[rows["best"]]

axes = plots.trials(rows, ranges=ranges)
upper = highest * (lowest / highest) ** (1 / 4)
axes.axvspan(upper, highest, color="grey", alpha=0.15, zorder=0)
plots.guide(axes, f"{(best['learning_rate'] > upper).sum()} of {len(best)}", x=upper)
middle = np.exp(np.log(best["learning_rate"]).mean())
place = np.log(middle / lowest) / np.log(highest / lowest)
axes.set_ylim(bottom=1e-9)
plots.bracket(axes, (lowest, middle), 4e-9, f"{place:.0%} of the way")
rings = {"facecolors": "none", "edgecolors": axes.xaxis.label.get_color(), "zorder": 4}
axes.scatter(best["learning_rate"], best["weight_decay"], s=110, **rings)
figure = axes.figure
plots.headline(figure, study.claim("cut off"))
plots.caption(
    figure,
    "Dot: a trial of 50 epochs; five searches of 25. Ring: one of the five best of its search. "
    "Bracket: up to their mean, of logarithms. Dashed: the range; shaded: its upper quarter. "
    "Six ReLU layers of 100 on 400 digits, validated on 100 others, SGD.",
    claim=study.claim("cut off"),
)
