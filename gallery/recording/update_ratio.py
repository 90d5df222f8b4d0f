"""By how much of their size the weights move in a step, at three learning rates."""

from nnviz import plots, studies

study = studies.health(seeds=5)
rows = study.table("updates")
first = rows.query("setting == 'rate 1' and step == 0")["value"].mean()

axes = plots.update_ratios(rows)
plots.star(axes, 0, first, f"first update: {first:.3f} = {first:.1%}")
for band in axes.collections:
    band.set_alpha(0.1)
axes.set_yticks(ticks := [1e-4, 1e-3, 1e-2, 1e-1], map("{:g}".format, ticks))
figure = axes.figure
plots.headline(figure, study.claim("leaps"))
plots.caption(
    figure,
    "Norm of the update over that of the weights, mean over five layers. Mean and range of five "
    "seeds. Star: the first update at the largest rate. Four ReLU layers of 100 on 1,000 digits, "
    "SGD.",
    claim=study.claim("leaps"),
)
