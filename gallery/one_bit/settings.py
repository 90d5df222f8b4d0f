"""How many decimal digits of the weights one bit costs: by activation, precision, rule, size.

A small difference of the weights grows by the Jacobian of each update; that has a jump where a
ReLU unit switches, and the deeper the network the more units there are to switch, and the larger
the curvature (Cohen et al., 2021, arXiv 2103.00065). Momentum of 0.9 adds up ten gradients, so that
a tenth of the rate goes as far; yet it is stable up to 19 times the curvature, 2 (1 + 0.9) over its
rate instead of 2 over SGD's (Polyak, 1964). Adam divides by the size of each gradient: of a weight
whose gradient is next to zero it makes a step as large as of any other, rounding included (Kingma
and Ba, 2015, arXiv 1412.6980).
"""

from nnviz import plots, studies

study = studies.one_bit_settings()
rows = study.table("pairs").assign(split="", metric="digits_lost")
rows["value"] = rows["digits_lost"]
rows = rows.replace({"setting": {"relu": "depth 6"}})
depths = ["depth 2", "depth 6", "depth 9"]
rest = rows.groupby("setting")["value"].mean().drop(depths).sort_values().index
rows = rows.set_index("setting").loc[[*depths, *rest]].reset_index()

axes = plots.outcomes(rows)
axes.set_ylim(len(depths) + len(rest) - 0.4, -0.9)
plots.guide(axes, "below: depth 6, one thing changed", y=len(depths) - 0.68)
figure = axes.figure
figure.set_figheight(1.3 * figure.get_figheight())
plots.headline(figure, study.claim("depth costs digits"))
plots.caption(
    figure,
    "Dot: a pair that began with one other bit in one weight. Stroke and number: mean of ten. "
    "Depth 6: ReLU layers of 100, SGD at 0.1, 300 steps, float32 (7.2 digits; float64 has 16); "
    "each other row changes one thing. Momentum and Adam at 0.01.",
    claim=study.claim("depth costs digits"),
)
