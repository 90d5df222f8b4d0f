"""How large the gradient is by depth in plain, residual and normalized networks, before training.

A residual layer of He's weights and ReLU doubles the square of a gradient on its way back: once
past the branch, once through it. Layer normalization after the sum divides it by the variance of
the sum, which is only 1 + 0.68, as normalization takes the mean of ReLU's outputs out: what is
left is 2/1.68 = 1.19 a layer. First in the branch, it divides what passes through the branch by
the variance of the signal there, which grows with depth, so that the gradient grows as a power of
the depth and not exponentially (Xiong et al., 2020, arXiv 2002.04745).
"""

from nnviz import plots, studies

study = studies.residual_depth(seeds=10)
grown = study.table("growth").query("statistic == 'gradient_rms'")
grown = grown.groupby("setting", sort=False)["powers_of_ten"].mean()
rows = study.table("statistics").query("statistic == 'gradient_rms' and setting != 'residual'")

axes = plots.by_layer(rows, log=True)
for name in ("pre-norm", "post-norm"):
    plots.star(axes, 1, 10 ** grown[name], f"{grown[name]:.1f} powers of ten")
figure = axes.figure
plots.headline(figure, study.claim("gradient after the sum"))
plots.caption(
    figure,
    "RMS gradient with respect to what each ReLU layer hands on, relative to the last layer's, "
    "logarithmic; width 100, He, standard normal input. Star: its growth from layer 50 back to "
    "layer 1. Line: mean of ten draws. Band: their range.",
    claim=study.claim("gradient after the sum"),
)
