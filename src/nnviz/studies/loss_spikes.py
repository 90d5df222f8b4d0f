"""What precedes a loss spike of Adam: its moments, the gradient, and the curvature."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from nnviz import _checks, nn
from nnviz.studies import _spikes
from nnviz.studies._loss_spikes_questions import questions_of
from nnviz.studies.cells.moments import BETA1, follow
from nnviz.studies.study import Study, declare, seeds_of
from nnviz.studies.training import data_of, facts_of, network_of
from nnviz.tables import EACH, RUN, SINGLE_RUN, SWEPT, from_cells
from nnviz.train import Dataset, digits, run_cells

__all__ = ["loss_spikes"]

MOMENTS = ("before a spike", "before a quiet moment")
"""When signals are looked at."""

ABSOLUTE = ("sharpness", "staleness")
"""Columns that have a scale of their own; the others are compared with their median."""

FROM, TO = -40, 20
"""Steps from the beginning of a spike, between which they are."""

_RECORDED = {
    "loss": "of all training rows",
    "gradient_norm": "of all parameters",
    "root_mean": "of the corrected second moment v: its root, mean over parameters",
    "staleness": "root mean square of g / √v, with the v before it took up the gradient g",
    "update_norm": "of all parameters",
    "sharpness": "largest eigenvalue of the preconditioned Hessian, over the bound of stability; "
    "missing where it was not measured or found",
}


def _relative(name: str) -> str:
    return "" if name in ABSOLUTE else "; over its median of the 50 steps before the spike"


_SCHEMAS = {
    "courses": SINGLE_RUN.extended(
        "loss by step",
        {"beta2": "of the second moment", **_RECORDED},
        display={"sharpness": "sharpness / bound"},
        measured="loss",
        log=["loss"],
    ),
    "around": SINGLE_RUN.extended(
        "signals at spikes",
        {
            "seed": "number of the spike, over all runs",
            "step": "from where the spike begins, below 0 before it",
            "marked": "since when the sharpness is above the bound, up to the spike",
            **{name: f"{meaning}{_relative(name)}" for name, meaning in _RECORDED.items()},
            **{
                f"{column}_since": f"since when, up to the spike: {signal}"
                for signal, (column, _) in _spikes.SIGNALS.items()
            },
        },
        display={
            "step": "updates from the spike",
            "loss": "loss / median",
            "gradient_norm": "gradient norm / median",
            "update_norm": "update norm / median",
            "root_mean": "root of v / median",
            "sharpness": "sharpness / bound",
        },
        measured="loss",
        log=["loss"],
    ),
    "leads": EACH.extended(
        "steps before a spike",
        {
            **RUN,
            "lead": "steps before a spike since which the signal is out of its range without a "
            "break, mean over spikes",
        },
        label="setting",
        measured="lead",
    ),
    "warnings": SWEPT.extended(
        "signals before spikes and quiet moments",
        {
            "signal": "what is out of its range",
            "moment": "what is ahead: a spike or a quiet moment",
            "seed": RUN["seed"],
            "step": "from that moment, below 0 before it",
            "share": "in which part of these moments the signal is out of its range there",
        },
        units={"share": "%"},
        display={"step": "steps from the moment", "share": "share out of range"},
        label="signal",
        panels="moment",
        over="step",
        measured="share",
    ),
    "runs": EACH.extended(
        "spikes of a run",
        {
            **RUN,
            "beta2": "of the second moment",
            "spikes": "how often the loss triples: is above three times its median of 50 steps",
            "largest": "largest loss over the median of the 50 steps before it, in which spikes "
            "begin: of a spike, how far it goes in 25 steps; 1 where there is none",
            "loss_at_end": "median of the last hundred steps",
        },
        label="setting",
        measured="largest",
    ),
}


@declare(_SCHEMAS)
def loss_spikes(
    data: Dataset | None = None,
    *,
    beta2s: Sequence[float] = (0.999, 0.99, 0.95, 0.9),
    learning_rate: float = 0.01,
    loss: str = "mean_squared_error",
    hidden: Sequence[int] = (32, 32),
    activation: str = "tanh",
    steps: int = 1000,
    seeds: int = 12,
    n_jobs: int | None = None,
    fresh: bool = False,
) -> Study:
    """Follow Adam's moments, norms and the preconditioned sharpness before its loss spikes.

    Adam divides by the root of a mean v of squared gradients. While gradients shrink v decays, and
    steps along what is curved grow, until the curvature divided by √v, the preconditioned
    sharpness, is above 38/η, with β₁ = 0.9: from there on a quadratic loss would grow (Cohen et
    al., 2022, arXiv 2207.14484). With a slow v, the loss rises far before v has caught up.

    Parameters
    ----------
    data : Dataset, optional
        By default, 100 `digits`. Features are shifted to a mean of 0; all rows are in each update.
    beta2s : sequence of float
        Decays of the second moment, below 1. With the highest, curvature and signals are followed.
    learning_rate : float
        Of Adam.
    loss, hidden, activation
        As in `edge_of_stability`.
    steps : int
        Number of updates.
    seeds, n_jobs, fresh
        As in `batch_normalization`.

    Returns
    -------
    Study
        The tables below. A spike begins where the loss is above three times its median of the 50
        steps before and was not in these; the first 100 steps are left out. Signals are compared
        before spikes and before all quiet moments of the same run, at which a spike might have
        begun and for 20 steps none does; a run without a spike has no part in that.
    """
    data = data_of(data, lambda: digits(100))
    tried = sorted(_checks.sequence("beta2s", beta2s, _checks.fraction), reverse=True)
    shared: dict[str, Any] = {
        **network_of(hidden, activation),
        "loss": _checks.one_of("loss", loss, nn.LOSSES),
        "learning_rate": _checks.positive("learning_rate", learning_rate),
        "steps": _checks.integer("steps", steps),
    }
    runs = [(beta2, seed) for beta2 in tried for seed in seeds_of(seeds)]
    cells = [
        {"data": data, **shared, "beta2": beta2, "seed": seed, "curved": beta2 == tried[0]}
        for beta2, seed in runs
    ]
    results = run_cells(follow, cells, n_jobs=n_jobs, fresh=fresh)
    labels = [
        {"setting": f"β₂ = {beta2:g}", "seed": seed, "beta2": beta2, "marked": math.nan}
        for beta2, seed in runs
    ]
    courses = from_cells(labels, [result["course"] for result in results])
    followed = {
        seed: course.reset_index(drop=True)
        for seed, course in courses[courses["beta2"] == tried[0]].groupby("seed", sort=False)
    }
    tables = {
        "courses": courses,
        "around": _around(followed),
        "leads": _leads(followed),
        "warnings": _warnings(followed),
        "runs": pd.DataFrame(
            [
                {**dict(zip(("setting", "seed", "beta2"), labels, strict=True)), **_end(own)}
                for labels, own in courses.groupby(["setting", "seed", "beta2"], sort=False)
            ]
        ),
    }
    settings = {
        **facts_of(data),
        **shared,
        "optimizer": "adam",
        "beta1": BETA1,
        "beta2s": tried,
        "ahead": _spikes.AHEAD,
        "factor": _spikes.FACTOR,
        "window": _spikes.WINDOW,
        "stale": _spikes.STALE,
        "signals": list(_spikes.SIGNALS),
        "seeds": seeds,
    }
    return Study.asked("loss_spikes", tables, settings, questions_of(settings), _SCHEMAS)


def _end(course: pd.DataFrame) -> dict[str, float]:
    """Return how often and how far the loss of a run spikes, and where it ends."""
    loss = course["loss"].reset_index(drop=True)
    return {
        "spikes": len(_spikes.beginnings(loss)),
        "largest": _spikes.highest(loss),
        "loss_at_end": loss.tail(100).median(),
    }


def _leads(followed: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Return for how long each signal is out of its range when a spike begins, run by run."""
    rows = []
    for seed, course in followed.items():
        if begin := _spikes.beginnings(course["loss"]):
            for signal in _spikes.SIGNALS:
                marks = _spikes.out(course, signal)
                lead = sum(_spikes.leads(marks, step) for step in begin) / len(begin)
                rows.append({"setting": signal, "seed": seed, "lead": lead})
    return pd.DataFrame(rows or _nothing(followed, lead=math.nan))


def _warnings(followed: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Return how often each signal is out of its range before spikes and quiet moments."""
    rows = []
    for seed, course in followed.items():
        begin = _spikes.beginnings(course["loss"])
        calm = _spikes.quiet(course["loss"])
        if not begin or not calm:
            continue
        for signal in _spikes.SIGNALS:
            marks = _spikes.out(course, signal)
            for moment, at in zip(MOMENTS, (begin, calm), strict=True):
                labels = {"signal": signal, "moment": moment, "seed": seed}
                for step in range(-_spikes.AROUND, 1):
                    share = float(marks[[place + step for place in at]].mean())
                    rows.append({**labels, "step": step, "share": share})
    if not rows:
        none = [row for moment in MOMENTS for row in _nothing(followed, moment=moment)]
        gone = {"step": -_spikes.AHEAD, "share": math.nan}
        return pd.DataFrame(none).rename(columns={"setting": "signal"}).assign(**gone)
    return pd.DataFrame(rows)


def _nothing(followed: dict[int, pd.DataFrame], **more: Any) -> list[dict[str, Any]]:
    """Return rows of runs of which none has a spike."""
    return [
        {"setting": signal, "seed": seed, **more} for signal in _spikes.SIGNALS for seed in followed
    ]


def _around(followed: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Return what was recorded about each spike, one spike after the other."""
    own = [
        (course, step)
        for course in followed.values()
        for step in _spikes.beginnings(course["loss"])
    ]
    frames = [_one(course, begin).assign(seed=number) for number, (course, begin) in enumerate(own)]
    if not frames:
        since = [f"{column}_since" for column, _ in _spikes.SIGNALS.values()]
        gone = dict.fromkeys([*_RECORDED, *since, "marked"], math.nan)
        frames = [pd.DataFrame([{"step": 0, "seed": 0, **gone}])]
    return pd.concat(frames, ignore_index=True).assign(setting="spike")


def _one(course: pd.DataFrame, begin: int) -> pd.DataFrame:
    """Return what was recorded about a spike, by the steps from where it begins."""
    values = course.loc[max(0, begin + FROM) : begin + TO, list(_RECORDED)]
    normal = course.loc[begin - _spikes.WINDOW : begin - 1, list(_RECORDED)].median()
    normal[list(ABSOLUTE)] = 1.0
    leads = {
        f"{column}_since": _spikes.leads(_spikes.out(course, signal), begin)
        for signal, (column, _) in _spikes.SIGNALS.items()
    }
    since = {name: -lead if lead else math.nan for name, lead in leads.items()}
    rows = (values / normal).assign(step=values.index - begin, **since)
    return rows.assign(marked=since["sharpness_since"])
