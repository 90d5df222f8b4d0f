"""How far the mean of a batch is from that of the whole set, by batch size.

The mean of B rows, drawn without replacement from N, misses that of all by
√((N − B) / (N − 1) / B) standard deviations (Cochran, 1977, theorem 2.2): four times as many rows
halve the error. That of the variance falls alike, from a higher level: with the kurtosis κ of the
unit it is about √((κ − 1) / B), and exactly what Tukey (1950, Journal of the American Statistical
Association 45) derived with polykays.
"""

import numpy as np

from nnviz import plots, studies

study = studies.batch_statistics(seeds=10)
errors = study.table("errors").query("setting == 'mean'")

with plots.beside({"mean": "theory dashed"}):
    axes = plots.sweep(errors, x="batch_size", y="error", theory="theory", log_x=True, log_y=True)
axes.set_xticks(sizes := errors["batch_size"].unique(), map(str, sizes))
axes.set_yticks(ticks := [0.05, 0.1, 0.2, 0.5, 1], map(str, ticks))
axes.minorticks_off()
few, many = sizes.min(), sizes.max()
squares = errors.assign(square=lambda rows: rows["error"] ** 2)
first, last = squares.groupby("batch_size")["square"].mean()[[few, many]] ** 0.5
axes.plot((few, many), (first, last), color="grey", linewidth=1.5, marker="", zorder=2)
middle = 5, 20
error = np.exp(np.interp(np.log(middle), np.log((few, many)), np.log((first, last))))
plots.bracket(axes, middle, error[0], "")
plots.bracket(axes, middle[1], error[::-1], f"grey: rows ×4, error ×{error[1] / error[0]:.2f}")
figure = axes.figure
plots.headline(figure, study.claim("four times the rows halve the error"))
plots.caption(
    figure,
    "Of a trained network's last hidden layer; root mean square, in standard deviations. Grey: the "
    "average slope, from the smallest to the largest batch. Dashed: theory. Mean and range of ten "
    "seeds.",
    claim=study.claim("four times the rows halve the error"),
)
