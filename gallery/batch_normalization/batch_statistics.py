"""Test accuracy by batch size, normalized by the batch's statistics or by those of all rows.

Batch normalization was meant to use the statistics of the whole training set, which would take a
pass over all N rows for each update; a batch of B rows stands in for them (Ioffe and Szegedy, 2015,
§3, arXiv 1502.03167) and passes N/B times fewer rows forward. To separate the price of the
estimate from that of small batches, both networks here take the loss of the same B rows; only the
rows behind mean and variance differ. Of two rows, batch normalization keeps no more than the sign
of their difference: (x − mean) / std is 1 and −1, whatever x.
"""

from nnviz import plots, studies

study = studies.batch_statistics(seeds=10)
rows = study.table("ends").query("setting != 'of the batch, evaluated with the whole set\\'s'")
enough, every = study.settings["enough"], "statistics of the whole set"
means = rows.query("batch_size >= @enough").groupby(["batch_size", "setting"])["test_accuracy"]
means = means.mean().unstack()
worst = (means[every] - means["statistics of the batch"]).idxmax()

with plots.beside(means.loc[worst], "{:.1%}"):
    axes = plots.sweep(rows, x="batch_size", y="test_accuracy", log_x=True)
axes.set_ylim(0.85, 0.98)
most = max(study.settings["batch_sizes"])
plots.bracket(axes, (enough, most), 0.905, f"{enough} rows or more")
plots.guide(axes, f"at worst: {worst} rows", x=worst)
axes.set_xticks(sizes := rows["batch_size"].unique(), map(str, sizes))
figure = axes.figure
plots.headline(figure, study.claim("a few rows are enough"))
plots.caption(
    figure,
    "Evaluated with running statistics, or with those of all 500 digits; cut off at 85%. Mean and "
    "range of ten seeds. Two ReLU layers of 50, 200 steps of SGD at 0.1.",
    claim=study.claim("a few rows are enough"),
)
