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
runs = study.table("runs").query("learning_rate == 1.5")
before, after = runs["critical_before"].mean(), runs["critical_after"].mean()
reached, end = rows["marked"].max(), rows["step"].max()

axes = plots.single_runs(rows, y="critical_share", log=True)
axes.set_ylim(top=8)
for span, level, words in (
    ((25, reached), before, f"median until 2/η is reached: {before:.1%}"),
    ((0.75 * end, end), after, f"median, last quarter: {after:.0%}"),
):
    axes.plot(span, (level, level), color="grey", linewidth=2, zorder=1)
    plots.bracket(axes, span, 5, words)
figure = axes.figure
plots.headline(figure, study.claim("critical at the edge"))
plots.caption(
    figure,
    "Line: a network. Dot: there the largest curvature first is 2/η or more. Suggested: "
    "2 over the rate at which a trial step down the gradient first raises the loss. "
    "Medians: after step 0 up to the dot, and in the last quarter. η of 1.5; three tanh layers of "
    "32 on 100 digits.",
    claim=study.claim("critical at the edge"),
)
