"""The paths of six rules on Beale's function, each at its best learning rate."""

from nnviz import plots, studies

rules = ("sgd", "momentum", "adagrad", "rmsprop", "adam", "lion")
study = studies.optimizer_race("beale", rules, starts=[(-3.0, 2.0)])

rates = study.table("summary").set_index("optimizer")["learning_rate"].sort_values()
paths = study.table("paths")
given = {name.split(", ")[0]: name for name in paths["optimizer"].unique()}
names = {given[rule]: f"{given[rule]}, ×{rate / rates.min():,.0f}" for rule, rate in rates.items()}
paths = paths.set_index("optimizer").loc[list(names)].reset_index().replace({"optimizer": names})

figure = plots.trajectory_grid(paths, surface="beale")
plots.headline(figure, study.claim("rates apart"))
plots.caption(
    figure,
    "Ring: start. Dot: after 200 updates. Star: minimum. Below each name, the learning rate "
    "that did best from 30 other starts, of 27 between 10⁻⁶ and 500, and how many times the lowest "
    "of them it is. Raw gradients.",
)
