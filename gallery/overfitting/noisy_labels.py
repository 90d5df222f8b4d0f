"""1,000 digits, a fifth of their labels redrawn: with weight decay, dropout and neither."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test' and setting != 'both'")
rows = rows.replace({"setting": {"none": "no regularizer"}})

claim = study.claim("dropout helps")
ends = claim.evidence.sides

axes = plots.curves(rows, metric="accuracy", numbers=True)
axes.set_ylim(0.6, 1)
plots.bracket(axes, 180, (ends["b"], ends["a"]), f"{100 * claim.number:.2f} points")
figure = axes.figure
plots.headline(figure, claim)
plots.caption(
    figure,
    "Accuracy on test digits, whose labels are right. Line: mean of five seeds. Band: their "
    "range. Six layers of 100, Momentum at 0.01; inverted dropout. "
    f"Weight decay gains {100 * study.claim('weight decay helps').number:.2f} points.",
    claim=claim,
)
