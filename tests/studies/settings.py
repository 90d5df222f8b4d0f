"""On which settings the contracts run each study: a new one has its lines here.

`SMALL` is as little as each needs, whatever it then finds; the others are settings that no study
was written for, on which its claims are checked.
"""

import numpy as np

from nnviz import train

PLANE = train.moons(200, 50, rng=np.random.default_rng(1))
TINY = {"hidden": (8,), "seeds": 2}
SMALL = {
    "activation_functions": {"points": 11},
    "adam_parts": {"before": 20, "after": 30, "turns": 10},
    "averaged_descent": {"steps": 10, "seeds": 2},
    "averaged_training": {**TINY, "steps": 20},
    "basins_of_attraction": {"side": 5, "steps": 50},
    "batch_normalization": {**TINY, "scales": (1.0, 0.1), "epochs": 2},
    "dropout_masks": {**TINY, "steps": 5, "draws": 3},
    "batch_statistics": {**TINY, "batch_sizes": (2, 20), "steps": 5, "draws": 5},
    "complexity": {"widths": (4, 8), "depths": (1, 2), "width": 4, "depth": 1, "epochs": 2}
    | {"seeds": 2},
    "coordinate_check": {"widths": (4, 8), "depth": 1, "steps": 2, "seeds": 2},
    "decision_boundaries": {**TINY, "data": PLANE, "snapshots": (2, 20), "side": 8},
    "edge_of_stability": {"rates": (2.0,), "steps": 4, "every": 4, "seeds": 2},
    "double_descent": {"widths": (8, 300), "seeds": 2},
    "effective_steps": {"steps": 5},
    "finite_width": {"widths": (4, 8), "depth": 3, "draws": 5, "seeds": 2},
    "first_layer_weights": {**TINY, "epochs": 2},
    "defaults_by_activation": {"width": 8, "depth": 2, "samples": 10, "seeds": 2},
    "framework_defaults": {"width": 8, "depth": 2, "samples": 10, "seeds": 2},
    "gradient_noise": {"steps": 10, "seeds": 2},
    "health": {**TINY, "steps": 30},
    "hyperparameter_importance": {"depth": 1, "width": (4, 8), "trials": 6, "epochs": 1}
    | {"seeds": 2},
    "hyperparameters": {**TINY, "trials": 5, "side": 2, "epochs": 2},
    "initialization": {"depth": 3, "width": 10, "samples": 20, "seeds": 2},
    "initialization_training": {**TINY, "steps": 20},
    "learning_rate_schedules": {"steps": 20},
    "learning_rates": {**TINY, "steps": 20, "rates": (0.01, 0.1)},
    "misread": {**TINY, "epochs": 2},
    "momentum_map": {"rates": (0.1, 1.0, 3.0), "momenta": (0.0, 0.5), "steps": 10},
    "noise_scale": {**TINY, "snapshots": (0, 3), "pairs": 3, "trials": 2},
    "noisy_labels": {**TINY, "epochs": 2},
    "normalized_layers": {"scales": (1.0, 1e-4), "width": 8, "depth": 2, "seeds": 2},
    "one_bit": {**TINY, "rates": (0.1, 0.4), "steps": 8},
    "one_bit_settings": {**TINY, "steps": 8},
    "optimizers_training": {**TINY, "steps": 20},
    "output_activations": {**TINY, "rates": (0.1, 1.0), "steps": 20},
    "overfitting": {**TINY, "epochs": 2, "dropout_epochs": 3},
    "phase_diagram": {"bias_variances": (0.1,), "width": 8, "depth": 4, "seeds": 2},
    "residual_depth": {"width": 8, "depth": 3, "samples": 10, "seeds": 2},
    "loss_spikes": {"beta2s": (0.99, 0.9), "steps": 12, "seeds": 2},
    "loss_slices": {"batch_size": 20, "steps": 5, "directions": 2, "seeds": 2},
    "path_planes": {**TINY, "steps": 6, "every": 1, "side": 4},
    "propagation": {"width": 20, "depth": 3, "samples": 10, "seeds": 2},
    "regularizers": {**TINY, "epochs": 2},
    "optimizer_race": {"optimizers": ("sgd", "adam"), "starts": 3, "steps": 20},
    "learning_rate_map": {"rates": (0.01, 0.1, 1.0), "steps": 10},
    "rate_transfer": {"widths": (4, 8), "rates": (0.01, 0.1), "depth": 1, "steps": 3, "seeds": 2},
    "range_test": {**TINY, "rates": (0.1, 1.0), "test_steps": 12, "steps": 5},
    "stability": {"steps": 10},
    "symmetry": {"width": 8, "depth": 1, "steps": 5, "seeds": 2},
    "symmetry_by_rounding": {"width": 4, "steps": 5, "seeds": 2},
    "optimizer_trajectories": {"steps": 3},
    "update_directions": {**TINY, "batch_size": 20, "steps": 4, "every": 1},
    "zero_weights": {**TINY, "steps": 20},
}

NET = {"hidden": (12,), "activation": "tanh", "seeds": 2}
RULE = {"optimizer": "adam", "learning_rate": 0.02, "batch_size": 20}
TRAINED = {
    "averaged_training": {**NET, "learning_rate": 0.1, "batch_size": 20, "steps": 40},
    "batch_normalization": {**NET, **RULE, "scales": (0.5, 0.05), "epochs": 6},
    "dropout_masks": {**NET, **RULE, "hidden": (12, 9), "dropout": 0.3, "steps": 40, "draws": 4},
    "dropout_masks-one": {**NET, **RULE, "dropout": 0.8, "steps": 5, "draws": 2},
    "batch_statistics": {**NET, **RULE, "batch_sizes": (3, 25), "steps": 20, "draws": 20},
    "batch_statistics-unsorted": {**NET, **RULE, "batch_sizes": (25, 3, 8), "steps": 20}
    | {"draws": 20},
    "complexity": {**RULE, "activation": "tanh", "widths": (4, 12), "depths": (1, 2), "width": 8}
    | {"depth": 1, "weight_decays": (0.001, 0.05), "dropouts": (0.1, 0.3), "epochs": 12}
    | {"seeds": 3},
    "coordinate_check": {"widths": (4, 8, 16), "depth": 2, "activation": "relu", "seeds": 3}
    | {"optimizer": "momentum", "learning_rate": 0.05, "batch_size": 20, "steps": 3},
    "rate_transfer": {
        "widths": (4, 16),
        "rates": (30.0, 3.0, 0.3, 0.03, 0.003),
        "depth": 1,
        "steps": 12,
    }
    | {"activation": "relu", "optimizer": "momentum", "batch_size": 20, "seeds": 3},
    "residual_depth": {"width": 12, "depth": 6, "activation": "tanh", "init": "xavier"}
    | {"samples": 20, "seeds": 3},
    "edge_of_stability": {**NET, "rates": (9.0, 0.5), "loss": "softmax_cross_entropy"}
    | {"steps": 40, "every": 5},
    "edge_of_stability-squared": {**NET, "rates": (3.0,), "steps": 30, "every": 10, "seeds": 3},
    "loss_spikes": {**NET, "beta2s": (0.9, 0.999), "learning_rate": 0.03, "steps": 260},
    "loss_spikes-one": {**NET, "beta2s": (0.99,), "loss": "softmax_cross_entropy", "steps": 30},
    "double_descent": {"widths": (5, 40, 300), "activation": "tanh", "seeds": 3},
    "double_descent-right": {"widths": (3, 20, 500), "label_noise": 0.0, "seeds": 2},
    "framework_defaults": {"width": 40, "depth": 12, "samples": 30, "seeds": 2},
    "framework_defaults-tanh": {"activation": "tanh", "width": 20, "depth": 3, "samples": 30}
    | {"seeds": 3},
    "health": {**NET, "learning_rates": (0.3, 0.03, 0.003), "batch_size": 20, "steps": 60},
    "health-relu": {**NET, "activation": "relu", "learning_rates": (2.0, 0.2, 0.02), "steps": 60}
    | {"batch_size": 20},
    "health-one": {**NET, "learning_rates": (0.1,), "batch_size": 20, "steps": 30},
    "hyperparameter_importance": {"activation": "tanh", "optimizer": "adam", "depth": 1}
    | {"width": (4, 12), "batch_size": (8, 20), "learning_rate": (1e-3, 0.1)}
    | {"weight_decay": (1e-3, 1.0), "trials": 7, "epochs": 4, "seeds": 2},
    "first_layer_weights": {**NET, **RULE, "epochs": 4, "weight_decay": 0.05},
    "first_layer_weights-sgd": {**NET, "learning_rate": 0.05, "batch_size": 20, "epochs": 8},
    "hyperparameters": {**NET, "trials": 6, "side": 2, "epochs": 4, "batch_size": 20}
    | {"learning_rate": (1e-3, 1.0), "weight_decay": (1e-3, 1.0)},
    "initialization_training": {**NET, **RULE, "steps": 60},
    "learning_rates": {**NET, "optimizers": ("adam", "lion"), "rates": (0.01, 0.1)}
    | {"steps": 30, "batch_size": 20},
    "loss_slices": {"hidden": (7, 6), **RULE, "factor": 3.0, "directions": 2, "steps": 30}
    | {"seeds": 2},
    "misread": {**NET, **RULE, "epochs": 3, "weight_decay": 0.2, "dropout": 0.5, "seeds": 4},
    "noise_scale": {**NET, **RULE, "snapshots": (2, 20), "small_batch": 4, "large_batch": 12}
    | {"pairs": 6, "trials": 3},
    "noise_scale-unbounded": {**NET, **RULE, "snapshots": (20,), "small_batch": 2}
    | {"large_batch": 4, "pairs": 2, "trials": 4},
    "noisy_labels": {**NET, **RULE, "epochs": 12, "weight_decay": 0.01, "dropout": 0.3},
    "normalized_layers": {"scales": (2.0, 0.3, 1e-3), "activation": "tanh", "width": 20}
    | {"depth": 3, "eps": 1e-5, "batch_size": 40, "seeds": 2},
    "one_bit": {**NET, "activation": "relu", "learning_rate": 0.3, "rates": (0.2, 2.0)}
    | {"batch_size": 20, "steps": 30},
    "one_bit-smooth": {**NET, **RULE, "rates": (0.01,), "steps": 12},
    "path_planes": {**NET, **RULE, "steps": 60, "every": 5, "side": 4},
    "path_planes-short": {**NET, **RULE, "steps": 6, "every": 1, "side": 4, "seeds": 3},
    "one_bit_settings": {**NET, "activation": "relu", "learning_rate": 0.3, "batch_size": 20}
    | {"hidden": (12, 9), "steps": 20},
    "one_bit_settings-gelu": {**NET, **RULE, "activation": "gelu", "learning_rate": 0.3}
    | {"steps": 20},
    "one_bit_settings-smooth": {**NET, **RULE, "steps": 12},
    "optimizers_training": {**NET, "steps": 40, "batch_size": 20}
    | {"optimizers": dict.fromkeys(("sgd", "momentum", "adagrad", "adam"), 0.05)},
    "optimizers_training-unlike": {**NET, "steps": 40, "batch_size": 20}
    | {"optimizers": {"sgd": 0.3, "momentum": 0.02}},
    "output_activations": {**NET, "optimizer": "adam", "rates": (0.01, 0.1), "steps": 60}
    | {"batch_size": 20},
    "output_activations-unsorted": {**NET, "rates": (0.3, 0.003), "steps": 60, "batch_size": 20},
    "overfitting": {**NET, **RULE, "epochs": 12, "dropout_epochs": 16, "dropout": 0.4}
    | {"weight_decay": 0.02},
    "regularizers": {**NET, **RULE, "epochs": 12, "weight_decay": 0.01, "patience": 2},
    "symmetry": {"activations": ("tanh", "relu", "sigmoid"), "width": 8, "depth": 1, "seeds": 2}
    | {"optimizer": "adam", "learning_rate": 0.02, "batch_size": 20, "steps": 60},
    "range_test": {**NET, "optimizer": "adam", "rates": (0.1, 0.001), "low": 1e-5, "high": 1.0}
    | {"test_steps": 60, "steps": 30, "batch_size": 20},
    "symmetry_by_rounding": {"width": 5, "learning_rate": 0.5, "batch_size": 20, "steps": 60}
    | {"seeds": 2},
    "symmetry_by_rounding-relu": {"activation": "relu", "batch_size": 20, "steps": 20, "seeds": 2},
    "update_directions": {**NET, "batch_size": 20, "steps": 24, "every": 4}
    | {"optimizers": {"adam": 0.02, "rmsprop": 0.02}},
    "zero_weights-dead": {**NET, **RULE, "scale": 1e-9, "learning_rate": 1e-9, "steps": 5},
    "zero_weights": {**NET, **RULE, "scale": 1e-3, "steps": 60},
}
IN_THE_PLANE = {
    "decision_boundaries": {**NET, **RULE, "weight_decay": 0.05, "snapshots": (5, 30, 60)}
    | {"side": 12},
    "decision_boundaries-two": {**NET, **RULE, "snapshots": (0, 50), "side": 9},
}
UNTRAINED = {
    "adam_parts": {"betas": (0.8, 0.95), "burst": 30.0, "before": 40, "after": 200, "turns": 30},
    "averaged_descent": {"surface": "booth", "learning_rate": 0.03, "steps": 60, "seeds": 4},
    "averaged_descent-loud": {"noise": 9.0, "steps": 30, "seeds": 3},
    "adam_parts-mild": {"betas": (0.5, 0.9), "burst": 2.0, "burst_steps": 1, "before": 9}
    | {"after": 3, "drift": 2.0, "turns": 5},
    "decision_boundaries-drawn": {**NET, **RULE, "problem": "blobs", "rows": 40, "noise": 0.8}
    | {"snapshots": (5, 60), "side": 12},
    "activation_functions": {"activations": ("tanh", "relu", "gelu"), "low": -1.0, "high": 1.0},
    "basins_of_attraction": {
        "optimizers": {"sgd": 0.02, "momentum": 0.02, "adam": 0.1},
        "side": 12,
        "steps": 80,
    },
    "basins_of_attraction-camel": {"surface": "three_hump_camel", "side": 12, "steps": 80},
    "basins_of_attraction-one": {
        "surface": "bowl",
        "optimizers": {"lion": 0.1},
        "side": 4,
        "steps": 30,
    },
    "effective_steps": {"optimizers": ("sgd", "momentum", "adam", "adagrad"), "steps": 12}
    | {"gradients": (0.5, 20.0)},
    "defaults_by_activation": {"width": 30, "depth": 15, "samples": 20, "seeds": 3},
    "defaults_by_activation-one": {"frameworks": ("PyTorch", "Keras"), "activations": ("tanh",)}
    | {"width": 20, "depth": 30, "samples": 20, "seeds": 3},
    "framework_defaults-normal": {"width": 60, "samples": 40, "seeds": 4},
    "framework_defaults-deep": {"width": 30, "depth": 50, "samples": 20, "seeds": 2},
    "gradient_noise": {"surface": "booth", "learning_rate": 0.03, "noise": 1.0, "seeds": 4}
    | {"batch_sizes": (2, 8), "steps": 60},
    "gradient_noise-bowl": {"learning_rate": 0.5, "batch_sizes": (3,), "steps": 40, "seeds": 2},
    "initialization": {"depth": 3, "width": 16, "samples": 30, "seeds": 2},
    "initialization-some": {"activations": ("tanh",), "initializers": ("He",), "seeds": 3}
    | {"depth": 8, "width": 30, "samples": 40},
    "learning_rate_schedules": {"learning_rate": 3.0, "steps": 30},
    "momentum_map": {"rates": (0.1, 0.9, 1.2, 3.0), "momenta": (0.1, 0.4, 0.8), "steps": 20},
    "momentum_map-rosenbrock": {"surface": "rosenbrock", "rates": (1e-4, 1e-3), "steps": 20}
    | {"momenta": (0.1, 0.5)},
    "finite_width": {"widths": (6, 20), "depth": 5, "draws": 10, "seeds": 3},
    "finite_width-two": {"widths": (9, 30), "depth": 6, "draws": 2, "seeds": 3},
    "phase_diagram": {"bias_variances": (0.05, 0.3), "weight_variances": (0.5, 2.0, 4.0)}
    | {"width": 20, "depth": 8, "samples": 3, "seeds": 3},
    "phase_diagram-order": {"bias_variances": (0.5,), "weight_variances": (0.5, 1.0)}
    | {"width": 10, "depth": 4, "seeds": 2},
    "propagation": {"activations": ("tanh", "relu", "sigmoid"), "width": 20, "depth": 4}
    | {"samples": 20, "seeds": 2},
    "optimizer_race": {"surface": ("booth", "beale"), "optimizers": ("adam", "lion"), "starts": 4}
    | {"rates": (0.01, 0.1, 1.0), "steps": 30},
    "optimizer_race-one": {"surface": "bowl", "optimizers": ("adam",), "starts": 3, "steps": 20},
    "optimizer_race-three": {"surface": ("bowl", "booth", "beale"), "optimizers": ("sgd", "adam")}
    | {"starts": 3, "steps": 20},
    "learning_rate_map": {
        "surface": "booth",
        "optimizers": ("sgd", "adam", "nesterov"),
        "steps": 30,
    }
    | {"rates": (1e-3, 1e-2, 0.1, 1.0)},
    "stability": {"learning_rates": (0.2, 1.3), "steps": 20},
    "optimizer_trajectories": {
        "optimizers": dict.fromkeys(("sgd", "momentum", "adagrad", "adam"), 0.1)
    },
    "optimizer_trajectories-rosenbrock": {
        "surface": "rosenbrock",
        "optimizers": {"adam": 0.1},
        "steps": 60,
    },
    "optimizer_trajectories-himmelblau": {"surface": "himmelblau", "steps": 40}
    | {"optimizers": {"sgd": 0.02, "momentum": 0.02}, "start": (-0.3, -0.9)},
    "optimizer_trajectories-lost": {"optimizers": {"sgd": 1.2}},
}
