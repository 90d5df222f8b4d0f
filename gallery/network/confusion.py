"""Which digits are read as which, without a regularizer and with weight decay.

A confusion matrix counts, for each true class, what its rows were taken for: what is right lies on
the diagonal. A regularizer prefers some functions to others: weight decay those of small weights
(Krogh and Hertz, 1992), dropout those that do without any single unit (Srivastava et al., 2014).
What they prefer need not suit all classes: a gain in the mean accuracy can hide a loss in single
classes (Balestriero, Bottou and LeCun, 2022, arXiv 2204.03632). Whether it does is asked of each
class with the error rates of many seeds, with and without.
"""

from nnviz import plots, studies

study = studies.misread(seeds=20)
decayed = f"weight decay {study.settings['weight_decay']:g}"
chosen = study.table("chosen").query("setting == @decayed")  # on other seeds than these
rows = study.table("confusion")
rows = rows.query("setting in ['none', @decayed] and seed in @chosen.seed")
rows = rows.replace({"setting": {"none": "no regularizer"}})
errors = rows.query("true != predicted").groupby("setting")["count"].sum()

with plots.beside(errors, "{} errors"):
    figure = plots.confusion_grid(rows)
row = int(chosen["at"].iloc[0])
for axes in figure.axes:
    plots.frame(axes, axes.get_xlim(), (row - 0.5, row + 0.5))
plots.headline(figure, study.claim("weight decay: harms a class"))
plots.caption(
    figure,
    "Errors of ten seeds together; the framed class was chosen on ten others. One ReLU layer of "
    "50, 100 training digits; others single out other classes.",
    claim=study.claim("weight decay: harms a class"),
)
