"""How far from the minimum SGD goes on wandering, against the size of the batch."""

from nnviz import plots, studies

study = studies.gradient_noise()
palette = plots.palette
styles = {
    "measured": palette.Style(palette.colour(0), "-", "o"),
    "theory": palette.Style(palette.colour(4), "--", ""),
}

axes = plots.sweep(
    study.table("wandering"), x="batch_size", y="distance", log_x=True, log_y=True, palette=styles
)
axes.set_xticks(sizes := study.table("wandering")["batch_size"].unique(), map(str, sizes))
measured = study.table("wandering").query("setting == 'measured'")
far = measured.groupby("batch_size")["distance"].mean()
share = (far[256] / far[1]) ** (1 / 4)  # 256 is 4 times 4 times 4 times 4
plots.bracket(axes, 4, (share * far[1], far[1]), f"{share:.0%} as far")
figure = axes.figure
plots.headline(figure, study.claim("four times the batch"))
plots.caption(
    figure,
    "Root mean square over the last 300 of 600 updates on x²/20 + y² at a learning rate lr of 0.2. "
    "Line and band: mean and range of 50 descents. Theory: √(Σ lr·σ²/(nλ(2 − lr·λ))) over both "
    "axes, of curvature λ, with σ = 2 for one example.",
    claim=study.claim("four times the batch"),
)
