"""From which starts the lowest of three minima is reached, under four optimizers."""

from nnviz import plots, studies

rates = {"sgd": 0.02, "momentum": 0.02, "adagrad": 0.5, "adam": 0.1}
study = studies.basins_of_attraction("three_hump_camel", rates)
arrived = study.table("summary").set_index("optimizer")["arrived"]

with plots.beside(arrived, "{:.0%}"):
    figure = plots.basin_grid(study.table("starts"), surface="three_hump_camel", columns=4)
plots.headline(figure, study.claim("rolls out"))
plots.caption(
    figure,
    "Each point is a start on the three-hump camel. Blue: it ends at the lowest point, the star; "
    "the fainter, the later. Hatched: in a local minimum. Learning rates, untuned: SGD and "
    "Momentum 0.02, AdaGrad 0.5, Adam 0.1; at most 500 updates.",
    claim=study.claim("rolls out"),
)
