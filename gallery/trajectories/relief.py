"""The paths of SGD and Momentum on Himmelblau's function, in three dimensions."""

from nnviz import plots, studies

rates = {"sgd": 0.01, "momentum": 0.005, "adagrad": 1.0, "adam": 0.3}
study = studies.optimizer_trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)

climbs = study.table("summary").set_index("optimizer")["climbs"][["sgd", "momentum"]]
names = {rule: f"{plots.text.choice(rule)}, {share:.0%} uphill" for rule, share in climbs.items()}
paths = study.table("paths").query("optimizer in @names")
path = paths.query("optimizer == 'momentum'")

axes = plots.surface_3d(
    paths.replace({"optimizer": names}), surface="himmelblau", view=((-5, 1), (-5, 1))
)
coordinates = (path[name] for name in ("x", "y", "loss"))
plots.highlight(axes, *coordinates, where=path["loss"].diff()[1:] > 0)
figure = axes.figure
plots.headline(figure, study.claim("overshoots"))
plots.caption(
    figure,
    "Himmelblau's function. Ring: start. Dot: after 100 updates, at a minimum of height 0. Lines: "
    "equal height. Broad: uphill. Paths are drawn over the surface. Learning rates SGD "
    "0.01, Momentum 0.005, untuned.",
    claim=study.claim("overshoots"),
)
