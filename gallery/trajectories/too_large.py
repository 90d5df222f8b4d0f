"""SGD on the bowl at four learning rates."""

from nnviz import plots, studies

study = studies.stability()

figure = plots.trajectory_grid(study.table("paths"), surface="bowl", columns=2)
plots.headline(figure, study.claim("beyond the limit"))
plots.caption(
    figure,
    "Ring: start. Star: minimum. Dot: after 100 updates. Cross: where a path leaves the view. On "
    "x²/20 + y², y is multiplied by 1 − 2·lr at every update: the limit is two "
    "over the largest curvature.",
)
