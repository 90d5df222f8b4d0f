"""The part of their errors that two networks of different seeds have in common.

An error is in common if both networks misread the same test row as the same class: its part is
|A ∩ B| over the mean of |A| and |B|, A and B being the errors of the one and of the other. That
networks of other seeds err alike is the rule, beyond what their accuracy explains (Mania et al.,
2019, arXiv 1905.12580): a row that looks like another class than its own, as far as the training
rows tell, is misread whatever the initial weights, and with or without a regularizer.
"""

import pandas as pd

from nnviz import plots, studies

study = studies.misread(seeds=20)
pairs = study.table("overlap")
plain = pairs.drop_duplicates("seed").assign(setting="both without a regularizer")
rows = pd.concat([plain.assign(value=plain["none"]), pairs], ignore_index=True)
rows["setting"] = rows["setting"].replace(r"^(\w+ ?\w*) ([\d.]+)$", r"one with \1", regex=True)
share = "errors that two networks have in common"
rows = rows.assign(split="test", metric=share)
rows.attrs["units"] = {share: "%"}

axes = plots.outcomes(rows)
axes.set_xlim(0, 1)
plots.guide(axes, "half", x=0.5)
figure = axes.figure
plots.headline(figure, study.claim("seeds err alike"))
plots.caption(
    figure,
    "Dot: a pair of networks with different seeds. Stroke and number: mean of the ten pairs of "
    "twenty seeds. In common: the same test digit misread as the same class. One ReLU layer of 50 "
    "on the same 100 digits.",
    claim=study.claim("seeds err alike"),
)
