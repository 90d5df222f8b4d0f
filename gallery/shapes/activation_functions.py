"""Activation functions, their derivatives, and where they saturate."""

from nnviz import plots, studies

study = studies.activation_functions(low=-4, high=4)

figure = plots.function_grid(study.table("functions"))
for axes in figure.axes:
    axes.set_ylim(-1.1, 1.9)
plots.guide(figure.axes[0], "", y=0.25)
plots.headline(figure, study.claim("sigmoid passes a quarter"))
plots.caption(
    figure,
    "Solid: the function. Dashed: its derivative. Shaded: inputs whose output is beyond .05 and "
    ".95 (sigmoid) or ±.95 (tanh), where next to no gradient passes. Grey line: "
    "0.25. Cut off at 1.9.",
    claim=study.claim("sigmoid passes a quarter"),
)
