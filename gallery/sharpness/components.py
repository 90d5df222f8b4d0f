"""How much of a path's variance each principal component holds, beside that of a random walk.

Two components that hold most of the variance sound like a path that is all but flat. But any
walk looks so: of a random walk in many dimensions, component k holds 6 / (π k)² of the variance,
61% and 15%, however long it is and though no two of its steps have a direction in common, and its
projections are cosines (Antognini and Sohl-Dickstein, 2018, arXiv 1806.08805). So the share of a
network is to be held against that of a walk, and not against zero.
"""

from nnviz import plots, studies

study = studies.path_planes(seeds=5)
shares = study.table("components")
in_two = shares[shares["component"] == 2].groupby("setting")["together"].mean()

axes = plots.sweep(shares, x="component", y="together")
axes.set_ylim(0.5, 1.02)
for share in in_two:
    plots.star(axes, 2, share, f"{share:.0%} in two")
figure = axes.figure
plots.headline(figure, study.claim("more than a walk"))
plots.caption(
    figure,
    "Share of the variance in the first components, all weights and biases together. Line: mean of "
    "five networks or walks. Band: their range. Walks have as many points, 101, and dimensions. "
    "Two ReLU layers of 32, 500 digits, SGD at 0.1, 400 updates.",
    claim=study.claim("more than a walk"),
)
