"""Variance of the pre-activations by depth, measured and predicted."""

from nnviz import plots, studies

study = studies.propagation(seeds=10)
shown = ["identity, Xavier", "tanh, Xavier", "relu, Xavier", "relu, He"]
rows, theory = (study.table(name).query("setting in @shown") for name in ("statistics", "theory"))

means, said = (
    table.query("setting == 'relu, He' and statistic == 'preactivation_variance'")
    .groupby("layer")["value"]
    .mean()
    for table in (rows, theory)
)
off = (means / said - 1).abs()
worst = off.idxmax()

with plots.beside(dict.fromkeys(shown, "theory dashed")):
    axes = plots.by_layer(rows, statistic="preactivation_variance", log=True, theory=theory)
for line in axes.lines:
    if line.get_linestyle() == "--":
        on_navy = line.get_label() == "_tanh, Xavier"
        line.set_color("white" if on_navy else axes.xaxis.label.get_color())
plots.star(axes, worst, means[worst])
axes.set_ylim(top=20)
plots.guide(axes, f"{off[worst]:.1%} off", x=worst)
figure = axes.figure
plots.headline(figure, study.claim("relu: variance as predicted"))
plots.caption(
    figure,
    "Before training, at width 500. Dashed: theory for infinite width. Mean and range of ten "
    "draws. Star: the mean farthest off. Identity: no activation. Xavier: variance 1/inputs, "
    "LeCun's in libraries.",
    claim=study.claim("relu: variance as predicted"),
)
