"""How far the first updates move each layer, by width, with one learning rate and with one a layer.

A unit of the output sums over all n units below. Adam moves each of its weights by about the
learning rate, all in the direction that helps, so that the sum moves by n times that: with one
rate for all, wider networks take larger steps, and the best rate falls with the width.
Maximal-update scaling divides the rate of each layer past the first by its number of inputs over
that of a base width (SGD: divides that of the last, multiplies that of the first and of the
biases), so that every layer moves as much at any width, and a rate found on a narrow network
serves a wide one (Yang et al., 2022, arXiv 2203.03466; for SGD Yang and Hu, 2021, arXiv
2011.14522).
"""

from nnviz import plots, studies

study = studies.coordinate_check(seeds=8)
factors = study.table("growth").query("layer == 'output'").groupby("scaling")["factor"].mean()
rows = study.table("changes")
logarithmic = {"log_x": True, "log_y": True}

with plots.beside(factors, "output ×{:.3g}"):
    figure = plots.sweep_grid(
        rows, x="width", y="change", setting="layer", by="scaling", **logarithmic
    )
for axes in figure.axes:
    axes.set_xticks(study.settings["widths"], study.settings["widths"])
    axes.minorticks_off()
plots.headline(figure, study.claim("scaling undoes it"))
plots.caption(
    figure,
    "Change of each layer's sums by Adam's first 5 updates, root mean square; both axes "
    "logarithmic. Left: one learning rate. Right: a rate for each layer. ×: at 16 times the "
    "smallest width. Line: mean of eight seeds. Band: their range. Three tanh layers on 1,000 "
    "digits.",
    claim=study.claim("scaling undoes it"),
)
