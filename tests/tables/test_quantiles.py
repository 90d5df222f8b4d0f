"""Quantiles over the steps: against NumPy's, of exact steps where there are any."""

import numpy as np
import pytest

from nnviz import Recorder, tables


@pytest.fixture
def values(rng):
    return {
        step: rng.standard_normal((50, 40)).astype(np.float32) * (1 + step) for step in range(6)
    }


def recorded(values, **options):
    recorder = Recorder(**options)
    for step, array in values.items():
        with recorder.step(step):
            recorder.observe("linear1/activation", array)
            recorder.observe("linear2/activation", array + 5)
            recorder.observe("linear2/gradient", array)
    return recorder


def test_within_the_guarantee(values):
    table = tables.recorded_quantiles(recorded(values, exact=True), layers="linear1")
    assert list(table.columns) == [*tables.QUANTILE.columns, "not_finite"]
    assert set(table["layer"]) == {"linear1"}
    assert len(table) == 6 * 5
    for row in table.itertuples():
        true = np.quantile(values[row.step], row.quantile, method="inverted_cdf")
        assert row.value == pytest.approx(true, rel=0.0304)


def test_what_is_not_finite_is_left_out_and_counted(values):
    values[2][:5] = np.nan
    values[3][:] = -np.inf
    table = tables.recorded_quantiles(recorded(values, exact=True), layers="linear1", ranks=(0.5,))
    assert table["not_finite"].tolist() == pytest.approx([0, 0, 0.1, 1, 0, 0])
    assert table["value"].isna().tolist() == [False, False, False, True, False, False]


def test_layers_keep_their_order_and_steps_ascend(values):
    table = tables.recorded_quantiles(recorded(values, exact=True), ranks=(0.5,))
    assert table["layer"].tolist() == ["linear1"] * 6 + ["linear2"] * 6
    assert table["step"].tolist() == [*range(6), *range(6)]


def test_exact_steps_count_where_there_are_three(values):
    table = tables.recorded_quantiles(recorded(values, exact_every=2))
    assert set(table["step"]) == {0, 2, 4, 5}
    assert set(table.loc[~table["exact"], "step"]) == {5}  # the last one, sampled


def test_after_the_last_whole_step_samples_are_as_far_apart(values):
    recorder = Recorder()  # every tenth of the first hundred, then every hundredth
    for step in range(130):
        with recorder.step(step):
            recorder.observe("wide/activation", np.tile(values[0], (4, 1)))
    table = tables.recorded_quantiles(recorder, ranks=(0.5,))
    assert table["step"].tolist() == [*range(0, 130, 10), 129]
    assert table.loc[~table["exact"], "step"].tolist() == [110, 120, 129]


def test_the_first_and_the_last_step_alone_hide_none_between(values):
    recorder = Recorder(exact_every=50)
    for step, array in values.items():
        with recorder.step(step, exact=step == 5):
            recorder.observe("wide/activation", np.tile(array, (4, 1)))
    table = tables.recorded_quantiles(recorder, ranks=(0.5,))
    assert table["step"].tolist() == list(range(6))
    assert table["exact"].tolist() == [True, *[False] * 4, True]


def test_samples_are_marked(values):
    large = {step: np.tile(array, (4, 1)) for step, array in values.items()}
    table = tables.recorded_quantiles(recorded(large, exact_every=50))
    assert set(table["step"]) == set(range(6))
    assert table.groupby("step")["exact"].all().tolist() == [True, *[False] * 5]


def test_a_stream_without_a_layer(values):
    recorder = Recorder(exact=True)
    for step, array in values.items():
        with recorder.step(step):
            recorder.observe("weights", array)
    table = tables.recorded_quantiles(recorder, kind="weights")
    assert len(table) == 6 * 5


def test_a_small_tensor_among_samples_has_no_more_steps(values):
    recorder = Recorder(exact_every=2)
    for step, array in values.items():
        with recorder.step(step):
            recorder.observe("wide/activation", np.tile(array, (4, 1)))
            recorder.observe("narrow/activation", array[:2, :10])
    table = tables.recorded_quantiles(recorder, ranks=(0.5,))
    assert table.groupby("layer")["step"].nunique().tolist() == [4, 4]
    norms = tables.recorded_progress(recorder, statistic="norm")
    assert norms.groupby("setting")["step"].nunique().tolist() == [4, 4]


def test_a_users_own_number_is_no_statistic(values):
    recorder = recorded(values, exact=True)
    with recorder.step(9):
        recorder.scalar("grad/norm", 5.0)
    norms = tables.recorded_progress(recorder, statistic="norm")
    assert set(norms["setting"]) == {"linear1", "linear2"}
    with pytest.raises(ValueError, match=r"numbers called \*/dead, which a recorder adds"):
        tables.recorded_progress(recorder, statistic="dead")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "gradients"}, "kind must be one of activation, gradient"),
        ({"layers": "relu*"}, "layers must be one of linear1, linear2; got 'relu"),
        ({"ranks": (0.5, 1.5)}, r"ranks must be a number in \[0, 1\]; got 1.5"),
        ({"ranks": (np.nan,)}, "ranks must"),
        ({"ranks": ()}, "ranks must be a sequence of at least 1"),
    ],
)
def test_wrong_arguments(values, arguments, message):
    with pytest.raises(ValueError, match=message):
        tables.recorded_quantiles(recorded(values, exact=True), **arguments)
