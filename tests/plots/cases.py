"""Fixed tables for the plots' tests: written by formulas, never by training."""

import numpy as np
import pandas as pd

from nnviz.surfaces import SURFACES
from nnviz.tables import Schema

BOWL = SURFACES["bowl"]

BY_INITIALIZER = Schema(
    "by initializer",
    {"setting": "of both", "activation": "function", "initializer": "of the weights"},
    label="setting",
    parts={"setting": ["activation", "initializer"]},
)


def paths(optimizers=("sgd", "momentum", "adagrad", "adam"), *, starts=1, steps=31):
    """Paths on the bowl: damped oscillations that differ in rate and frequency."""
    step = np.arange(steps)
    frames = []
    for number, optimizer in enumerate(optimizers):
        turn = (np.pi, 0.55, 0.0, 0.25)[number % 4] + 0.05 * (number // 4)
        for start in range(starts):
            x = -7 * np.exp(-step / (10 - number % 5)) + 0.5 * start
            y = (2 - 0.4 * start) * np.exp(-step / (9 - number % 4)) * np.cos(turn * step)
            frames.append(path(optimizer, x, y, start=start))
    return pd.concat(frames, ignore_index=True)


def path(optimizer, x, y, *, start=0):
    return pd.DataFrame(
        {
            "optimizer": optimizer,
            "start": start,
            "step": np.arange(len(x)),
            "x": x,
            "y": y,
            "loss": x * x / 20 + y * y,
            "gradient_norm": np.hypot(x / 10, 2 * y),
        }
    )


def curve(settings=("none", "weight decay 0.1"), *, seeds=3, epochs=41, metric="accuracy"):
    """Saturating curves: each setting has its own ceiling, each seed a small shift."""
    epoch = np.linspace(0, 200, epochs)
    frames = []
    for number, setting in enumerate(settings):
        for seed in range(seeds):
            for split, top in (("train", 1.0 - 0.03 * number), ("test", 0.8 + 0.04 * (number % 5))):
                value = top - (top - 0.1) * np.exp(-epoch / (15 + 6 * number))
                value = value + 0.06 * (seed - 1) * (split == "test") * np.sin(epoch / 20 + seed)
                if metric == "loss":
                    value = np.exp(-4 * value) * 2.3
                frames.append(
                    pd.DataFrame(
                        {
                            "setting": setting,
                            "seed": seed,
                            "step": (epoch * 3).astype(int),
                            "epoch": epoch,
                            "split": split,
                            "metric": metric,
                            "value": value,
                        }
                    )
                )
    return pd.concat(frames, ignore_index=True)


def composed(*settings):
    """Settings such as "tanh, Xavier", declared to consist of an activation and an initializer."""
    parts = [setting.split(", ") for setting in settings]
    table = pd.DataFrame(parts, columns=["activation", "initializer"])
    return BY_INITIALIZER.check(table.assign(setting=settings))


def histogram(settings=("tanh, Xavier",), *, layers=5, spread=0.8, collapsed=(1,)):
    """Bell-shaped layers that narrow with depth; some settings are collapsed, by number."""
    edges = np.linspace(-1, 1, 61)
    middle = (edges[:-1] + edges[1:]) / 2
    frames = []
    for number, setting in enumerate(settings):
        for layer in range(1, layers + 1):
            width = spread / (1 + 0.5 * number) * 0.85 ** (layer - 1)
            count = np.round(20_000 * np.exp(-((middle / width) ** 2)))
            if number in collapsed:
                count = np.where(np.abs(middle) < (edges[1] - edges[0]), 50_000, 0)
            frames.append(
                pd.DataFrame(
                    {
                        "setting": setting,
                        "layer": layer,
                        "left": edges[:-1],
                        "right": edges[1:],
                        "count": count.astype(int),
                    }
                )
            )
    table = pd.concat(frames, ignore_index=True)
    if all(", " in setting for setting in settings):
        table.attrs["parts"] = composed(*settings).attrs["parts"]
    return table


def statistic(settings=("std 1", "std 0.01", "Xavier", "He"), *, layers=5, seeds=3):
    """Powers of the layer's number, a hair apart from seed to seed."""
    rates = (3.0, 0.1, 0.7, 1.0)
    return pd.DataFrame(
        [
            {
                "setting": setting,
                "seed": seed,
                "layer": layer,
                "statistic": "std",
                "value": rates[number % 4] ** (layer * (1 + 0.05 * (number // 4)))
                * (1 + 0.1 * (seed - 1) * np.cos(layer)),
            }
            for number, setting in enumerate(settings)
            for seed in range(seeds)
            for layer in range(1, layers + 1)
        ]
    )


def shape(activations=("sigmoid", "tanh", "relu")):
    """Functions and derivatives, written out."""
    x = np.linspace(-4, 4, 81)
    sigmoid, tanh = 1 / (1 + np.exp(-x)), np.tanh(x)
    known = {
        "sigmoid": (sigmoid, sigmoid * (1 - sigmoid), np.abs(sigmoid - 0.5) > 0.45),
        "tanh": (tanh, 1 - tanh**2, np.abs(tanh) > 0.95),
        "relu": (np.maximum(x, 0), (x > 0) * 1.0, np.zeros(len(x), dtype=bool)),
    }
    frames = []
    for name in activations:
        value, derivative, saturated = known[name]
        columns = {"value": value, "derivative": derivative, "saturated": saturated}
        frames.append(pd.DataFrame({"activation": name, "x": x, **columns}))
    return pd.concat(frames, ignore_index=True)


def swept(settings=("sgd", "adam"), *, seeds=3):
    """A valley over the learning rate; the largest rate diverges."""
    return pd.DataFrame(
        [
            {
                "setting": setting,
                "seed": seed,
                "learning_rate": 10.0**power,
                "loss": (power + 2 + number) ** 2 + 0.2 + 0.05 * seed if power < 1 else np.nan,
            }
            for number, setting in enumerate(settings)
            for power in range(-5, 2)
            for seed in range(seeds)
        ]
    )


def search(trials=40):
    """Quasi-random trials whose accuracy follows the learning rate."""
    number = np.arange(trials)
    rate, decay = -6 + 4 * ((number * 0.618) % 1), -8 + 4 * ((number * 0.755) % 1)
    return pd.DataFrame(
        {
            "learning_rate": 10**rate,
            "weight_decay": 10**decay,
            "accuracy": 1 / (1 + np.exp(-2 * (rate + 4))),
        }
    )


def raced(optimizers=("adam", "momentum", "sgd"), *, starts=12):
    """Heights spread over some decades, lower for the first; some paths of the last diverge."""
    number = np.arange(starts)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "optimizer": optimizer,
                    "learning_rate": (0.5, 0.01, 2e-05)[place % 3],
                    "start": number,
                    "height": np.where(
                        (place % 3 == 2) & (number % 6 == 5),
                        np.inf,
                        10.0 ** (place - 5 + 3 * ((number * 0.618) % 1)),
                    ),
                }
            )
            for place, optimizer in enumerate(optimizers)
        ],
        ignore_index=True,
    )


def state(optimizers=("momentum", "adam"), *, quantities=("gradient", "velocity"), starts=1):
    """Damped oscillations; each quantity lags behind the one before."""
    table = paths(optimizers, starts=starts)
    turn = 0.6 * table["step"] + 0.7 * table["optimizer"].map(list(optimizers).index)
    return pd.concat(
        [
            table[["optimizer", "start", "step", "x", "y"]].assign(
                quantity=quantity,
                along_x=-np.exp(-table["step"] / 9) * np.cos(turn / 2 - lag),
                along_y=2 * np.exp(-table["step"] / 12) * np.cos(turn - lag),
            )
            for lag, quantity in enumerate(quantities)
        ],
        ignore_index=True,
    )


def basin(optimizers=("sgd", "adam"), *, side=24):
    """Three sectors, one minimum each; later the further out, and lost in two corners."""
    x, y = (grid.ravel() for grid in np.meshgrid(*[np.linspace(-4, 4, side)] * 2))
    frames = []
    for number, optimizer in enumerate(optimizers):
        far = np.hypot(x, y)
        none, diverged = x - y > 6, x - y < number - 7
        minimum = np.where(none | diverged, -1, (1.5 + np.arctan2(y, x + number) / 2).astype(int))
        steps = np.where(minimum < 0, np.nan, np.round(4 ** (1 + far / 2) * (1 + number)))
        columns = {"x": x, "y": y, "minimum": minimum, "steps": steps, "diverged": diverged}
        frames.append(pd.DataFrame({"optimizer": optimizer, **columns}))
    return pd.concat(frames, ignore_index=True)


def rated(optimizers=("sgd", "momentum", "adam")):
    """A valley over the learning rate, at another place for each; beyond 1 all diverge."""
    rate = 10.0 ** np.arange(-3, 1.1, 0.25)
    frames = []
    for number, optimizer in enumerate(optimizers):
        height = 10.0 ** (np.abs(np.log10(rate) + 1 + 0.5 * (number % 3)) * 4 - 6)
        columns = {"learning_rate": rate, "height": height, "diverged": rate > 1}
        frames.append(pd.DataFrame({"optimizer": optimizer, **columns}))
    return pd.concat(frames, ignore_index=True)


def momenta(optimizers=("momentum", "nesterov"), *, momenta=(0.0, 0.3, 0.6, 0.9)):
    """The same, moved by the momentum."""
    frames = [
        rated(optimizers)
        .assign(momentum=momentum)
        .assign(height=lambda table, by=momentum: table["height"] * 10 ** (by * 2))
        for momentum in momenta
    ]
    return pd.concat(frames, ignore_index=True)


def limit(optimizers=("momentum", "nesterov"), *, momenta=(0.0, 0.3, 0.6, 0.9)):
    """A line that rises with the momentum."""
    return pd.DataFrame(
        [
            {"optimizer": optimizer, "momentum": momentum, "learning_rate": 1 + momentum}
            for optimizer in optimizers
            for momentum in momenta
        ]
    )


def progress(layers=("relu1", "relu2", "relu3"), *, metric="dead"):
    """A front that moves down through the layers; one value is missing, one is infinite."""
    step = np.arange(0, 200, 10)
    frames = [
        pd.DataFrame(
            {
                "layer": layer,
                "step": step,
                "metric": metric,
                "value": 0.9 / (1 + np.exp((60 + 30 * number - step) / 12)),
            }
        )
        for number, layer in enumerate(layers)
    ]
    table = pd.concat(frames, ignore_index=True)
    table.loc[3, "value"], table.loc[len(step) + 5, "value"] = np.nan, np.inf
    return table


def mask(settings=("batch 1", "batch 2"), *, rows=12, units=30):
    """Half of the units kept, by the fractions of multiples of an irrational number."""
    row, unit = (index.ravel() for index in np.indices((rows, units)))
    frames = [
        pd.DataFrame(
            {
                "setting": setting,
                "row": row + 1,
                "unit": unit + 1,
                "kept": (0.618 * (row * units + unit) ** 1.5 + 0.3 * number) % 1 < 0.5,
            }
        )
        for number, setting in enumerate(settings)
    ]
    return pd.concat(frames, ignore_index=True)


def quantile(layers=("linear1", "linear2", "linear3"), *, exact=True):
    """A distribution that drifts down and narrows, the more the deeper."""
    return pd.DataFrame(
        [
            {
                "layer": layer,
                "step": step,
                "exact": exact,
                "quantile": rank,
                "value": 4 * (rank - 0.5) * np.exp(-step / 150) - number * step / 150,
            }
            for number, layer in enumerate(layers)
            for step in range(0, 200, 20)
            for rank in (0.05, 0.25, 0.5, 0.75, 0.95)
        ]
    )


def ratio(settings=("rate 0.1", "rate 1")):
    """Ratios that fall from a tenth, or stay at a thousandth."""
    table = curve(settings, metric="update_to_weight").query("split == 'train'")
    number = table["setting"].map(list(settings).index)
    falling = 0.1 * np.exp(-table["step"] / 120)
    return table.assign(value=np.where(number % 2, falling, 1.3e-3) * (1 + 0.1 * table["seed"]))


def region(settings=("none", "weight decay 0.1"), *, steps=(10, 1000), classes=3, side=24):
    """Sectors around the origin, one a class, that turn the more the later."""
    x, y = (grid.ravel() for grid in np.meshgrid(*[np.linspace(-1, 1, side)] * 2))
    frames = []
    for number, setting in enumerate(settings):
        for step in steps:
            turn = np.log10(step) * np.hypot(x, y) / (1 + number)
            sector = classes * (0.5 + np.arctan2(y, x) / (2 * np.pi)) + turn
            columns = {"x": x, "y": y, "class": (sector % classes).astype(int)}
            margin = 1 - np.abs(2 * (sector % 1) - 1)
            frames.append(
                pd.DataFrame({"setting": setting, "step": step, **columns, "margin": margin})
            )
    return pd.concat(frames, ignore_index=True)


def length(settings=("none", "weight decay 0.1"), *, steps=(10, 1000)):
    """Lengths that grow with the step, less in later settings, and differ between two seeds."""
    rows = [
        {"setting": setting, "seed": seed, "step": step, "value": 2 + seed + step / (500 + 500 * k)}
        for k, setting in enumerate(settings)
        for step in steps
        for seed in range(2)
    ]
    return pd.DataFrame(rows).assign(epoch=0, split="train", metric="boundary_length")


def row(*, classes=3, n=30):
    """Points on a spiral."""
    number = np.arange(n)
    radius, angle = np.sqrt(number / n), 2.4 * number
    columns = {"x": radius * np.cos(angle), "y": radius * np.sin(angle), "class": number % classes}
    return pd.DataFrame(columns)


def picture(settings=("before", "none"), *, shape=(8, 6), n=5):
    """Waves that run another way in each picture and are the stronger, the later the setting."""
    number, row, column = np.indices((n, *shape)).reshape(3, -1)
    wave = np.cos(row * np.cos(number) + column * np.sin(number))
    frames = [
        pd.DataFrame({"setting": setting, "picture": number, "row": row, "column": column}).assign(
            value=wave * (1 + place) / len(settings)
        )
        for place, setting in enumerate(settings)
    ]
    return pd.concat(frames, ignore_index=True)


def confused(settings=("none", "dropout 0.2"), *, classes=10):
    """The further apart two classes are, the rarer an error; a third is never made."""
    true, predicted = np.indices((classes, classes)).reshape(2, -1)
    apart = np.abs(true - predicted)
    frames = [
        pd.DataFrame({"setting": setting, "true": true, "predicted": predicted}).assign(
            count=np.where((true + predicted + place) % 3, 730 // (1 + 8 * apart), 0)
        )
        for place, setting in enumerate(settings)
    ]
    return pd.concat(frames, ignore_index=True)


def single_run(settings=("relu", "tanh"), *, seeds=4, steps=61):
    """Slow growth; each run of every other setting leaps a thousandfold at a step of its own.

    Of the first setting, one run reaches zero and one ends early.
    """
    step = np.arange(0, 5 * steps, 5)
    frames = []
    for number, setting in enumerate(settings):
        for seed in range(seeds):
            leap = 60 + 40 * seed if number % 2 == 0 and seed < 3 else np.nan
            value = 10.0 ** (-8 + step / 200 + 0.1 * seed - number) * np.where(step > leap, 1e3, 1)
            if number == 0 and seed == 3:
                value = np.where(step > 150, 0.0, value)
            run = {"setting": setting, "seed": seed, "step": step, "marked": leap, "value": value}
            frame = pd.DataFrame(run)
            frames.append(frame[frame["step"] < 200] if (number, seed) == (0, 2) else frame)
    return pd.concat(frames, ignore_index=True)


def pair(settings=("rate 0.1", "rate 0.4"), *, seeds=10):
    """Pairs on the diagonal in the first setting, the further from it the later the setting."""
    seed = np.arange(seeds)
    one = 0.9 - 0.2 * ((seed * 0.618) % 1)
    frames = [
        pd.DataFrame({"setting": setting, "seed": seed, "accuracy": one}).assign(
            twin_accuracy=one - 0.3 * number * ((seed * 0.755) % 1)
        )
        for number, setting in enumerate(settings)
    ]
    return pd.concat(frames, ignore_index=True)
