"""How far from the minimum SGD goes on wandering, against the size of the batch.

Noise of standard deviation σ/√n in each gradient, n the size of the batch, adds lr²·σ²/n to the
square of the distance at each update, of which the next one keeps (1 − lr·λ)² along an axis of
curvature λ. It settles at lr·σ²/(nλ(2 − lr·λ)), summed over both axes; here σ = 2.
"""

import numpy as np

from nnviz import plots, studies

study = studies.gradient_noise()
palette = plots.palette
styles = {
    "measured": palette.Style(palette.colour(0), "-", "o"),
    "theory": palette.Style(palette.colour(4), "--", ""),
}

axes = plots.sweep(
    study.table("wandering"), x="batch_size", y="distance", log_x=True, log_y=True, palette=styles
)
axes.set_xticks(sizes := study.table("wandering")["batch_size"].unique(), map(str, sizes))
few, many = sizes.min(), sizes.max()
squares = study.table("wandering").query("setting == 'measured'")
squares = squares.assign(square=squares["distance"] ** 2).groupby("batch_size")["square"].mean()
ends = squares[[few, many]] ** 0.5
middle = 4, 4 * study.settings["times"]
far = np.exp(np.interp(np.log(middle), np.log((few, many)), np.log(ends)))
plots.bracket(axes, middle, far[0], "")
plots.bracket(axes, middle[1], far[::-1], f"batch ×4: {far[1] / far[0]:.0%} as far")
figure = axes.figure
plots.headline(figure, study.claim("four times the batch"))
plots.caption(
    figure,
    "Root mean square over the last 300 of 600 updates on x²/20 + y² at a learning rate of 0.2. "
    "Bracket: on average over all sizes. Mean and range of 50 descents.",
    claim=study.claim("four times the batch"),
)
