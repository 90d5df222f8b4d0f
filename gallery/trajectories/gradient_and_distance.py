"""Size of the gradient and distance to the minimum in Rosenbrock's valley."""

from nnviz import plots, studies

rates = {"sgd": 0.001, "momentum": 0.0005, "adagrad": 0.3, "adam": 0.1}
study = studies.trajectories("rosenbrock", rates, steps=500)

figure = plots.descent_grid(study.table("paths"), quantities=("gradient_norm", "distance"))
for axes in figure.axes:
    plots.guide(axes, "update 50", x=50)
plots.headline(figure, study.claim("small gradient"))
plots.caption(
    figure,
    "500 updates on (1 − x)² + 100(y − x²)² from the same start. Raw gradients; learning rates, "
    "untuned: SGD 0.001, Momentum 0.0005, AdaGrad 0.3, Adam 0.1.",
)
