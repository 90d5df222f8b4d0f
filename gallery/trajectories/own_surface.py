"""A surface of one's own, from a plain function of (x, y): who ends in which of two wells."""

from nnviz import plots, studies, surfaces

wells = surfaces.from_function(
    lambda x, y: (x**2 - 1) ** 2 + (2 * y - x) ** 2 / 4,
    name="two wells",
    formula="(x² − 1)² + (2y − x)²/4",
    domain=((-2, 2), (-2, 2)),
    minima=[(1, 0.5), (-1, -0.5)],
)
study = studies.basins_of_attraction(wells, {"sgd": 0.02, "momentum": 0.02})
parted = study.table("summary").set_index("optimizer")["parted"]

with plots.beside(parted, "{:.1%} apart"):
    figure = plots.basin_grid(study.table("starts"), surface=wells)
by_rule = study.table("starts").groupby("optimizer", sort=False)
for axes, (_, starts) in zip(figure.axes[:2], by_rule, strict=True):
    ends = starts.pivot(index="y", columns="x", values="minimum")
    ink = axes.xaxis.label.get_color()
    axes.contour(ends.columns, ends.index, ends, levels=[0.5], colors=ink, linewidths=2)
plots.headline(figure, study.claim("frayed"))
plots.caption(
    figure,
    f"Each point is a start on {wells.formula}, given as a plain function; gradient by "
    f"{wells.gradient_by}. Colour: the minimum it ends at. Line: the border. Shade: after "
    "how many updates it stays within 0.01. Learning rate 0.02, untuned.",
    claim=study.claim("frayed"),
)
