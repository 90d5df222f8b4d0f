"""Tanh: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["tanh"], seeds=5)
histograms = study.table("histograms")
spread = study.table("statistics").query("statistic == 'std'").groupby(["initializer", "layer"])
first, last = (spread["value"].mean().xs(layer, level="layer") for layer in (1, 5))
factors = (last / first).dropna()
names = {name: f"{name}, ×{plots.text.number(factor)}" for name, factor in factors.items()}
histograms = histograms.assign(setting=histograms["initializer"].replace(names))

figure = plots.activation_grid(histograms, columns=5)
plots.headline(figure, study.claim("tanh keeps its spread"))
plots.caption(
    figure,
    "Histograms of the activations in each layer, first layer on top; 100 units, five draws of "
    "1,000 inputs together. Above: standard deviation in layer 5 over that in layer 1. Layers of "
    "a panel share range and scale; a bin that would flatten the others is cut off, its share "
    "written. Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("tanh keeps its spread"),
)
