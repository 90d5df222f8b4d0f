"""ReLU: what five untrained layers make of normal input, for five initial weights."""

from nnviz import plots, studies

study = studies.initialization(activations=["relu"], seeds=5)
histograms = study.table("histograms")
spread = study.table("statistics").query("statistic == 'std'").groupby(["initializer", "layer"])
first, last = (spread["value"].mean().xs(layer, level="layer") for layer in (1, 5))
factors = (last / first).dropna()

with plots.beside(factors.map(plots.text.number), "×{}"):
    figure = plots.activation_grid(histograms.assign(setting=histograms["initializer"]), columns=5)
for axes in figure.axes:
    for share in list(axes.texts):
        share.remove()
panel = figure.axes[list(histograms["initializer"].unique()).index("He")]
plots.frame(panel, panel.get_xlim(), panel.get_ylim())
plots.headline(figure, study.claim("relu keeps its spread"))
plots.caption(
    figure,
    "First layer on top; the tallest bars are cut off. Above: standard deviation in layer 5 over "
    "that in layer 1. Xavier: as in the notes, variance 1/inputs.",
    claim=study.claim("relu keeps its spread"),
)
