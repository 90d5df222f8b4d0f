"""Sigmoid: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["sigmoid"], seeds=5)
last = study.table("statistics").query("statistic == 'saturated' and layer == 5")
shares = last.groupby("initializer")["value"].mean()
names = {name: f"{name}, {share:.0%}" for name, share in shares.items()}
histograms = study.table("histograms")
histograms = histograms.assign(setting=histograms["initializer"].replace(names))

figure = plots.activation_grid(histograms, columns=5)
for axes in figure.axes:
    shown = axes.get_xlim()
    axes.axvspan(0, 0.05, color="grey", alpha=0.3, linewidth=0)
    axes.axvspan(0.95, 1, color="grey", alpha=0.3, linewidth=0)
    axes.set_xlim(shown)
plots.headline(figure, study.claim("sigmoid saturates"))
plots.caption(
    figure,
    "Histograms of the activations in each layer, first layer on top; 100 units, five draws of "
    "1,000 inputs together. Grey: saturated, below 0.05 or above 0.95. Above: the saturated share "
    "of layer 5. Layers of a panel share range and scale; a bin that would flatten the others is "
    "cut off, its share written. Xavier here has variance 1/inputs; libraries call it LeCun's.",
    claim=study.claim("sigmoid saturates"),
)
