"""The mask that dropout draws: which units of a layer it keeps, row by row.

In training, dropout sets each unit to zero with probability p, drawn anew for each row of each
batch: m ~ Bernoulli(1 − p), and h becomes m·h. No unit can rely on another one being there, and
each row trains another thinned network of the 2ⁿ that n units have; all share their weights.
The notes speak of neurons deleted "for each batch": masks are new with each batch, and within a
batch every row has its own. Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov
(2014), Journal of Machine Learning Research 15.
"""

from nnviz import plots, studies

study = studies.dropout_masks()
rows = study.table("masks").query("setting == 'first pass' and row <= 8 and unit <= 25")

kept = rows.pivot(index="row", columns="unit", values="kept")
alike = kept.columns[kept.loc[1] == kept.loc[2]]
share = study.table("summary").query("form == 'inverted'")["rows_agree"].mean()
part, units = len(alike), kept.shape[1]
framed = f"{part} of {units} agree, {part / units:.0%}; all rows: {share:.0%}"

with plots.beside({"first pass": framed}):
    figure = plots.mask_grid(rows)
axes = figure.axes[0]
ink = axes.xaxis.label.get_color()
axes.collections[0].set(edgecolor="grey", linewidth=0.5)
axes.set_ylim(8.5, -0.5)
axes.set_yticks(kept.index)
plots.frame(axes, (0.5, 25.5), (0.5, 2.5))
axes.plot(alike, [0] * len(alike), "o", color=ink, markersize=5)
plots.headline(figure, study.claim("each row its own"))
plots.caption(
    figure,
    "25 of 100 units of a layer, for 8 digits; dropout at a rate of 0.5. Framed: two rows. Dots: "
    "where they agree.",
    claim=study.claim("each row its own"),
)
