"""How much each layer's activations spread with batch normalization and without, by weight scale.

Without it, each layer multiplies the spread by about √(n · std² / 2), n its inputs and std its
weights' standard deviation, and after five layers by the fifth power of that. Batch normalization
divides by √(variance + ε): a factor common to all weights cancels, norm(a·x) = norm(x), as long as
the variance is large beside ε (Ioffe and Szegedy, 2015, §3.3, arXiv 1502.03167). ReLU leaves of a
standard normal variable a standard deviation of √(1/2 − 1/(2π)) = 0.58. Below a scale of about
√(ε/n), here 0.0001 with the notes' ε of 0.000001, ε is the larger term, and the spread falls from
layer to layer.
"""

from nnviz import plots, studies

study = studies.normalized_layers(seeds=10)
rows = study.table("statistics")
rows = rows.assign(setting=rows["scale"].map("scale {:g}".format))

enough = study.settings["enough"]
last = rows.query("network == 'batch norm before activation' and layer == 5 and scale > @enough")
last = last.groupby("scale")["value"].mean()
low, high = last.index.min(), last.index.max()

within = (rows["network"] != "no batch norm") & rows["scale"].between(low, high, "neither")
figure = plots.layer_grid(rows[~within], by="network", log=True, columns=2)
apart = f"{high:g} to {low:g}: ×{last.max() / last.min():.2f} apart"
plots.star(figure.axes[1], 5, last.mean(), apart)
lost = rows.query("network == 'batch norm before activation' and layer == 5 and scale < @enough")
plots.star(figure.axes[1], 5, lost["value"].mean(), f"epsilon below {enough:.2g}")
plots.headline(figure, study.claim("alike at every scale"))
plots.caption(
    figure,
    "Before training, logarithmic; ReLU, 100 units. Scale: standard deviation of the weights. "
    "Epsilon: 0.000001, added to the variance that batch normalization divides by. Mean and range "
    "of ten draws.",
    claim=study.claim("alike at every scale"),
)
