"""The noise scale of the gradient, from two batch sizes, and how often its interval is right.

A gradient on B examples is the mean gradient G plus noise, with tr Σ / B as its variance. The
noise scale tr Σ / |G|² is the batch size at which both are as large: below it a batch twice as
large saves almost half of the updates, far above it next to none (McCandlish et al., 2018, arXiv
1812.06162). As the squared norm of a batch's gradient is |G|² + tr Σ / B in the mean, two batch
sizes tell both without a single example's gradient. Their ratio is another matter:
where |G|² cannot be told from zero, its interval has no upper end (Fieller, 1954).
"""

import matplotlib.pyplot as plt
import pandas as pd

from nnviz import plots, studies

study = studies.noise_scale(seeds=5)
trials, course = study.table("trials"), study.table("course")
held = pd.concat([trials, trials.assign(setting="all steps")])
held = held.groupby(["setting", "seed"], sort=False, as_index=False)["holds"].mean()
share = "intervals that hold the exact"
held = held.rename(columns={"holds": "value"}).assign(split="test", metric=share)
held.attrs["units"] = {share: "%"}
top = 20_000
one = course.query("network == network.iloc[0]")

figure, (left, right) = plt.subplots(1, 2, layout="constrained")
plots.curves(one.assign(high=one["high"].clip(upper=top)), x="step", log=True, ax=left)
left.set_ylim(4, top)
plots.outcomes(held, ax=right)
plots.guide(right, "95%", x=0.95)
plots.headline(figure, study.claim("the interval is honest"))
plots.caption(
    figure,
    "Noise scale: batch size at which noise is as large as the gradient. Left: one network. Band: "
    "95% interval from 30 pairs of batches of 20 and 100 digits; at the upper edge it has no end, "
    "or one beyond. Right: dot, a network; 20 trials a step, 400 in all. One ReLU layer of 32, SGD "
    "at 0.1.",
    claim=study.claim("the interval is honest"),
)
