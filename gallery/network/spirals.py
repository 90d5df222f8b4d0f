"""What a network makes of three noisy spirals as training goes on, with and without decay.

A ReLU network is linear on each of many polygons, and its decision boundary is a chain of straight
pieces (Montúfar et al., 2014, arXiv 1402.1869). It learns simple, smooth functions first and fine
detail later (Rahaman et al., 2019, arXiv 1806.08734): the boundary begins nearly straight, follows
the arms of the spirals, and at last turns aside for single rows. What the last part gains on the
training rows it loses on new ones. Weight decay, λ/2 · Σ w² in the loss, ends the growth before
that: bending costs weight.
"""

import numpy as np

from nnviz import plots, studies, train

data = train.spirals(90, 1000, noise=0.15, rng=np.random.default_rng(0))
study = studies.decision_boundaries(data, weight_decay=0.01, seeds=10)
rows = study.table("rows").query("split == 'train'")

figure = plots.boundary_grid(study.table("regions"), rows=rows)
plots.headline(figure, study.claim("boundary lengthens"))
plots.caption(
    figure,
    "Colour: the class that the network predicts, the fainter the less sure. Line: the decision "
    "boundary of the first of ten seeds. Marks: the 90 training rows. Two ReLU layers of 50, "
    "Momentum at 0.01.",
    claim=study.claim("boundary lengthens"),
)
