"""How often signals of Adam are out of their range before a loss spikes, and before it does not.

A signal that is often there before spikes foretells nothing if it is as often there before quiet
moments. That gradient norms blow up first is why they are watched and clipped (Pascanu et al.,
2013, arXiv 1211.5063); of large models trained by Adam the second moment is said to lag behind the
gradient one to eight steps before (Wortsman et al., 2023, arXiv 2304.13013). Beyond the bound of
stability what is left along the sharpest direction grows by a factor a step, so that norms that
triple do so with the loss itself (Cohen et al., 2022, arXiv 2207.14484).
"""

from nnviz import plots, studies

study = studies.loss_spikes(seeds=12)
signals = ["sharpness above the bound", "gradient norm tripled", "update norm tripled"]
table = study.table("warnings").query("signal in @signals")
rows = table.groupby(["signal", "moment", "step"], sort=False)["share"].mean().reset_index()
ahead = study.settings["ahead"]
curved = rows.query("signal == @signals[0] and step == -@ahead")["share"]

figure = plots.sweep_grid(rows, x="step", y="share", setting="signal", by="moment")
figure.axes[0].set_ylim(top=1.15)
for axes, share in zip(figure.axes, curved, strict=True):
    plots.star(axes, -ahead, share, f"{share:.0%}")
    plots.guide(axes, "", x=-ahead)
plots.headline(figure, study.claim("sharpness warns"))
plots.caption(
    figure,
    "Share of the spikes, and of all quiet moments, mean over twelve seeds. Bound: of stability, "
    "on the preconditioned Hessian. Tripled: over the median of 50 steps. Upright line: ten steps "
    "ahead. Adam, two tanh layers of 32, all of 100 digits in each update.",
    claim=study.claim("sharpness warns"),
)
