"""Where the gradient pulls Momentum, and where its velocity takes it."""

from nnviz import plots, studies

study = studies.trajectories("bowl")
rows = study.table("states").query("optimizer == 'momentum'")

axes = plots.arrows(rows, quantities=("gradient", "velocity"), surface="bowl")
figure = axes.figure
plots.headline(figure, study.claim("momentum goes uphill"))
plots.caption(
    figure,
    "Ring: start. Dot: after 30 updates. Star: minimum of x²/20 + y². Arrows: the gradient, "
    "downhill, and the velocity, the running sum of gradients that the update follows; each kind "
    "to its own scale. Learning rate 0.1, momentum 0.9.",
)
