"""The table of test functions typed a second time, for torch: the witness of `nnviz.surfaces`."""

import math

import torch
from torch import cos, exp, sin, sqrt

PI = math.pi


def schaffer(bump, x, y):
    return 0.5 + (bump - 0.5) / (1 + 0.001 * (x**2 + y**2)) ** 2


FORMULAS = {
    "bowl": lambda x, y: x**2 / 20 + y**2,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "matyas": lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y,
    "saddle": lambda x, y: x**2 - y**2,
    "monkey_saddle": lambda x, y: x**3 - 3 * x * y**2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    ),
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "goldstein_price": lambda x, y: (
        (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2))
        * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))
    ),
    "styblinski_tang": lambda x, y: sum(t**4 - 16 * t**2 + 5 * t for t in (x, y)) / 2,
    "three_hump_camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
    "six_hump_camel": lambda x, y: (
        (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2
    ),
    "rastrigin": lambda x, y: 20 + sum(t**2 - 10 * cos(2 * PI * t) for t in (x, y)),
    "ackley": lambda x, y: (
        -20 * exp(-0.2 * sqrt(0.5 * (x**2 + y**2)))
        - exp(0.5 * (cos(2 * PI * x) + cos(2 * PI * y)))
        + math.e
        + 20
    ),
    "easom": lambda x, y: -cos(x) * cos(y) * exp(-((x - PI) ** 2) - (y - PI) ** 2),
    "mccormick": lambda x, y: sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1,
    "levi_13": lambda x, y: (
        sin(3 * PI * x) ** 2
        + (x - 1) ** 2 * (1 + sin(3 * PI * y) ** 2)
        + (y - 1) ** 2 * (1 + sin(2 * PI * y) ** 2)
    ),
    "griewank": lambda x, y: 1 + (x**2 + y**2) / 4000 - cos(x) * cos(y / math.sqrt(2)),
    "schaffer_2": lambda x, y: schaffer(sin(x**2 - y**2) ** 2, x, y),
    "schaffer_4": lambda x, y: schaffer(cos(sin(torch.abs(x**2 - y**2))) ** 2, x, y),
    "bukin_6": lambda x, y: 100 * sqrt(torch.abs(y - 0.01 * x**2)) + 0.01 * torch.abs(x + 10),
    "eggholder": lambda x, y: (
        -(y + 47) * sin(sqrt(torch.abs(x / 2 + y + 47))) - x * sin(sqrt(torch.abs(x - y - 47)))
    ),
}
