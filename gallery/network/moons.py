"""What a network makes of two noisy half circles at the end of training, with and without decay.

A network of two inputs cuts the plane into regions, one for each class; between them lies its
decision boundary, where no class is more probable than the next. Weight decay adds λ/2 · Σ w² to
the loss (Krogh and Hertz, 1992), so that the weights stay small, and with them the slopes of the
function: it cannot bend as sharply around a single row. The length of the boundary is measured by
Crofton's formula, π/4 · h · (number of neighbours on a grid of spacing h that differ in class)
for its two directions. Where the classes overlap, a boundary that takes every training row into
its own region is long. A shorter one need not be right more often: that depends on the rows drawn.
"""

from nnviz import plots, studies

study = studies.decision_boundaries(seeds=20)
rows = study.table("rows").query("split == 'train'")
regions, curves = (
    study.table(name).query("step == step.max()").replace({"setting": {"none": "no regularizer"}})
    for name in ("regions", "curves")
)

figure = plots.boundary_grid(regions, rows=rows, lengths=curves, columns=2)
plots.headline(figure, study.claim("weight decay shortens"))
plots.caption(
    figure,
    "Colour: the predicted class, the fainter the less sure. Line: the decision boundary, with "
    "the 60 training rows, of the first of twenty seeds. Bar: the boundary laid straight, mean "
    "over all. Two ReLU layers of 50, Momentum at 0.01.",
    claim=study.claim("weight decay shortens"),
)
