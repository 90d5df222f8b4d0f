"""Every rule beside the torch optimizer that is its witness."""

import numpy as np

from nnviz import optim

CASES = {
    "sgd": (optim.sgd(0.05), "SGD", {"lr": 0.05}),
    "sgd, weight decay": (
        optim.sgd(0.05, weight_decay=0.1),
        "SGD",
        {"lr": 0.05, "weight_decay": 0.1},
    ),
    "momentum": (optim.momentum(0.05), "SGD", {"lr": 0.05, "momentum": 0.9}),
    "dampening": (
        optim.sgd(0.05, momentum=0.9, dampening=0.5),
        "SGD",
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.5},
    ),
    "nesterov": (optim.nesterov(0.05), "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "nesterov, weight decay": (
        optim.sgd(0.05, momentum=0.8, nesterov=True, weight_decay=0.1),
        "SGD",
        {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
    ),
    "adagrad": (optim.adagrad(0.5), "Adagrad", {"lr": 0.5}),
    "adagrad, with everything": (
        optim.adagrad(lambda k: 0.5 / (1 + 0.1 * k), eps=1e-6, initial_total=2.0, weight_decay=0.1),
        "Adagrad",
        {
            "lr": 0.5,
            "lr_decay": 0.1,
            "eps": 1e-6,
            "initial_accumulator_value": 2.0,
            "weight_decay": 0.1,
        },
    ),
    "rmsprop": (optim.rmsprop(0.01), "RMSprop", {"lr": 0.01}),
    "rmsprop, centered with momentum": (
        optim.rmsprop(0.002, centered=True, momentum=0.8, weight_decay=0.01),
        "RMSprop",
        {"lr": 0.002, "centered": True, "momentum": 0.8, "weight_decay": 0.01},
    ),
    "adadelta": (optim.adadelta(1.0), "Adadelta", {"lr": 1.0}),
    "adadelta, with everything": (
        optim.adadelta(0.5, rho=0.8, eps=1e-4, weight_decay=0.1),
        "Adadelta",
        {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1},
    ),
    "adam": (optim.adam(0.1), "Adam", {"lr": 0.1}),
    "adam, weight decay": (
        optim.adam(0.1, betas=(0.8, 0.99), weight_decay=0.05),
        "Adam",
        {"lr": 0.1, "betas": (0.8, 0.99), "weight_decay": 0.05},
    ),
    "amsgrad": (optim.amsgrad(0.1), "Adam", {"lr": 0.1, "amsgrad": True}),
    "adamw": (optim.adamw(0.1, weight_decay=0.1), "AdamW", {"lr": 0.1, "weight_decay": 0.1}),
    "adamax": (optim.adamax(0.1), "Adamax", {"lr": 0.1}),
    "nadam": (optim.nadam(0.02), "NAdam", {"lr": 0.02}),
    "radam": (optim.radam(0.1), "RAdam", {"lr": 0.1}),
    "amsgrad, weight decay": (
        optim.amsgrad(0.1, betas=(0.8, 0.9), weight_decay=0.1),
        "Adam",
        {"lr": 0.1, "betas": (0.8, 0.9), "amsgrad": True, "weight_decay": 0.1},
    ),
    "adamax, with everything": (
        optim.adamax(0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1),
        "Adamax",
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.1},
    ),
    "nadam, with everything": (
        optim.nadam(0.02, betas=(0.8, 0.99), eps=1e-3, momentum_decay=0.1, weight_decay=0.1),
        "NAdam",
        {
            "lr": 0.02,
            "betas": (0.8, 0.99),
            "eps": 1e-3,
            "momentum_decay": 0.1,
            "weight_decay": 0.1,
        },
    ),
    "radam, with everything": (
        optim.radam(0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1),
        "RAdam",
        {"lr": 0.02, "betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.1},
    ),
    "radam, never adapting": (
        optim.radam(0.1, betas=(0.9, 0.6)),
        "RAdam",
        {"lr": 0.1, "betas": (0.9, 0.6)},
    ),
    "rprop, with everything": (
        optim.rprop(0.1, etas=(0.4, 1.3), step_sizes=(1e-2, 0.5)),
        "Rprop",
        {"lr": 0.1, "etas": (0.4, 1.3), "step_sizes": (1e-2, 0.5)},
    ),
    "rprop": (optim.rprop(0.1), "Rprop", {"lr": 0.1}),
}


def bowl(x):
    """Return the gradient of x²/20 + y²."""
    return x * np.array([0.1, 2.0])


def quadratic():
    """Return start and gradient of a random quadratic in 10 dimensions."""
    rng = np.random.default_rng(3)
    half = rng.standard_normal((10, 10))
    matrix = half @ half.T / 40 + np.eye(10)
    return 5 * rng.standard_normal(10), lambda x: matrix @ x


PROBLEMS = {"bowl": (np.array([-7.0, 2.0]), bowl), "quadratic in 10 dimensions": quadratic()}


def follow(rule, start, gradient, steps):
    """Return the path of a rule, of shape (steps + 1, d)."""
    params, state = start.copy(), rule.init(start)
    path = [params]
    for _ in range(steps):
        grads = gradient(rule.gradient_at(state, params))
        updates, state = rule.update(grads, state, params)
        params = params + updates
        path.append(params)
    return np.array(path)
