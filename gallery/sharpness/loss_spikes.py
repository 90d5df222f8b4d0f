"""What the gradient and the curvature do before Adam's loss spikes, all spikes laid together.

Adam divides by the root of a slow mean v of squared gradients, and is stable on a quadratic loss
up to a preconditioned sharpness of (2 + 2β₁) / ((1 − β₁) η), 38/η for β₁ = 0.9 (Cohen et al.,
2022, arXiv 2207.14484). While gradients shrink, v decays by β₂ a step, and the same curvature over
a smaller √v comes to that bound; beyond it what is left along the sharpest direction grows step by
step, from next to nothing, and so shows in the gradient and in the loss only later. A gradient
that outgrows v is what Wortsman et al. (2023, arXiv 2304.13013) foretell spikes of large models by,
where the root mean square of g / √v is above 2.3; Molybog et al. (2023, arXiv 2304.09871) see the
distribution of updates split in two before.
"""

import matplotlib.pyplot as plt

from nnviz import plots, studies

study = studies.loss_spikes(seeds=12)
rows = study.table("around")
leads = study.table("leads").groupby("setting")["lead"].mean()
signals = {
    "gradient_norm": "gradient norm tripled",
    "sharpness": "sharpness above the bound",
}

figure, panels = plt.subplots(1, 2, layout="constrained")
for axes, (column, signal) in zip(panels, signals.items(), strict=True):
    since = rows[f"{column}_since"]
    plots.single_runs(rows.assign(marked=since), y=column, log=column != "sharpness", ax=axes)
    axes.set_xlabel(plots.text.quantity("step", rows))
    low, high = axes.get_ylim()
    top = high + 0.2 * (high - low) if column == "sharpness" else 20 * high
    axes.set_ylim(top=top)
    plots.bracket(axes, (-leads[signal], 0), top, f"{leads[signal]:.1f} steps")
plots.guide(axes, "", y=1)
plots.headline(figure, study.claim("sharpness first"))
plots.caption(
    figure,
    "Line: one loss spike, which begins at 0. Dot: since here out of its range, above three times "
    "the median of 50 steps or above the bound; bracket: mean of twelve seeds. Adam, two tanh "
    "layers of 32, all of 100 digits in each update, mean squared error.",
    claim=study.claim("sharpness first"),
)
