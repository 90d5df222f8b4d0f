"""How far down four rules come on the bowl, at learning rates from too small to too large.

A minimum of curvature λ is stable below a learning rate of 2/λ under SGD, and of 2(1 + β)/λ under
Momentum (Polyak, 1964). What divides gradients by their own size, as Adam does, has no such limit.
"""

from nnviz import plots, studies

rules = ("sgd", "momentum", "adagrad", "adam")
study = studies.learning_rate_map("bowl", rules)

spans = study.table("summary").set_index("optimizer").loc[["sgd", "adam"]]

with plots.beside(spans["decades"], "{:.1f} powers of ten"):
    axes = plots.rate_map(study.table("ends"), limits=study.table("limits"))
for rule, span in spans.iterrows():
    ratio = plots.text.number(span["highest"] / span["lowest"], digits=2)
    plots.bracket(axes, (span["lowest"], span["highest"]), rules.index(rule) + 0.25, f"× {ratio}")
figure = axes.figure
plots.headline(figure, study.claim("wider"))
plots.caption(
    figure,
    "After 100 updates on x²/20 + y² from (−7, 2). Hatched: higher than at the start. Bracket: "
    "down by a factor of 100, and how many times the lowest such rate the highest is. Dot: the "
    "best. Stroke: theory's limit.",
    claim=study.claim("wider"),
)
