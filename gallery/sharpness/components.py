"""How much of a path's variance each principal component holds, beside that of a random walk.

Two components that hold most of the variance sound like a path that is all but flat. But any
walk looks so: of a random walk in many dimensions, component k holds 6 / (π k)² of the variance,
61% and 15%, however long it is and though no two of its steps have a direction in common, and its
projections are cosines (Antognini and Sohl-Dickstein, 2018, arXiv 1806.08805). So the share of a
network is to be held against that of a walk, and not against zero.
"""

from nnviz import plots, studies

study = studies.path_planes(seeds=5)
shares = study.table("runs")[["plane_share", "walk_share"]].mean()
in_two = {"network": shares["plane_share"], "random walk": shares["walk_share"]}

with plots.beside(in_two, "{:.0%} in two"):
    axes = plots.sweep(study.table("components"), x="component", y="share")
axes.set_ylim(0, 1)
figure = axes.figure
plots.headline(figure, study.claim("more than a walk"))
plots.caption(
    figure,
    "Share of the variance by principal component, all weights and biases together. Line: mean of "
    "five networks or walks. Band: their range. Walks have as many points, 101, and dimensions. "
    "Two ReLU layers of 32, 500 digits, SGD at 0.1, 400 updates.",
    claim=study.claim("more than a walk"),
)
