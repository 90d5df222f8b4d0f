"""1,000 digits, a fifth of their labels redrawn: with weight decay, dropout and neither."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
rows = study.table("curves").query("split == 'test' and setting != 'both'")
rows = rows.replace({"setting": {"none": "no regularizer"}})

last = rows.query("metric == 'accuracy' and epoch > epoch.max() - 10")
ends = 100 * last.groupby("setting")["value"].mean()
gains = ends - ends["no regularizer"]

axes = plots.curves(rows, metric="accuracy", numbers=True)
axes.set_ylim(0.6, 1)
height = ends["no regularizer"] / 100, ends["dropout 0.2"] / 100
plots.bracket(axes, 180, height, f"{gains['dropout 0.2']:.2f} points")
figure = axes.figure
plots.headline(figure, study.claim("dropout helps"))
plots.caption(
    figure,
    "Accuracy on test digits, whose labels are right. Line: mean of five seeds. Band: their "
    "range. Six layers of 100, Momentum at 0.01; inverted dropout. "
    f"Weight decay gains {gains['weight decay 0.03']:.2f} points.",
    claim=study.claim("dropout helps"),
)
