"""Learning-rate schedules over 200 steps."""

from nnviz import plots, studies

study = studies.learning_rate_schedules()

axes = plots.sweep(study.table("schedules"), x="step", y="learning_rate", setting="schedule")
axes.set_ylim(-0.016, 0.105)
figure = axes.figure
plots.headline(figure, study.claim("all decay"))
plots.caption(
    figure,
    "Line: the learning rate that a schedule gives to each step. The highest rate of each is 0.1. "
    "Warm-up takes a tenth of the steps.",
    claim=study.claim("all decay"),
)
