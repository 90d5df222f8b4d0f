"""The rules: each on a recording made to order, then the table as a whole."""

import numpy as np
import pandas as pd
import pytest

from nnviz import diagnosis, nn, optim, tables
from nnviz.diagnosis import RULES, diagnose
from nnviz.diagnosis.evidence import Evidence
from nnviz.record import Recorder
from nnviz.runs import create_run, open_run, resume_run
from nnviz.train import digits, fit

TOO_LARGE, TOO_SMALL = "learning rate too large", "learning rate too small"


def row_of(recording, rule, **options):
    """Return what a rule says; it must say it in one row."""
    rows = diagnose(recording, **options).query("rule == @rule")
    assert len(rows) == 1, rows["message"].tolist()
    return rows.iloc[0]


def recorded(steps, streams, numbers=None, exact_every=10, **options):
    """Record what the functions ``streams[name](step)`` and ``numbers[name](step)`` return."""
    recorder = Recorder(exact_every=exact_every, strict=True, **options)
    for k in range(steps):
        with recorder.step(k):
            for stream, values in streams.items():
                recorder.observe(stream, values(k))
            for name, value in (numbers or {}).items():
                recorder.scalar(name, value(k))
    return recorder


def rectified(rng, dead_from, share):
    """Return a function of the step: outputs of 40 units, a share of which dies at a step."""

    def values(k):
        y = np.maximum(rng.standard_normal((50, 40)), 0) + 0.0
        if k >= dead_from:
            y[:, : round(40 * share)] = 0
        return y

    return values


def test_dead_units_are_found_with_their_share_and_step(rng):
    streams = {"relu1/activation": rectified(rng, 15, 0.875)}
    row = row_of(recorded(61, streams), "dead units")
    assert (row["verdict"], row["layer"], row["value"]) == ("found", "relu1", 0.875)
    assert row["step"] == 20  # silent in every window that begins at 20 or later
    assert row["message"] == "relu1: 88% of units dead since step 20"


@pytest.mark.parametrize("exact_every", [1, 4, 10, 25])
def test_a_window_begins_where_its_units_fell_silent(exact_every):
    """Also in a tensor so small that it is counted in full at every step."""
    y = np.ones((4, 10))

    def values(k):
        return y * (k < 7) + y * (np.arange(10) > 8)

    recorder = recorded(61, {"relu1/activation": values}, exact_every=exact_every)
    row = row_of(recorder, "dead units")
    assert row["value"] == 0.9
    # The first window that begins at 7 or later, of those that follow each other without gap.
    length = -(-9 // exact_every) * exact_every
    assert row["step"] in (-(-7 // length) * length, -(-7 // exact_every) * exact_every)


def test_a_window_begins_there_also_if_a_step_between_was_counted_whole(rng):
    recorder = Recorder(strict=True)
    values = rectified(rng, 100, 0.9)
    for k in range(201):
        with recorder.step(k, exact=k == 105):
            recorder.observe("relu1/activation", values(k))
    assert row_of(recorder, "dead units")["step"] == 100


@pytest.mark.parametrize("exact", [False, True])
def test_a_window_begins_anew_where_a_run_is_resumed(rng, tmp_path, exact):
    values = rectified(rng, 300, 0.9)

    def record(sink, steps):
        recorder = Recorder(sink=sink, exact=exact, strict=True)
        for k in steps:
            with recorder.step(k):
                recorder.observe("relu1/activation", values(k))

    with create_run(tmp_path / "run") as sink:
        record(sink, range(201))
    with resume_run(tmp_path / "run") as sink:
        record(sink, range(201, 401))
    with open_run(tmp_path / "run") as run:
        since = row_of(run, "dead units")["step"]
    assert since in ([300] if not exact else range(300, 309))


def test_a_window_begins_anew_where_a_layer_changes_its_width(rng):
    def values(k):
        y = np.maximum(rng.standard_normal((50, 40 if k < 30 else 20)), 0)
        return y * (k < 30)

    recorder = recorded(61, {"relu1/activation": values}, exact_every=3)
    assert row_of(recorder, "dead units")["step"] == 30


@pytest.mark.parametrize("other", [np.zeros(40), None])
def test_a_layer_that_is_never_followed_does_not_keep_others_from_being_judged(rng, other):
    def values(k):
        return np.zeros((50, 40 if k % 20 else 30)) if other is None else other

    streams = {"tanh1/activation": lambda k: rng.random((50, 40)), "own/activation": values}
    row = row_of(recorded(61, streams), "dead units")
    assert (row["verdict"], row["message"]) == ("not found", "tanh1: 0% of units dead")


def test_a_layer_of_several_widths_alone_is_not_judged(rng):
    streams = {"own/activation": lambda k: np.zeros((50, 40 if k % 20 else 30))}
    message = row_of(recorded(61, streams), "dead units")["message"]
    assert message.startswith("dead units: not assessed, no layer had the same units")


def test_examples_may_come_one_by_one():
    y = np.ones((1, 40))
    recorder = recorded(61, {"relu1/activation": lambda k: y * (k < 9)}, exact_every=3)
    assert row_of(recorder, "dead units")["message"] == "relu1: 100% of units dead since step 9"


def test_of_units_that_die_one_by_one_both_shares_are_told(rng):
    values = rectified(rng, 0, 0.75), rectified(rng, 0, 0.95)
    streams = {"relu1/activation": lambda k: values[k > 40](k)}
    message = row_of(recorded(101, streams), "dead units")["message"]
    assert message == "relu1: 95% of units dead, 70% or more since step 0"


@pytest.mark.parametrize(("steps", "options"), [(8, {}), (900, {"every": 100})])
def test_too_short_a_run_is_not_judged(rng, steps, options):
    recorder = Recorder(strict=True, **options)
    for k in range(steps):
        with recorder.step(k, exact=k == steps - 1):
            recorder.observe("linear1/activation", rng.standard_normal((50, 40)))
            recorder.observe("relu1/activation", np.zeros((50, 40)))
    row = row_of(recorder, "dead units")
    assert (row["verdict"], row["layer"]) == ("not assessed", "")


def test_what_is_nan_is_not_dead():
    streams = {"tanh1/activation": lambda k: np.full((50, 40), np.nan if k > 5 else 0.5)}
    assert row_of(recorded(21, streams), "dead units")["message"] == "tanh1: 0% of units dead"


def test_zeros_are_no_dead_units(rng):
    def sparse(k):  # nine values of ten are zero, but no unit is silent
        return np.where(rng.random((50, 40)) < 0.1, 1.0, 0.0)

    row = row_of(recorded(41, {"relu1/activation": sparse}), "dead units")
    assert (row["verdict"], row["value"]) == ("not found", 0)


def test_a_layer_that_passes_on_dead_units_is_not_reported_again(rng):
    y = rectified(rng, 0, 1.0)
    streams = {f"{layer}/activation": y for layer in ("relu1", "dropout1", "linear2", "relu2")}
    assert row_of(recorded(41, streams), "dead units")["layer"] == "relu1"


def test_units_that_wake_up_again_are_not_dead(rng):
    asleep = rectified(rng, 0, 0.9)
    streams = {"relu1/activation": lambda k: asleep(k) if k < 30 else rng.random((50, 40))}
    assert row_of(recorded(61, streams), "dead units")["verdict"] == "not found"


def test_large_updates_are_named_as_the_cause(rng):
    streams = {
        "relu1/activation": rectified(rng, 15, 0.9),
        "linear1/weight": lambda k: np.ones((10, 40)),
        "linear1/weight_update": lambda k: np.full((10, 40), 0.5 if k < 20 else 0.0),
    }
    message = row_of(recorded(61, streams), "dead units")["message"]
    assert message.endswith("since step 20; learning rate likely too high")


def squashed(rng, low, high, shape=(50, 40)):
    return lambda k: rng.uniform(low, high, shape)


def test_saturation_depends_on_the_function(rng):
    # From .05 to .95 nothing is flat for a sigmoid, for tanh all is so beyond .95 alone.
    for low, high, flat in ((0.96, 0.99, {"tanh", "sigmoid"}), (0.0, 0.04, {"sigmoid"})):
        for name in ("tanh", "sigmoid", "relu", "gelu", "elu"):
            streams = {
                f"{name}1/activation": squashed(rng, low, high),
                "linear2/activation": squashed(rng, low, high),
            }
            row = row_of(recorded(11, streams), "saturation")
            assert row["verdict"] == ("found" if name in flat else "not found")


def test_a_confident_output_is_not_saturated(rng):
    streams = {
        "linear1/activation": squashed(rng, -9, 9),
        "sigmoid1/activation": squashed(rng, 0.96, 1),
    }
    assert row_of(recorded(11, streams), "saturation")["verdict"] == "not found"


@pytest.mark.parametrize(("loss", "verdict"), [(0.1, "not found"), (2.0, "found")])
def test_units_that_saturate_as_the_network_learns_are_its_decisions(rng, loss, verdict):
    early, late = squashed(rng, -0.5, 0.5), squashed(rng, 0.96, 1)
    streams = {
        "tanh1/activation": lambda k: early(k) if k < 15 else late(k),
        "linear2/activation": early,
    }
    numbers = {"loss": lambda k: 2.3 if k < 15 else loss}
    row = row_of(recorded(41, streams, numbers), "saturation")
    assert row["verdict"] == verdict
    assert pd.isna(row["step"]) or row["step"] == 20


def test_equal_units_are_found_where_they_begin(rng):
    same = np.repeat(rng.random((50, 1)), 40, axis=1)
    weights = {f"linear{k}/weight": lambda k: np.ones((40, 40)) for k in (1, 2)}
    streams = {"linear1/activation": lambda k: same, "linear2/activation": squashed(rng, 0, 1)}
    row = row_of(recorded(21, streams | weights), "symmetric units")
    assert (row["verdict"], row["layer"], row["step"]) == ("found", "linear1", 0)


def test_an_output_layer_that_starts_at_zero_parts(rng):
    streams = {
        "linear1/activation": squashed(rng, 0, 1),
        "linear2/activation": lambda k: rng.random((50, 4)) * (k > 0),
    }
    assert row_of(recorded(21, streams), "symmetric units")["verdict"] == "not found"


def test_units_behind_a_silent_layer_are_equal_because_of_it(rng):
    streams = {
        "linear1/activation": squashed(rng, -2, -1),
        "relu1/activation": lambda k: np.zeros((50, 40)),
        "linear2/activation": lambda k: np.zeros((50, 40)),
    }
    weights = {f"linear{k}/weight": lambda k: np.ones((40, 40)) for k in (1, 2)}
    recorder = recorded(21, streams | weights)
    assert row_of(recorder, "symmetric units")["verdict"] == "not found"
    assert row_of(recorder, "dead units")["layer"] == "relu1"


def chain(rng, factor, layers=4, blocked=0):
    """Return activations and gradients whose norm changes by a factor from layer to layer."""
    streams = {f"linear{k}/activation": squashed(rng, 0, 1) for k in range(1, layers + 1)}
    for k in range(layers, 0, -1):
        size = 0.0 if k <= blocked else factor ** (layers - k)
        streams[f"linear{k}/gradient"] = lambda _, size=size: size * rng.standard_normal((50, 40))
    return streams


@pytest.mark.parametrize(
    ("factor", "rule", "value"),
    [(0.1, "vanishing gradients", 1e-3), (20.0, "exploding gradients", 8e3), (0.5, None, 0.125)],
)
def test_gradients_are_judged_by_their_ratio_over_depth(rng, factor, rule, value):
    recorder = recorded(31, chain(rng, factor))
    for name in ("vanishing gradients", "exploding gradients"):
        row = row_of(recorder, name)
        assert row["value"] == pytest.approx(value, rel=0.2)
        assert row["verdict"] == ("found" if name == rule else "not found")
    if rule:
        assert "times that of linear4 since step 0" in row_of(recorder, rule)["message"]


def test_a_blocked_gradient_has_not_vanished(rng):
    recorder = recorded(31, chain(rng, 0.5, blocked=2))
    row = row_of(recorder, "vanishing gradients")
    assert (row["verdict"], row["layer"]) == ("not found", "linear3")
    row = row_of(recorded(31, chain(rng, 0.5, blocked=3)), "vanishing gradients")
    assert row["verdict"] == "not assessed"


def test_an_optimizer_that_makes_up_for_small_gradients_is_well(rng):
    streams = chain(rng, 0.1)
    for k in range(1, 5):
        streams[f"linear{k}/weight"] = lambda _: np.ones((40, 40))
        streams[f"linear{k}/weight_update"] = lambda _: np.full((40, 40), 1e-3)
    assert row_of(recorded(31, streams), "vanishing gradients")["verdict"] == "not found"
    streams["linear1/weight_update"] = lambda _: np.full((40, 40), 1e-6)
    assert row_of(recorded(31, streams), "vanishing gradients")["verdict"] == "found"


def test_the_first_nan_is_located(rng):
    def poisoned(begin, share):
        def values(k):
            y = rng.standard_normal((50, 40))
            y.ravel()[: round(share * y.size) if k >= begin else 0] = np.nan
            return y

        return values

    streams = {
        "linear1/activation": poisoned(31, 0.5),
        "linear2/activation": poisoned(30, 0.25),
        "linear3/activation": poisoned(30, 1.0),
        "linear3/gradient": poisoned(30, 1.0),
        "linear1/weight_update": poisoned(30, 1.0),
    }
    row = row_of(recorded(41, streams), "not finite")
    assert (row["layer"], row["step"], row["value"]) == ("linear2", 30, 0.25)
    assert row["message"] == "linear2: 25% of the activation NaN or infinite since step 30"


def test_of_gradients_the_last_layer_comes_first(rng):
    bad = {f"linear{k}/gradient": lambda _: np.full((9, 9), np.inf) for k in (1, 2)}
    good = {f"linear{k}/activation": squashed(rng, 0, 1) for k in (1, 2)}
    assert row_of(recorded(3, good | bad), "not finite")["layer"] == "linear2"


def test_a_loss_that_is_not_finite_before_any_tensor_is_told(rng):
    numbers = {"loss": lambda k: np.inf if k > 3 else 1.0}
    row = row_of(recorded(9, {"a/activation": squashed(rng, 0, 1)}, numbers), "not finite")
    assert row["message"] == "not finite: the loss is inf since step 4"


def moving(rng, ratio):
    return {
        "linear1/activation": squashed(rng, 0, 1),
        "linear1/weight": lambda k: np.ones((40, 40)),
        "linear1/weight_update": lambda k: np.full((40, 40), ratio),
    }


@pytest.mark.parametrize(
    ("ratio", "loss", "found"),
    [
        (0.5, lambda k: 2.3, TOO_LARGE),
        (0.5, lambda k: 2.3 if k < 9 else np.nan, TOO_LARGE),
        (0.5, lambda k: 2.3 * 0.9**k, None),  # large, but it learns
        (1e-6, lambda k: 2.3, TOO_SMALL),
        (1e-6, lambda k: 2.3 * 0.9**k, None),
        (1e-3, lambda k: 2.3, None),  # it does not learn, but not for its rate
    ],
)
def test_a_learning_rate_is_judged_by_updates_and_loss(rng, ratio, loss, found):
    recorder = recorded(100, moving(rng, ratio), {"loss": loss})
    for rule in (TOO_LARGE, TOO_SMALL):
        row = row_of(recorder, rule)
        assert row["verdict"] == ("found" if rule == found else "not found")
        assert row["value"] == pytest.approx(ratio, rel=1e-3)


def test_a_learning_rate_is_not_judged_by_its_first_steps(rng):
    row = row_of(recorded(40, moving(rng, 0.5), {"loss": lambda k: 2.3}), TOO_LARGE)
    assert row["message"] == f"{TOO_LARGE}: not assessed, it needs 100 steps; there are 40"
    diverged = recorded(4, moving(rng, 0.5), {"loss": lambda k: 2.3 if k < 3 else np.nan})
    assert row_of(diverged, TOO_LARGE)["verdict"] == "found"


@pytest.mark.parametrize(
    ("names", "test_end", "train_end", "verdict"),
    [
        (("train/loss", "test/loss"), 2.0, 0.1, "found"),
        (("loss", "val_loss"), 2.0, 0.1, "found"),
        (("train_loss", "Validation-Loss"), 2.0, 0.1, "found"),
        (("train/loss", "test/loss"), 1.0, 0.1, "not found"),  # a gap, but the lowest so far
        (("train/loss", "test/loss"), 0.12, 0.001, "not found"),  # risen, from almost nothing
    ],
)
def test_overfitting_is_a_gap_and_a_rise(rng, names, test_end, train_end, verdict):
    train = np.interp(np.arange(40), [0, 20, 39], [2.3, train_end, train_end])
    lowest = 0.1 if test_end < 0.5 else 1.0
    test = np.interp(np.arange(40), [0, 20, 39], [2.3, lowest, test_end])
    numbers = {names[0]: lambda k: train[k], names[1]: lambda k: test[k]}
    row = row_of(recorded(40, {}, numbers), "overfitting")
    assert row["verdict"] == verdict
    if verdict == "found":
        assert row["step"] == 20
        assert row["value"] == pytest.approx((test_end - train_end) / 2.3, rel=0.1)


def test_what_is_missing_is_said():
    findings = diagnose(Recorder())
    tables.FINDING.check(findings)
    assert findings["rule"].tolist() == list(RULES)
    assert set(findings["verdict"]) == {"not assessed"}
    assert findings["message"].str.contains("not assessed, ").all()
    recorder = recorded(5, {}, {"rate": lambda k: 0.1})
    assert set(diagnose(recorder)["verdict"]) == {"not assessed"}


def test_one_step_is_enough_for_no_more_than_it_shows(rng):
    verdicts = diagnose(recorded(1, chain(rng, 1.0))).set_index("rule")["verdict"]
    assert verdicts["dead units"] == verdicts["symmetric units"] == "not assessed"
    assert verdicts["not finite"] == verdicts["vanishing gradients"] == "not found"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "values",
    [
        lambda k: np.full((20, 30), np.nan),
        lambda k: np.full((20, 30), np.inf if k % 2 else 1.0),
        lambda k: np.zeros((20, 30)),
        lambda k: np.zeros((0, 30)),
        lambda k: np.full((20, 30), 1e308),
        lambda k: np.full((20, 30), 5e-324),
        lambda k: np.arange(3.0 + k % 4) * np.ones((20, 1)),
        lambda k: [1.0, 2.0],
        lambda k: 1.0,
    ],
)
def test_odd_values_are_judged_without_an_exception(values):
    kinds = ("activation", "gradient", "weight", "weight_update")
    streams = {f"{layer}/{kind}": values for layer in ("tanh1", "a/$\\x$") for kind in kinds}
    streams["bare"] = values
    for loss in (np.nan, np.inf, 0.0, -1.0, 1e308):
        numbers = {"loss": lambda k, loss=loss: loss, "val_loss": lambda k, loss=loss: loss}
        findings = diagnose(recorded(25, streams, numbers))
        assert set(findings["rule"]) == set(RULES)


def test_thresholds_may_be_others(rng):
    recorder = recorded(61, {"relu1/activation": rectified(rng, 0, 0.25)})
    assert row_of(recorder, "dead units")["verdict"] == "not found"
    row = row_of(recorder, "dead units", thresholds={"dead units": 0.2})
    assert (row["verdict"], row["threshold"]) == ("found", 0.2)
    with pytest.raises(ValueError, match=r"thresholds must be one of .*did you mean 'dead units'"):
        diagnose(recorder, thresholds={"dead unit": 0.2})
    with pytest.raises(
        TypeError, match="recording must be a Recording, a Recorder or an opened run"
    ):
        diagnose(recorder.statistics())


def test_a_run_on_disk_is_diagnosed_as_it_was_live(tmp_path):
    data, live = digits(200), Recorder()
    found = {}
    for name in ("live", "disk"):
        net = nn.mlp([64, 20, 20, 10], init="zeros", rng=np.random.default_rng(0))
        rng = np.random.default_rng(1)
        if name == "live":
            fit(net, data, optim.sgd(0.1), steps=60, recorder=live, rng=rng)
            found[name] = diagnose(live)
        else:
            with create_run(tmp_path / "a.nnviz") as writer:
                fit(net, data, optim.sgd(0.1), steps=60, recorder=Recorder(sink=writer), rng=rng)
            found[name] = diagnose(open_run(tmp_path / "a.nnviz"))
    pd.testing.assert_frame_equal(found["live"], found["disk"])
    assert "symmetric units" in set(found["disk"].query("verdict == 'found'")["rule"])


def test_every_rule_says_where_its_threshold_comes_from():
    for rule in RULES.values():
        assert "The threshold" in rule.judge.__doc__, rule.name
        assert rule.remedy.endswith(".")


def test_the_scale_of_a_loss_is_no_loss():
    from nnviz.diagnosis.evidence import Evidence

    numbers = {"loss_scale": lambda k: 65536.0, "loss/train": lambda k: 2.0 - k / 10}
    recorder = recorded(10, {"linear1/weight": lambda k: np.ones((3, 3))}, numbers)
    assert Evidence(recorder).loss().value.max() == 2.0


def test_a_flat_negative_test_loss_has_not_risen():
    numbers = {
        "train/loss": lambda k: 2.0 - k,
        "test/loss": lambda k: -1.01 if k == 5 else -1.0,
    }
    recorder = recorded(12, {"linear1/weight": lambda k: np.ones((3, 3))}, numbers)
    assert row_of(recorder, "overfitting")["verdict"] == "not found"


def test_of_equally_long_losses_the_one_that_names_its_split_is_judged():
    recorder = Recorder()
    for k in range(3):
        with recorder.step(k):
            recorder.scalar("aux_loss", 7.0)
            recorder.scalar("train/loss", 5.0)
    assert Evidence(recorder).loss().value.tolist() == [5.0] * 3


@pytest.mark.parametrize(
    ("first", "last", "verdict"),
    [
        (2.0, 1.9, "found"),
        (2.0, 1.7, "not found"),
        (0.0, 0.0, "not assessed"),
        (np.nan, 1.0, "not assessed"),
    ],
)
def test_a_loss_that_does_not_come_down_is_found(first, last, verdict):
    recorder = Recorder()
    for k, loss in enumerate(np.linspace(first, last, 120)):
        with recorder.step(k):
            recorder.scalar("loss", loss)
    (row,) = diagnose(recorder).query("rule == 'not learning'").to_dict("records")
    assert row["verdict"] == verdict
    if verdict == "found":
        assert row["message"] == "not learning: loss 2 → 1.9 since step 0"


@pytest.mark.parametrize(("start", "n"), [(0, 60), (5000, 300)])
def test_a_short_run_or_one_that_began_late_is_not_judged(start, n):
    recorder = Recorder()
    for k in range(start, start + n):
        with recorder.step(k):
            recorder.scalar("loss", 2.0)
    (row,) = diagnose(recorder).query("rule == 'not learning'").to_dict("records")
    assert row["verdict"] == "not assessed"


def test_rules_that_lack_the_same_share_a_line():
    """And the reasons go with the table into another process."""
    recorder = Recorder()
    with recorder.step(0):
        recorder.scalar("loss", 1.0)
    findings = diagnose(recorder)
    lines = findings.not_assessed
    assert len(lines) == len({*findings.reasons.values()}) < len(findings.reasons)
    for rule, reason in findings.reasons.items():
        (line,) = [line for line in lines if line.endswith(f": not assessed, {reason}")]
        assert rule in line.removesuffix(f": not assessed, {reason}").split(", ")
    other = diagnosis.Findings.__new__(diagnosis.Findings)
    other.__setstate__(findings.__getstate__())
    assert other.not_assessed == lines
    assert not diagnosis.Findings(pd.DataFrame(findings)).reasons
