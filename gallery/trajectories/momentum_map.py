"""Learning rate and momentum together: where the bowl is descended fastest, and where not."""

from nnviz import plots, studies

study = studies.momentum_map("bowl", steps=50)

figure = plots.rate_map_grid(study.table("ends"), limits=study.table("limits"))
beta, rate = study.settings["best_momentum"], study.settings["best_learning_rate"]
plots.guide(figure.axes[0], f"β = {beta:.2f}", y=beta)
plots.guide(figure.axes[0], f"{rate:.2f}", x=rate)
plots.headline(figure, study.claim("best"))
plots.caption(
    figure,
    "Colour: height above the minimum of x²/20 + y² after 50 updates from (−7, 2). Hatched: "
    "higher than at the start. Dot: the best pair. Thin lines: the best of theory for "
    "Momentum. Broad line: from there on the minimum is unstable, "
    "2(1 + β)/λ for Momentum (Polyak, 1964) and 2(1 + β)/((1 + 2β)λ) for Nesterov, with λ = 2.",
    claim=study.claim("best"),
)
