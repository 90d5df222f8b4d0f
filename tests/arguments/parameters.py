"""What kind each parameter of the public API is: by its name, or by that of its function too."""

import math

import pandas as pd

from .kinds import (
    ARRAY,
    COUNT,
    COUNT_INTERVAL,
    COUNT_PAIR,
    FLAG,
    FRACTION,
    FUNCTION,
    GENERATOR,
    INDEX,
    INTERVAL,
    NAME,
    NON_NEGATIVE,
    NUMBER,
    OBJECT,
    PATH,
    POINT,
    POINTS,
    POSITIVE,
    POSITIVE_INTERVAL,
    RANK,
    STRANGER,
    TABLE,
    TEXT,
    TYPE,
    VIEW,
    Kind,
    but,
    mapping_to,
    sequence_of,
)

ANY_TABLE = Kind(tuple(value for value in TABLE.wrong if not isinstance(value, pd.DataFrame)))
PALETTE = Kind((3, "nonsense", b"a", STRANGER, [], ["nonsense"], ["red", 3], {"adam": "nonsense"}))
SURFACE = but(OBJECT, more=("nonsense",))
PATTERN = Kind((3, b"a", STRANGER))
OPTIONAL_PATTERNS = sequence_of(TEXT, may_be_empty=True)
PAIR_OF_FRACTIONS = Kind((3, None, "ab", (0.5,), (0.5, 0.5, 0.5), ("a", 0.5), (0.5, -1)))
NAMES = sequence_of(NAME)

BY_NAME: dict[str, Kind] = {
    name: kind
    for kind, names in (
        (
            COUNT,
            "after base_width batch_size before bins burst_steps classes columns depth draws "
            "dropout_epochs epochs every exact_every jobs n n_in n_out n_test n_train samples "
            "seeds side size steps trials turns width window most directions large_batch pairs "
            "small_batch test_steps patience",
        ),
        (but(COUNT, without=(-1,)), "n_jobs"),
        (INDEX, "at first number seed shift step"),
        (NUMBER, "high low until"),
        (
            POSITIVE,
            "burst contrast dpi drift eps factor last learning_rate max_norm scale seconds "
            "tolerance",
        ),
        (
            NON_NEGATIVE,
            "alike initial_total momentum_decay noise resolution running_variance smallest std "
            "weight_decay",
        ),
        (
            FRACTION,
            "alpha dampening dropout fraction label_noise label_smoothing momentum rate rho "
            "test_fraction",
        ),
        (RANK, "central q"),
        (
            FLAG,
            "adaptive bias builds caption captions centered durable elementwise eps_corrected "
            "exact fresh inverted keep_states log log_levels log_x log_y nesterov notebooks "
            "numbers rate_in_velocity residual selectable_text share_range signed standardize "
            "strict transparent unbiased uphill",
        ),
        (
            TEXT,
            "above address alt compares description display expected formula gradient_by key "
            "missing note notes otherwise remedy shows title unit words",
        ),
        (
            NAME,
            "activation batch_norm bias_init by context file_format format init kind layer "
            "layer_norm layers metric optimizer other output output_init pattern problem "
            "quantity sealed setting source spread statistic target theme theory x y loss",
        ),
        (PATH, "folder out path test"),
        (but(TEXT, more=("nonsense",)), "language"),
        (but(PATH, more=("nonsense",)), "style"),
        (FUNCTION, "factory function gradient judge progress saturated slope"),
        (GENERATOR, "rng"),
        (TYPE, "dtype"),
        (ARRAY, "counts edges left ranks right starts values x_test x_train xs y_test y_train ys"),
        (TABLE, "curve data findings lengths limits rows"),
        (
            OBJECT,
            "ax bound claim exhibit figure measure net recorder recording script sink study",
        ),
        (SURFACE, "surface"),
        (mapping_to(OBJECT, may_be_empty=True), "descents tables"),
        (PALETTE, "palette"),
        (VIEW, "bounds close_up domain view"),
        (POINTS, "minima"),
        (PAIR_OF_FRACTIONS, "betas"),
        (sequence_of(COUNT), "batch_sizes depths hidden sizes widths"),
        (
            sequence_of(POSITIVE),
            "bias_variances gradients learning_rates rates scales weight_decays weight_variances",
        ),
        (sequence_of(FRACTION), "beta2s dropouts momenta"),
        (NAMES, "activations formats frameworks initializers networks optimizers quantities"),
        (OPTIONAL_PATTERNS, "fonts only"),
    )
    for name in names.split()
}
"""Kinds of parameters that mean the same wherever they stand."""

SLOT = Kind((3, "ab", (0,), (0, 1, 2), ("a", 0), (0, -1), (0.5, 0), STRANGER), (0, 1))
PAIR_OF_POSITIVES = Kind((3, None, "ab", (0.5,), (0.5, 0.5, 0.5), ("a", 0.5), (0.5, -1)))
NOT_NAN = but(NUMBER, without=(math.inf,))
RANGES = (
    "record.Recording.statistics record.Recording.numbers record.Recording.summaries "
    "record.Recording.total tables.recorded_statistics tables.recorded_scalars"
)
SETTINGS = Kind((3, 0, None, "abc", ["a"], [], STRANGER), {})

BY_FUNCTION: dict[str, Kind] = {
    f"{function}.{parameter}": kind
    for kind, parameter, functions in (
        (TEXT, "name", "diagnosis.Rule nn.Activation optim.State studies.Study surfaces.Surface"),
        (
            TEXT,
            "name",
            "surfaces.from_function surfaces.from_grid tables.Schema tables.Schema.check",
        ),
        (TEXT, "name", "studies.Study.asked train.Dataset train.from_arrays"),
        (NAME, "name", "optim.make plots.theme studies.Study.claim studies.Study.table"),
        (NAME, "id", "motion.moving_figure publish.exhibit publish.figure"),
        (NAME, "what", "motion.moving_run publish.figure_of_run"),
        (NAME, "name", "motion.moving_run publish.figure_of_run"),
        (OBJECT, "run", "motion.moving_run publish.figure_of_run"),
        (COUNT, "dpi", "decks.Deck.save"),
        (OBJECT, "shown", "decks.Deck.add"),
        (OBJECT, "box", "publish.figure_bytes"),
        (NAME, "stream", "record.Recording.total"),
        (FUNCTION, "value", "nn.Activation surfaces.Surface"),
        (mapping_to(ARRAY, may_be_empty=True), "params", "nn.Activation"),
        (OBJECT, "parts", "optim.chain"),
        (SLOT, "slot", "optim.declare"),
        (sequence_of(OBJECT, may_be_empty=True), "states", "optim.declare"),
        (OBJECT, "optimizer", "optim.decoupled_decay train.arrive train.descend train.fit"),
        (OBJECT, "optimizer", "optim.averaged optim.gradient_point"),
        (FRACTION, "decay", "optim.averaged"),
        (OBJECT, "others", "optim.muon"),
        (sequence_of(sequence_of(COUNT)), "shapes", "optim.muon"),
        (PAIR_OF_POSITIVES, "etas", "optim.rprop"),
        (PAIR_OF_POSITIVES, "step_sizes", "optim.rprop"),
        (mapping_to(NUMBER, may_be_empty=True), "thresholds", "diagnosis.diagnose"),
        (mapping_to(NUMBER, may_be_empty=True), "thresholds", "publish.write_report"),
        (mapping_to(OBJECT), "runs", "publish.write_report"),
        (ARRAY, "coordinates", "plots.highlight"),
        (ARRAY, "where", "plots.highlight"),
        (TEXT, "label", "plots.highlight"),
        (mapping_to(NUMBER, may_be_empty=True), "numbers", "plots.beside"),
        (NUMBER, "x", "plots.guide plots.star"),
        (NUMBER, "y", "plots.bracket plots.guide plots.star"),
        (but(POINT, without=(3,)), "x", "plots.bracket"),  # a number: the bracket is upright
        (POINT, "x", "plots.frame"),
        (POINT, "y", "plots.frame"),
        (ANY_TABLE, "table", "publish.csv_bytes"),
        (ANY_TABLE, "data", "plots.sweep_grid tables.bands_over"),
        (but(OBJECT, without=("name",)), "claim", "plots.headline"),
        (but(TEXT, more=({"notes": 3}, {"a": {"b": "c"}})), "language", "plots.language"),
        (mapping_to(POSITIVE_INTERVAL, may_be_empty=True), "ranges", "plots.trials"),
        (
            Kind((3, None, "ab", ("light",), ("nonsense", "notebook"))),
            "look",
            "publish.build_gallery",
        ),
        (SETTINGS, "settings", "runs.create_run studies.Question.answer studies.Study"),
        (SETTINGS, "settings", "studies.Study.asked"),
        (SETTINGS, "subjects", "studies.Question"),
        (INTERVAL, "possible", "studies.Question"),
        (sequence_of(TEXT, may_be_empty=True), "given", "studies.Question"),
        (SETTINGS, "earlier", "studies.Question.answer"),
        (mapping_to(OBJECT, may_be_empty=True), "claims", "studies.Study"),
        (sequence_of(OBJECT, may_be_empty=True), "questions", "studies.Study.asked"),
        (NOT_NAN, "low", "studies.Bound studies.Bound.at_least"),
        (NOT_NAN, "high", "studies.Bound studies.Bound.at_most"),
        (COUNT, "points", "studies.activation_functions"),
        (COUNT, "rows", "studies.decision_boundaries"),
        (sequence_of(COUNT), "snapshots", "studies.decision_boundaries"),
        (sequence_of(INDEX), "snapshots", "studies.noise_scale"),
        (mapping_to(POSITIVE), "gains", "studies.propagation"),
        (
            mapping_to(POSITIVE),
            "optimizers",
            "studies.basins_of_attraction studies.optimizers_training studies.update_directions",
        ),
        (mapping_to(POSITIVE), "optimizers", "studies.optimizer_trajectories"),
        (mapping_to(NAME), "initializers", "studies.initialization_training"),
        (mapping_to(NAME, may_be_empty=True), "activations", "record.Recorder"),
        (PATTERN, "kinds", "record.Recorder"),
        (PATTERN, "layers", "record.Recorder"),
        (TEXT, "quantity", "plots.activation_grid plots.activations plots.distribution_grid"),
        (TEXT, "quantity", "plots.distributions plots.quantile_grid plots.quantiles"),
        (POSITIVE_INTERVAL, "learning_rate", "studies.hyperparameters"),
        (POSITIVE_INTERVAL, "learning_rate", "studies.hyperparameter_importance"),
        (POSITIVE_INTERVAL, "weight_decay", "studies.hyperparameters"),
        (POSITIVE_INTERVAL, "weight_decay", "studies.hyperparameter_importance"),
        (COUNT_INTERVAL, "batch_size", "studies.hyperparameter_importance"),
        (COUNT_INTERVAL, "width", "studies.hyperparameter_importance"),
        (POINT, "start", "studies.momentum_map studies.learning_rate_map"),
        (POINTS, "start", "studies.optimizer_trajectories"),
        (but(POINTS, without=(3,)), "starts", "studies.optimizer_race"),
        (POINTS, "starts", "surfaces.Surface surfaces.from_function"),
        (NOT_NAN, "minimum", "surfaces.Surface"),
        (SETTINGS, "columns", "tables.Schema tables.Schema.extended"),
        (TEXT, "name", "tables.Schema.extended plots.Plot plots.View"),
        (TEXT, "help", "plots.View"),
        (TEXT, "plot", "plots.View"),
        (OBJECT, "schemas", "plots.views_of"),
        (FUNCTION, "plot", "plots.register"),
        (FUNCTION, "grid", "plots.register"),
        *((NAME, role, "tables.Schema") for role in ("label", "panels", "over", "part")),
        (TEXT, "measured", "tables.Schema"),
        (TEXT, "undrawn", "tables.Schema"),
        (FLAG, "lowest", "tables.Schema"),
        *(
            (sequence_of(NAME, may_be_empty=True), several, "tables.Schema")
            for several in ("named", "keys", "log")
        ),
        (mapping_to(TEXT, may_be_empty=True), "beside", "tables.Schema"),
        (mapping_to(TEXT, may_be_empty=True), "display", "tables.Schema"),
        (mapping_to(NAME, may_be_empty=True), "units", "tables.Schema tables.Schema.extended"),
        (mapping_to(sequence_of(NAME), may_be_empty=True), "parts", "tables.Schema"),
        (OBJECT, "like", "tables.Schema"),
        (TEXT, "column", "tables.Schema.meaning"),
        (TEXT, "key", "plots.register"),
        (OBJECT, "drawn", "plots.register"),
        (OBJECT, "schema", "plots.Plot plots.View plots.Plot.said plots.plot_of"),
        (FUNCTION, "draw", "plots.Plot plots.View"),
        (FUNCTION, "numbers", "plots.Plot"),
        (mapping_to(OBJECT, may_be_empty=True), "schemas", "studies.Study studies.Study.asked"),
        (sequence_of(SETTINGS, may_be_empty=True), "cells", "tables.from_cells train.run_cells"),
        (sequence_of(SETTINGS, may_be_empty=True), "columns", "tables.from_cells"),
        (TABLE, "values", "tables.compare"),
        (sequence_of(RANK), "ranks", "tables.recorded_quantiles"),
        (sequence_of(INDEX), "steps", "tables.recorded_depth"),
        (INDEX, "steps", "train.fit"),
        (TEXT, "step", "runs.open_run"),
        (sequence_of(INDEX, may_be_empty=True), "evaluate_at", "train.fit"),
        (COUNT_PAIR, "shape", "train.Dataset"),
        *((but(INDEX, without=(-1,)), name, RANGES) for name in ("start", "stop")),
        (ARRAY, "x", "train.evaluate train.from_arrays"),
        (ARRAY, "y", "train.evaluate train.from_arrays"),
        (POSITIVE, "turns", "train.spirals"),
        (NON_NEGATIVE, "tolerance", "testing.image_test"),
        (NAME, "severity", "diagnosis.Rule"),
        (NUMBER, "threshold", "diagnosis.Rule"),
        (OPTIONAL_PATTERNS, "causes", "diagnosis.Rule"),
        (OBJECT, "layers", "nn.Residual nn.Sequential"),
        (but(SURFACE, without=([1, 2],)), "surface", "studies.optimizer_race"),
    )
    for function in functions.split()
}
"""Kinds of parameters, as ``"<function>.<parameter>"``, whose name elsewhere means another."""


def kind_of(function: str, parameter: str) -> Kind | None:
    """Return the kind of a parameter, None if it was never declared."""
    return BY_FUNCTION.get(f"{function}.{parameter}", BY_NAME.get(parameter))
