"""Learning-rate schedules over 200 steps."""

from nnviz import plots, studies

study = studies.learning_rate_schedules()
rows = study.table("relative")
ends = rows.groupby("schedule")["share"].last()

with plots.beside(ends, "{:.1%}"):
    axes = plots.sweep(rows, x="step", y="share", setting="schedule")
axes.set_ylim(-0.16, 1.05)
figure = axes.figure
plots.headline(figure, study.claim("all decay"))
plots.caption(
    figure,
    "Line: the learning rate that a schedule gives to each step, over the highest that it gives. "
    "At its end: what is left of that. Warm-up takes a tenth of the steps.",
    claim=study.claim("all decay"),
)
