"""Experiments: settings in, tidy tables and checked claims out. A study draws nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnviz._renamed import old_names
from nnviz.studies import measures
from nnviz.studies.adam_parts import adam_parts
from nnviz.studies.averaging import averaged_descent, averaged_training
from nnviz.studies.basins_of_attraction import basins_of_attraction
from nnviz.studies.batch_normalization import batch_normalization
from nnviz.studies.batch_statistics import batch_statistics
from nnviz.studies.claims import Bound, Claim, Question
from nnviz.studies.complexity import complexity
from nnviz.studies.coordinate_check import coordinate_check
from nnviz.studies.decision_boundaries import decision_boundaries
from nnviz.studies.defaults_by_activation import defaults_by_activation
from nnviz.studies.double_descent import double_descent
from nnviz.studies.dropout_masks import dropout_masks
from nnviz.studies.edge_of_stability import edge_of_stability
from nnviz.studies.finite_width import finite_width
from nnviz.studies.first_layer_weights import first_layer_weights
from nnviz.studies.framework_defaults import framework_defaults
from nnviz.studies.gradient_noise import gradient_noise
from nnviz.studies.health import health
from nnviz.studies.hyperparameter_importance import hyperparameter_importance
from nnviz.studies.hyperparameters import hyperparameters
from nnviz.studies.initialization import initialization
from nnviz.studies.initialization_of import initialization_of
from nnviz.studies.initialization_training import initialization_training
from nnviz.studies.learning_rate_map import learning_rate_map, momentum_map
from nnviz.studies.loss_slices import loss_slices
from nnviz.studies.loss_spikes import loss_spikes
from nnviz.studies.misread import misread
from nnviz.studies.noise_scale import noise_scale
from nnviz.studies.normalized_layers import normalized_layers
from nnviz.studies.one_bit import one_bit
from nnviz.studies.one_bit_settings import one_bit_settings
from nnviz.studies.optimizer_race import optimizer_race
from nnviz.studies.optimizer_trajectories import optimizer_trajectories
from nnviz.studies.optimizers_training import learning_rates, optimizers_training
from nnviz.studies.output_activations import output_activations
from nnviz.studies.overfitting import noisy_labels, overfitting
from nnviz.studies.path_planes import path_planes
from nnviz.studies.phase_diagram import phase_diagram
from nnviz.studies.propagation import propagation
from nnviz.studies.range_test import range_test
from nnviz.studies.rate_transfer import rate_transfer
from nnviz.studies.registry import STUDIES
from nnviz.studies.regularizers import regularizers
from nnviz.studies.residual_depth import residual_depth
from nnviz.studies.shapes import activation_functions, effective_steps, learning_rate_schedules
from nnviz.studies.stability import stability
from nnviz.studies.study import Study, seeds_from, seeds_of
from nnviz.studies.symmetry import symmetry
from nnviz.studies.symmetry_by_rounding import symmetry_by_rounding
from nnviz.studies.update_directions import update_directions
from nnviz.studies.zero_weights import zero_weights

__all__ = [
    "STUDIES",
    "Bound",
    "Claim",
    "Question",
    "Study",
    "activation_functions",
    "adam_parts",
    "averaged_descent",
    "averaged_training",
    "basins_of_attraction",
    "batch_normalization",
    "batch_statistics",
    "complexity",
    "coordinate_check",
    "decision_boundaries",
    "defaults_by_activation",
    "double_descent",
    "dropout_masks",
    "edge_of_stability",
    "effective_steps",
    "finite_width",
    "first_layer_weights",
    "framework_defaults",
    "gradient_noise",
    "health",
    "hyperparameter_importance",
    "hyperparameters",
    "initialization",
    "initialization_of",
    "initialization_training",
    "learning_rate_map",
    "learning_rate_schedules",
    "learning_rates",
    "loss_slices",
    "loss_spikes",
    "measures",
    "misread",
    "momentum_map",
    "noise_scale",
    "noisy_labels",
    "normalized_layers",
    "one_bit",
    "one_bit_settings",
    "optimizer_race",
    "optimizer_trajectories",
    "optimizers_training",
    "output_activations",
    "overfitting",
    "path_planes",
    "phase_diagram",
    "propagation",
    "range_test",
    "rate_transfer",
    "regularizers",
    "residual_depth",
    "seeds_from",
    "seeds_of",
    "stability",
    "symmetry",
    "symmetry_by_rounding",
    "update_directions",
    "zero_weights",
]

RENAMED: Mapping[str, str] = {
    "basins": "basins_of_attraction",
    "race": "optimizer_race",
    "rate_map": "learning_rate_map",
    "trajectories": "optimizer_trajectories",
}
"""New names by old ones."""

if not TYPE_CHECKING:  # a type checker is to object to an old name
    __getattr__ = old_names(__name__, RENAMED)
