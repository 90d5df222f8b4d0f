"""Where the gradient pulls Momentum, and where its velocity takes it."""

from nnviz import plots, studies

study = studies.optimizer_trajectories("bowl")
rows = study.table("states").query("optimizer == 'momentum'")
path = study.table("paths").query("optimizer == 'momentum'").reset_index(drop=True)

axes = plots.arrows(rows, quantities=("gradient", "velocity"), surface="bowl")
drives = rows.pivot(index="step", columns="quantity", values=["along_x", "along_y"])
drives = drives.swaplevel(axis=1)
uphill = (drives["gradient"] * drives["update"]).sum(axis=1)[: len(path) - 1] > 0
plots.highlight(axes, path["x"], path["y"], where=uphill, label=f"uphill: {uphill.mean():.0%}")
figure = axes.figure
plots.headline(figure, study.claim("momentum goes uphill"))
plots.caption(
    figure,
    "Ring: start. Dot: after 30 updates. Star: minimum of x²/20 + y². Broad: uphill. Arrows: "
    "against the gradient, and against the velocity, the running sum of gradients; each kind to "
    "its own scale. Learning rate 0.1, momentum 0.9.",
)
