"""Descent: the chapter's numbers, paths together and alone, divergence, noise, states, misuse."""

import dataclasses
import tracemalloc

import numpy as np
import pytest

from nnviz import optim, surfaces
from nnviz.surfaces import SURFACES, from_function
from nnviz.train.descent import arrive, descend

START = (-7.0, 2.0)
CHAPTER = {
    "sgd": (optim.sgd(0.95), ".01333", 36.81, 29),
    "momentum": (optim.momentum(0.1), ".04794", 12.60, 4),
    "adagrad": (optim.adagrad(1.5), ".000722", 7.56, 0),
    "adam": (optim.adam(0.3), ".1022", 8.18, 2),
}


@pytest.mark.parametrize("name", CHAPTER)
def test_the_numbers_of_the_chapter(name):
    """f after 30 updates; length and zigzag of the 30 points that the chapter draws."""
    rule, final, length, turns = CHAPTER[name]
    descent = descend("bowl", rule, START, steps=30)
    digits = len(final) - 1
    assert f"{descent.value[-1]:.{digits}f}".lstrip("0") == final
    drawn = dataclasses.replace(descent, points=descent.points[:30])
    assert round(float(drawn.path_length), 2) == length
    assert drawn.sign_changes[1] == turns
    assert not descent.diverged


def test_schedule_free_sgd_is_drawn_at_the_point_to_deploy():
    """schedulefree 1.4.1 from the notes' start, 60 steps at a rate of 1, after `eval()`."""
    rule = optim.schedule_free_sgd(1.0)
    deployed = descend("bowl", rule, START, steps=60).value[-1]
    assert f"{deployed:.4f}" == "0.0159"
    evaluated = descend("bowl", optim.gradient_point(rule), START, steps=60).value[-1]
    assert f"{evaluated:.4f}" == "0.0200"


def test_adagrad_never_takes_a_longer_step_than_before():
    descent = descend("bowl", optim.adagrad(1.5), START, steps=200)
    assert (np.diff(descent.step_size, axis=0) <= 0).all()


def by_hand(surface, rule, start, steps):
    """Return the path as the contract of a rule states it, one update at a time."""
    x, state = np.array(start, dtype=float), rule.init(np.array(start, dtype=float))
    path = [x]
    for _ in range(steps):
        there = rule.gradient_at(state, x)
        updates, state = rule.update(np.array(surface.gradient(*there)), state, x)
        x = x + updates
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize("name", optim.RULES)
def test_a_path_is_what_the_rule_says(name):
    rule = optim.make(name, 0.01)
    descent = descend("himmelblau", rule, (0.5, 0.5), steps=150)
    expected = by_hand(surfaces.get("himmelblau"), rule, (0.5, 0.5), 150)
    np.testing.assert_array_equal(descent.points, expected)
    assert descent.value.shape == descent.gradient_norm.shape == (151,)
    x, y = expected.T
    np.testing.assert_array_equal(descent.value, surfaces.get("himmelblau").value(x, y))


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", optim.RULES)
def test_paths_together_are_the_same_as_alone_bit_for_bit(name, surface, rng):
    (x0, x1), (y0, y1) = SURFACES[surface].domain
    starts = rng.uniform((x0, y0), (x1, y1), (5, 2))
    rates = np.array([1e-3, 0.05])
    together = descend(surface, optim.make(name, rates[:, None, None]), starts, steps=25)
    assert together.points.shape == (26, 2, 5, 2)
    for i, rate in enumerate(rates):
        for k, start in enumerate(starts):
            alone = descend(surface, optim.make(name, float(rate)), start, steps=25)
            np.testing.assert_array_equal(together.points[:, i, k], alone.points)
            assert together.diverged[i, k] == alone.diverged


def test_starts_may_have_any_shape(rng):
    starts = rng.uniform(-5, 5, (3, 4, 2))
    descent = descend("beale", optim.adam(0.1), starts, steps=10)
    assert descent.points.shape == (11, 3, 4, 2)
    assert descent.diverged.shape == descent.last.shape == (3, 4)
    assert descent.path_length.shape == (3, 4)
    assert descent.distance.shape == (11, 3, 4)
    np.testing.assert_array_equal(descent.points[0], starts)
    np.testing.assert_array_equal(
        descent.points[:, 2, 1], descend("beale", optim.adam(0.1), starts[2, 1], steps=10).points
    )


def test_a_diverging_path_stops_at_its_first_point_out_of_bounds():
    # y is multiplied by −3 at each step, and the bounds are ten times the domain: ±100.
    descent = descend("bowl", optim.sgd(2.0), START, steps=500)
    assert descent.diverged
    assert descent.last == 4
    np.testing.assert_array_equal(descent.points[:5, 1], [2, -6, 18, -54, 162])
    assert np.isnan(descent.points[5:]).all()
    assert np.isnan(descent.value[5:]).all()
    assert descent.path_length == pytest.approx(np.nansum(np.hypot(*descent.step_size.T)))


def test_bounds_by_argument():
    bounds = ((-8.0, 8.0), (-20.0, 20.0))
    assert descend("bowl", optim.sgd(2.0), START, steps=9, bounds=bounds).last == 3


def test_one_path_may_diverge_while_others_go_on():
    rates = np.array([0.1, 2.0, 0.5, 1.01])
    descent = descend("bowl", optim.sgd(rates[:, None]), START, steps=300)
    np.testing.assert_array_equal(descent.diverged, [False, True, False, True])
    np.testing.assert_array_equal(descent.last, [300, 4, 300, 198])
    assert np.isfinite(descent.points[:, [0, 2]]).all()


@pytest.mark.parametrize("rate", [1e3, 1e150, 1e300])
def test_overflow_is_silent_and_marked(rate):
    descent = descend("beale", optim.sgd(rate), (4.0, 4.0), steps=10)
    assert descent.diverged
    assert descent.last <= 1
    assert np.isfinite(descent.points[: descent.last + 1]).all()


def test_a_path_that_comes_back_stays_lost():
    def bounce(x, y):
        return np.where(np.abs(x) < 50, -1e3, 2e3) * np.sign(x), 0 * y

    surface = from_function(lambda x, y: x + y, bounce)
    descent = descend(surface, optim.sgd(0.1), [(1.0, 0.0), (-2.0, 0.0)], steps=300)
    assert descent.diverged.all()
    np.testing.assert_array_equal(descent.last, [1, 1])


def test_descent_ends_early_when_all_have_left():
    calls = []

    def gradient(x, y):
        calls.append(1)
        return -x, -y

    surface = from_function(lambda x, y: -x * x - y * y, gradient)
    descent = descend(surface, optim.sgd(1.0), (1.0, 1.0), steps=10_000)
    assert descent.points.shape == (10_001, 2)
    assert len(calls) < 200


def test_states_are_kept_for_drawing():
    rule = optim.chain(optim.clip_by_norm(1.0), optim.adam(0.1))
    descent = descend("bowl", rule, [START, (1.0, 1.0)], steps=200, keep_states=True)
    assert set(descent.states) == {"mean", "square"}
    assert descent.states["mean"].shape == (201, 2, 2)
    assert not descent.states["square"][0].any()
    adagrad = descend("bowl", optim.adagrad(0.5), START, steps=40, keep_states=True)
    gradients = np.array(SURFACES["bowl"].gradient(*adagrad.points[:-1].T)).T
    np.testing.assert_allclose(adagrad.states["total"][1:], np.cumsum(gradients**2, axis=0))
    lost = descend("bowl", optim.momentum(2.0), START, steps=40, keep_states=True)
    np.testing.assert_array_equal(np.isnan(lost.states["velocity"]), np.isnan(lost.points))
    assert descend("bowl", optim.adam(0.1), START, steps=3).states == {}


def test_noise_is_added_to_the_gradient_and_repeats_with_its_seed():
    def noisy(seed, noise=0.5):
        rng = np.random.default_rng(seed)
        starts = np.tile(START, (400, 1))
        return descend("bowl", optim.sgd(1e-3), starts, steps=50, noise=noise, rng=rng)

    first = noisy(1)
    np.testing.assert_array_equal(first.points, noisy(1).points)
    assert not np.array_equal(first.points, noisy(2).points)
    gradients = np.stack(SURFACES["bowl"].gradient(*np.moveaxis(first.points[:-1], -1, 0)), axis=-1)
    added = -np.diff(first.points, axis=0) / 1e-3 - gradients
    assert added.std() == pytest.approx(0.5, rel=0.02)
    assert added.mean() == pytest.approx(0, abs=0.02)
    # What is reported is the surface, not the noise.
    np.testing.assert_allclose(first.gradient_norm[:-1], np.hypot(*np.moveaxis(gradients, -1, 0)))
    quiet = descend("bowl", optim.sgd(1e-3), START, steps=50).points
    np.testing.assert_array_equal(noisy(1, noise=0.0).points[:, 0], quiet)


GRID = np.stack(np.meshgrid(np.linspace(-5, 5, 21), np.linspace(-5, 5, 21)), axis=-1)


@pytest.mark.parametrize(("name", "rate"), [("sgd", 0.005), ("momentum", 0.01), ("adam", 0.1)])
def test_arrivals_are_the_ends_of_paths(name, rate):
    rule = optim.make(name, rate)
    found = arrive("himmelblau", rule, GRID, steps=300, tolerance=0.01)
    paths = descend("himmelblau", rule, GRID, steps=300)
    ends = np.where(paths.diverged[..., None], np.nan, paths.points[-1])
    np.testing.assert_array_equal(found.points, ends)
    np.testing.assert_array_equal(found.diverged, paths.diverged)
    inside = paths.distance <= 0.01
    for index in np.ndindex(21, 21):
        if not inside[(-1, *index)]:
            assert found.steps[index] == found.minimum[index] == -1
            continue
        stayed = int(
            np.argmax(np.logical_and.accumulate(inside[(slice(None), *index)][::-1])[::-1])
        )
        assert found.steps[index] == stayed
        minimum = surfaces.get("himmelblau").minima[found.minimum[index]]
        assert np.hypot(*(ends[index] - minimum)) <= 0.01
    assert set(np.unique(found.minimum)) >= {0, 1, 2, 3}


def test_whoever_starts_at_the_minimum_has_arrived():
    found = arrive("bowl", optim.sgd(0.1), [(0.0, 0.0), (5.0, 5.0)], steps=3)
    np.testing.assert_array_equal(found.steps, [0, -1])


def test_a_surface_without_minima_has_no_arrivals():
    found = arrive("saddle", optim.sgd(0.1), [(1.0, 0.5), (1.0, 0.0)], steps=2000)
    np.testing.assert_array_equal(found.minimum, [-1, -1])
    np.testing.assert_array_equal(found.diverged, [True, False])
    assert np.isinf(descend("saddle", optim.sgd(0.1), (1.0, 0.0), steps=3).distance).all()


def test_arrivals_take_no_more_memory_for_more_steps():
    peaks = []
    for steps in (300, 3000):
        tracemalloc.start()
        arrive("himmelblau", optim.adam(0.01), GRID, steps=steps)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.01 * peaks[0]


GOOD = {"surface": "bowl", "optimizer": optim.sgd(0.1), "starts": START, "steps": 5}
NAN = float("nan")


@pytest.mark.parametrize("function", [descend, arrive])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"starts": (NAN, 1.0)}, r"starts must be finite; got \(nan, 1.0\)"),
        ({"starts": [START, (1.0, np.inf)]}, r"starts must be finite; got \(1.0, inf\)"),
        ({"starts": (1.0, 2.0, 3.0)}, r"starts must be of shape \(..., 2\), .* got shape \(3,\)"),
        ({"starts": 1.0}, r"starts must be of shape .* got shape \(\)"),
        ({"starts": np.empty((0, 2))}, r"starts must .* not empty; got shape \(0, 2\)"),
        ({"starts": (200.0, 0.0)}, r"starts must be within the bounds .*; got \(200.0, 0.0\)"),
        ({"steps": 0}, "steps must be a positive integer; got 0"),
        ({"surface": "bowel"}, r"surface must be one of .*did you mean 'bowl'"),
        ({"noise": -1.0}, "noise must be a number of at least 0; got -1"),
        ({"noise": 0.1}, "rng must be a numpy.random.Generator where there is noise; got None"),
        ({"bounds": ((1.0, -1.0), (0.0, 1.0))}, r"bounds must be a pair low < high"),
        (
            {"optimizer": optim.sgd(np.array([0.1, 0.2, 0.3]))},
            r"hyperparameters, of shape \(3,\), must broadcast .*rates\[:, None\]",
        ),
        (
            {"surface": dataclasses.replace(SURFACES["bowl"], gradient=lambda x, y: x)},
            "gradient of surface 'bowl' must be two arrays",
        ),
        (
            {
                "surface": dataclasses.replace(SURFACES["bowl"], value=lambda x, y: np.ones(3)),
                "starts": [START, START],
            },
            r"value of surface 'bowl' must have the shape of x; for x of shape \(2,\) got .*\(3,\)",
        ),
    ],
)
def test_wrong_arguments_are_named(function, wrong, message):
    with pytest.raises(ValueError, match=message):
        function(**{**GOOD, **wrong})


def test_other_libraries_optimizers_are_pointed_to_their_doors():
    with pytest.raises(TypeError, match=r"optimizer must be .* \(from_torch, from_optax and"):
        descend("bowl", object, START, steps=3)
    with pytest.raises(TypeError, match=r"steps must be an integer; got 2\.5"):
        descend("bowl", optim.sgd(0.1), START, steps=2.5)
    with pytest.raises(ValueError, match="tolerance must be a positive number; got 0"):
        arrive("bowl", optim.sgd(0.1), START, steps=3, tolerance=0)
