"""By how much of their size the weights move in a step, at three learning rates."""

from nnviz import plots, studies

study = studies.health(seeds=5)
rows = study.table("updates")
first = rows.query("step == 0").groupby("setting", sort=False)["value"].mean()
right = study.table("accuracy").groupby("setting")["value"].mean()

with plots.beside(right, "accuracy {:.0%}"):
    axes = plots.update_ratios(rows)
for band in axes.collections:
    band.remove()
axes.set(xlim=(-140, 300), ylim=(3e-5, 0.3), xticks=range(0, 301, 100))
axes.set_yticks(ticks := [1e-4, 1e-3, 1e-2, 1e-1], map("{:g}".format, ticks))
for ratio in first[["rate 1", "rate 0.1"]]:
    plots.star(axes, 0, ratio, f"first update: {ratio:.1%}")
figure = axes.figure
plots.headline(figure, study.claim("leaps"))
plots.caption(
    figure,
    "Norm of the update over that of the weights, mean over five layers and five seeds. Star: the "
    "first update. Accuracy: on the test set, at the end. Four ReLU layers of 100 on 1,000 digits, "
    "SGD.",
    claim=study.claim("leaps"),
)
