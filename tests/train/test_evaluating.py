"""Rules that evaluate the function themselves: closures, the value, a search along a line."""

import numpy as np
import pytest

from nnviz import nn, optim, studies, surfaces, train
from nnviz.train.descent import arrive, descend
from nnviz.train.foreign_optax import from_optax
from nnviz.train.foreign_torch import from_torch

STARTS = np.array([(-7.0, 2.0), (3.0, -4.0), (0.5, 0.5)])


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="its optimizers are what is run here")


@pytest.fixture
def optax():
    return pytest.importorskip("optax", reason="its optimizers are what is run here")


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs_of_torch_walks_as_in_torchs_own_loop(search, torch):
    """With autograd's gradients of the same function, one start after another."""

    def made(params):
        return torch.optim.LBFGS(params, lr=0.5, max_iter=4, line_search_fn=search)

    found = descend("booth", from_torch(made), STARTS, steps=8).points
    for k, start in enumerate(STARTS):
        point = torch.tensor(start, requires_grad=True)
        optimizer, path = made([point]), [start]

        def closure(point=point, optimizer=optimizer):
            optimizer.zero_grad()
            x, y = point
            value = (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2
            value.backward()
            return value

        for _ in range(8):
            optimizer.step(closure)
            path.append(point.detach().numpy().copy())
        np.testing.assert_allclose(found[:, k], path, rtol=0, atol=1e-10)
        alone = descend("booth", from_torch(made), start, steps=8).points
        np.testing.assert_array_equal(alone, found[:, k])


def test_a_path_that_a_search_loses_costs_no_other(torch):
    """Down the saddle there is no end; torch's search raises once values overflow."""
    rule = from_torch(lambda p: torch.optim.LBFGS(p, line_search_fn="strong_wolfe"))
    starts = np.array([(1.2, -0.8), (1.0, 0.0)])
    found = descend("saddle", rule, starts, steps=30)
    assert found.diverged.tolist() == [True, False]
    np.testing.assert_array_equal(
        found.points[:, 1], descend("saddle", rule, starts[1], steps=30).points
    )


def test_an_error_of_ones_own_is_not_taken_for_a_lost_path(torch):
    class Wrong(torch.optim.SGD):
        def step(self, closure):
            return [closure()][1]

    with pytest.raises(IndexError):
        descend("bowl", from_torch(Wrong), STARTS, steps=1)


def test_a_closure_that_is_demanded_by_surprise_is_told_of(torch):
    """As SAM does; a subclass that says so is given one. Two points are too much."""

    class Demanding(torch.optim.SGD):
        def step(self, closure=None):
            assert closure is not None
            return super().step(closure)

    class Saying(Demanding):
        def step(self, closure):
            return super().step(closure)

    class Both(Saying):
        train = eval = lambda self: None

    with pytest.raises(TypeError, match=r"or is step\(self, closure\).*Demanding says without: "):
        descend("bowl", from_torch(Demanding), STARTS, steps=1)
    found = descend("bowl", from_torch(lambda p: Saying(p, lr=0.1)), STARTS, steps=5).points
    expected = descend("bowl", optim.sgd(0.1), STARTS, steps=5).points
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    with pytest.raises(TypeError, match=r"needs a closure or .* not both; got Both"):
        from_torch(Both)


def test_a_torch_optimizer_of_ones_own_is_given_a_closure(torch):
    """Polyak's step, which needs the value; a class, and a factory."""

    class Polyak(torch.optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {})

        def step(self, closure):
            loss = closure()
            [point] = self.param_groups[0]["params"]
            with torch.no_grad():
                point -= loss / point.grad.square().sum() * point.grad
            return loss

    expected = polyak("bowl", steps=30)
    for factory in (Polyak, lambda params: Polyak(params)):
        found = descend("bowl", from_torch(factory), STARTS, steps=30).points
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def polyak(name, steps, largest=np.inf):
    """Return the path of ``x ← x − min(largest, f/‖∇f‖²)·∇f``, the minimum being 0."""
    surface, point = surfaces.get(name), STARTS
    path = [point]
    for _ in range(steps):
        grads = np.stack(surface.gradient(*point.T), axis=-1)
        rate = surface.value(*point.T) / np.sum(grads**2, axis=-1)
        point = point - np.minimum(rate, largest)[:, None] * grads
        path.append(point)
    return np.array(path)


def test_optax_rules_are_told_the_value(optax):
    found = descend("bowl", from_optax(optax.polyak_sgd()), STARTS, steps=30).points
    np.testing.assert_allclose(found, polyak("bowl", 30, largest=1.0), rtol=0, atol=1e-12)
    alone = descend("bowl", from_optax(optax.polyak_sgd()), STARTS[1], steps=30).points
    np.testing.assert_array_equal(alone, found[:, 1])


def test_optax_searches_along_a_line_as_in_its_own_loop(optax):
    """With JAX's gradients of the same function."""
    import jax

    def function(point):
        x, y = point
        return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2

    rule = optax.lbfgs()
    found = descend("booth", from_optax(rule), STARTS[:2], steps=6).points
    evaluate = optax.value_and_grad_from_state(function)

    @jax.jit
    def step(point, state):
        value, grad = evaluate(point, state=state)
        updates, state = rule.update(grad, state, point, value=value, grad=grad, value_fn=function)
        return point + updates, state

    with jax.enable_x64(True):
        point = jax.numpy.array(STARTS[1])
        state, path = rule.init(point), [STARTS[1]]
        for _ in range(6):
            point, state = step(point, state)
            path.append(np.asarray(point))
    np.testing.assert_allclose(found[:, 1], path, rtol=0, atol=1e-10)


def test_schedule_free_over_a_rule_that_asks_for_the_value(optax):
    """Value and gradient are those of the point where optax's own loop takes them."""
    import jax

    def function(point):
        x, y = point
        return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2

    rule = optax.contrib.schedule_free(optax.polyak_sgd(), 0.1, b1=0.9)
    found = descend("booth", from_optax(rule), STARTS[:2], steps=10).points
    with jax.enable_x64(True):
        point = jax.numpy.array(STARTS[1])
        state, path = rule.init(point), [STARTS[1]]
        for _ in range(10):
            value, grad = jax.value_and_grad(function)(point)
            updates, state = rule.update(grad, state, point, value=value)
            point = point + updates
            path.append(np.asarray(optax.contrib.schedule_free_eval_params(state, point)))
    np.testing.assert_allclose(found[:, 1], path, rtol=0, atol=1e-10)
    there = optim.gradient_point(from_optax(rule))
    shown = descend("booth", there, STARTS[1], steps=10).points[-1]
    np.testing.assert_allclose(shown, point, rtol=0, atol=1e-10)


def test_they_arrive_and_race_like_others(torch, optax):
    rules = {
        "L-BFGS": from_torch(torch.optim.LBFGS),
        "Polyak": from_optax(optax.polyak_sgd()),
    }
    for rule in rules.values():
        assert (arrive("booth", rule, STARTS, steps=200).minimum == 0).all()
    table = studies.optimizer_trajectories("booth", rules, steps=20).table("paths")
    assert set(table["optimizer"]) == set(rules)
    race = studies.optimizer_race(
        ("booth",),
        {"L-BFGS": lambda rate: from_torch(lambda p: torch.optim.LBFGS(p, lr=rate))},
        rates=[0.5, 1.0],
        steps=20,
    )
    assert set(race.table("results")["optimizer"]) == {"L-BFGS"}


@pytest.mark.parametrize("door", ["torch", "optax"])
def test_a_surface_is_given_arrays(door, torch, optax):
    """Written for these, and in float32."""

    def value(x, y):
        out = np.float32(x * x + y * y)
        out[out > 100] = 100
        return out

    def gradient(x, y):
        along = np.float32(2 * x), np.float32(2 * y)
        for slopes in along:
            slopes[x * x + y * y > 100] = 0
        return along

    surface = surfaces.from_function(value, gradient)
    rule = from_torch(torch.optim.LBFGS) if door == "torch" else from_optax(optax.lbfgs())
    found = descend(surface, rule, STARTS, steps=5)
    np.testing.assert_allclose(found.points[-1], 0, atol=1e-6)


@pytest.mark.parametrize("door", ["torch", "optax"])
def test_where_there_is_no_function_they_say_so(door, torch, optax, rng):
    rule = from_torch(torch.optim.LBFGS) if door == "torch" else from_optax(optax.lbfgs())
    name = "LBFGS" if door == "torch" else "a rule of optax"
    assert repr(rule) == f"<optimizer {name}>"
    with pytest.raises(ValueError, match="noise must be 0 for a rule that evaluates the surface"):
        descend("bowl", rule, STARTS, steps=3, noise=0.1, rng=rng)
    message = f"{name} evaluates the function itself: it runs on a surface"
    net, data = nn.mlp([64, 10], rng=rng), train.digits(50)
    with pytest.raises(TypeError, match=message):
        train.fit(net, data, rule, steps=1, batch_size=10, rng=rng)
    for refused, compose in {
        "parts": lambda: optim.chain(optim.clip_by_norm(1.0), rule),
        "parts before the last": lambda: optim.chain(rule, optim.sgd(0.1)),
        "optimizer": lambda: optim.averaged(rule),
        "optimizer ": lambda: optim.decoupled_decay(rule, 0.1, 0.1),
        "others": lambda: optim.muon(0.1, shapes=[(1, 1), (1,)], others=rule),
    }.items():
        needs = (
            f"^{refused.strip()} must be a rule that needs no more than gradients .*: it runs on"
        )
        with pytest.raises(ValueError, match=needs):
            compose()
