"""Where deep tanh networks turn from order to chaos, by the variance of weights and biases.

In wide layers the variance of the pre-activations settles at q = σ_w² E[tanh²(√q z)] + σ_b², z
standard normal, and the square of a small difference between two inputs is multiplied by
χ = σ_w² E[tanh'²(√q z)] in each layer (Poole et al., 2016, arXiv 1606.05340). With χ below 1 all
inputs become alike, and gradients vanish; with χ above 1 similar inputs become unlike, and
gradients explode. Only near χ = 1 can networks of any depth be trained (Schoenholz et al., 2017,
arXiv 1611.01232). With no bias the line begins at σ_w² = 1, which the notes call Xavier.
"""

from nnviz import plots, studies

study = studies.phase_diagram(seeds=8)
edge, growth = study.table("edge"), study.table("growth").query("bias_variance == 0.2")
by_weight = growth.groupby("weight_variance")["growth"].mean()
means = edge.groupby("bias_variance")[["weight_variance", "predicted"]].mean()
off = (means["weight_variance"] / means["predicted"] - 1).abs()

with plots.beside({"width 200": "theory dashed"}):
    axes = plots.sweep(edge, x="bias_variance", y="weight_variance", theory="predicted")
axes.set(xlim=(0, 0.42), ylim=(0.3, 4.2))
plots.star(axes, 0.2, 3.5, f"differences grow: ×{by_weight[3.5]:.2g} a layer")
plots.star(axes, 0.2, 1.0, f"differences shrink: ×{by_weight[1.0]:.2g} a layer")
worst = off.idxmax()
plots.star(axes, worst, means["weight_variance"][worst], f"{off[worst]:.1%} off")
figure = axes.figure
plots.headline(figure, study.claim("edge as predicted"))
plots.caption(
    figure,
    "Dots: where a small difference neither shrinks nor grows in networks of width 200, mean of "
    "eight draws. Band: their range. Dashed: theory for infinite width. Stars: where theory is "
    "farthest off, and by how much the square of a difference changes from layer to layer.",
    claim=study.claim("edge as predicted"),
)
