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

alike = [scale for scale in study.settings["scales"] if scale > study.settings["enough"]]

figure = plots.layer_grid(rows, by="network", log=True, columns=2)
figure.axes[1].set_ylim(top=1e9)
plots.bracket(figure.axes[1], (1, 5), 1e8, f"scales {max(alike):g} to {min(alike):g}: one line")
plots.headline(figure, study.claim("alike at every scale"))
plots.caption(
    figure,
    "Standard deviation of each ReLU layer's output before training, logarithmic; 200 digits, 100 "
    "units, five scales of the weights. At the smallest, 0.0001, the variance is below the epsilon "
    "of 0.000001, and the spread falls. Line: mean of ten draws. Band: their range.",
    claim=study.claim("alike at every scale"),
)
