"""A slice of the loss of one function, in two scalings of its weights and of the directions.

A ReLU passes on a factor, so that a network is the same function if its first layer grows by one
and its last shrinks by it; what is called sharp must not depend on that (Dinh et al., 2017, arXiv
1703.04933). A random direction as long as all weights together is by now too long for the last
layer. Filter normalization gives the part for each unit the length of that unit's own weights
(Li et al., 2018, arXiv 1712.09913), and is stretched as the network is.
"""

from nnviz import plots, studies

study = studies.loss_slices(seeds=5)
rises = study.table("rises").groupby("setting")["rise"].mean()

names = {
    "as a whole and rescaled": "rescaled",
    "as a whole": "as trained",
    "by filter": "both unit by unit",
}
rows = study.table("slices").query("setting in @names").replace({"setting": names})

with plots.beside(rises.rename(names), "mean +{:.2g}"):
    axes = plots.sweep(rows, x="place", y="loss", log_y=True)
figure = axes.figure
plots.headline(figure, study.claim("another as a whole"))
plots.caption(
    figure,
    "Loss along random directions as long as all weights. Rescaled: the first layer times 4, the "
    "last divided by 4. Unit by unit: as long as each unit's own weights; both lie on each other. "
    "Number: mean rise. Line: mean of five networks. Band: their range. Two layers of 32.",
    claim=study.claim("another as a whole"),
)
