"""Training and test error of least squares on random features, against their number.

A linear model with p features passes through n examples as soon as p = n, noise included, and at
p = n in one way only, whose weights are huge. With more features there are many ways, and the one
with the smallest weights becomes smoother as p grows: the error falls a second time (Belkin et al.,
2019, arXiv 1812.11118; Hastie et al., 2022, arXiv 1903.08560). Up to p = n it is the classical
balance of bias and variance (Geman et al., 1992).
"""

import pandas as pd

from nnviz import plots, studies

study = studies.double_descent(seeds=5)
splits = [study.table(split).assign(split=split) for split in ("train", "test")]
rows = pd.concat(splits).query("setting == 'noisy labels'")
examples = study.settings["n_train"]
test = rows.query("split == 'test'").groupby("features")["error_rate"].mean()

axes = plots.sweep(rows, x="features", y="error_rate", setting="split", log_x=True, numbers=True)
axes.set_xticks(ticks := [10, 100, 1000, 3000], ticks)
plots.guide(axes, f"{examples} examples", x=examples)
plots.star(axes, examples, test[examples], f"{test[examples]:.1%}")
figure = axes.figure
plots.headline(figure, study.claim("second descent"))
plots.caption(
    figure,
    "Line: mean of five seeds. Band: their range. Random features: ReLU units whose weights stay "
    "as they were drawn; least squares finds the weights of the output, the smallest where many "
    "fit. 300 digits, a fifth of their labels redrawn.",
    claim=study.claim("second descent"),
)
