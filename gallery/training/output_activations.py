"""Training loss of ReLU networks with three activations of the last layer, beside the floors.

Softmax cross-entropy is −ln of the right class's probability. Where the last layer puts out values
between 0 and 1, as sigmoid does, that probability is at most e / (e + C − 1), C the number of
classes, and the loss at least ln(1 + (C − 1)/e): 1.46 for ten; for tanh, between −1 and 1, it is
ln(1 + (C − 1)/e²) = 0.80. So a bounded end belongs before a loss that is made for it: with two
classes, sigmoid with cross-entropy is softmax with one logit held at zero (Goodfellow et al., 2016,
§6.2.2), and needs no second one.
"""

from nnviz import plots, studies

study = studies.output_activations(seeds=10)
floors = study.table("floors").groupby("end")["floor"].first()

rows = study.table("curves").query("metric == 'loss' and split == 'train'")
rows = rows[rows["form"].str.endswith(" end")]
bounded = rows.query("form != 'linear end'").groupby(["setting", "seed"])["value"]

with plots.beside(bounded.min().groupby("setting").mean(), "{:.3f}"):
    axes = plots.curves(rows, metric="loss", x="step", log=True)
for end, floor in floors.items():
    plots.guide(axes, f"floor of {end}: {floor:.3f}", y=floor)
    axes.lines[-1].set(linestyle="--", color=axes.xaxis.label.get_color(), zorder=5)
axes.set_yticks(ticks := [0.03, 0.1, 0.3, 1, 3], map(str, ticks))
figure = axes.figure
plots.headline(figure, study.claim("sigmoid has a floor"))
plots.caption(
    figure,
    "Softmax cross-entropy over 10 classes, each at the best of six learning rates. Mean and range "
    "of ten seeds. Number: the lowest of each, on average. Four layers of 50 on 1,000 digits, SGD.",
    claim=study.claim("sigmoid has a floor"),
)
