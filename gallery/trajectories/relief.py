"""How Momentum runs up the slopes of Himmelblau's function, in three dimensions."""

from nnviz import plots, studies

rates = {"sgd": 0.01, "momentum": 0.005, "adagrad": 1.0, "adam": 0.3}
study = studies.trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)

axes = plots.relief(study.table("paths"), surface="himmelblau")
figure = axes.figure
plots.headline(figure, study.claim("overshoots"))
plots.caption(
    figure,
    "Ring: start. Dot: after 100 updates. Stars: the four minima, all of height 0. Lines: equal "
    "height. Paths are drawn over the surface. Learning rates SGD 0.01, Momentum 0.005, "
    "AdaGrad 1, Adam 0.3, untuned.",
    claim=study.claim("overshoots"),
)
