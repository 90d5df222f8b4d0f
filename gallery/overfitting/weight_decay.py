"""300 digits, six layers of 100, with and without weight decay."""

from nnviz import plots, studies

study = studies.overfitting(seeds=10)
shown = ["none", "weight decay 0.1"]
rows = study.table("curves").query("setting in @shown and epoch <= 201")
named = {"setting": {"none": "no regularizer"}}

until = study.settings["epochs"]
ends = study.table("ends").query("split == 'test' and metric == 'accuracy' and until == @until")

with plots.beside(ends.replace(named).groupby("setting")["value"].mean(), "{:.1%}"):
    axes = plots.curves(rows.replace(named), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("weight decay costs accuracy"))
plots.caption(
    figure,
    "Percent: mean over the last ten of 201 epochs. Mean and range of ten seeds. 300 digits, six "
    "layers of 100, SGD at 0.01.",
    claim=study.claim("weight decay costs accuracy"),
)
