"""How Momentum runs up the slopes of Himmelblau's function, in three dimensions."""

from nnviz import plots, studies

rates = {"sgd": 0.01, "momentum": 0.005}
study = studies.trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)

axes = plots.relief(study.table("paths"), surface="himmelblau")
path = study.table("paths").query("optimizer == 'momentum'")
coordinates = (path[name] for name in ("x", "y", "loss"))
plots.highlight(axes, *coordinates, where=path["loss"].diff()[1:] > 0)
figure = axes.figure
plots.headline(figure, study.claim("overshoots"))
plots.caption(
    figure,
    "Ring: start. Dot: after 100 updates. Stars: the four minima, all of height 0. Lines: equal "
    "height. Broad: uphill. Paths are drawn over the surface. Learning rates SGD 0.01, Momentum "
    "0.005, untuned.",
    claim=study.claim("overshoots"),
)
