"""How far apart units drift that start equal, at zero, when their sums are rounded otherwise.

Equal units have equal gradients, and stay equal as long as the same is computed of them. The state
in which they are equal is a saddle of the loss: where a difference lowers the loss, it grows by
the same factor again and again, however small it begins, and gradient descent leaves (Jin et al.,
2017, arXiv 1703.00887). Floating-point addition is not associative (Goldberg, 1991), so that two
units that add up the same products in another order begin with such a difference. A library for
matrix products takes columns in blocks of a size that suits the processor, and may add up those
that fill no block in another order: then zero weights part on one machine, and not on another.
"""

from nnviz import plots, studies

study = studies.symmetry_by_rounding(seeds=5)
names = {
    "one order": "rounded alike",
    "two orders": "single precision",
    "two orders in float64": "double precision",
}
rows = study.table("spread").query("setting in @names").replace({"setting": names})
parted = study.table("parting").groupby("setting")["parted_at"].mean().rename(names)

with plots.beside({"rounded alike": "no difference"}):
    axes = plots.single_runs(rows, y="relative_spread", log=True)
level = study.settings["parted"]
plots.guide(axes, "1%", y=level)
for name in ("single precision", "double precision"):
    plots.star(axes, parted[name], level, f"mean: {parted[name]:.0f}")
figure = axes.figure
plots.headline(figure, study.claim("double precision waits"))
plots.caption(
    figure,
    "Line: a network from one of five seeds. Dot: its units differ by 1% of the largest weight. "
    "Star: mean of the dots. Every second unit adds up its inputs from the last to the first; "
    "rounded alike: none does, and all are equal to the last bit (triangle). Ten sigmoid units on "
    "1,000 digits, Momentum at 0.2.",
    claim=study.claim("double precision waits"),
)
