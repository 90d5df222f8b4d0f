"""What Adam takes of Momentum and of AdaGrad, and where it differs: AdaGrad adds up, it forgets."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnviz import _checks, optim
from nnviz.optim import Optimizer
from nnviz.studies._adam_questions import questions_of
from nnviz.studies.study import Study, declare
from nnviz.tables import EACH, SWEPT, Schema

__all__ = ["adam_parts"]

Values: TypeAlias = NDArray[np.float64]
Steps: TypeAlias = NDArray[np.int64]
Run: TypeAlias = tuple[Values, list[Any]]
"""The update at each gradient, and the state after it."""

HUGE, TINY = 1e12, 1e-9
"""An eps beside which no root counts; a forgetting so slow that there is none."""

MEMORIES = {
    "momentum": ("momentum", "velocity", None),
    "adagrad": ("adagrad", "total", None),
    "rmsprop": ("rmsprop", "square", None),
    "adam, mean": ("adam", "mean", "mean"),
    "adam, squares": ("adam", "square", "squares"),
}
"""What remembers gradients: the rule, the part of its state and how that is called, if need be."""

DIVIDES = {"adagrad": "adagrad", "rmsprop": "rmsprop", "adam": "adam, squares"}
"""Through the root of which of these each rule divides."""

NEAR = 200
"""Updates on either side of the burst's end of which none is left out of the tables."""

_SCHEMAS = {
    "limits": Schema(
        "updates with a part taken out",
        {
            "setting": "which part of Adam was taken out, and which rule is then left",
            "step": "number of the update",
            "adam": "update of Adam without that part",
            "parent": "update of the rule that is left",
        },
        undrawn="both columns are the same to the last bits: the claims say how far",
    ),
    "burst": SWEPT.extended(
        "steps after a burst",
        {
            "optimizer": "name of the rule",
            "step": "number of updates since the end of the burst; before it below 0",
            "size": "absolute value of the update",
            "relative": "the same over that just before the burst",
        },
        label="optimizer",
        over="step",
        measured="relative",
        log=["relative"],
        display={"relative": "step size, relative to before the burst"},
    ),
    "memory": SWEPT.extended(
        "memory of a burst",
        {
            "setting": "what remembers",
            "optimizer": "name of its rule",
            "memory": "which part of the rule's state, missing where there is one",
            "step": "number of updates since the end of the burst",
            "remembered": "share of the burst that is still remembered, from 0 to 1",
        },
        label="setting",
        over="step",
        measured="remembered",
        lowest=True,
        units={"remembered": "%"},
        parts={"setting": ["optimizer", "memory"]},
    ),
    "alternating": SWEPT.extended(
        "updates while the gradient alternates",
        {
            "optimizer": "name of the rule",
            "step": "number of the update",
            "update": "downhill if positive",
            "over_mean": "the same over the mean size of the rule's updates",
            "progress": "sum of the updates so far, over the length of the whole path",
        },
        label="optimizer",
        over="step",
        measured="over_mean",
    ),
    "summary": EACH.extended(
        "summary of the rules",
        {
            "optimizer": "name of the rule",
            "last": "size of the last step, relative to that before the burst",
            "growth": "factor by which the steps grow after the burst, at most",
            "forward": "progress while the gradient alternates, over the length of the path",
            "remembered": "share of the burst that what divides still remembers at the end",
            "half_life": "updates until half of it is left",
            "predicted_half_life": "ln 2 / -ln β₂, in updates",
        },
        label="optimizer",
        measured="last",
        display={"last": "last step, relative to before the burst"},
        units={"remembered": "%"},
    ),
}


@declare(_SCHEMAS)
def adam_parts(
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    burst: float = 100.0,
    burst_steps: int = 10,
    before: int = 1000,
    after: int = 9000,
    drift: float = 0.1,
    turns: int = 100,
) -> Study:
    """Feed the same gradients to Momentum, AdaGrad, RMSprop and Adam, and compare their steps.

    First a gradient of 1 with a burst in it, then one that alternates about a small drift. The
    learning rate is 1; Momentum and RMSprop have Adam's β₁ and β₂.

    Parameters
    ----------
    betas : pair of float
        Adam's weights of its old means, β₁ and β₂, in (0, 1).
    burst : float
        The gradient during the burst, above 1, which it is before and after.
    burst_steps : int
        Updates during the burst.
    before, after : int
        Updates before the burst, and after it.
    drift : float
        The mean of the gradient that alternates by ±1 about it, positive.
    turns : int
        Updates on that one.

    Returns
    -------
    Study
        The tables below. What a rule still remembers of the burst is measured with the burst less
        without.
    """
    beta1, beta2 = _betas(betas)
    numbers = {
        "burst": _checks.positive("burst", burst),
        "burst_steps": _checks.integer("burst_steps", burst_steps),
        "before": _checks.integer("before", before),
        "after": _checks.integer("after", after, at_least=2),
        "drift": _checks.positive("drift", drift),
        "turns": _checks.integer("turns", turns, at_least=2),
    }
    rules = {
        "momentum": optim.momentum(1.0, momentum=beta1),
        "adagrad": optim.adagrad(1.0),
        "rmsprop": optim.rmsprop(1.0, alpha=beta2),
        "adam": optim.adam(1.0, betas=(beta1, beta2)),
    }
    if numbers["burst"] <= 1:
        raise _checks.fail("burst", "above 1, the gradient before and after it", burst)
    calm = np.ones(before + burst_steps + after)
    gusty = calm.copy()
    gusty[before : before + burst_steps] = burst
    since = np.arange(1, len(calm) + 1) - before - burst_steps
    both = np.stack([gusty, calm], axis=1)
    runs = {name: _run(rule, both) for name, rule in rules.items()}
    moved = {name: updates[:, 0] for name, (updates, _) in runs.items()}
    waves = drift + np.where(np.arange(turns) % 2, -1.0, 1.0)
    turned = {name: _run(rule, waves[:, None])[0][:, 0] for name, rule in rules.items()}
    burst_table = _burst_table(moved, since, burst_steps)
    memory = _memory_table({name: states for name, (_, states) in runs.items()}, since)
    found = {
        "limits": _limits(gusty, moved, beta1, beta2),
        "burst": _drawn(burst_table),
        "memory": _drawn(memory),
        "alternating": _alternating(turned),
        "summary": _summary(burst_table, memory, turned, beta2),
    }
    settings = {"optimizers": list(rules), "betas": [beta1, beta2], "learning_rate": 1.0, **numbers}
    return Study.asked("adam_parts", found, settings, questions_of(), _SCHEMAS)


def _betas(betas: tuple[float, float]) -> tuple[float, float]:
    both = _checks.sequence("betas", betas, _beta, distinct=False)
    if len(both) != 2:
        raise _checks.fail("betas", "a pair", betas)
    return both[0], both[1]


def _beta(name: str, value: float) -> float:
    return _checks.fraction(name, _checks.positive(name, value))


def _run(rule: Optimizer, gradients: Values) -> Run:
    """Return the updates at gradients of shape (steps, n), in that shape, and the states after."""
    params = np.zeros(gradients.shape[1])
    state = rule.init(params)
    updates, states = np.empty_like(gradients), []
    for step, gradient in enumerate(gradients):
        updates[step], state = rule.update(gradient, state, params)
        states.append(state)
    return updates, states


def _limits(
    gradients: Values, moved: Mapping[str, Values], beta1: float, beta2: float
) -> pd.DataFrame:
    """Return Adam with a part taken out beside the rule that is left (Kingma and Ba, section 5).

    Its corrections for starting at zero, which the others do not make, are undone in its rate.
    """
    reduced = {
        "momentum": optim.adam(
            lambda k: HUGE * (1 - beta1 ** (k + 1)) / (1 - beta1), betas=(beta1, beta2), eps=HUGE
        ),
        "rmsprop": optim.adam(
            lambda k: (1 - beta2 ** (k + 1)) ** -0.5, betas=(0.0, beta2), eps_corrected=False
        ),
        "adagrad": optim.adam(lambda k: (k + 1) ** -0.5, betas=(0.0, 1 - TINY)),
    }
    steps = np.arange(1, len(gradients) + 1)
    frames = [
        pd.DataFrame(
            {
                "setting": name,
                "step": steps,
                "adam": _run(adam, gradients[:, None])[0][:, 0],
                "parent": moved[name],
            }
        )[:: max(len(steps) // 500, 1)]
        for name, adam in reduced.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _burst_table(moved: Mapping[str, Values], since: Steps, burst_steps: int) -> pd.DataFrame:
    frames = []
    for name, updates in moved.items():
        size = np.abs(updates)
        columns = {"step": since, "size": size, "relative": size / size[since == -burst_steps]}
        frames.append(pd.DataFrame({"optimizer": name, **columns}))
    return pd.concat(frames, ignore_index=True)


def _alternating(turned: Mapping[str, Values]) -> pd.DataFrame:
    frames = []
    for name, moves in turned.items():
        columns = {"step": np.arange(1, len(moves) + 1), "update": -moves}
        size = np.abs(moves)
        relative = {
            "over_mean": -moves / size.mean(),
            "progress": -np.cumsum(moves) / size.sum(),
        }
        frames.append(pd.DataFrame({"optimizer": name, **columns, **relative}))
    return pd.concat(frames, ignore_index=True)


def _memory_table(states: Mapping[str, list[Any]], since: Steps) -> pd.DataFrame:
    """Return what is left of the burst in each memory, over what was in it when the burst ended.

    The first of the two numbers in a memory has seen the burst, the second has not.
    """
    frames = []
    for setting, (name, memory, part) in MEMORIES.items():
        more = -np.diff([getattr(state, memory) for state in states[name]])[:, 0]
        columns = {"step": since[since >= 0], "remembered": more[since >= 0] / more[since == 0]}
        which = {"setting": setting, "optimizer": name, "memory": part}
        frames.append(pd.DataFrame({**which, **columns}))
    return pd.concat(frames, ignore_index=True)


def _summary(
    burst: pd.DataFrame, memory: pd.DataFrame, turned: Mapping[str, Values], beta2: float
) -> pd.DataFrame:
    rows = []
    for name, moves in turned.items():
        after = burst[(burst["optimizer"] == name) & (burst["step"] > 0)]
        rows.append(
            {
                "optimizer": name,
                "last": after["relative"].iloc[-1],
                "growth": after["size"].diff().max(),
                "forward": abs(moves.sum()) / np.abs(moves).sum(),
                **_forgets(memory[memory["setting"] == DIVIDES.get(name)]),
                "predicted_half_life": -np.log(2) / np.log(beta2),
            }
        )
    return pd.DataFrame(rows)


def _forgets(memory: pd.DataFrame) -> dict[str, float]:
    """Return what is left of the burst at the end, and after how many updates half of it is."""
    if memory.empty:
        return {"remembered": np.nan, "half_life": np.nan}
    steps, left = memory["step"].to_numpy(float), memory["remembered"].to_numpy()
    half = np.flatnonzero(left <= 0.5)
    if not len(half):
        return {"remembered": left[-1], "half_life": np.nan}
    # Between two updates memory is taken to fade by an even factor, as a running mean's does.
    after, before = np.log(left[half[0]]), np.log(left[half[0] - 1])
    part = (before - np.log(0.5)) / (before - after)
    return {"remembered": left[-1], "half_life": steps[half[0] - 1] + part}


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows near the burst, and of the others as many as a picture can show."""
    every = max(int(rows["step"].max()) // 300, 1)
    kept = rows[(rows["step"].abs() <= NEAR) | (rows["step"] % every == 0)]
    return kept.reset_index(drop=True)
