"""How large a batch has to be before its gradient is more signal than noise."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nnviz import _checks
from nnviz.studies._one_rule import OneRule
from nnviz.studies.cells.noise_scale import measure
from nnviz.studies.claims import SHARE, Bound, Question
from nnviz.studies.intervals import of_quotient
from nnviz.studies.measures import Edge, Level, Pick, Ratio
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, descent_of, facts_of, network_of
from nnviz.tables import BAND, EACH, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["noise_scale"]

_SEED = {"seed": "seed of the run", "step": "number of updates"}
_SCHEMAS = {
    "moments": SWEPT.extended(
        "noise scale by step",
        {
            **_SEED,
            "setting": "what is trained",
            "gradient": "squared norm of the gradient on all training rows",
            "noise": "trace of the covariance of single examples' gradients",
            "noise_scale": "the second over the first, in examples",
        },
        label="setting",
        over="step",
        measured="noise_scale",
        log=["noise_scale"],
    ),
    "course": BAND.extended(
        "estimates by step",
        {
            "setting": "exact, or estimate",
            "network": "which, by its seed",
            "step": "number of updates",
            "mean": "the noise scale, or its estimate in the first trial",
            "low": "lower end of the estimate's interval",
            "high": "upper end, infinite where there is none",
            "seeds": "number of networks",
        },
        undrawn="intervals without an end have no place on an axis",
    ),
    "trials": EACH.extended(
        "estimated noise scale",
        {
            **_SEED,
            "setting": "number of updates, in words",
            "trial": "number of the trial, from 0",
            "estimate": "ratio of the means over pairs of batches",
            "low": "lower end of its 95% interval",
            "high": "upper end, infinite where there is none",
            "exact": "the noise scale from all single examples",
            "holds": "1 where the interval holds that, else 0; missing where either is not finite",
            "unbounded": "1 where the interval has no upper end, else 0",
        },
        label="setting",
        measured="estimate",
    ),
}


@declare(_SCHEMAS)
def noise_scale(
    data: Dataset | None = None,
    *,
    hidden: Sequence[int] = (32,),
    activation: str = "relu",
    optimizer: OneRule = "sgd",
    learning_rate: float = 0.1,
    batch_size: int = 50,
    snapshots: Sequence[int] = (0, 100, 300, 1000),
    small_batch: int = 20,
    large_batch: int = 100,
    pairs: int = 30,
    trials: int = 20,
    seeds: int = 5,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Estimate the gradient noise scale from two batch sizes, beside its exact value.

    The simple noise scale is ``tr Σ / |G|²``: the variance of single examples' gradients over the
    squared norm of their mean, the batch size at which noise and signal are equal (McCandlish et
    al., 2018, arXiv 1812.06162, section 2 and appendix A.1). A batch of B has
    ``E |G_B|² = |G|² + tr Σ / B``, so that two sizes give both without bias. Their ratio has
    Fieller's interval.

    Parameters
    ----------
    data : Dataset, optional
        By default, all of `digits`.
    hidden, activation, optimizer, learning_rate, batch_size
        As in `overfitting`.
    snapshots : sequence of int
        After how many updates to estimate, from 0.
    small_batch, large_batch : int
        Both sizes; the second is a multiple of the first.
    pairs : int
        Large batches for one estimate.
    trials : int
        Estimates of each network at each snapshot.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below.
    """
    data = data_of(data, digits)
    steps = sorted(_checks.sequence("snapshots", snapshots, _checks.step))
    small = _checks.integer("small_batch", small_batch)
    if _checks.integer("large_batch", large_batch) % small or large_batch == small:
        raise _checks.fail("large_batch", f"a multiple of small_batch, {small}", large_batch)
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        **descent_of(data, optimizer, learning_rate, batch_size),
        "snapshots": steps,
        "small_batch": small,
        "large_batch": int(large_batch),
        "pairs": _checks.integer("pairs", pairs, at_least=2),
        "trials": _checks.integer("trials", trials),
    }
    numbers = seeds_of(seeds)
    cells = [{"data": data, "seed": seed, **shared} for seed in numbers]
    results = run_cells(measure, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [{"seed": seed} for seed in numbers]
    moments = from_cells(labels, [result["moments"] for result in results])
    moments = moments.assign(
        setting=str(shared["optimizer"]), noise_scale=moments["noise"] / moments["gradient"]
    ).astype({"step": int})
    drawn = from_cells(labels, [result["pairs"] for result in results])
    estimated = _trials(drawn.astype({"step": int}), moments, small, large_batch)
    found = {"moments": moments, "course": _course(estimated), "trials": estimated}
    settings = {**facts_of(data), **shared, "seeds": seeds, "total": len(estimated)}
    return Study.asked("noise_scale", found, settings, _questions(), _SCHEMAS)


def _trials(drawn: pd.DataFrame, moments: pd.DataFrame, small: int, large: int) -> pd.DataFrame:
    """Return the estimate of each trial with its interval."""
    exact = moments.set_index(["seed", "step"])["noise_scale"]
    rows = []
    for (seed, step, trial), own in drawn.groupby(["seed", "step", "trial"]):
        noise = (own["small"] - own["large"]) / (1 / small - 1 / large)
        signal = (large * own["large"] - small * own["small"]) / (large - small)
        low, high = of_quotient(noise.to_numpy(), signal.to_numpy())
        true = exact[seed, step]
        rows.append(
            {
                "setting": f"step {step}",
                "seed": seed,
                "step": step,
                "trial": int(trial),
                "estimate": noise.mean() / signal.mean(),
                "low": low,
                "high": high,
                "exact": true,
                "holds": float(low <= true <= high) if np.isfinite([low, true]).all() else np.nan,
                "unbounded": float(np.isinf(high)) if np.isfinite(low) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _course(trials: pd.DataFrame) -> pd.DataFrame:
    """Return what the first trials say along training, and what is true, as bands."""
    first = trials[trials["trial"] == 0]
    keys = {
        "network": "seed " + first["seed"].astype(str),
        "step": first["step"],
        "split": "train",
        "metric": "noise_scale",
        "seeds": 1,
    }
    frames = [
        pd.DataFrame(
            {"setting": name, **keys, "mean": first[mean], "low": first[low], "high": first[high]}
        )
        for name, mean, low, high in (
            ("estimate", "estimate", "low", "high"),
            ("exact", "exact", "exact", "exact"),
        )
    ]
    return pd.concat(frames, ignore_index=True)


def _questions() -> list[Question]:
    return [
        Question(
            "bounded",
            "share of intervals without an upper end, of all trials",
            Level(Pick("trials", "unbounded")),
            Bound.at_most(0.6),
            "{number:.0%} of {total} intervals from two batch sizes have no upper end; the others "
            "bound the noise scale from both sides",
            "Two batch sizes hardly bound the noise scale: {number:.0%} of {total} intervals have "
            "no upper end, more than {bound}",
            unit="%",
            possible=SHARE,
        ),
        Question(
            "the interval is honest",
            "share of trials whose interval holds the exact noise scale",
            Level(Pick("trials", "holds")),
            Bound.at_least(0.9),
            "From gradients at two batch sizes, an interval for their noise scale holds the exact "
            "one in {number:.0%} of {total} trials",
            "From gradients at two batch sizes, an interval for their noise scale does not hold "
            "the exact one in {bound} of {total} trials, but in {number:.0%}",
            unit="%",
            possible=SHARE,
            given=("bounded",),  # what is without ends holds anything
        ),
        Question(
            "noise grows",
            "exact noise scale at the last snapshot divided by the first",
            Ratio(
                Pick("moments", "noise_scale", {"step": Edge.LAST}),
                Pick("moments", "noise_scale", {"step": Edge.FIRST}),
            ),
            Bound.at_least(4.0),
            "While a network learns, noise takes over: the noise scale grows from {b:.0f} to "
            "{a:.0f} examples",
            "The noise scale does not grow {bound} times: from {b:.0f} to {a:.0f} examples",
        ),
        Question(
            "no upper end",
            "share of intervals without an upper end at the last snapshot",
            Level(Pick("trials", "unbounded", {"step": Edge.LAST})),
            Bound.at_least(0.5),
            "In the end most of an estimate is noise, too: {number:.0%} of the intervals have no "
            "upper end",
            "In the end, too, estimates are bounded: only {number:.0%} of the intervals have no "
            "upper end",
            unit="%",
            possible=SHARE,
        ),
    ]
