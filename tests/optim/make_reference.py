"""Write `reference.csv`: where torch's optimizers are after 1, 10 and 100 steps on the bowl.

Run by hand, with torch installed: ``python -m tests.optim.make_reference``.
"""

import csv
from pathlib import Path

import torch

from .cases import CASES, PROBLEMS
from .test_rules_against_torch import follow_torch

if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    start, gradient = PROBLEMS["bowl"]
    with Path(__file__).with_name("reference.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["case", "step", "x", "y"])
        for case, (_, name, options) in CASES.items():
            path = follow_torch(name, options, start, gradient, 100)
            for step in (1, 10, 100):
                rows.writerow([case, step, *map(repr, map(float, path[step]))])
