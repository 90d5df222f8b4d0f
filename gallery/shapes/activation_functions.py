"""Activation functions, their derivatives, and where they saturate."""

from nnviz import plots, studies

study = studies.activation_functions(low=-4, high=4)

figure = plots.function_grid(study.table("functions"))
plots.headline(figure, study.claim("sigmoid passes a quarter"))
plots.caption(
    figure,
    "Solid: the function. Dashed: its derivative. Shaded: inputs whose output is beyond .05 and "
    ".95 (sigmoid) or ±.95 (tanh), where next to no gradient passes.",
    claim=study.claim("sigmoid passes a quarter"),
)
