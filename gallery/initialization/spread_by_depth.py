"""How wide the activations of each layer are, for ReLU under five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["relu"], seeds=5)
rows = study.table("statistics").query("initializer != 'zeros' and statistic == 'std'")
spread = rows.groupby(["initializer", "layer"])["value"].mean().unstack()
factors = (spread[5] / spread[1]).items()
names = {
    name: f"{name}, ×{f'{factor:,.0f}' if factor > 10 else plots.text.number(factor)}"
    for name, factor in factors
}
rows = rows.assign(setting=rows["initializer"].replace(names))

axes = plots.by_layer(rows, statistic="std", log=True)
figure = axes.figure
plots.headline(figure, study.claim("relu explodes"))
plots.caption(
    figure,
    "Standard deviation of a ReLU layer's output, before training, logarithmic. Line: mean of "
    "five draws. Band: their range. Beside the names: layer 5 over layer 1. Zero weights are left "
    "out: their spread is 0. Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("relu explodes"),
)
