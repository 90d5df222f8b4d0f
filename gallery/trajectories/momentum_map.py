"""Learning rate and momentum together: where the bowl is descended fastest, and where not.

A minimum of curvature λ becomes unstable at a learning rate of 2(1 + β)/λ under Momentum, at
2(1 + β)/((1 + 2β)λ) under Nesterov's. Between the largest curvature L and the smallest μ, Momentum
is fastest with √β = (√L − √μ)/(√L + √μ) and a learning rate of (2/(√L + √μ))² (Polyak, 1964).
"""

from nnviz import plots, studies

study = studies.momentum_map("bowl", steps=50)

figure = plots.rate_map_grid(study.table("ends"), limits=study.table("limits"))
beta, rate = study.settings["best_momentum"], study.settings["best_learning_rate"]
ends = study.table("ends").query("optimizer == 'momentum'")
lowest = ends.loc[ends["height"].idxmin()]
plots.guide(figure.axes[0], f"theory: β = {beta:.2f}", y=beta)
plots.guide(figure.axes[0], f"theory: {rate:.2f}", x=rate)
found = f"lowest: β = {lowest['momentum']:.2f}, {lowest['learning_rate']:.2f}"
plots.star(figure.axes[0], lowest["learning_rate"], lowest["momentum"], found)
plots.headline(figure, study.claim("best"))
plots.caption(
    figure,
    "After 50 updates on x²/20 + y² from (−7, 2). Hatched: higher than at the start. Broad line: "
    "theory's limit of stability. Star, dot: the lowest end.",
    claim=study.claim("best"),
)
