"""What a network makes of three noisy spirals as training goes on, with and without decay.

A ReLU network is linear on each of many polygons, and its decision boundary is a chain of straight
pieces (Montúfar et al., 2014, arXiv 1402.1869). It learns simple, smooth functions first and fine
detail later (Rahaman et al., 2019, arXiv 1806.08734): the boundary begins nearly straight, follows
the arms of the spirals, and at last turns aside for single rows. Weight decay, λ/2 · Σ w² in the
loss (Krogh and Hertz, 1992), slows that: bending costs weight.
"""

from nnviz import plots, studies

study = studies.decision_boundaries(
    problem="spirals", rows=90, noise=0.15, weight_decay=0.01, seeds=20
)
rows = study.table("rows").query("split == 'train'")
regions = study.table("regions").replace({"setting": {"none": "no regularizer"}})

figure = plots.boundary_grid(regions, rows=rows)
plots.headline(figure, study.claim("boundary lengthens"))
plots.caption(
    figure,
    "Colour: the class that the network predicts, the fainter the less sure. Line: the decision "
    "boundary of the first of twenty seeds, each with 90 training rows of its own: the marks. Two "
    "ReLU layers of 50, Momentum at 0.01.",
    claim=study.claim("boundary lengthens"),
)
