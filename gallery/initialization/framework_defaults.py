"""What PyTorch's and Keras's default weights and biases leave of an input, layer by layer.

A weight of PyTorch's default has the variance 1/(3n) with n inputs, one of Keras's (Glorot's) 1/n.
The square of a small difference between two inputs becomes n/2 times the variance of a weight as
large in each layer of ReLU: once examples are alike, the spread over them shrinks by √6 a layer in
PyTorch, by √2 in Keras (Schoenholz et al., 2017, arXiv 1611.01232). All values together do not show
that: PyTorch's biases, of variance 1/(3n) as well, keep the units of a layer apart, whatever the
input is. Their spread settles at √(6/(5n)) of the first layer's; that Keras's comes to the same in
layer 10 is so near a width of 500.
"""

from nnviz import plots, studies

study = studies.framework_defaults(frameworks=["PyTorch", "Keras"], seeds=20)
rows = study.table("statistics").query("statistic != 'std_over_spread'")

figure = plots.layer_grid(rows, log=True, columns=2)
left, right = figure.axes
left.set_ylim(right.get_ylim())
last = rows.query("layer == layer.max() and statistic == 'spread_kept'")
low, high = sorted(last.groupby("setting")["value"].mean())
plots.bracket(right, last["layer"].max(), (low, high), f"×{high / low:,.0f}")
alike = rows.query("layer == layer.max() and statistic == 'std_kept'")["value"].mean()
plots.star(left, last["layer"].max(), alike, "layer 10: alike")
plots.headline(figure, study.claim("apart over the examples"))
plots.caption(
    figure,
    "Untrained networks of width 500, standard normal input; outputs relative to the first "
    "layer's. Left: over examples and units together, as in a histogram. Right: over the "
    "examples, mean over units. Mean and range of twenty draws.",
    claim=study.claim("apart over the examples"),
)
