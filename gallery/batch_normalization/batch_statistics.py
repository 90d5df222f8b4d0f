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

axes = plots.sweep(rows, x="batch_size", y="test_accuracy", log_x=True, numbers=True)
enough = study.settings["enough"]
plots.bracket(axes, (enough, max(study.settings["batch_sizes"])), 0.88, f"{enough} rows or more")
cost = study.table("cost").set_index("batch_size").loc[enough]
times = cost["whole_rows"] / cost["rows"]
axes.set_xticks(sizes := rows["batch_size"].unique(), map(str, sizes))
figure = axes.figure
plots.headline(figure, study.claim("a few rows are enough"))
plots.caption(
    figure,
    f"After 200 steps. Batches of {enough} pass {times:g} times fewer rows forward than all "
    f"{cost['whole_rows']:g}. Evaluated with "
    "running statistics, or with those of the whole set. Line: mean of ten seeds. Band: their "
    "range. Two ReLU layers of 50 on digits, SGD at 0.1.",
    claim=study.claim("a few rows are enough"),
)
