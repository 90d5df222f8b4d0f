"""The length of the weight vector while the network trains, with and without weight decay."""

from nnviz import plots, studies

study = studies.overfitting(seeds=10)
shown = ["none", "weight decay 0.1"]
rows = study.table("curves").query("setting in @shown")
ends = study.table("ends").query("metric == 'weight_norm' and until == until.max()")
ends = ends.groupby("setting")["value"].mean()
kept = {shown[1]: ends[shown[1]] / ends[shown[0]]}

with plots.beside(kept, "{:.0%}"):
    axes = plots.curves(rows.replace({"setting": {"none": "no regularizer"}}), metric="weight_norm")
axes.set_ylim(bottom=0)
figure = axes.figure
plots.headline(figure, study.claim("weight norm"))
plots.caption(
    figure,
    "Euclidean norm of all weights, biases left out. Percent: of the norm without a regularizer. "
    "Mean and range of ten seeds. 300 digits, six layers of 100, SGD at 0.01.",
    claim=study.claim("weight norm"),
)
