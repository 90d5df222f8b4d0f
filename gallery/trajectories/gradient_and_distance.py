"""Size of the gradient and distance to the minimum in Rosenbrock's valley."""

from nnviz import plots, studies

rates = {"sgd": 0.001, "momentum": 0.0005, "adagrad": 0.3, "adam": 0.1}
study = studies.optimizer_trajectories("rosenbrock", rates, steps=500)
paths = study.table("paths").query("step <= 150")
shares = ["gradient_norm", "distance"]
paths = paths.assign(**paths[shares] / paths.groupby("optimizer")[shares].transform("first"))

figure = plots.descent_grid(paths, quantities=shares)
for axes in figure.axes:
    plots.guide(axes, "update 50", x=50)
plots.headline(figure, study.claim("small gradient"))
plots.caption(
    figure,
    "Both as shares of what they were at the start, the same for all. 150 updates on Rosenbrock's "
    "function. Learning rates, untuned: SGD 0.001, Momentum 0.0005, AdaGrad 0.3, Adam 0.1.",
)
