"""Weight decay and dropout as a network grows wider or deeper: what each still gains."""

from collections.abc import Mapping, Sequence

import pandas as pd

from nnviz import _checks, tables
from nnviz.studies._complexity_questions import KINDS, questions
from nnviz.studies._one_rule import OneRule
from nnviz.studies.regularized import Regularizer, train_all
from nnviz.studies.study import Study, declare
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import RUN, SWEPT, Schema
from nnviz.train import Dataset, digits

__all__ = ["complexity"]

_GAIN = {
    **RUN,
    "strength": "weight decay, or the dropout rate",
    "accuracy_gain": "test accuracy less that of the same seed without a regularizer",
}
_SCHEMAS = {
    "ends": Schema(
        "end of a run",
        {
            **RUN,
            "test_accuracy": "at the end",
            "train_accuracy": "at the end",
            "right": "share of the training labels that are right",
            "strength": "weight decay, or the dropout rate",
            "width": "units in each hidden layer",
            "depth": "hidden layers",
        },
        units={"right": "%"},
        undrawn="it mixes two sweeps and all strengths; by_width and by_depth take them apart",
    ),
    "by_width": SWEPT.extended(
        "gain by width",
        {**_GAIN, "width": "units in each hidden layer"},
        label="setting",
        over="width",
        measured="accuracy_gain",
        log=["width"],
    ),
    "by_depth": SWEPT.extended(
        "gain by depth",
        {**_GAIN, "depth": "hidden layers"},
        label="setting",
        over="depth",
        measured="accuracy_gain",
    ),
    "leads": SWEPT.extended(
        "lead of dropout",
        {
            "swept": "width or depth",
            "at": "the width or the depth",
            "seed": "seed of the run",
            "value": "gain from dropout less that from weight decay",
        },
        label="swept",
        over="at",
        measured="value",
        log=["at"],
        display={"at": "width or depth", "value": "gain, dropout less weight decay"},
        units={"value": "points"},
    ),
}


@declare(_SCHEMAS)
def complexity(
    data: Dataset | None = None,
    *,
    widths: Sequence[int] = (15, 50, 150),
    depths: Sequence[int] = (1, 2, 5),
    width: int = 50,
    depth: int = 2,
    activation: str = "relu",
    optimizer: OneRule = "momentum",
    learning_rate: float = 0.02,
    batch_size: int = 50,
    label_noise: float = 0.2,
    weight_decays: Sequence[float] = (0.01, 0.02, 0.04),
    dropouts: Sequence[float] = (0.1, 0.2, 0.4),
    epochs: int = 60,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Overfit wrong labels with networks of several sizes, each with both regularizers.

    A strength that suits one size may be too much for another. So each regularizer is tried with
    several at every size; a seed is judged at the one that does best on average over the other
    seeds, so that no seed chooses its own. It is test accuracy that chooses, so that no rows are
    lost to validation: on the same test rows, if of other seeds, and both gains may be a little
    too high.

    Parameters
    ----------
    data : Dataset, optional
        By default, `digits` with 300 training rows.
    widths, depths : sequence of int
        Neurons in each hidden layer, at `depth`; hidden layers, at `width`. Two or more of each.
    width, depth : int
        Neurons in each hidden layer, and hidden layers: the one while the other is varied.
    activation : str
        A name from `nn.ACTIVATIONS`.
    optimizer : str, Optimizer or callable
        A name from `optim.RULES`, a rule with all its settings, or what makes one of a learning
        rate, PyTorch's and optax's included.
    learning_rate : float
        Of the optimizer; a rule with all its settings has its own.
    batch_size : int
        Rows per update.
    label_noise : float
        Fraction of the training labels that is redrawn at random, differently for each seed.
    weight_decays, dropouts : sequence of float
        Strengths that are tried; dropout is inverted.
    epochs : int
        Passes over the training set; a run is judged by its last ten, or the second half.
    seeds : int
        Number of seeds, at least 2; labels, weights, masks and batches differ between them.
    n_jobs, fresh
        As in `train.run_cells`.

    Returns
    -------
    Study
        The tables below; a setting is "none" or a kind of regularizer.
    """
    data = data_of(data, lambda: digits(300))
    _checks.integer("seeds", seeds, at_least=2)
    base = {"width": _checks.integer("width", width), "depth": _checks.integer("depth", depth)}
    swept = {"width": _sizes("widths", widths), "depth": _sizes("depths", depths)}
    strengths = {
        "weight_decay": _checks.sequence("weight_decays", weight_decays, _checks.positive),
        "dropout": _checks.sequence("dropouts", dropouts, _rate),
    }
    shared = {
        "activation": network_of([1], activation)["activation"],
        **descent_of(data, optimizer, learning_rate, batch_size),
        "label_noise": _checks.fraction("label_noise", label_noise),
        "epochs": _checks.integer("epochs", epochs),
    }
    variants: dict[str, Regularizer] = {"none": {}}
    for kind, values in strengths.items():
        variants |= {f"{kind} {value:g}": {kind: value} for value in values}
    sizes = [{**base, name: size} for name, own in swept.items() for size in own]
    parts = []
    for size in {tuple(size.values()): size for size in sizes}.values():
        cell = {**shared, "hidden": [size["width"]] * size["depth"]}
        trained = train_all(data, variants, cell, seeds, n_jobs, fresh)
        parts.append(_ends(trained, variants, epochs).assign(**size))
    ends = pd.concat(parts, ignore_index=True)
    gains = _gains(ends)
    by = {
        name: gains[(gains[other] == base[other]) & gains[name].isin(swept[name])]
        .drop(columns=other)
        .reset_index(drop=True)
        for name, other in (("width", "depth"), ("depth", "width"))
    }
    settings = {
        **facts_of(data),
        **shared,
        **base,
        "widths": swept["width"],
        "depths": swept["depth"],
        "weight_decays": strengths["weight_decay"],
        "dropouts": strengths["dropout"],
        "regularizers": list(KINDS),
        "seeds": seeds,
    }
    leads = pd.concat([_leads(table, name) for name, table in by.items()], ignore_index=True)
    found = {"ends": ends, "by_width": by["width"], "by_depth": by["depth"], "leads": leads}
    return Study.asked(
        "complexity",
        found,
        settings,
        questions(data, base, swept, max(strengths["dropout"])),
        _SCHEMAS,
    )


def _sizes(name: str, values: Sequence[int]) -> list[int]:
    return sorted(_checks.sequence(name, values, _checks.integer, at_least=2))


def _rate(name: str, value: float) -> float:
    return _checks.fraction(name, _checks.positive(name, value))


def _ends(
    trained: Mapping[str, pd.DataFrame], variants: Mapping[str, Regularizer], epochs: int
) -> pd.DataFrame:
    """Return the accuracies of every run over its last epochs, and how many labels are right."""
    ends = tables.final(trained["curves"], last=min(10, epochs / 2))
    accuracy = ends[ends["metric"] == "accuracy"]
    keys = ["setting", "seed"]
    table = accuracy.pivot(index=keys, columns="split", values="value").add_suffix("_accuracy")
    table["right"] = trained["labels"].set_index(keys)["right"]
    table = table.rename_axis(columns=None).reset_index()
    named = {name: next(iter(own.items()), ("none", 0.0)) for name, own in variants.items()}
    table["strength"] = [named[name][1] for name in table["setting"]]
    table["setting"] = [named[name][0].replace("_", " ") for name in table["setting"]]
    return table


def _gains(ends: pd.DataFrame) -> pd.DataFrame:
    """Return what each kind gains at each size and seed, at the best strength of other seeds."""
    rows = []
    for (width, depth), size in ends.groupby(["width", "depth"], sort=False):
        plain = size[size["setting"] == "none"].set_index("seed")["test_accuracy"]
        for kind in KINDS:
            tried = size[size["setting"] == kind]
            wide = tried.pivot(index="seed", columns="strength", values="test_accuracy")
            chosen = (wide.sum() - wide).idxmax(axis="columns")
            rows += [
                {"setting": kind, "width": width, "depth": depth, "seed": seed}
                | {"strength": strength, "accuracy_gain": wide.loc[seed, strength] - plain[seed]}
                for seed, strength in chosen.items()
            ]
    return pd.DataFrame(rows)


def _leads(gains: pd.DataFrame, swept: str) -> pd.DataFrame:
    """Return by how much dropout gains more than weight decay, at each size and seed."""
    wide = gains.pivot(index=[swept, "seed"], columns="setting", values="accuracy_gain")
    lead = (wide["dropout"] - wide["weight decay"]).rename("value").reset_index()
    return lead.rename(columns={swept: "at"}).assign(swept=swept)
