"""What the first ReLU layer is fed, step by step, at two learning rates."""

from nnviz import plots, studies

study = studies.health(seeds=5)
shown = ["rate 0.1", "rate 1"]
rows = study.table("quantiles").query("layer == 'linear1' and setting in @shown")

figure = plots.quantile_grid(rows, by="setting", quantity="input of the first ReLU layer")
plots.headline(figure, study.claim("fed below zero"))
plots.caption(
    figure,
    "Line: median. Bands: the middle half of the values, and the middle nine tenths; all values "
    "of every third step, mean of five seeds. Below zero a ReLU is silent. SGD on 1,000 digits.",
)
