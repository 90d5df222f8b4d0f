"""The length of the weight vector while the network trains, with and without weight decay."""

from nnviz import plots, studies

study = studies.overfitting(seeds=10)
shown = ["none", "weight decay 0.1"]
rows = study.table("curves").query("setting in @shown")
ends = rows.query("metric == 'weight_norm' and epoch == epoch.max()")
ends = ends.groupby("setting")["value"].mean()[shown]
kept = f"{shown[1]}, {ends[shown[1]] / ends[shown[0]]:.0%}"
rows = rows.replace({"setting": {"none": "no regularizer", shown[1]: kept}})

axes = plots.curves(rows, metric="weight_norm")
axes.set_ylim(bottom=0)
figure = axes.figure
plots.headline(figure, study.claim("weight norm"))
plots.caption(
    figure,
    "Euclidean norm of all weights, biases left out. Percent: of the norm without a regularizer. "
    "Line: mean of ten seeds. Band: their range, narrower than the line. 300 digits, six layers of "
    "100, SGD at 0.01.",
    claim=study.claim("weight norm"),
)
