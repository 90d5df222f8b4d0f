"""The learning rate that trains best, by width, in standard and in maximal-update scaling.

Adam moves each weight by about the learning rate, whatever the width, so that what a unit sums up
moves by the width times that: the widest network bears the smallest rate. Where the rates of all
layers past the first are divided by their number of inputs, each layer moves as far at any width,
and the best rate is that of the narrow network, so that it can be searched there (Yang et al.,
2022, arXiv 2203.03466). That is a limit of wide networks, and no law at a width of 32.
"""

from nnviz import plots, studies

study = studies.rate_transfer(seeds=9)
best = study.table("best")
widths = study.settings["widths"]
means = best.query("width == @widths[-1]").groupby("scaling", sort=False)["best_rate"].mean()

with plots.beside(means, "{:.2g}"):
    axes = plots.sweep(best, x="width", y="best_rate", setting="scaling", log_x=True, log_y=True)
axes.set_xticks(widths, widths)
axes.set_yticks(ticks := [0.005, 0.01, 0.02, 0.05], ticks)
axes.minorticks_off()
figure = axes.figure
plots.headline(figure, study.claim("best rate falls less"))
plots.caption(
    figure,
    "The rate with the lowest training loss after 50 steps of Adam, of eight that double from one "
    "to the next. Line: mean of nine seeds. Band: their range. Beside a name: at 8 times the "
    "smallest width. Three tanh layers on 1,000 digits; at width 32 both scalings are the same.",
    claim=study.claim("best rate falls less"),
)
