"""Sigmoid: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["sigmoid"], seeds=5)
last = study.table("statistics").query("statistic == 'saturated' and layer == 5")
shares = last.groupby("initializer")["value"].mean()
histograms = study.table("histograms")

with plots.beside(shares, "{:.0%}"):
    rows = histograms.assign(setting=histograms["initializer"])
    figure = plots.activation_grid(rows, columns=5, share_range=True)
for axes in figure.axes:
    for share in list(axes.texts):
        share.remove()
    shown = axes.get_xlim()
    axes.axvspan(0, 0.05, color="grey", alpha=0.3, linewidth=0)
    axes.axvspan(0.95, 1, color="grey", alpha=0.3, linewidth=0)
    axes.set_xlim(shown)
panel = figure.axes[list(histograms["initializer"].unique()).index("std 1")]
plots.frame(panel, panel.get_xlim(), panel.get_ylim())
plots.headline(figure, study.claim("sigmoid saturates"))
plots.caption(
    figure,
    "First layer on top; the tallest bars are cut off. Grey: saturated, below 0.05 or above 0.95. "
    "Above: the saturated share of layer 5. Xavier: as in the notes, variance 1/inputs.",
    claim=study.claim("sigmoid saturates"),
)
