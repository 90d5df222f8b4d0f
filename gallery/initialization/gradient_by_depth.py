"""How much of a gradient reaches each layer, going back from the last one."""

from nnviz import plots, studies

study = studies.initialization(seeds=5)
shown = ["sigmoid, Xavier", "tanh, Xavier", "relu, He"]
rows = study.table("statistics").query("setting in @shown and statistic == 'gradient_rms'")
first = rows.query("layer == 1").groupby("setting")["value"].mean()

with plots.beside((100 * first).map(plots.text.number), "{}%"):
    axes = plots.by_layer(rows, statistic="gradient_rms", log=True)
figure = axes.figure
plots.headline(figure, study.claim("sigmoid loses its gradient"))
plots.caption(
    figure,
    "With respect to each layer's output, relative to layer 5, before training. Percent: what "
    "arrives at layer 1. Mean and range of five draws. Xavier: variance 1/inputs, LeCun's in "
    "libraries.",
    claim=study.claim("sigmoid loses its gradient"),
)
