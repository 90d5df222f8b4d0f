"""How far mean and variance of a batch are from those of the whole set, by batch size.

The mean of B rows, drawn without replacement from N, misses that of all by
√((N − B) / (N − 1) / B) standard deviations (Cochran, 1977, theorem 2.2): four times as many rows
halve the error. That of the variance falls alike, from a higher level: with the kurtosis κ of the
unit it is about √((κ − 1) / B), and exactly what Tukey (1950, Journal of the American Statistical
Association 45) derived with polykays.
"""

from nnviz import plots, studies

study = studies.batch_statistics(seeds=10)
errors = study.table("errors")

axes = plots.sweep(errors, x="batch_size", y="error", theory="theory", log_x=True, log_y=True)
axes.set_xticks(sizes := errors["batch_size"].unique(), map(str, sizes))
axes.set_yticks(ticks := [0.05, 0.1, 0.2, 0.5, 1], map(str, ticks))
mean = errors.query("setting == 'mean'").groupby("batch_size")["error"].mean()
for few in (5, 50):
    left = mean[4 * few]
    plots.bracket(axes, few, (left, mean[few]), f"×{left / mean[few]:.2f}")
    axes.plot((few, 4 * few), (left, left), color="grey", zorder=1)
figure = axes.figure
plots.headline(figure, study.claim("four times the rows halve the error"))
plots.caption(
    figure,
    "Root mean square error, in standard deviations (mean) and relative (variance), of the last "
    "hidden layer of a trained network. Brackets: what four times the rows leave of it; a little "
    "less than half, since rows are drawn from 500 digits without putting any back. Dashed: "
    "theory. Line: mean of ten seeds. Band: their range.",
    claim=study.claim("four times the rows halve the error"),
)
