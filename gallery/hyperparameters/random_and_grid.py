"""The best validation accuracy so far, by trial, for random and grid search."""

from nnviz import plots, studies

study = studies.hyperparameters(seeds=5, trials=25, side=4)
rows = study.table("trials").query("trial < 16")

axes = plots.sweep(rows.assign(trial=rows["trial"] + 1), x="trial", y="best_accuracy")
axes.set_ylabel("best validation accuracy so far")
plots.bracket(axes, (16 - 4 + 1, 16), 0.3, "highest rate")
figure = axes.figure
plots.headline(figure, study.claim("grid beats random"))
plots.caption(
    figure,
    "The grid is run from its lowest learning rate to its highest. Line: mean of five searches. "
    "Band: their range. Six ReLU layers of 100 on 400 digits, 50 epochs a trial, SGD.",
    claim=study.claim("grid beats random"),
)
