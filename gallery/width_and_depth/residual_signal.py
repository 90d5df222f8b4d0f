"""How wide the signal is by depth in plain, residual and normalized networks, before training.

A residual layer of He's weights adds to its input ReLU outputs of the same mean square, all of
them positive, so that they never cancel: the mean square grows 2.9-fold from layer to layer, once
the mean has grown, too. If layer normalization comes first in the branch, each layer adds as much
as the one before, a variance of 2 (1/2 − 1/(2π)) = 0.68, and after L layers the standard deviation
is √(1 + 0.68 L) (pre-norm: He et al., 2016, arXiv 1603.05027; Xiong et al., 2020, arXiv
2002.04745). After the sum (post-norm) it divides the growth out.
"""

from nnviz import plots, studies

study = studies.residual_depth(seeds=10)
grown = study.table("growth").query("statistic == 'std_kept'")
grown = grown.groupby("setting", sort=False)["powers_of_ten"].mean()
rows = study.table("statistics").query("statistic == 'std_kept'")

with plots.beside(grown.map("{:.1f}".format).str.replace("-", "−")):
    axes = plots.by_layer(rows, log=True)
figure = axes.figure
plots.headline(figure, study.claim("residual alone explodes"))
plots.caption(
    figure,
    "Standard deviation of what each ReLU layer hands on, relative to the first layer's, "
    "logarithmic; width 100, He, standard normal input. Number: powers of ten up to layer 50. "
    "Pre-norm: layer normalization in each branch. Post-norm: after each sum. Line: mean of ten "
    "draws. Band: their range.",
    claim=study.claim("residual alone explodes"),
)
