"""RMS gradient by depth, measured and predicted."""

from nnviz import plots, studies

study = studies.propagation(seeds=10)
shown = ["sigmoid, Xavier", "tanh, Xavier", "relu, Xavier", "relu, He"]
rows, theory = (study.table(name).query("setting in @shown") for name in ("statistics", "theory"))

first = rows.query("statistic == 'gradient_rms' and layer == 1").groupby("setting")["value"].mean()

axes = plots.by_layer(rows, statistic="gradient_rms", log=True, theory=theory)
axes.set_ylim(2e-7, 8)
for line in axes.lines:
    if line.get_linestyle() == "--":
        on_navy = line.get_label() == "_tanh, Xavier"
        line.set_color("white" if on_navy else axes.xaxis.label.get_color())
for setting, digits in (("sigmoid, Xavier", "{:.1g}"), ("relu, He", "{:.2g}")):
    left = plots.text.rate(float(digits.format(first[setting])))
    plots.star(axes, 1, first[setting], left)
figure = axes.figure
plots.headline(figure, study.claim("sigmoid's gradient vanishes"))
plots.caption(
    figure,
    "Relative to the last layer, before training, at width 500. Dashed: theory for infinite "
    "width. Mean and range of ten draws. Xavier: variance 1/inputs, LeCun's in libraries.",
    claim=study.claim("sigmoid's gradient vanishes"),
)
