"""Each optimizer's path on the bowl in a panel of its own."""

from nnviz import plots, studies, surfaces

study = studies.optimizer_trajectories("bowl")

lengths = study.table("summary").set_index("optimizer")["path_length"]
paths = study.table("paths")
panel = [
    f"{name}, length {lengths[name]:.1f}, {lengths[name] / lengths['sgd']:.0%}"
    for name in paths["optimizer"]
]

figure = plots.trajectory_grid(
    paths.assign(panel=panel), surface=surfaces.get("bowl"), by="panel", columns=2
)
plots.headline(figure, study.claim("momentum rounds the corners"))
plots.caption(
    figure,
    "Ring: start. Dot: after 30 updates. Small marks: single updates. Above: length of the path, "
    "and over that of SGD. All panels show the same part of x²/20 + y². Fixed learning rates, not "
    "tuned: SGD 0.95, Momentum 0.1, AdaGrad 1.5, Adam 0.3.",
    claim=study.claim("momentum rounds the corners"),
)
