"""How near SGD comes with gradients as noisy as those of mini-batches: constant, decaying rate."""

from nnviz import plots, studies

study = studies.gradient_noise()
shown = {"batch of 1": "constant rate", "batch of 1, decaying rate": "decaying rate"}
course = study.table("course").query("setting in @shown").replace(shown)
styles = {
    "constant rate": plots.palette.Style(plots.palette.colour(0), "-", ""),
    "decaying rate": plots.palette.Style(plots.palette.colour(1), "-", ""),
}

axes = plots.sweep(course, x="step", y="distance", palette=styles, numbers=True)
figure = axes.figure
plots.headline(figure, study.claim("a decaying rate settles"))
plots.caption(
    figure,
    "Mean and range of 50 descents on x²/20 + y² from (−7, 2). Learning rate 0.2, constant or "
    "decaying to 0 by a cosine. Noise in each coordinate of the gradient: normal, of standard "
    "deviation 2.",
    claim=study.claim("a decaying rate settles"),
)
