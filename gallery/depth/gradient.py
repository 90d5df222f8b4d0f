"""RMS gradient by depth, measured and predicted."""

from nnviz import plots, studies

study = studies.propagation(seeds=10)
shown = ["sigmoid, Xavier", "tanh, Xavier", "relu, Xavier", "relu, He"]
rows, theory = (study.table(name).query("setting in @shown") for name in ("statistics", "theory"))

axes = plots.by_layer(rows, statistic="gradient_rms", log=True, theory=theory)
figure = axes.figure
plots.headline(figure, study.claim("sigmoid's gradient vanishes"))
plots.caption(
    figure,
    "Relative to the last layer, before training. Dashed: theory for infinite width "
    "(Schoenholz et al., 2017). Marks and bands: mean and range of ten draws at width 500. "
    "Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("sigmoid's gradient vanishes"),
)
