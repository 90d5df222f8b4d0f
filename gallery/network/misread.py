"""The twelve test digits that most networks misread.

A row that nearly every network misreads, whatever its initial weights and its regularizer, is no
accident of one training: it looks like another class than its own as far as the training rows
tell. That networks of other seeds err alike is the rule, beyond what their accuracy explains
(Mania et al., 2019, arXiv 1905.12580). The part that two networks have in common is measured as
Σ min(p, q), p and q being the parts that each pair of true and predicted class has in the errors of
the one and of the other: 1 if they are the same, 0 if they share none.
"""

from nnviz import plots, studies

study = studies.misread(seeds=20)
rows = study.table("pictures")

axes = plots.pictures(rows, signed=False, columns=6)
figure = axes.figure
plots.headline(figure, study.claim("seeds err alike"))
plots.caption(
    figure,
    "The title is about all errors of two networks; drawn are the twelve digits that most networks "
    "misread, above each what it is and what it is read as most often. Each is misread by "
    f"{rows['share'].min():.0%} of sixty networks: twenty seeds without a regularizer, with weight "
    "decay and with dropout. One ReLU layer of 50 on the same 100 digits.",
    claim=study.claim("seeds err alike"),
)
