"""The weights of four units of the first layer, before and after training.

A unit of the first layer computes w · x + b: it answers most to an input that looks like w itself,
so that w can be drawn as a picture of what the unit looks for. Weights are drawn independently,
hence neighbouring pixels' weights are uncorrelated at first; Moran's I (Moran, 1950) measures how
alike neighbours are, 1 being smooth, about 0 random. Gradients are sums of the training pictures,
whose neighbouring pixels are alike, but what was drawn stays beneath what is learned. Weight decay
takes the share rate · λ of every weight in every update of SGD (Krogh and Hertz, 1992), so that of
the start (1 − rate · λ) to the power of the number of updates is left, and only what the gradient
keeps up is seen.
"""

from nnviz import plots, studies

study = studies.first_layer_weights(seeds=10)
rows = study.table("pictures").replace({"setting": {"none": "no regularizer"}})
decayed = rows[rows["setting"] == study.settings["settings"][-1]]
strongest = list(decayed.groupby("picture")["value"].std().nlargest(4).index)
rows = rows[rows["picture"].isin(strongest)]
rows = rows.assign(picture=rows["picture"].map(strongest.index))
rows["value"] /= rows.groupby("setting")["value"].transform("std")
alike = study.table("ends").query("metric == 'neighbour_correlation'").groupby("setting")["value"]
alike = alike.mean().rename({"none": "no regularizer"}).map("{:.2f}".format)

with plots.beside(alike.str.replace("-", "−"), "correlation {}"):
    figure = plots.picture_grid(rows, columns=3)
plots.headline(figure, study.claim("weight decay clears"))
plots.caption(
    figure,
    "The four units that weight decay leaves strongest; first of ten seeds. Colour: over the "
    "standard deviation of the four. Correlation: of neighbouring weights, mean over all units "
    "and seeds. One ReLU layer of 50 on 1,000 digits, SGD at 0.1, 100 epochs.",
    claim=study.claim("weight decay clears"),
)
