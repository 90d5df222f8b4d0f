"""ReLU: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["relu"], seeds=5)
histograms = study.table("histograms")
spread = study.table("statistics").query("statistic == 'std'").groupby(["initializer", "layer"])
first, last = (spread["value"].mean().xs(layer, level="layer") for layer in (1, 5))
factors = (last / first).dropna()

with plots.beside(factors.map(plots.text.number), "×{}"):
    figure = plots.activation_grid(histograms.assign(setting=histograms["initializer"]), columns=5)
plots.headline(figure, study.claim("relu keeps its spread"))
plots.caption(
    figure,
    "First layer on top. Above: standard deviation in layer 5 over that in layer 1. "
    "Percent: in bars that are cut off. Xavier: variance 1/inputs, LeCun's in libraries.",
    claim=study.claim("relu keeps its spread"),
)
