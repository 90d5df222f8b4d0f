"""The paths of six rules on Beale's function, each at its best learning rate."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "lion")
study = studies.optimizer_race("beale", rules, starts=[(-3.0, 2.0)])

paths = study.table("paths").sort_values("learning_rate", kind="stable")
rates = paths.groupby("optimizer")["learning_rate"].first()
times = rates / rates.min()
told = {rule: f"rate {plots.text.rate(rates[rule])}, ×{times[rule]:,.0f}" for rule in times.index}

with plots.beside(told):
    figure = plots.trajectory_grid(paths, surface="beale")
for axes in (figure.axes[0], figure.axes[len(rules) - 1]):
    plots.frame(axes, axes.get_xlim(), axes.get_ylim())
plots.headline(figure, study.claim("rates apart"))
plots.caption(
    figure,
    "Ring: start. Dot: after 200 updates. Star: minimum. Above: the learning rate that did best "
    "from 30 other starts, of 27 between 10⁻⁶ and 500, and how many times the lowest it is. "
    "Framed: the lowest and the highest.",
)
