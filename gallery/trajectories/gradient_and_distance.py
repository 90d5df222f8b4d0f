"""Size of the gradient and distance to the minimum in Rosenbrock's valley."""

from nnviz import plots, studies

rates = {"sgd": 0.001, "momentum": 0.0005, "adagrad": 0.3, "adam": 0.1}
study = studies.optimizer_trajectories("rosenbrock", rates, steps=500)
paths = study.table("paths").query("step <= 60")
shares = ["gradient_norm", "distance"]
paths = paths.assign(**paths[shares] / paths.groupby("optimizer")[shares].transform("first"))

figure = plots.descent_grid(paths, quantities=shares)
after = paths.query("step == 50")
ends = (after["gradient_norm"].max(), after["distance"].min())
for axes, left in zip(figure.axes, ends, strict=False):
    plots.guide(axes, "update 50", x=50)
    plots.star(axes, 50, left, f"{left:.1%}")
plots.headline(figure, study.claim("small gradient"))
plots.caption(
    figure,
    "Both as shares of what they were at the start, the same for all. Stars: the most of the "
    "gradient, and the least of the way, that is left after 50 updates. Rosenbrock's function. "
    "Learning rates, untuned: SGD 0.001, Momentum 0.0005, AdaGrad 0.3, Adam 0.1.",
)
