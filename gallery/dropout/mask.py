"""The mask that dropout draws: which units of a layer it keeps, row by row, in two passes.

In training, dropout sets each unit to zero with probability p, drawn anew for each row of each
batch: m ~ Bernoulli(1 − p), and h becomes m·h. No unit can rely on another one being there, and
each row trains another thinned network of the 2ⁿ that n units have; all share their weights.
The notes speak of neurons deleted "for each batch": masks are new with each batch, and within a
batch every row has its own. Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov
(2014), Journal of Machine Learning Research 15.
"""

from nnviz import plots, studies

study = studies.dropout_masks()
rows = study.table("masks").query("row <= 8 and unit <= 25")

first = rows.query("setting == 'first pass'").pivot(index="row", columns="unit", values="kept")
alike = first.columns[first.loc[1] == first.loc[2]]

with plots.beside({"first pass": f"{len(alike)} of {len(first.columns)} agree"}):
    figure = plots.mask_grid(rows)
plots.frame(figure.axes[0], (0.5, 25.5), (0.5, 2.5))
ink = figure.axes[0].xaxis.label.get_color()
figure.axes[0].plot(alike, [1.5] * len(alike), "o", color=ink, markeredgecolor="grey", markersize=5)
plots.headline(figure, study.claim("each row its own"))
plots.caption(
    figure,
    "25 of 100 units of a layer, for the same 8 digits sent through twice; dropout at a rate of "
    "0.5. Framed: two rows. Dots: where they agree.",
    claim=study.claim("each row its own"),
)
