"""The order in which the notes teach: the gallery's page and the deck of the chapter follow it."""

from dataclasses import dataclass

from nnviz.publish.words import WORDS

__all__ = ["COURSE", "Section"]


@dataclass(frozen=True)
class Section:
    """A part of the course.

    Attributes
    ----------
    key : str
        Of its title in ``words.WORDS``, behind "section ".
    figures : tuple of str
        The ids of the gallery's figures, in the order in which they are shown.
    """

    key: str
    figures: tuple[str, ...]

    @property
    def title(self) -> str:
        """What stands above it, in the language in force."""
        return WORDS[f"section {self.key}"]


COURSE = (
    Section(
        "descent",
        (
            "trajectories/bowl",
            "trajectories/one-by-one",
            "trajectories/loss",
            "trajectories/too-large",
            "trajectories/rate-map",
            "trajectories/uphill",
        ),
    ),
    Section(
        "rules",
        (
            "trajectories/momentum",
            "trajectories/momentum-map",
            "shapes/effective-steps",
            "trajectories/effective-steps",
            "shapes/adam-joins",
            "shapes/adam-averages",
            "shapes/adam-forgets",
            "trajectories/adam-state",
        ),
    ),
    Section(
        "surfaces",
        (
            "trajectories/rosenbrock",
            "trajectories/gradient-and-distance",
            "trajectories/himmelblau",
            "trajectories/basins",
            "trajectories/local-minima",
            "trajectories/noise",
            "trajectories/noise-distance",
            "trajectories/schedule-free",
            "shapes/schedules",
            "trajectories/own-surface",
        ),
    ),
    Section(
        "optimizers",
        (
            "trajectories/race",
            "trajectories/race-paths",
            "training/optimizers",
            "training/optimizers-accuracy",
            "training/schedule-free",
            "training/muon",
            "training/learning-rates",
            "training/learning-rates-accuracy",
        ),
    ),
    Section(
        "activations",
        (
            "shapes/activation-functions",
            "training/output-activations",
            "training/output-accuracy",
        ),
    ),
    Section(
        "initialization",
        (
            "initialization/symmetry",
            "initialization/rounding",
            "initialization/sigmoid",
            "initialization/tanh",
            "initialization/relu",
            "initialization/spread-by-depth",
            "depth/variance",
            "initialization/gradient-by-depth",
            "depth/gradient",
            "initialization/framework-defaults",
            "initialization/defaults-by-activation",
            "training/initialization",
            "training/initialization-accuracy",
        ),
    ),
    Section(
        "normalization",
        (
            "batch-normalization/estimate",
            "batch-normalization/batch-statistics",
            "batch-normalization/layer-by-layer",
            "batch-normalization/learns-faster",
            "batch-normalization/weight-scales",
            "batch-normalization/not-always-better",
            "batch-normalization/before-and-after",
            "batch-normalization/zeros",
            "batch-normalization/overfitting",
        ),
    ),
    Section(
        "width",
        (
            "width-and-depth/phase-diagram",
            "width-and-depth/finite-width",
            "width-and-depth/residual-signal",
            "width-and-depth/residual-gradient",
            "width-and-depth/coordinate-check",
            "width-and-depth/rate-transfer",
        ),
    ),
    Section(
        "overfitting",
        (
            "overfitting/weight-decay",
            "overfitting/weight-norm",
            "overfitting/weights",
            "dropout/mask",
            "dropout/what-is-passed-on",
            "overfitting/dropout",
            "overfitting/noisy-labels",
            "overfitting/both",
            "overfitting/regularizers",
            "overfitting/by-width",
            "overfitting/by-depth",
            "double-descent/test-error",
            "double-descent/weight-decay",
        ),
    ),
    Section(
        "learned",
        (
            "network/moons",
            "network/spirals",
            "network/first-layer",
            "network/confusion",
            "network/misread",
        ),
    ),
    Section(
        "hyperparameters",
        (
            "hyperparameters/search",
            "hyperparameters/what-matters",
            "hyperparameters/random-and-grid",
            "hyperparameters/four",
            "hyperparameters/tenfold",
            "hyperparameters/rate-and-batch-size",
        ),
    ),
    Section(
        "sharpness",
        (
            "sharpness/edge-of-stability",
            "sharpness/critical-rate",
            "sharpness/loss-spikes",
            "sharpness/spike-warnings",
            "sharpness/lower-beta2",
            "sharpness/path-plane",
            "sharpness/components",
            "sharpness/slices",
            "sharpness/noise-scale",
            "sharpness/range-test",
            "sharpness/directions",
        ),
    ),
    Section("seeds", ("one-bit/first-switch", "one-bit/accuracy", "one-bit/settings")),
    Section(
        "recording",
        (
            "recording/distribution-over-time",
            "recording/update-ratio",
            "recording/gradient-by-depth",
            "recording/dead-units",
            "recording/first-nan",
            "recording/two-runs",
            "recording/run-file",
        ),
    ),
)
"""The whole chapter; every figure of the gallery has its place, once."""
