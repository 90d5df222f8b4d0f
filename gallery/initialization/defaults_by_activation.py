"""How far into an untrained network its inputs still differ, by framework's default and activation.

Of a small difference between two inputs a layer keeps, squared, n times the variance of a weight
times the mean square of the slope of the activation (Schoenholz et al., 2017, arXiv 1611.01232).
PyTorch's weights have the variance 1/(3n), Keras's (Glorot's) 1/n like Xavier's, He's 2/n. Near
zero the slope is 1 for tanh and 1/2 for GELU, and its mean square 1/2 for ReLU: in PyTorch a layer
keeps 1/√3 with tanh, 1/√6 with ReLU and, once values are small, 1/√12 with GELU; in Keras 1, 1/√2
and 1/2. Where that is 1, the spread falls with the root of the depth only.
"""

from nnviz import plots, studies

study = studies.defaults_by_activation(frameworks=["PyTorch", "Keras", "He"], seeds=10)
least = study.settings["least"]
reach = study.table("reach").query("setting == 'PyTorch'").groupby("activation")["layers"].mean()

with plots.beside(reach, "PyTorch {:.2g} layers"):
    figure = plots.layer_grid(study.table("statistics"), by="activation", log=True, columns=3)
for axes, activation in zip(figure.axes, study.settings["activations"], strict=True):
    plots.guide(axes, "", y=least)
    plots.star(axes, reach[activation], least)
plots.headline(figure, study.claim("lost with any"))
plots.caption(
    figure,
    "Standard deviation over the examples, relative to the first layer's. Star: PyTorch at the "
    "level line, 0.1%. ×: rounding hides the rest. Untrained layers of 200; mean and range of ten "
    "draws. Keras: Glorot's weights, of the variance of Xavier's.",
    claim=study.claim("lost with any"),
)
