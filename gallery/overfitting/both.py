"""Test accuracy with weight decay, dropout, both and neither, on noisy labels."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test'")
ends = study.table("ends").query("split == 'test' and metric == 'accuracy'")
named = {"setting": {"none": "no regularizer"}}

with plots.beside(ends.replace(named).groupby("setting")["value"].mean(), "{:.1%}"):
    axes = plots.curves(rows.replace(named), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("both is too much"))
plots.caption(
    figure,
    "Percent: mean over the last ten epochs. Mean and range of five seeds. A fifth of the 1,000 "
    "training labels redrawn; six layers of 100, Momentum at 0.01, inverted dropout.",
    claim=study.claim("both is too much"),
)
