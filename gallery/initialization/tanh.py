"""Tanh: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["tanh"], seeds=5)
histograms = study.table("histograms")
spread = study.table("statistics").query("statistic == 'std'").groupby(["initializer", "layer"])
first, last = (spread["value"].mean().xs(layer, level="layer") for layer in (1, 5))
factors = (last / first).dropna()

with plots.beside(factors.map(plots.text.number), "×{}"):
    rows = histograms.assign(setting=histograms["initializer"])
    figure = plots.activation_grid(rows, columns=5, share_range=True)
panel = list(histograms["initializer"].unique()).index("Xavier")
for row, spread in ((0, first["Xavier"]), (4, last["Xavier"])):
    plots.bracket(figure.axes[panel], (-spread, spread), row - 0.2, "")
plots.headline(figure, study.claim("tanh keeps its spread"))
plots.caption(
    figure,
    "First layer on top. Bracket: one standard deviation to either side. Above: layer "
    "5 over layer 1. Percent: in bars that are cut off. Xavier: as in the notes, variance "
    "1/inputs.",
    claim=study.claim("tanh keeps its spread"),
)
