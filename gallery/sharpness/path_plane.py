"""The path of a network through its weights, on the loss in the plane that holds most of it.

Of the points that a network comes by, all weights and biases as one vector, the first two
principal components span the plane that is nearest to them in the mean square (Li et al., 2018,
arXiv 1712.09913). The contours are those of the loss in this plane alone. The network is beside
it, so that the loss under its foot is another than its own: how far off it is belongs to the
picture.
"""

from nnviz import plots, studies, surfaces

study = studies.path_planes(seeds=5)
path, ground, runs = study.table("path"), study.table("ground"), study.table("runs")
own = path[path["seed"] == path["seed"].iloc[0]]
farthest = own.loc[own["off_plane"].idxmax()]
shares = study.table("components").query("setting == 'network'").groupby("component")["share"]

surface = surfaces.from_grid(ground["x"], ground["y"], ground["loss"])
axes = plots.trajectories(own, surface=surface, view=surface.domain)
plots.star(axes, farthest["x"], farthest["y"], f"{runs['farthest'].mean():.0%} off the plane")
first, second = shares.mean()[[1, 2]]
axes.set(xlabel=f"PC 1: {first:.0%}", ylabel=f"PC 2: {second:.0%}")
figure = axes.figure
plots.headline(figure, study.claim("near the plane"))
plots.caption(
    figure,
    "One network of five; numbers are means. Star: where it is furthest from the plane, as a part "
    "of its way. PC: a principal component and its share of the variance. Two ReLU layers of 32, "
    "500 digits, SGD at 0.1, 400 updates.",
    claim=study.claim("near the plane"),
)
