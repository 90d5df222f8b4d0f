"""1,000 digits, a fifth of their labels redrawn: with weight decay, dropout and neither."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test' and setting != 'both'")
rows = rows.replace({"setting": {"none": "no regularizer"}})

axes = plots.curves(rows, metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("dropout helps"))
plots.caption(
    figure,
    "Accuracy on test digits, whose labels are right. Line: mean of five seeds. Band: their "
    "range. Six layers of 100, Momentum at 0.01; inverted dropout.",
    claim=study.claim("dropout helps"),
)
