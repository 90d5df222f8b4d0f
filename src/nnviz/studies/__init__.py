"""Experiments: settings in, tidy tables and checked claims out. A study draws nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nnviz._renamed import old_names
from nnviz.studies import measures
from nnviz.studies.adam_parts import adam_parts as adam_parts
from nnviz.studies.averaging import (
    averaged_descent as averaged_descent,
)
from nnviz.studies.averaging import (
    averaged_training as averaged_training,
)
from nnviz.studies.basins_of_attraction import basins_of_attraction as basins_of_attraction
from nnviz.studies.batch_normalization import batch_normalization as batch_normalization
from nnviz.studies.batch_statistics import batch_statistics as batch_statistics
from nnviz.studies.claims import Bound, Claim, Question
from nnviz.studies.complexity import complexity as complexity
from nnviz.studies.coordinate_check import coordinate_check as coordinate_check
from nnviz.studies.decision_boundaries import decision_boundaries as decision_boundaries
from nnviz.studies.defaults_by_activation import defaults_by_activation as defaults_by_activation
from nnviz.studies.double_descent import double_descent as double_descent
from nnviz.studies.dropout_masks import dropout_masks as dropout_masks
from nnviz.studies.edge_of_stability import edge_of_stability as edge_of_stability
from nnviz.studies.finite_width import finite_width as finite_width
from nnviz.studies.first_layer_weights import first_layer_weights as first_layer_weights
from nnviz.studies.framework_defaults import framework_defaults as framework_defaults
from nnviz.studies.gradient_noise import gradient_noise as gradient_noise
from nnviz.studies.health import health as health
from nnviz.studies.hyperparameter_importance import (
    hyperparameter_importance as hyperparameter_importance,
)
from nnviz.studies.hyperparameters import hyperparameters as hyperparameters
from nnviz.studies.initialization import initialization as initialization
from nnviz.studies.initialization_of import initialization_of
from nnviz.studies.initialization_training import initialization_training as initialization_training
from nnviz.studies.learning_rate_map import (
    learning_rate_map as learning_rate_map,
)
from nnviz.studies.learning_rate_map import (
    momentum_map as momentum_map,
)
from nnviz.studies.loss_slices import loss_slices as loss_slices
from nnviz.studies.loss_spikes import loss_spikes as loss_spikes
from nnviz.studies.misread import misread as misread
from nnviz.studies.noise_scale import noise_scale as noise_scale
from nnviz.studies.normalized_layers import normalized_layers as normalized_layers
from nnviz.studies.one_bit import one_bit as one_bit
from nnviz.studies.one_bit_settings import one_bit_settings as one_bit_settings
from nnviz.studies.optimizer_race import optimizer_race as optimizer_race
from nnviz.studies.optimizer_trajectories import optimizer_trajectories as optimizer_trajectories
from nnviz.studies.optimizers_training import (
    learning_rates as learning_rates,
)
from nnviz.studies.optimizers_training import (
    optimizers_training as optimizers_training,
)
from nnviz.studies.output_activations import output_activations as output_activations
from nnviz.studies.overfitting import noisy_labels as noisy_labels
from nnviz.studies.overfitting import overfitting as overfitting
from nnviz.studies.path_planes import path_planes as path_planes
from nnviz.studies.phase_diagram import phase_diagram as phase_diagram
from nnviz.studies.propagation import propagation as propagation
from nnviz.studies.range_test import range_test as range_test
from nnviz.studies.rate_transfer import rate_transfer as rate_transfer
from nnviz.studies.registry import STUDIES
from nnviz.studies.regularizers import regularizers as regularizers
from nnviz.studies.residual_depth import residual_depth as residual_depth
from nnviz.studies.shapes import (
    activation_functions as activation_functions,
)
from nnviz.studies.shapes import (
    effective_steps as effective_steps,
)
from nnviz.studies.shapes import (
    learning_rate_schedules as learning_rate_schedules,
)
from nnviz.studies.stability import stability as stability
from nnviz.studies.study import Study, seeds_from, seeds_of
from nnviz.studies.symmetry import symmetry as symmetry
from nnviz.studies.symmetry_by_rounding import symmetry_by_rounding as symmetry_by_rounding
from nnviz.studies.update_directions import update_directions as update_directions
from nnviz.studies.zero_weights import zero_weights as zero_weights

__all__ = [
    "STUDIES",
    "Bound",
    "Claim",
    "Question",
    "Study",
    "initialization_of",
    "measures",
    "seeds_from",
    "seeds_of",
    *STUDIES.ours,
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
