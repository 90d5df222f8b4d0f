"""The best validation accuracy so far, by trial, for random and grid search."""

from nnviz import plots, studies

study = studies.hyperparameters(seeds=5, trials=25, side=4)
rows = study.table("trials").query("trial < 16").assign(trial=lambda table: table["trial"] + 1)

axes = plots.sweep(rows, x="trial", y="best_accuracy", numbers=True)
colours = [line.get_color() for line in axes.lines]
for setting, colour in zip(rows["setting"].unique(), colours, strict=True):
    for _, own in rows[rows["setting"] == setting].groupby("seed"):
        axes.plot(own["trial"], own["best_accuracy"], color=colour, linewidth=0.5)
plots.bracket(axes, (16 - 4 + 1, 16), 0.3, "highest rate")
figure = axes.figure
plots.headline(figure, study.claim("grid beats random"))
plots.caption(
    figure,
    "The grid is run from its lowest learning rate to its highest. Line: mean of five searches. "
    "Band: their range. Thin: each of them. Six ReLU layers of 100 on 400 digits, 50 epochs a "
    "trial, SGD.",
    claim=study.claim("grid beats random"),
)
