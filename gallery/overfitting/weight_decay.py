"""300 digits, six layers of 100, with and without weight decay."""

from nnviz import plots, studies, tables

study = studies.overfitting(seeds=10)
shown = ["none", "weight decay 0.1"]
rows = study.table("curves").query("setting in @shown and epoch <= 201")
rows = rows.replace({"setting": {"none": "no regularizer"}})

ends = tables.final(rows, until=study.settings["epochs"])
ends = ends.query("split == 'test' and metric == 'accuracy'").groupby("setting")["value"].mean()
named = {setting: f"{plots.text.choice(setting)}, {end:.1%}" for setting, end in ends.items()}

axes = plots.curves(rows.replace({"setting": named}), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("weight decay costs accuracy"))
plots.caption(
    figure,
    "Line: mean of ten seeds. Band: their range. Percent: test accuracy, mean over the last ten "
    "epochs. 300 digits, six layers of 100, SGD at 0.01, batches of 100.",
    claim=study.claim("weight decay costs accuracy"),
)
