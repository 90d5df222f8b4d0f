"""Validation accuracy of random trials over learning rate and weight decay."""

from nnviz import plots, studies

study = studies.hyperparameters(seeds=5, trials=25, side=4)
rows = study.table("trials").query("setting == 'random'")

axes = plots.trials(rows, ranges=study.settings["ranges"])
figure = axes.figure
plots.headline(figure, study.claim("cut off"))
plots.caption(
    figure,
    "A dot is a trial of 50 epochs; five searches of 25 random trials each. Six ReLU layers of "
    "100 on 400 digits, validated on 100 others, SGD. The frame is the range that was searched.",
    claim=study.claim("cut off"),
)
