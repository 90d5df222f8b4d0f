"""Variance of the pre-activations by depth, measured and predicted."""

from nnviz import plots, studies

study = studies.propagation(seeds=10)
shown = ["identity, Xavier", "tanh, Xavier", "relu, Xavier", "relu, He"]
rows, theory = (study.table(name).query("setting in @shown") for name in ("statistics", "theory"))

axes = plots.by_layer(rows, statistic="preactivation_variance", log=True, theory=theory)
figure = axes.figure
plots.headline(figure, study.claim("relu: variance as predicted"))
plots.caption(
    figure,
    "Identity: layers without an activation. Dashed: theory for infinite width (Glorot and Bengio, "
    "2010; He et al., 2015; Poole et al., 2016). Marks and bands: mean and range of ten draws at "
    "width 500. Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("relu: variance as predicted"),
)
