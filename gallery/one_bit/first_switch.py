"""How far apart networks drift that began with one other bit in one weight, pair by pair.

A ReLU network is linear in pieces (Montúfar et al., 2014, arXiv 1402.1869): as long as no unit
changes its sign for any example, a small change of the weights passes through training as through
a linear map, and grows slowly. Where a unit is on in one network and off in the other, their
gradients differ by what that example adds, and no longer by a rounding. Processors and versions of
a library round sums in another order (Goldberg, 1991), so that two machines are such a pair. Of
ResNets on CIFAR-10 it is known that one bit changes the result as much as another seed does
(Summers and Dinneen, 2021, arXiv 2103.04514).
"""

import numpy as np

from nnviz import plots, studies

study = studies.one_bit()
shown = ["relu", "relu, switched by its twin"]
jumped = study.table("pairs").query("learning_rate == 0.1").groupby("setting")["jumped"]
rows = study.table("distance").query("learning_rate == 0.1 and setting in @shown")
rounding, jump = np.finfo(np.float32).eps / 2, study.settings["jump"]

with plots.beside(jumped.mean(), f"{{:.0%}} jump ×{jump:g}"):
    figure = plots.single_run_grid(rows, y="relative_distance", log=True)
figure.axes[0].set_ylim(3e-9, 1)
for axes, (_, pairs) in zip(figure.axes, rows.groupby("setting", sort=False), strict=True):
    plots.guide(axes, f"float32 rounds by {plots.text.number(rounding, digits=1)}", y=rounding)
    for _, run in pairs.groupby("seed"):
        jumps = run["factor"][1:] >= jump
        plots.highlight(axes, run["step"], run["relative_distance"], where=jumps)
        axes.lines[-1].set_linewidth(axes.lines[-1].get_linewidth() / 2)  # several lie close
plots.headline(figure, study.claim("one update"))
plots.caption(
    figure,
    "Line: a pair from one seed. Dot: from here on a unit is on in one twin only. Red: a jump, by "
    "one update and from above the rounding. Switched by its twin: the signs of one network switch "
    "both. Six layers of 100, rate 0.1, float32.",
    claim=study.claim("one update"),
)
