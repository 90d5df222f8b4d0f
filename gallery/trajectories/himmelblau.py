"""Four optimizers from one start on a surface with four equal minima, 100 updates."""

from nnviz import plots, studies, surfaces

rates = {"sgd": 0.01, "momentum": 0.005, "adagrad": 1.0, "adam": 0.3}
study = studies.optimizer_trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)

axes = plots.trajectories(study.table("paths"), surface=surfaces.get("himmelblau"))
figure = axes.figure
plots.headline(figure, study.claim("different minima"))
plots.caption(
    figure,
    "Ring: start. Dot: after 100 updates. Stars: the four minima, all of height 0. Lines: equal "
    "height. Learning rates SGD 0.01, Momentum 0.005, AdaGrad 1, Adam 0.3, untuned.",
    claim=study.claim("different minima"),
)
