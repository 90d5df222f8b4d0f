"""What decides how far one bit carries: twins in settings that change one thing each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnviz import _checks
from nnviz.studies._one_bit_questions import APART
from nnviz.studies._one_bit_settings_questions import FAR, LOST, questions_of
from nnviz.studies._one_rule import OneRule, maker_of
from nnviz.studies.cells.twins import train
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import EACH, RUN, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["one_bit_settings"]

SMOOTH = "tanh"
"""The activation without a kink."""

_SCHEMAS = {
    "pairs": EACH.extended(
        "digits that twins lose",
        {
            **RUN,
            "digits_lost": "decimal digits of the weights in which twins no longer agree at the "
            "end: by how many powers of ten their relative distance is above what the type rounds "
            "by, at least 0 and at most all digits of the type",
            "relative_distance": "norm of the difference of both parameter vectors, over that of "
            "the first",
            "test_accuracy": "of the first twin",
            "twin_accuracy": "of the second",
            "apart": "1 where the accuracies differ by more than 1.5 points, else 0",
            "parted": "1 where more than 3 digits are lost, else 0",
            "far": "1 where the relative distance is above a tenth, else 0",
            "switch": "number of updates after which a unit's sign first differs for an example, "
            "missing where none does, and for activations without a kink",
            "outputs": "of how many units and examples it differs then",
        },
        label="setting",
        measured="digits_lost",
    ),
}


@declare(_SCHEMAS)
def one_bit_settings(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (100,) * 6,
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 100,
    steps: int = 300,
    seeds: int = 10,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Train pairs that differ in the last bit of one weight, in settings that change one thing.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size, steps
        Of the first setting, as in `one_bit`; float32.
    seeds, n_jobs, fresh
        As in `batch_normalization`; a seed is a pair.

    Returns
    -------
    Study
        The table below. Settings, after the first, which is called by its activation: tanh;
        float64; batch normalization before the activation; a third of the layers, and half as many
        more; a third of the width; Momentum and Adam, both at a tenth of the learning rate. One
        that changes nothing is left out.
    """
    data = data_of(data, digits)
    plain: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, maker_of(optimizer), learning_rate, batch_size),
        "steps": _checks.integer("steps", steps),
    }
    _checks.integer("batch_size", batch_size, at_least=2)
    variants = _variants({**plain, "dtype": "float32", "batch_norm": None, "gated": False})
    runs = [(which, seed) for which in variants for seed in seeds_of(seeds)]
    cells = [{"data": data, **variants[which][1], "seed": seed} for which, seed in runs]
    results = run_cells(train, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{"setting": variants[which][0], "seed": seed} for which, seed in runs]
    pairs = from_cells(labels, [result["pair"] for result in results])
    pairs["digits_lost"] = [
        _digits_lost(distance, cell["dtype"])
        for distance, cell in zip(pairs["relative_distance"], cells, strict=True)
    ]
    gap = (pairs["test_accuracy"] - pairs["twin_accuracy"]).abs()
    pairs["apart"] = (gap > APART).astype(float)
    pairs["parted"] = (pairs["digits_lost"] > LOST).astype(float)
    pairs["far"] = (pairs["relative_distance"] > FAR).astype(float)
    names = {which: name for which, (name, _) in variants.items()}
    settings = {
        **facts_of(data),
        **plain,
        "settings": list(names.values()),
        "far": FAR,
        "lost": LOST,
        "apart_points": 100 * APART,
        "seeds": seeds,
    }
    return Study.asked(
        "one_bit_settings", {"pairs": pairs}, settings, questions_of(names), _SCHEMAS
    )


def _variants(plain: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the name and the arguments of each setting, without those that change nothing."""
    hidden, tenth = plain["hidden"], plain["learning_rate"] / 10
    narrow = [max(1, width // 3) for width in hidden]
    shallow = hidden[: max(1, len(hidden) // 3)]
    deep = [*hidden, *hidden[: -(-len(hidden) // 2)]]
    changes: dict[str, tuple[str, dict[str, Any]]] = {
        "plain": (plain["activation"], {}),
        "smooth": (SMOOTH, {"activation": SMOOTH}),
        "double": ("float64", {"dtype": "float64"}),
        "normalized": ("batch norm", {"batch_norm": "before"}),
        "shallow": (f"depth {len(shallow)}", {"hidden": shallow}),
        "deep": (f"depth {len(deep)}", {"hidden": deep}),
        "narrow": (f"width {narrow[0]}", {"hidden": narrow}),
        "momentum": ("momentum", {"optimizer": "momentum", "learning_rate": tenth}),
        "adam": ("adam", {"optimizer": "adam", "learning_rate": tenth}),
    }
    whole = {which: (name, {**plain, **own}) for which, (name, own) in changes.items()}
    return {
        which: (name, cell)
        for which, (name, cell) in whole.items()
        if which == "plain" or cell != plain
    }


def _digits_lost(distance: float, dtype: str) -> float:
    """Return by how many powers of ten a relative distance is above what the type rounds by."""
    rounding = float(np.finfo(dtype).eps) / 2
    return float(np.clip(np.log10(max(distance, rounding) / rounding), 0, -np.log10(rounding)))
