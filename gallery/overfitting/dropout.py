"""300 digits, six layers of 100, with and without dropout."""

from nnviz import plots, studies

study = studies.overfitting(seeds=10)
shown = ["none", "dropout 0.2, not inverted"]
rows = study.table("curves").query("setting in @shown")
named = {"setting": {"none": "no regularizer"}}

until = study.settings["dropout_epochs"]
ends = study.table("ends").query("split == 'test' and metric == 'accuracy' and until == @until")

with plots.beside(ends.replace(named).groupby("setting")["value"].mean(), "{:.1%}"):
    axes = plots.curves(rows.replace(named), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("dropout costs accuracy"))
plots.caption(
    figure,
    "Percent: mean over the last ten of 301 epochs. Mean and range of ten seeds. 300 digits, six "
    "layers of 100, SGD at 0.01. Not inverted: outputs times 1 − 0.2 in evaluation, where "
    "libraries divide by it in training.",
    claim=study.claim("dropout costs accuracy"),
)
