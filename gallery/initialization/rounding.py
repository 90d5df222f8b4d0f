"""How far apart units drift that start equal, at zero, when their sums are rounded otherwise.

Equal units have equal gradients, and stay equal as long as the same is computed of them. The state
in which they are equal is a saddle of the loss: where a difference lowers the loss, it grows by
the same factor again and again, however small it begins, and gradient descent leaves (Jin et al.,
2017, arXiv 1703.00887). Floating-point addition is not associative (Goldberg, 1991), so that two
units that add up the same products in another order begin with such a difference. A library for
matrix products takes columns in blocks of a size that suits the processor, and may add up those
that fill no block in another order: then zero weights part on one machine, and not on another.
"""

from nnviz import plots, studies, tables

study = studies.symmetry_by_rounding()
parting = study.table("parting").groupby("setting")["parted_at"].mean()

rows = study.table("curves").query("metric == 'relative_spread'")
medians = rows.groupby(["setting", "split", "metric", "step"], sort=False)["value"].median()
bands = tables.bands(rows, x="step").assign(mean=medians.to_numpy())

axes = plots.curves(bands, metric="relative_spread", x="step", log=True)
plots.guide(axes, "1% of the largest weight", y=study.settings["parted"])
for setting in ("two orders", "two orders in float64"):
    step = parting[setting]
    plots.star(axes, step, study.settings["parted"], f"{step:.0f}")
figure = axes.figure
plots.headline(figure, study.claim("double precision waits"))
plots.caption(
    figure,
    "Line: median of five seeds. Band: their range. Triangle: units are alike to the last bit. "
    "Ten sigmoid units on 1,000 digits, Momentum at 0.2. Two orders: every second unit adds up "
    "its inputs from the last to the first. The library's: on the processor that drew this.",
    claim=study.claim("double precision waits"),
)
