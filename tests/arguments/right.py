"""Arguments that are right: what a call needs so that one wrong value is all that is wrong."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from nnviz import decks, nn, optim, plots, publish, record, stats, studies, surfaces, tables, train
from nnviz.publish.lesson import seal
from tests.plots import cases, plotted

from .parameters import kind_of


@cache
def recorder() -> record.Recorder:
    """Return a recording of one step."""
    made = record.Recorder()
    with made.step(0):
        made.observe("linear1/activation", np.arange(6.0))
        made.scalar("loss", 1.0)
    return made


@cache
def data() -> train.Dataset:
    """Return a small data set of pictures, two classes of four pixels."""
    x = np.arange(1600.0).reshape(400, 4) / 1600
    y = np.arange(400) % 2
    return train.Dataset("small", x, y, x, y, (2, 2))


@cache
def points() -> train.Dataset:
    """Return a small data set of points in the plane, two classes."""
    rows = data()
    return train.Dataset(
        "plane", rows.x_train[:, :2], rows.y_train, rows.x_test[:, :2], rows.y_test
    )


@cache
def study() -> studies.Study:
    """Return a study that takes next to no time."""
    return studies.learning_rate_schedules(steps=20)


@cache
def descent() -> train.Descent:
    """Return a short path."""
    return train.descend("bowl", optim.sgd(0.1), (1.0, 1.0), steps=2)


@cache
def curve() -> pd.DataFrame:
    """Return a `tables.CURVE` table."""
    return cases.curve()


@cache
def drawn_table(plot: str) -> pd.DataFrame:
    """Return a table that a plot draws."""
    return plotted.ALL[plot].table()


def rows_file() -> str:
    """Return a CSV file in the folder in force."""
    Path("rows.csv").write_text("size,kind\n1,a\n2,b\n")
    return "rows.csv"


def network() -> nn.Sequential:
    """Return a small network."""
    return nn.mlp([4, 2], rng=np.random.default_rng(0))


RIGHT: dict[str, Callable[[], Any]] = {
    "data": data,
    "recording": recorder,
    "net": network,
    "optimizer": lambda: optim.sgd(0.1),
    "surface": lambda: surfaces.SURFACES["bowl"],
    "figure": Figure,
    "ax": lambda: Figure().add_subplot(),
    "study": study,
    "claim": lambda: next(iter(study().claims.values())),
    "question": lambda: next(iter(study().claims.values())).question,
    "measure": lambda: next(iter(study().claims.values())).question.measure,
    "bound": lambda: studies.Bound.at_least(0),
    "sealed": lambda: seal(next(iter(study().claims))),
    "table": lambda: pd.DataFrame({"x": [1]}),
    "tables": lambda: {"x": pd.DataFrame({"x": [1]})},
    "schema": lambda: tables.CURVE,
    "script": lambda: publish.Script("nowhere/nothing", publish.gallery_folder()),
    "exhibit": lambda: publish.Exhibit(RIGHT["script"](), Figure(), study()),
    "descents": lambda: {"sgd": descent()},
    "domain": lambda: ((-1.0, 1.0), (-1.0, 1.0)),
    "curve": curve,
    "points": lambda: (0.0, 0.0),
    "function": lambda: lambda x, y: x * y,
    "kind": lambda: "activation",
    "statistic": lambda: "norm",
    "format": lambda: "png",
    "file_format": lambda: "png",
    "step": lambda: 0,
    "stream": lambda: "linear1/activation",
    "source": lambda: "moons",
    "parts": lambda: optim.sgd(0.1),
    "left": lambda: [0.0, 1.0],
    "right": lambda: [1.0, 2.0],
    "counts": lambda: [3.0, 4.0],
    "edges": lambda: np.array([0.0, 1.0, 2.0]),
    "x_train": lambda: data().x_train,
    "y_train": lambda: data().y_train,
    "x_test": lambda: data().x_test,
    "y_test": lambda: data().y_test,
    "x": lambda: data().x_train,
    "y": lambda: data().y_train,
}
"""Values that are right wherever a parameter of this name stands."""

WHERE: dict[str, Callable[[], dict[str, Any]]] = {
    **{
        f"plots.{name}": lambda name=name, drawn=drawn: {
            **getattr(drawn.draw, "keywords", {}),
            "data": drawn_table(name),
        }
        for name, drawn in plotted.ALL.items()
    },
    "nn.Activation": lambda: {"value": np.tanh},
    "nn.Residual": lambda: {"layers": {"relu": nn.ACTIVATIONS["relu"]}},
    "nn.Sequential": lambda: {"layers": {"relu": nn.ACTIVATIONS["relu"]}},
    "nn.maximal_update_rates": lambda: {"net": nn.mlp([2, 2, 2], rng=np.random.default_rng(0))},
    "nn.Sequential.mask": lambda: {"kind": "weight"},
    "nn.mlp": lambda: {"sizes": [2, 2]},
    "optim.make": lambda: {"name": "sgd"},
    "optim.chain": dict,
    "optim.muon": lambda: {"shapes": [(2, 3)], "others": optim.sgd(0.1)},
    "plots.bracket": lambda: {"x": (0.0, 1.0), "y": 0.5},
    "plots.frame": lambda: {"x": (0.0, 1.0), "y": (0.0, 1.0)},
    "plots.star": lambda: {"x": 0.5, "y": 0.5},
    "plots.highlight": lambda: {
        "ax": Figure().add_subplot(),
        "coordinates": np.arange(3.0),
        "where": np.array([1, 0, 1], bool),
    },
    "decks.Deck.add": lambda: {"shown": "trajectories/bowl"},
    "decks.Deck.save": lambda: {"path": "a.html"},
    "explorer.explore": lambda: {"path": "explorer.html"},
    "publish.exhibit": lambda: {"id": "trajectories/bowl"},
    "publish.figure": lambda: {"id": "trajectories/bowl"},
    "motion.moving_run": lambda: {"run": recorder(), "what": "distributions"},
    "publish.figure_of_run": lambda: {
        "run": recorder(),
        "what": "distributions",
        "step": 0,
    },
    "publish.format_of": lambda: {"path": "a.png"},
    "publish.save": lambda: {"path": "a.png"},
    "publish.write_report": lambda: {"path": "a.html", "runs": {"a": recorder()}},
    "motion.animate": lambda: {"path": "a.gif"},
    "motion.film_of": lambda: {"path": "a.gif"},
    "motion.moving_figure": lambda: {"id": "trajectories/bowl"},
    "record.Recorder.step": lambda: {"number": 5},
    "studies.Study.claim": lambda: {"name": next(iter(study().claims))},
    "studies.Study.table": lambda: {"name": next(iter(study().tables))},
    "studies.decision_boundaries": lambda: {"data": points()},
    "surfaces.from_grid": lambda: (
        dict(zip(("xs", "ys"), np.mgrid[:4, :4], strict=True)) | {"values": np.zeros((4, 4))}
    ),
    "surfaces.Surface": lambda: {"value": np.add, "gradient": np.add},
    "plots.Plot.said": lambda: {"data": curve()},
    "tables.Schema.check": lambda: {"data": curve()},
    "tables.bands_over": lambda: {"data": curve(), "x": "epoch", "y": "value"},
    "tables.compare": lambda: {
        "values": pd.DataFrame({"setting": ["a", "b"], "seed": [0, 0], "value": [1.0, 2.0]}),
        "setting": "a",
        "other": "b",
    },
    "train.from_csv": lambda: {"path": rows_file()},
    "train.fit": lambda: {"batch_size": 2},
    "train.run_cells": lambda: {"function": np.add},
}
"""Values that are right in one function."""

OWNERS: dict[str, Callable[[], Any]] = {
    "decks.Deck": decks.Deck,
    "nn.Sequential": network,
    "record.Recorder": recorder,
    "plots.Plot": lambda: plots.plot_of(tables.CURVE),
    "record.Recording": recorder,
    "stats.Histogram": lambda: stats.Histogram.of([1.0, 2.0]),
    "stats.Moments": lambda: stats.Moments.of([1.0, 2.0]),
    "stats.Summary": lambda: stats.Summary.of([1.0, 2.0]),
    "stats.Rows": lambda: stats.Rows,
    "stats.Values": lambda: stats.Values,
    "studies.Bound": lambda: studies.Bound.at_least(0),
    "studies.Question": lambda: RIGHT["question"](),
    "studies.Study": study,
    "surfaces.Surface": lambda: RIGHT["surface"](),
    "tables.Schema": lambda: tables.CURVE,
    "train.Dataset": data,
}
"""An object of each class whose methods are called."""


def arguments(function: str, names: list[str]) -> dict[str, Any]:
    """Return right values for these parameters of a function."""
    own = WHERE.get(function, dict)()
    made = {name: RIGHT[name]() for name in names if name in RIGHT and name not in own}
    plain = {name: kind_of(function, name).right for name in names if name not in {**own, **made}}
    return {**plain, **made, **own}
