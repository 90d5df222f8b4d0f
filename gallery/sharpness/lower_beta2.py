"""The training loss under Adam, with second moments that forget slowly and fast.

With β₂ = 0.999 the second moment v needs a thousand steps to forget, and one large gradient adds a
thousandth to it: where the loss begins to rise, v does not brake it before gradients are thirty
times √v. With β₂ = 0.9 a tenth of each squared gradient is in v at once. Language models have been
trained with 0.95 (Brown et al., 2020, arXiv 2005.14165), or restarted before a spike without the
batches there (Chowdhery et al., 2022, arXiv 2204.02311); Zhai et al. (2022, arXiv 2106.04560) keep
β₂ from rising above 0.999, Wortsman et al. (2023, arXiv 2304.13013) see fewer spikes with less.
"""

from nnviz import plots, studies

study = studies.loss_spikes(seeds=12)
height = study.table("runs").groupby("setting")["largest"].mean()
rows = study.table("courses").query("seed == 0")

with plots.beside(height, "×{:.3g} on average"):
    figure = plots.single_run_grid(rows, y="loss", log=True, columns=4)
plots.headline(figure, study.claim("lower beta2 tames"))
plots.caption(
    figure,
    "Line: the network from the first seed. ×: the highest loss over its median of the 50 steps "
    "before, mean of twelve seeds. Adam at 0.01; two tanh layers of 32, all of 100 digits in each "
    "update, mean squared error.",
    claim=study.claim("lower beta2 tames"),
)
