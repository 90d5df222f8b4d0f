"""How far draws of one ReLU network differ in what signal is left, by depth, for several widths.

In an infinitely wide network of He's weights each layer passes on exactly the mean square of the
one before. With n units it is multiplied by (2/n) Σ max(0, z)², over n independent normal z: on
average 1, but 5/n is the variance of its logarithm, and −5/(2n) its mean. Layers add up, so that
after L layers the logarithm scatters with a variance of 5 L/n: what counts is depth over width
(Hanin and Nica, 2020, arXiv 1812.05994; Hanin and Rolnick, 2018, arXiv 1803.01719).
"""

from nnviz import plots, studies

study = studies.finite_width(seeds=6)
rows = study.table("statistics").query("statistic == 'scatter_factor'")
last = rows.query("layer == layer.max()").groupby("setting", sort=False)["value"].mean()

with plots.beside(last, "×{:.3g}"):
    axes = plots.by_layer(rows, theory=study.table("theory"), log=True)
axes.set_xticks(ticks := [1, *range(10, study.settings["depth"] + 1, 10)], map(str, ticks))
plots.guide(axes, "infinite width: ×1", y=1)
figure = axes.figure
plots.headline(figure, study.claim("narrow networks scatter"))
plots.caption(
    figure,
    "By what factor a draw is typically off: e to the power of the standard deviation, over 80 "
    "draws, of the logarithm of the mean square of a layer's outputs, relative to the first "
    "layer's. Line: mean of six such sets. Band: their range. Dashed: theory for finite width.",
    claim=study.claim("narrow networks scatter"),
)
