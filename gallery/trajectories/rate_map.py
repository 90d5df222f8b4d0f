"""How far down each rule comes on the bowl, at learning rates from too small to too large."""

from nnviz import plots, studies

study = studies.learning_rate_map("bowl")

axes = plots.rate_map(study.table("ends"), limits=study.table("limits"))
for row, rule in study.table("summary").iterrows():
    if rule["optimizer"] in ("sgd", "adam"):
        span = f"{rule['decades']:.1f} powers of ten"
        plots.bracket(axes, (rule["lowest"], rule["highest"]), row, span)
figure = axes.figure
plots.headline(figure, study.claim("wider"))
plots.caption(
    figure,
    "Colour: height above the minimum of x²/20 + y² after 100 updates from (−7, 2). Hatched: "
    "higher than at the start. Bracket: down by a factor of 100. Dot: the rule's best. Stroke: "
    "unstable from there on, 2/λ for SGD, 2(1+β)/λ for Momentum, 2(1+β)/((1+2β)λ) for "
    "Nesterov, with λ = 2 and β = 0.9.",
    claim=study.claim("wider"),
)
