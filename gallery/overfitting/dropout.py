"""300 digits, six layers of 100, with and without dropout."""

from nnviz import plots, studies

study = studies.overfitting(seeds=10)
shown = ["none", "dropout 0.2, not inverted"]
rows = study.table("curves").query("setting in @shown")
rows = rows.replace({"setting": {"none": "no regularizer"}})

axes = plots.curves(rows, metric="accuracy", numbers=True)
figure = axes.figure
plots.headline(figure, study.claim("dropout costs accuracy"))
plots.caption(
    figure,
    "Line: mean of ten seeds. Band: their range. 300 digits, six layers of 100, SGD at 0.01, "
    "batches of 100. Not inverted: outputs are multiplied by 1 − 0.2 in evaluation, where today's "
    "libraries divide by it in training.",
    claim=study.claim("dropout costs accuracy"),
)
