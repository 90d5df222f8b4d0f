"""Four optimizers on one bowl, 20 times as steep across as along: 30 updates."""

from nnviz import plots, studies, surfaces

study = studies.optimizer_trajectories("bowl")

paths = study.table("paths")
sgd = paths.query("optimizer == 'sgd'")
changes = sgd["y"] * sgd["y"].shift() < 0
share = changes.sum() / (len(sgd) - 1)

with plots.beside({"sgd": share}, "{:.0%} change sides"):
    axes = plots.trajectories(paths, surface=surfaces.get("bowl"))
figure = axes.figure
plots.headline(figure, study.claim("sgd zigzags"))
plots.caption(
    figure,
    "Ring: start. Dot: after 30 updates. Star: minimum. Lines: equal height of x²/20 + y². Fixed "
    "learning rates, not tuned: SGD 0.95, Momentum 0.1, AdaGrad 1.5, Adam 0.3.",
    claim=study.claim("sgd zigzags"),
)
