"""1,000 digits, a fifth of their labels redrawn: with dropout and without."""

from nnviz import plots, studies

study = studies.noisy_labels(seeds=5)
shown = ["none", "dropout 0.2"]
rows = study.table("curves").query("split == 'test' and setting in @shown")
named = {"setting": {"none": "no regularizer"}}
ends = study.table("ends").query("split == 'test' and metric == 'accuracy'").replace(named)
ends = ends.groupby("setting")["value"].mean()
height = ends["no regularizer"], ends["dropout 0.2"]

with plots.beside(ends, "{:.1%}"):
    axes = plots.curves(rows.replace(named), metric="accuracy")
axes.set_ylim(0.6, 1)
plots.bracket(axes, 196, height, f"{100 * (height[1] - height[0]):.2f} points")
figure = axes.figure
plots.headline(figure, study.claim("dropout helps"))
plots.caption(
    figure,
    "On test digits, whose labels are right; 20% of those in training are not. Percent: mean over "
    "the last ten epochs. Mean and range of five seeds. Six layers of 100, Momentum at 0.01; "
    "inverted dropout.",
    claim=study.claim("dropout helps"),
)
