"""Test accuracy with weight decay, dropout, both and neither, on noisy labels."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test'")
rows = rows.replace({"setting": {"none": "no regularizer"}})

axes = plots.curves(rows, metric="accuracy", numbers=True)
figure = axes.figure
plots.headline(figure, study.claim("both is too much"))
plots.caption(
    figure,
    "Line: mean of five seeds. Band: their range. A fifth of the 1,000 training labels "
    "redrawn; six layers of 100, Momentum at 0.01, inverted dropout.",
    claim=study.claim("both is too much"),
)
