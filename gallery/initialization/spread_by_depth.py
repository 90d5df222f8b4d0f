"""How wide the activations of each layer are, for ReLU under five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["relu"], seeds=5)
rows = study.table("statistics").query("initializer != 'zeros'")

axes = plots.by_layer(rows, statistic="std", log=True)
figure = axes.figure
plots.headline(figure, study.claim("relu explodes"))
plots.caption(
    figure,
    "Standard deviation of a ReLU layer's output, before training, logarithmic. Line: mean of "
    "five draws. Band: their range. Zero weights are left out: their spread is 0. "
    "Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("relu explodes"),
)
