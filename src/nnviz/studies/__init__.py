"""Experiments: settings in, tidy tables and checked claims out. A study draws nothing."""

from nnviz.studies.initialization import initialization
from nnviz.studies.overfitting import noisy_labels, overfitting
from nnviz.studies.study import Claim, Study
from nnviz.studies.symmetry import symmetry
from nnviz.studies.trajectories import trajectories

__all__ = [
    "Claim",
    "Study",
    "initialization",
    "noisy_labels",
    "overfitting",
    "symmetry",
    "trajectories",
]
