"""Four optimizers in Rosenbrock's curved valley, 500 updates from the same start."""

from nnviz import plots, studies, surfaces

rates = {"sgd": 0.001, "momentum": 0.0005, "adagrad": 0.3, "adam": 0.1}
study = studies.optimizer_trajectories("rosenbrock", rates, steps=500)
away = study.table("summary").set_index("optimizer")["distance"]
nearest, words = away.idxmin(), plots.text.number(away.min(), digits=2)
paths = study.table("paths").set_index("optimizer").loc[away.sort_values().index].reset_index()

with plots.beside(away, "{:.2f} away"):
    axes = plots.trajectories(paths, surface=surfaces.get("rosenbrock"))
end = paths.query("optimizer == @nearest").iloc[-1]
axes.text(end["x"] - 0.08, end["y"], words, ha="right", va="center", size="small")
figure = axes.figure
plots.headline(figure, study.claim("valley"))
plots.caption(
    figure,
    "Ring: start. Dot: after 500 updates. Star: minimum. Lines: equal height of (1 − x)² + 100(y "
    "− x²)², logarithmic. Learning rates, untuned: SGD 0.001, Momentum 0.0005, AdaGrad 0.3, Adam "
    "0.1.",
    claim=study.claim("valley"),
)
