"""By how much of their size the weights move in a step, at three learning rates."""

from nnviz import plots, studies

study = studies.health(seeds=5)
accuracy = study.table("accuracy").groupby("setting")["value"].mean()

axes = plots.update_ratios(study.table("updates"))
leap = study.claim("leaps").number
plots.star(axes, 0, leap, f"{leap:.0%}")
figure = axes.figure
plots.headline(figure, study.claim("leaps"))
plots.caption(
    figure,
    "Norm of the update over that of the weights, mean over five layers. Line: mean of five "
    "seeds. Band: their range, down to 0 where a network stands still. Star: the first update. "
    "Later the ratio of the two larger rates is much alike, but not what they reach: test accuracy "
    + ", ".join(f"{value:.2f} at {rate}" for rate, value in accuracy.items())
    + ".",
    claim=study.claim("leaps"),
)
