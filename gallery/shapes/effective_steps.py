"""How far five optimizers move on a constant gradient, step by step."""

from nnviz import plots, studies

study = studies.effective_steps()
rows = study.table("sizes").query("gradient == 1 and optimizer != 'sgd'")

last = rows.query("optimizer == 'adagrad'").nlargest(1, "step").iloc[0]
words = {"adagrad": f"1/√{last['step']:.0f} = {last['size']:.3g}", "adam": "the same for SGD"}

with plots.beside(words):
    axes = plots.sweep(rows, x="step", y="size", setting="optimizer", log_x=True, log_y=True)
figure = axes.figure
plots.headline(figure, study.claim("adagrad slows down"))
plots.caption(
    figure,
    "Size of the update in units of the learning rate, for a gradient that is always 1. SGD and "
    "Adam always move by 1.",
    claim=study.claim("adagrad slows down"),
)
