"""How near the minimum Schedule-Free SGD deploys and takes its gradients, beside SGD, in noise.

Schedule-free rules (Defazio et al., 2024, arXiv 2405.15682) walk with a point z, deploy the mean x
of all z so far, and take the gradient between both, at y = (1 − β)z + βx. Noise moves z by a step
of the learning rate, and x by a t-th part of it, so that x settles though the rate stays as it is.
On a quadratic surface the mean of all points of plain SGD settles, too, and as fast as any method
can (Polyak and Juditsky, 1992). optax and schedulefree have y as their parameters: who evaluates
them without asking for x evaluates another network than the one that is meant to be deployed.
"""

from nnviz import plots, studies

study = studies.averaged_descent()
names = {
    "constant rate": "SGD",
    "decaying rate": "SGD, decaying rate",
    "schedule-free": "Schedule-Free SGD, average",
    "where its gradients are taken": "where it takes gradients",
}
course = study.table("course").query("setting in @names.keys()").replace(names)
course = course.groupby(["setting", "step"], sort=False, as_index=False)["distance"].mean()
styles = {
    name: plots.palette.Style(colour, dash, "")
    for name, colour, dash in zip(
        names.values(),
        (plots.palette.colour(0), "darkgrey", plots.palette.colour(1), "darkgrey"),
        ("-", "--", "-", ":"),
        strict=True,
    )
}

axes = plots.sweep(course, x="step", y="distance", palette=styles, log_y=True, numbers=True)
axes.set_yticks(heights := (1, 2, 4, 8), map(str, heights))
axes.minorticks_off()
figure = axes.figure
plots.headline(figure, study.claim("deploys less noise"))
plots.caption(
    figure,
    "Line: mean of 200 descents on x²/20 + y² from (−7, 2). Average: the mean of all its points, "
    "which Schedule-Free SGD hands over. Learning rate 0.5, constant where not said otherwise. "
    "Noise in each coordinate of the gradient: normal, of standard deviation 2.",
    claim=study.claim("deploys less noise"),
)
