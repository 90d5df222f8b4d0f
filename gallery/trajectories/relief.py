"""The paths of SGD and Momentum on Himmelblau's function, in three dimensions."""

from nnviz import plots, studies

rates = {"sgd": 0.01, "momentum": 0.005, "adagrad": 1.0, "adam": 0.3}
study = studies.optimizer_trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)

climbs = study.table("summary").set_index("optimizer")["climbs"]
paths = study.table("paths").query("optimizer in ['sgd', 'momentum']")
path = paths.query("optimizer == 'momentum'")

with plots.beside(climbs, "{:.0%} uphill"):
    axes = plots.surface_3d(paths, surface="himmelblau", view=((-4.8, 0), (-4.8, -0.4)))
coordinates = (path[name] for name in ("x", "y", "loss"))
plots.highlight(axes, *coordinates, where=path["loss"].diff()[1:] > 0, label="uphill")
figure = axes.figure
plots.headline(figure, study.claim("overshoots"))
plots.caption(
    figure,
    "Ring: start. Dot: after 100 updates. Lines: equal height. Learning rates SGD 0.01, Momentum "
    "0.005, untuned.",
    claim=study.claim("overshoots"),
)
