"""Each optimizer's path on the bowl in a panel of its own."""

from nnviz import plots, studies, surfaces

study = studies.optimizer_trajectories("bowl")

figure = plots.trajectory_grid(study.table("paths"), surface=surfaces.get("bowl"), columns=2)
plots.headline(figure, study.claim("momentum rounds the corners"))
plots.caption(
    figure,
    "Ring: start. Dot: after 30 updates. Small marks: single updates. All panels show the same "
    "part of x²/20 + y². Fixed learning rates, not tuned: SGD 0.95, Momentum 0.1, AdaGrad "
    "1.5, Adam 0.3.",
    claim=study.claim("momentum rounds the corners"),
)
