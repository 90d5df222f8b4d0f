"""Sigmoid: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["sigmoid"], seeds=5)
histograms = study.table("histograms").assign(setting=lambda table: table["initializer"])

figure = plots.activation_grid(histograms, columns=5)
plots.headline(figure, study.claim("sigmoid saturates"))
plots.caption(
    figure,
    "Histograms of the activations in each layer, first layer on top; 100 units, five draws of "
    "1,000 inputs together. Layers of a panel share range and scale; a bin that would flatten the "
    "others is cut off, its share written. Saturated: below 0.05 or above 0.95. "
    "Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("sigmoid saturates"),
)
