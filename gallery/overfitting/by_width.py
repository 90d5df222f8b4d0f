"""By how much dropout gains more than weight decay, against the width of the network.

Weight decay adds ½ λ Σ w² to the loss and so keeps weights small (A. Krogh and J. Hertz, 1992);
dropout deletes a fraction p of the neurons for each batch, and trains an average of many thinned
networks (N. Srivastava et al., 2014). It is often said that weight decay copes less as a network
grows complex, and that dropout is needed then. The gain is test accuracy less that of the same
network without a regularizer. λ and p are those of three that do best on the other seeds at that
size: a strength that suits one size may be too little or too much for another.
"""

import pandas as pd

from nnviz import plots, studies

study = studies.complexity(seeds=10)
leads = study.table("leads").query("swept == 'width'")
by_width = leads.pivot(index="seed", columns="at", values="value")
narrow, wide = by_width.columns[[0, -1]]
columns = {f"width {width}": by_width[width] for width in (narrow, wide)}
gained = columns[f"{wide} minus {narrow}"] = by_width[wide] - by_width[narrow]
rows = pd.DataFrame(columns).melt(var_name="setting", ignore_index=False).reset_index()
rows = rows.assign(split="test", metric="accuracy_lead")
mean, scatter = gained.mean(), gained.std()

axes = plots.outcomes(rows)
for number, each in zip(axes.texts, columns.values(), strict=True):
    number.set_text(plots.text.number(100 * each.mean()))
axes.set_ylim(3.1, -1.1)
for words in ("dropout better →", "← weight decay better"):
    plots.guide(axes, words, x=0)
plots.bracket(axes, (mean - scatter, mean + scatter), 2.4, f"seeds: ±{100 * scatter:.1f} points")
figure = axes.figure
plots.headline(figure, study.claim("lead by width"))
plots.caption(
    figure,
    "Dot: one seed. Stroke and number: mean of ten. Bracket: standard deviation. "
    "Two ReLU layers, 300 digits, a fifth of their labels redrawn, 60 epochs, Momentum at 0.02. "
    "Strengths were chosen by the accuracy of other seeds, on the same test rows.",
    claim=study.claim("lead by width"),
)
