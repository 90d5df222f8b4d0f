"""300 digits, six layers of 100, with and without dropout."""

from nnviz import plots, studies, tables

study = studies.overfitting(seeds=10)
shown = ["none", "dropout 0.2, not inverted"]
rows = study.table("curves").query("setting in @shown")
rows = rows.replace({"setting": {"none": "no regularizer"}})

ends = tables.final(rows, until=study.settings["dropout_epochs"])
ends = ends.query("split == 'test' and metric == 'accuracy'").groupby("setting")["value"].mean()
named = {setting: f"{plots.text.choice(setting)}, {end:.1%}" for setting, end in ends.items()}

axes = plots.curves(rows.replace({"setting": named}), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("dropout costs accuracy"))
plots.caption(
    figure,
    "Line: mean of ten seeds. Band: their range. Percent: test accuracy, mean over the last ten "
    "epochs. 300 digits, six layers of 100, SGD at 0.01, batches of 100. Not inverted: outputs are "
    "multiplied by 1 − 0.2 in evaluation, where today's libraries divide by it in training.",
    claim=study.claim("dropout costs accuracy"),
)
