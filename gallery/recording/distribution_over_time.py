"""What the first ReLU layer is fed, step by step, at two learning rates."""

from nnviz import plots, studies

study = studies.health(seeds=5)
shown = ["rate 0.1", "rate 1"]
rows = study.table("quantiles").query("layer == 'linear1' and setting in @shown")
end = rows.query("setting == 'rate 1' and quantile == 0.75 and step == step.max()")

below = plots.text.number(end["value"].mean(), digits=2)
with plots.beside({"rate 1": f"75% end at {below} or below"}):
    figure = plots.quantile_grid(rows, by="setting", quantity="input of the first ReLU layer")
plots.star(figure.axes[1], end["step"].iloc[0], end["value"].mean())
plots.headline(figure, study.claim("fed below zero"))
plots.caption(
    figure,
    "Line: median. Bands: the middle half of the values, and the middle nine tenths; every third "
    "step, mean of five seeds. Star: three quarters lie below. SGD on 1,000 digits.",
)
