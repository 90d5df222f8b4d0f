"""Sigmoid: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["sigmoid"], seeds=5)
histograms = study.table("histograms").assign(setting=lambda table: table["initializer"])

figure = plots.activation_grid(histograms, columns=5)
plots.headline(figure, study.claim("sigmoid saturates"))
plots.caption(
    figure,
    "Histograms of the activations in each layer, first layer on top; five draws of 1,000 inputs "
    "together, 100 units per layer. Within a panel all layers share range and scale; a bin that "
    "would flatten the others is cut off and its share is written beside it. Saturated: below "
    "0.05 or above 0.95.",
    claim=study.claim("sigmoid saturates"),
)
