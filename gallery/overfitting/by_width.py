"""By how much dropout gains more than weight decay, against the width of the network.

Weight decay adds ½ λ Σ w² to the loss and so keeps weights small (A. Krogh and J. Hertz, 1992);
dropout deletes a fraction p of the neurons for each batch, and trains an average of many thinned
networks (N. Srivastava et al., 2014). It is often said that weight decay copes less as a network
grows complex, and that dropout is needed then. The gain is test accuracy less that of the same
network without a regularizer. λ and p are those of three that do best on the other seeds at that
size: a strength that suits one size may be too little or too much for another.
"""

from nnviz import plots, studies

study = studies.complexity(seeds=10)
leads = study.table("leads").query("swept == 'width'")
rows = leads.assign(
    setting=[f"width {width}" for width in leads["at"]],
    split="test",
    metric="accuracy_lead",
)
means = leads.groupby("at")["value"].mean()
first, last = means.iloc[0], means.iloc[-1]

axes = plots.outcomes(rows)
axes.set_ylim(3, -0.8)
axes.texts[1].set_horizontalalignment("right")
for words in ("dropout better →", "← weight decay better"):
    plots.guide(axes, words, x=0)
for mean, row in ((first, 0), (last, len(means) - 1)):
    axes.plot((mean, mean), (row, 2.5), color="grey", linewidth=1, zorder=1)
plots.bracket(axes, (first, last), 2.5, f"{100 * (last - first):.2f} points")
figure = axes.figure
plots.headline(figure, study.claim("lead by width"))
plots.caption(
    figure,
    "Dot: one seed. Stroke and number: mean of ten. Two ReLU layers, 300 digits, a fifth of their "
    "labels redrawn, 60 epochs, Momentum at 0.02. Strengths were chosen by the accuracy of other "
    "seeds, on the same test rows.",
    claim=study.claim("lead by width"),
)
