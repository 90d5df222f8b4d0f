"""By how much of their size the weights move in a step, at three learning rates."""

from nnviz import plots, studies

study = studies.health(seeds=5)
rows = study.table("updates").query("step <= 60")
first = rows.query("step == 0").groupby("setting", sort=False)["value"].mean()
right = study.table("accuracy").groupby("setting")["value"].mean()

with plots.beside(right, "accuracy {:.0%}"):
    axes = plots.update_ratios(rows)
axes.set(xlim=(-28, 60), ylim=(3e-5, 1), xticks=range(0, 61, 20))
axes.set_yticks(ticks := [1e-4, 1e-3, 1e-2, 1e-1], map("{:g}".format, ticks))
for ratio in first[["rate 1", "rate 0.1"]]:
    plots.star(axes, 0, ratio, f"first update: {ratio:.1%}")
figure = axes.figure
plots.headline(figure, study.claim("leaps"))
plots.caption(
    figure,
    "Norm of the update over that of the weights, mean over five layers. Line: mean of five seeds. "
    "Band: their range. Star: the first update. Accuracy: on the test set, after 300 steps. Four "
    "ReLU layers of 100 on 1,000 digits, SGD.",
    claim=study.claim("leaps"),
)
