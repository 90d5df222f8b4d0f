"""Test accuracy with weight decay, dropout, both and neither, on noisy labels."""

from nnviz import plots, studies, tables

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test'")
rows = rows.replace({"setting": {"none": "no regularizer"}})

ends = tables.final(rows, until=study.settings["epochs"])
ends = ends.query("split == 'test' and metric == 'accuracy'").groupby("setting")["value"].mean()
named = {setting: f"{plots.text.choice(setting)}, {end:.1%}" for setting, end in ends.items()}

axes = plots.curves(rows.replace({"setting": named}), metric="accuracy")
figure = axes.figure
plots.headline(figure, study.claim("both is too much"))
plots.caption(
    figure,
    "Line: mean of five seeds. Band: their range. Percent: test accuracy, mean over the last ten "
    "epochs. A fifth of the 1,000 training labels redrawn; six layers of 100, Momentum at 0.01, "
    "inverted dropout.",
    claim=study.claim("both is too much"),
)
