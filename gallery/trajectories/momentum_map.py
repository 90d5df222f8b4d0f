"""Learning rate and momentum together: where the bowl is descended fastest, and where not.

A minimum of curvature λ becomes unstable at a learning rate of 2(1 + β)/λ. Between the largest
curvature L and the smallest μ, Momentum is fastest with √β = (√L − √μ)/(√L + √μ) and a learning
rate of (2/(√L + √μ))² (Polyak, 1964).
"""

from nnviz import plots, studies

study = studies.momentum_map("bowl", steps=50)

ends, limits = (study.table(n).query("optimizer == 'momentum'") for n in ("ends", "limits"))
beta, rate = study.settings["best_momentum"], study.settings["best_learning_rate"]
lowest = ends.loc[ends["height"].idxmin()]
off = abs(lowest["learning_rate"] / rate - 1)

axes = plots.rate_map(ends, y="momentum", limits=limits)
plots.guide(axes, f"theory: β = {beta:.2f}", y=beta)
plots.guide(axes, f"theory: {rate:.2f}", x=rate)
found = f"lowest: rate {lowest['learning_rate']:.2f} ({off:.1%} off), β {lowest['momentum']:.2f}"
plots.star(axes, lowest["learning_rate"], lowest["momentum"], found)
figure = axes.figure
plots.headline(figure, study.claim("best"))
plots.caption(
    figure,
    "After 50 updates on x²/20 + y² from (−7, 2). Hatched: higher than at the start. Broad line: "
    "theory's limit of stability. Star: the lowest end.",
    claim=study.claim("best"),
)
