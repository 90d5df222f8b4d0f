"""The best validation accuracy so far, by trial, for random and grid search."""

from nnviz import plots, studies

study = studies.hyperparameters(seeds=5, trials=25, side=4)
rows = study.table("trials").query("trial < 16").assign(trial=lambda table: table["trial"] + 1)

ends = rows.query("trial == 16").pivot(index="seed", columns="setting", values="best_accuracy")
ahead = (ends["grid"] > ends["random"]).sum()
told = {"grid": f"{ends['grid'].mean():.1%}, ahead in {ahead} of {len(ends)}"}
told |= {"random": f"{ends['random'].mean():.1%}"}

with plots.beside(told):
    axes = plots.sweep(rows, x="trial", y="best_accuracy")
colours = [line.get_color() for line in axes.lines]
for setting, colour in zip(rows["setting"].unique(), colours, strict=True):
    for _, own in rows[rows["setting"] == setting].groupby("seed"):
        axes.plot(own["trial"], own["best_accuracy"], color=colour, linewidth=0.5)
plots.bracket(axes, (16 - 4 + 1, 16), 0.3, "last row")
figure = axes.figure
plots.headline(figure, study.claim("grid beats random"))
plots.caption(
    figure,
    "The grid is run from its lowest learning rate to its highest. Thin: each search. Mean and "
    "range of five searches. Six ReLU layers of 100 on 400 digits, 50 epochs a trial, SGD.",
    claim=study.claim("grid beats random"),
)
