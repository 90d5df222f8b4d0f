"""What the explorer computes, held against NumPy: surfaces, rules, paths, layers, maps."""

import numpy as np
import pytest

from nnviz import nn, optim, surfaces, train
from nnviz._numbers import number
from tests.apps.explorer_script import run

POINTS = 1000
STEPS = 300


@pytest.fixture(scope="module")
def told(small_explorer):
    """Return what the scripts are told, with the presets that users get."""
    return small_explorer


@pytest.fixture(scope="module")
def points():
    """Return points of each surface's domain, three for each of many runs."""
    rng = np.random.default_rng(7)
    return {
        name: rng.uniform(*np.array(surface.domain, float).T, (3, POINTS, 2))
        for name, surface in surfaces.SURFACES.items()
    }


def test_values_and_gradients_agree(told, points):
    code = """
    return Object.fromEntries(Object.entries(given).map(([name, points]) => {
      const { value, gradient } = SURFACES.get(name);
      return [name, points.map(([x, y]) => [value(x, y), ...gradient(x, y)])];
    }));
    """
    found = run(told, code, {name: own[0].tolist() for name, own in points.items()})
    assert found.keys() == surfaces.SURFACES.keys()
    for name, surface in surfaces.SURFACES.items():
        x, y = points[name][0].T
        expected = np.stack([surface.value(x, y), *surface.gradient(x, y)], axis=1)
        np.testing.assert_allclose(found[name], expected, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", optim.RULES.ours)
def test_single_updates_agree(name, told, points):
    code = """
    const { name, settings, gradients, points } = given;
    return Object.fromEntries(Object.keys(points).map((surface) => {
      const rule = RULES.get(name)(0.01, settings);
      const runs = points[surface][0].map((_, run) => [0, 1].map((axis) => {
        const state = { ...rule.start(), steps: 0 };
        return [0, 1, 2].map((step) => {
          const [g, x] = [gradients, points].map((of) => of[surface][step][run][axis]);
          const moved = rule.update(g, state, x);
          state.steps += 1;
          return moved;
        });
      }));
      return [surface, runs];
    }));
    """
    settings = told["rules"][name]["settings"]
    if "weight_decay" in settings:
        settings = {**settings, "weight_decay": 0.02}
    gradients = {
        surface: np.stack(surfaces.get(surface).gradient(*np.moveaxis(own, -1, 0)), axis=-1)
        for surface, own in points.items()
    }
    given = {
        "name": name,
        "settings": settings,
        "gradients": {surface: own.tolist() for surface, own in gradients.items()},
        "points": {surface: own.tolist() for surface, own in points.items()},
    }
    found = run(told, code, given)
    rule = optim.make(name, 0.01, **{key: _pair(value) for key, value in settings.items()})
    for surface, own in points.items():
        state, moves = rule.init(own[0]), []
        for place, gradient in zip(own, gradients[surface], strict=True):
            update, state = rule.update(gradient, state, place)
            moves.append(update)
        expected = np.moveaxis(moves, 0, -1)
        # What nearly cancels is held to what it is made of.
        size = 1e-12 * np.abs(expected).max(axis=-1, keepdims=True)
        assert (np.abs(found[surface] - expected) <= size).all(), (name, surface)


@pytest.mark.parametrize("surface", surfaces.SURFACES)
def test_paths_at_the_preset_rates_agree(surface, told):
    code = """
    return Object.keys(DATA.rules).map((name) => {
      const { rate, settings } = ruleOn(given, name);
      const { domain, starts } = DATA.surfaces[given];
      const rule = RULES.get(name)(rate, settings);
      return descend({ surface: SURFACES.get(given), rule, start: starts[0], steps: 300, domain });
    });
    """
    own = surfaces.get(surface)
    for name, found in zip(told["rules"], run(told, code, surface), strict=True):
        rate = told["surfaces"][surface]["rates"][name]
        path = train.descend(own, optim.make(name, rate), own.start, steps=STEPS)
        points = path.points[: path.last + 1]
        assert found["diverged"] == bool(path.diverged), name
        assert len(found["points"]) == len(points), name
        off = np.abs(np.array(found["points"]) - points) / np.maximum(1, np.abs(points))
        assert off.max() <= 1e-9, (name, off.max())


def test_activations_and_their_slopes_agree(told):
    x = np.concatenate([np.linspace(-12, 12, 2001), [-745.0, -100.0, 0.0, 100.0, 745.0]])
    code = """
    return Object.keys(DATA.activations).map((name) => {
      const { value, slope } = ACTIVATIONS.get(name);
      return given.map((x) => [value(x), slope(x, value(x))]);
    });
    """
    for name, found in zip(told["activations"], run(told, code, x.tolist()), strict=True):
        function = nn.ACTIVATIONS[name]
        expected = np.stack([function.value(x), function.derivative(x)], axis=1)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15, err_msg=name)


def test_functions_that_saturate_do_so_at_the_same_values(told):
    y = np.linspace(-1, 1, 401)
    code = """
    return Object.keys(DATA.activations).map((name) => {
      const { saturated } = ACTIVATIONS.get(name);
      return saturated ? given.map(saturated) : null;
    });
    """
    for name, found in zip(told["activations"], run(told, code, y.tolist()), strict=True):
        saturated = nn.ACTIVATIONS[name].saturated
        assert found == (None if saturated is None else saturated(y).tolist())


def test_numbers_are_written_as_elsewhere(told):
    rng = np.random.default_rng(0)
    values = [0.0, 1.0, -1e-7, 1e5, 99999.4, 1e-4, *(10.0 ** rng.uniform(-12, 12, 500)).tolist()]
    assert run(told, "return given.map((value) => number(value))", values) == list(
        map(number, values)
    )


@pytest.mark.parametrize("scheme", ["he_normal", "he_uniform", "orthogonal", "normal", "zeros"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_python_of_the_weights_makes_the_same_layers(scheme, activation, told):
    state = {"scheme": scheme, "activation": activation, "gain": 0.9, "depth": 4}
    code = "return [PYTHON.weights(given), sendThrough(given)]"
    python, layers = run(told, code, state)
    made = executed(python)
    spreads = [float(np.std(values)) for values in made["layers"]]
    assert [layer["spread"] for layer in layers] == pytest.approx(spreads, rel=1e-4, abs=1e-12)
    if scheme != "zeros":
        slopes = np.array(made["slopes"]) / made["slopes"][-1]
        assert [layer["gradient"] for layer in layers] == pytest.approx(slopes, rel=1e-4)


@pytest.mark.parametrize("surface", ["bowl", "beale"])
@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_the_python_of_the_map_makes_the_same_heights(surface, rule, told):
    state = {"surface": surface, "rule": rule, "steps": 40}
    code = "return [PYTHON.rates(given), heightsOf(given), foundOn(given, heightsOf(given)).best]"
    python, heights, best = run(told, code, state)
    ends = executed(python)["study"].table("ends")
    expected = ends["height"].to_numpy().reshape(np.shape(heights))
    found = np.array(heights, float)  # JSON has null for infinity
    calm = expected > 1e-12
    np.testing.assert_allclose(
        np.where(np.isnan(found), np.inf, found)[calm], expected[calm], rtol=1e-6
    )
    lowest = ends.loc[ends["height"].idxmin()]
    assert (best["rate"], best["momentum"]) == pytest.approx(
        (lowest["learning_rate"], lowest["momentum"])
    )


def test_the_python_of_the_regularizers_makes_the_same_curve(told):
    python = run(told, "return PYTHON.regularizers(given)", {"decay": 1, "dropout": 0})
    rows = executed(python)["rows"].query("split == 'test' and metric == 'accuracy'")
    means = rows.groupby("epoch")["value"].mean()
    shown = told["regularizers"]["cells"][1][0]["curves"]["test"]["mean"]
    assert shown == pytest.approx(means.tolist(), abs=1e-4)


PATHS = [
    "#tab=paths",
    "#tab=paths&surface=himmelblau&rule=adam:lr=0.3,betas=0.8/0.99&rule=sgd:lr=0.01,momentum=0.5"
    "&start=1,-4.5&steps=120&noise=2&seed=3",
    "#tab=paths&surface=rosenbrock&rule=sgd:lr=0.001&rule=sgd:lr=0.0005&steps=50",
]


@pytest.mark.parametrize("address", PATHS)
def test_the_python_of_the_paths_makes_the_same_paths(address, told):
    code = """
    const state = readAddress(given).paths;
    const { domain } = DATA.surfaces[state.surface];
    const paths = state.rules.map(({ name, rate, settings }) => descend({
      ...state, domain, draws: NOISE[state.seed], surface: SURFACES.get(state.surface),
      rule: RULES.get(name)(rate, settings),
    }).points);
    return [PYTHON.paths(state), paths];
    """
    python, paths = run(told, code, address)
    table = executed(python)["study"].table("paths")
    drawn = [own.sort_values("step") for _, own in table.groupby("optimizer", sort=False)]
    assert len(drawn) == len(paths)
    for own, path in zip(drawn, paths, strict=True):
        np.testing.assert_allclose(path, own[["x", "y"]].to_numpy(float), rtol=1e-9, atol=1e-9)


def test_the_python_draws_in_the_language_of_the_page(told):
    """What is computed is the same; without a language, as in English, none is named."""
    code = "return PYTHON.paths(readAddress('').paths)"
    plain = run(told, code, None)
    korean = run(told | {"language": "ko"}, code, None)
    assert "language" not in plain
    assert korean.splitlines()[:-2] == plain.splitlines()[:-1]
    assert 'plots.language("ko"):\n    plots.trajectories(' in korean


def test_an_address_is_read_as_it_was_written(told):
    code = "return given.map((address) => writeAddress(readAddress(address)))"
    once = run(told, code, PATHS)
    assert run(told, code, once) == once
    assert once[1].startswith("#tab=paths&surface=himmelblau&noise=2&seed=3&steps=120&step=120")
    assert "rule=adam:lr=0.3,betas=0.8/0.99" in once[1]


HOSTILE = [
    "#tab=<img src=x>&surface=__proto__&rule=constructor:lr=1",
    "#tab=paths&surface=toString&rule=sgd:lr=-1&rule=sgd:lr=1e999&rule=adam:lr=1,betas=0.5&steps=1e9",
    "#tab=paths&start=1e300,1e300&noise=-5&seed=77&step=-3",
    "#tab=paths&start=,&rule=sgd:lr=&rule=sgd&steps=2.5&rule=sgd:lr=0.1,hasOwnProperty=1",
    "#tab=weights&gain=Infinity&depth=1e3&scheme=valueOf&activation=",
    "#tab=rates&surface=saddle&rate=NaN&momentum=1",
    "#tab=regularizers&decay=7&dropout=%00",
    "#%",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_what_an_address_says_wrongly_is_as_at_first(address, told):
    first, found = run(told, "return [readAddress(''), readAddress(given)]", address)
    found["tab"] = first["tab"] = ""
    if "hasOwnProperty" in address:  # the rest of that rule is sound
        assert [rule["rate"] for rule in found["paths"].pop("rules")] == [0.1]
        first["paths"].pop("rules")
    assert found == first


def executed(python):
    """Return the names that a program leaves."""
    names = {"__name__": "copied"}
    exec(compile(python, "copied", "exec"), names)
    return names


def _pair(value):
    return tuple(value) if isinstance(value, list) else value


def test_the_scripts_know_all_that_python_declares(told):
    code = "return [SURFACES, RULES, ACTIVATIONS].map((known) => [...known.keys()])"
    declared = [surfaces.SURFACES, optim.RULES.ours, nn.ACTIVATIONS]
    assert list(map(set, run(told, code, None))) == list(map(set, declared))
