"""The noise scale of the gradient by number of updates, exactly and from two batch sizes.

A gradient on B examples is the mean gradient G plus noise, with tr Σ / B as its variance. The
noise scale tr Σ / |G|² is the batch size at which both are as large: below it a batch twice as
large saves almost half of the updates, far above it next to none (McCandlish et al., 2018, arXiv
1812.06162). As the squared norm of a batch's gradient is |G|² + tr Σ / B in the mean, two batch
sizes tell both without a single example's gradient. Their ratio is another matter:
where |G|² cannot be told from zero, its interval has no upper end (Fieller, 1954).
"""

from nnviz import plots, studies

study = studies.noise_scale(seeds=5)
trials = study.table("trials").assign(network=lambda rows: "seed " + rows["seed"].astype(str))
held = trials.groupby("network")["holds"].agg(["sum", "size"]).astype(int)
course = study.table("course")
rows = course[course["network"].isin(course["network"].unique()[:4])]
top = 20_000
rows = rows.assign(high=rows["high"].clip(upper=top))

with plots.beside(held.apply(lambda of: "{sum} of {size} hold it".format(**of), axis=1)):
    figure = plots.curve_grid(rows, by="network", x="step", log=True, columns=4)
figure.axes[0].set_ylim(4, top)
plots.headline(figure, study.claim("the interval is honest"))
plots.caption(
    figure,
    "Four of five networks. Band: 95% interval from 30 pairs of batches of 20 and 100 digits; at "
    "the upper edge it has no end, or one beyond. Exact: from all 1,000 single gradients. Above: "
    "of 80 trials, 20 at each step. One ReLU layer of 32, SGD at 0.1.",
    claim=study.claim("the interval is honest"),
)
