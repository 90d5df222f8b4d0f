"""The kinds of table of optimizers on a surface, stated once, as `kinds` has those of networks."""

from nnviz.tables.schema import Schema

__all__ = ["BASIN", "MOMENTUM_RATE", "PATH", "RACE", "RATE", "STATE", "TRAJECTORY"]

TRAJECTORY = Schema(
    "trajectory",
    {
        "optimizer": "what is drawn as one kind of path: the name of the rule or of the setting",
        "start": "number of the start point, from 0",
        "step": "number of updates so far, from 0 (the start itself)",
        "x": "first coordinate",
        "y": "second coordinate",
        "loss": "value of the surface at (x, y)",
        "gradient_norm": "Euclidean norm of the surface's gradient at (x, y)",
    },
    label="optimizer",
    keys=("start", "step"),
    beside={"surface": "surface"},
)

PATH = TRAJECTORY.extended(
    "path",
    {
        "distance": "to the nearest minimum, missing where none is known",
        "diverged": "whether the path left for good",
        "step_x": "update along x",
        "step_y": "update along y",
        "*_x": "what the rule remembers, along x",
        "*_y": "what the rule remembers, along y",
    },
)
"""What `trajectory_table` makes of descents."""

STATE = Schema(
    "state",
    {
        "optimizer": "name of the rule or of the setting",
        "start": "number of the start point, from 0",
        "step": "number of updates so far",
        "x": "first coordinate of the point",
        "y": "second coordinate of the point",
        "quantity": "gradient, update, step_size, or what the rule remembers: velocity, mean …",
        "along_x": "its first component",
        "along_y": "its second component",
    },
    label="optimizer",
    panels="quantity",
    keys=("start", "step"),
)

RACE = Schema(
    "race",
    {
        "optimizer": "name of the rule",
        "learning_rate": "the one it races with",
        "start": "number of the start point, from 0",
        "height": "how far above the minimum the path ended; infinite if it diverged",
    },
    label="optimizer",
    keys=("learning_rate", "start"),
    measured="height",
    lowest=True,
)

BASIN = Schema(
    "basin",
    {
        "optimizer": "name of the rule or of the setting",
        "x": "first coordinate of the start",
        "y": "second coordinate of the start; the starts are a grid",
        "minimum": "number of the minimum that the path ends at, from 0; -1 for none",
        "steps": "number of updates after which it stays there, missing for never",
        "diverged": "whether the path left for good",
    },
    panels="optimizer",
    keys=("x", "y"),
    beside={"surface": "surface"},
)

RATE = Schema(
    "rate",
    {
        "optimizer": "name of the rule",
        "learning_rate": "the one it ran with",
        "height": "how far above the minimum the path ended",
        "diverged": "whether it ended higher than it began, or left for good",
    },
    label="optimizer",
    keys=("learning_rate",),
    over="learning_rate",
    measured="height",
    lowest=True,
    beside={"limits": "limits"},
)

MOMENTUM_RATE = RATE.extended("rate and momentum", {"momentum": "that the rule ran with"})
