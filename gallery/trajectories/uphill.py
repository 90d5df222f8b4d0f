"""The value along the paths of SGD and Momentum on Himmelblau's function, update by update."""

from nnviz import plots, studies

rates = {"sgd": 0.01, "momentum": 0.005, "adagrad": 1.0, "adam": 0.3}
study = studies.optimizer_trajectories("himmelblau", rates, start=(-0.3, -0.9), steps=100)

paths = study.table("paths").query("optimizer in ['sgd', 'momentum']")
shares = paths.groupby("optimizer")["loss"].agg(lambda loss: (loss.diff()[1:] > 0).mean())
path = paths.query("optimizer == 'momentum'")

with plots.beside(shares, "{:.0%} uphill"):
    axes = plots.descent(paths, log=True)
axes.set_ylim(1e-4, 1e3)
uphill = path["loss"].diff()[1:] > 0
plots.highlight(axes, path["step"], path["loss"], where=uphill, label="uphill")
figure = axes.figure
plots.headline(figure, study.claim("overshoots"))
plots.caption(
    figure,
    "Loss: value of the function, logarithmic; SGD's falls on below 10⁻⁴. Broad: uphill. Learning "
    "rates SGD 0.01, Momentum 0.005, untuned.",
    claim=study.claim("overshoots"),
)
