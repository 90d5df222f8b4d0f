"""The shapes themselves: activation functions, learning-rate schedules, sizes of updates."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from nnviz import _checks, nn, optim
from nnviz.optim import Optimizer, Schedule, schedules
from nnviz.studies.study import Claim, Study

__all__ = ["activation_functions", "effective_steps", "learning_rate_schedules"]


def activation_functions(
    activations: Sequence[str] = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"),
    *,
    low: float = -6.0,
    high: float = 6.0,
    points: int = 601,
) -> Study:
    """Tabulate activation functions and their derivatives.

    Parameters
    ----------
    activations : sequence of str
        Names from `nn.ACTIVATIONS`.
    low, high : float
        Range of the input.
    points : int
        How many inputs, evenly spaced.

    Returns
    -------
    Study
        Table ``functions`` with the columns activation, x, value, derivative and saturated,
        where the output is so near a bound that next to no gradient passes.
    """
    if _checks.real("low", low) >= _checks.real("high", high):
        raise _checks.fail("low", f"below high, {high!r}", low)
    x = np.linspace(low, high, _checks.integer("points", points, at_least=2))
    frames = []
    for name in activations:
        function = _checks.lookup("activations", name, nn.ACTIVATIONS)
        value = function.value(x)
        saturated = function.saturated or (lambda y: np.zeros(len(y), bool))
        frames.append(
            pd.DataFrame(
                {
                    "activation": name,
                    "x": x,
                    "value": value,
                    "derivative": function.derivative(x),
                    "saturated": saturated(value),
                }
            )
        )
    table = pd.concat(frames, ignore_index=True)
    settings = {"activations": list(activations), "low": low, "high": high, "points": points}
    return Study("activation_functions", {"functions": table}, settings, _slope_claims(table))


def _slope_claims(table: pd.DataFrame) -> dict[str, Claim]:
    steepest = table.groupby("activation")["derivative"].max()
    claims = {}
    if "sigmoid" in steepest:
        claims["sigmoid passes a quarter"] = Claim.at_most(
            "The sigmoid passes on a quarter of the gradient at the very most",
            steepest["sigmoid"],
            0.25,
            measured="largest derivative",
        )
    if "tanh" in steepest:
        flat = table[(table["activation"] == "tanh") & table["saturated"]]["derivative"]
        claims["saturation stops the gradient"] = Claim.at_most(
            "Where tanh is saturated, less than a tenth of the gradient passes", flat.max(), 0.1
        )
    if "relu" in steepest:
        positive = table[(table["activation"] == "relu") & (table["x"] > 0)]["derivative"]
        claims["relu passes all"] = Claim.at_least(
            "ReLU passes the whole gradient wherever it is active", positive.min(), 1.0
        )
    return claims


def learning_rate_schedules(*, learning_rate: float = 0.1, steps: int = 200) -> Study:
    """Tabulate learning-rate schedules that begin at, or rise to, the same rate.

    Parameters
    ----------
    learning_rate : float
        The highest rate of each.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        Table ``schedules`` with the columns schedule, step and learning_rate.
    """
    total = _checks.integer("steps", steps, at_least=20)
    chosen: Mapping[str, Schedule] = {
        "constant": schedules.constant(learning_rate),
        "step": schedules.step_decay(learning_rate, every=total // 4, factor=0.5),
        "exponential": schedules.exponential(learning_rate, factor=0.01 ** (1 / total)),
        "cosine": schedules.cosine(learning_rate, steps=total),
        "warm-up and cosine": schedules.warm_up(
            schedules.cosine(learning_rate, steps=total - total // 10), steps=total // 10
        ),
        "one cycle": schedules.one_cycle(learning_rate, steps=total),
    }
    table = pd.DataFrame(
        [
            {"schedule": name, "step": step, "learning_rate": float(schedule(step))}
            for name, schedule in chosen.items()
            for step in range(total)
        ]
    )
    last = table[table["step"] == total - 1].set_index("schedule")["learning_rate"]
    first = table[table["step"] == 0].set_index("schedule")["learning_rate"]
    claims = {
        "all decay": Claim.at_most(
            "Every schedule but the constant one ends far below its highest rate",
            last.drop("constant").max() / learning_rate,
            0.2,
            measured="last rate over highest, of the slowest decay",
        ),
        "warm-up begins low": Claim.at_most(
            "Warm-up and one cycle begin far below their highest rate",
            first[["warm-up and cosine", "one cycle"]].max() / learning_rate,
            0.1,
        ),
    }
    settings = {"learning_rate": learning_rate, "steps": total}
    return Study("learning_rate_schedules", {"schedules": table}, settings, claims)


def effective_steps(
    optimizers: Sequence[str] = ("sgd", "momentum", "adagrad", "rmsprop", "adam"),
    *,
    gradients: Sequence[float] = (0.01, 1.0),
    steps: int = 100,
) -> Study:
    """Feed constant gradients to update rules and tabulate how far each moves.

    Learning rate 1, so that a size is in units of the learning rate.

    Parameters
    ----------
    optimizers : sequence of str
        Names from `optim.RULES`.
    gradients : sequence of float
        Constant gradients, positive.
    steps : int
        Number of updates.

    Returns
    -------
    Study
        Table ``sizes`` with the columns optimizer, gradient, step (from 1) and size, the
        absolute value of the update.
    """
    total = _checks.integer("steps", steps, at_least=2)
    scales = np.array([_checks.positive("gradients", gradient) for gradient in gradients])
    frames = [
        pd.DataFrame(
            {
                "optimizer": name,
                "gradient": np.tile(scales, total),
                "step": np.repeat(np.arange(1, total + 1), len(scales)),
                "size": _sizes(optim.make(name, 1.0), scales, total).ravel(),
            }
        )
        for name in optimizers
    ]
    table = pd.concat(frames, ignore_index=True)
    settings = {
        "optimizers": list(optimizers),
        "gradients": scales.tolist(),
        "learning_rate": 1.0,
        "steps": total,
    }
    return Study("effective_steps", {"sizes": table}, settings, _size_claims(table))


def _sizes(rule: Optimizer, gradients: np.ndarray, steps: int) -> np.ndarray:
    """Return the absolute updates, shape (steps, gradients): each parameter is on its own."""
    params = np.zeros_like(gradients)
    state = rule.init(params)
    sizes = np.empty((steps, len(gradients)))
    for step in range(steps):
        updates, state = rule.update(gradients, state, params)
        params = params + updates
        sizes[step] = np.abs(updates)
    return sizes


def _size_claims(table: pd.DataFrame) -> dict[str, Claim]:
    last = table[table["step"] == table["step"].max()]
    size = last.set_index(["optimizer", "gradient"])["size"].unstack("gradient")
    low, high = size.columns.min(), size.columns.max()
    claims = {}
    if "adagrad" in size.index:
        claims["adagrad slows down"] = Claim.between(
            "On a constant gradient, AdaGrad's nth step is 1/√n of its first",
            size.loc["adagrad", high] * np.sqrt(table["step"].max()),
            0.99,
            1.01,
            measured="size of the last step times the root of its number",
        )
    if "momentum" in size.index:
        claims["momentum grows"] = Claim.between(
            "Momentum 0.9 makes steps up to ten times those of SGD",
            size.loc["momentum", high] / high,
            9.0,
            10.0,
        )
    if "adam" in size.index:
        claims["adam ignores the scale"] = Claim.between(
            "Adam's steps do not depend on the scale of the gradient",
            size.loc["adam", low] / size.loc["adam", high],
            0.99,
            1.01,
        )
    return claims
