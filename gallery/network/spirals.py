"""What a network makes of three noisy spirals as training goes on.

A ReLU network is linear on each of many polygons, and its decision boundary is a chain of straight
pieces (Montúfar et al., 2014, arXiv 1402.1869). It learns simple, smooth functions first and fine
detail later (Rahaman et al., 2019, arXiv 1806.08734): the boundary begins nearly straight, follows
the arms of the spirals, and at last turns aside for single rows.
"""

from nnviz import plots, studies

study = studies.decision_boundaries(
    problem="spirals", rows=90, noise=0.15, weight_decay=0.01, seeds=20
)
rows = study.table("rows").query("split == 'train'")
regions, curves = (study.table(name).query("setting == 'none'") for name in ("regions", "curves"))

figure = plots.boundary_grid(
    regions.assign(setting="no regularizer"),
    rows=rows,
    lengths=curves.assign(setting="no regularizer"),
)
plots.headline(figure, study.claim("boundary lengthens"))
plots.caption(
    figure,
    "Colour: the predicted class, the fainter the less sure. Line: the decision boundary, with "
    "the 90 training rows, of the first of twenty seeds. Bar: the boundary laid straight, mean "
    "over all. Two ReLU layers of 50, Momentum at 0.01.",
    claim=study.claim("boundary lengthens"),
)
