"""The largest curvature, and what steps down the gradient tell of it without any derivative.

The learning rate at which a step down the gradient first raises the loss can be found from a
dozen forward passes, at any size of network; 2 over it is called the critical sharpness (Kalra et
al., 2026, arXiv 2601.16979). To second order it is the curvature along the gradient, gᵀHg / |g|²,
which is no more than the largest. How much less depends on how far the gradient points along the
sharpest direction: hardly, as long as gradient descent shrinks what is left in that direction;
mostly, once it swings there.
"""

from nnviz import plots, studies

study = studies.edge_of_stability()
rows = study.table("sharpness").query("learning_rate == 1.5")
slow = study.table("runs").query("learning_rate == 1.5")
before, after = slow["critical_before"].mean(), slow["critical_after"].mean()

axes = plots.single_runs(rows, y="critical_share", log=True)
plots.guide(axes, f"on the way: {before:.1%}", y=before)
plots.guide(axes, f"at the edge: {after:.0%}", y=after)
figure = axes.figure
plots.headline(figure, study.claim("critical at the edge"))
plots.caption(
    figure,
    "Line: a network. Dot: there the largest curvature first is 2/η or more. Critical sharpness: 2 "
    "over the rate at which a step down the gradient first raises the loss. Percent: median after "
    "step 0 up to the dot, and in the last quarter. η of 1.5; three tanh layers of 32 on 100 "
    "digits.",
    claim=study.claim("critical at the edge"),
)
