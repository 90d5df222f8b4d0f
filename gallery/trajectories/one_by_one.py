"""Each optimizer's path on the bowl in a panel of its own."""

from nnviz import plots, studies, surfaces

study = studies.optimizer_trajectories("bowl")

lengths = study.table("summary").set_index("optimizer")["path_length"]
told = {rule: f"length {own:.1f}, {own / lengths['sgd']:.0%}" for rule, own in lengths.items()}

with plots.beside(told):
    figure = plots.trajectory_grid(study.table("paths"), surface=surfaces.get("bowl"), columns=2)
plots.headline(figure, study.claim("momentum rounds the corners"))
plots.caption(
    figure,
    "Ring: start. Dot: after 30 updates on x²/20 + y². Small marks: single updates. Above: length "
    "of the path, and over that of SGD. Learning rates, untuned: SGD 0.95, Momentum 0.1, AdaGrad "
    "1.5, Adam 0.3.",
    claim=study.claim("momentum rounds the corners"),
)
