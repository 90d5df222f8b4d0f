"""How wide the activations of each layer are, for ReLU under five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["relu"], seeds=5)
rows = study.table("statistics").query("initializer != 'zeros' and statistic == 'std'")
spread = rows.groupby(["initializer", "layer"])["value"].mean().unstack()
factors = spread[5] / spread[1]
written = factors.map(lambda times: f"{times:,.0f}" if times > 10 else plots.text.number(times))

with plots.beside(written, "×{}"):
    axes = plots.by_layer(rows.assign(setting=rows["initializer"]), statistic="std", log=True)
figure = axes.figure
plots.headline(figure, study.claim("relu explodes"))
plots.caption(
    figure,
    "Before training. Beside the names: layer 5 over layer 1. Zero weights are left out: their "
    "spread is 0. Mean and range of five draws. Xavier: as in the notes, variance 1/inputs.",
    claim=study.claim("relu explodes"),
)
