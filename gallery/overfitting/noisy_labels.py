"""1,000 digits, a fifth of their labels redrawn: with weight decay, dropout and neither."""

from nnviz import plots, studies, tables

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test' and setting != 'both'")
rows = rows.replace({"setting": {"none": "no regularizer"}})

ends = tables.final(rows, until=study.settings["epochs"])
ends = ends.query("split == 'test' and metric == 'accuracy'").groupby("setting")["value"].mean()
named = {setting: f"{plots.text.choice(setting)}, {end:.1%}" for setting, end in ends.items()}
gains = 100 * (ends - ends["no regularizer"])

axes = plots.curves(rows.replace({"setting": named}), metric="accuracy")
axes.set_ylim(0.6, 1)
height = ends["no regularizer"], ends["dropout 0.2"]
plots.bracket(axes, 180, height, f"{gains['dropout 0.2']:.2f} points")
figure = axes.figure
plots.headline(figure, study.claim("dropout helps"))
plots.caption(
    figure,
    "Accuracy on test digits, whose labels are right. Line: mean of five seeds. Band: their range. "
    "Percent: test accuracy, mean over the last ten epochs. Six layers of 100, Momentum at 0.01; "
    "inverted dropout. "
    f"Weight decay gains {gains['weight decay 0.03']:.2f} points.",
    claim=study.claim("dropout helps"),
)
