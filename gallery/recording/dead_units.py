"""Dead units by layer and step, at a learning rate and at its tenth."""

from nnviz import plots, studies

study = studies.health(seeds=5)
shown = ["rate 0.1", "rate 1"]
rows = study.table("progress").query("metric == 'dead' and setting in @shown")
before, last = sorted(rows["step"].unique())[-2:]
dead = rows.query("step == @last").groupby("setting")["value"].mean()

with plots.beside(dead, "{:.0%} dead at the end"):
    figure = plots.layer_map_grid(rows)
for axes in figure.axes[: len(shown)]:
    plots.frame(axes, (before, last), (-0.5, 3.5))
plots.headline(figure, study.claim("more units die"))
plots.caption(
    figure,
    "Cell: units that are silent for every example of ten recorded steps, three apart. Mean of "
    "five seeds. Above: the framed cells. Four ReLU layers of 100 on 1,000 digits, SGD.",
    claim=study.claim("more units die"),
)
