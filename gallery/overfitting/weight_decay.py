"""300 digits, six layers of 100, with and without weight decay."""

from nnviz import plots, studies

study = studies.overfitting(seeds=10)
shown = ["none", "weight decay 0.1"]
rows = study.table("curves").query("setting in @shown and epoch <= 201")
rows = rows.replace({"setting": {"none": "no regularizer"}})

axes = plots.curves(rows, metric="accuracy", numbers=True)
figure = axes.figure
plots.headline(figure, study.claim("weight decay costs accuracy"))
plots.caption(
    figure,
    "Line: mean of ten seeds. Band: their range. 300 digits, six layers of 100, SGD at 0.01, "
    "batches of 100.",
    claim=study.claim("weight decay costs accuracy"),
)
