"""The path of a network through its weights, on the loss in the plane that holds most of it.

Of the points that a network comes by, all weights and biases as one vector, the first two
principal components span the plane that is nearest to them in the mean square (Li et al., 2018,
arXiv 1712.09913). The contours are those of the loss in this plane alone. The network is beside
it, so that the loss under its foot is another than its own: how far off it is belongs to the
picture.
"""

import matplotlib.pyplot as plt

from nnviz import plots, studies, surfaces

study = studies.path_planes(seeds=5)
path, grid, runs = study.table("path"), study.table("surface"), study.table("runs")
shares = study.table("components").query("setting == 'network'").groupby("component")["share"]
first, second = shares.mean()[[1, 2]]
furthest, steps = runs["farthest"].mean(), runs.set_index("seed")["farthest_step"]

figure, (plane, away) = plt.subplots(1, 2, layout="constrained")
surface = surfaces.from_grid(grid["x"], grid["y"], grid["loss"])
own = path[path["seed"] == path["seed"].iloc[0]]
plots.trajectories(own, surface=surface, view=surface.domain, ax=plane)
plane.set(xlabel=f"PC 1: {first:.0%}", ylabel=f"PC 2: {second:.0%}")
ways = path.assign(setting=path["optimizer"], marked=path["seed"].map(steps))
plots.single_runs(ways, y="off_plane", log=False, ax=away)
away.set_ylim(0, 1.25 * runs["farthest"].max())
plots.guide(away, f"furthest, on average: {furthest:.0%}", y=furthest)
plots.headline(figure, study.claim("near the plane"))
plots.caption(
    figure,
    "Left: one network of five. PC: a principal component and its share of the variance. Right: "
    "all five, over the distance from start to end. Dot: where each is furthest. Level line: their "
    "mean. Two ReLU layers of 32, 500 digits, SGD at 0.1, 400 updates.",
    claim=study.claim("near the plane"),
)
