"""How much of a gradient reaches each layer, going back from the last one."""

from nnviz import plots, studies

study = studies.initialization(seeds=5)
shown = ["sigmoid, Xavier", "tanh, Xavier", "relu, He"]
rows = study.table("statistics").query("setting in @shown and statistic == 'gradient_rms'")
first = rows.query("layer == 1").groupby("setting")["value"].mean()
names = {name: f"{name}, {plots.text.number(100 * share)}%" for name, share in first.items()}

axes = plots.by_layer(rows.replace({"setting": names}), statistic="gradient_rms", log=True)
figure = axes.figure
plots.headline(figure, study.claim("sigmoid loses its gradient"))
plots.caption(
    figure,
    "Root mean square of the gradient with respect to each layer's output, relative to layer 5, "
    "before training. Beside the names: what arrives at layer 1. Line: mean of five draws. Band: "
    "their range. Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("sigmoid loses its gradient"),
)
