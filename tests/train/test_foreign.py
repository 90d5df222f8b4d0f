"""Optimizers of PyTorch and optax walk the same surfaces and give the same arrays."""

import numpy as np
import pytest

from nnviz import _checks, optim
from nnviz.errors import MissingExtraError
from nnviz.train.descent import arrive, descend
from nnviz.train.foreign_optax import from_optax
from nnviz.train.foreign_torch import ELEMENTWISE, from_torch
from tests.optim.cases import CASES

STARTS = np.array([(-7.0, 2.0), (3.0, -4.0), (0.5, 0.5)])


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="its optimizers are what is run here")


@pytest.fixture
def optax():
    return pytest.importorskip("optax", reason="its optimizers are what is run here")


def assert_same(ours, theirs, tolerance=1e-12):
    expected = descend("bowl", ours, STARTS, steps=100)
    found = descend("bowl", theirs, STARTS, steps=100)
    np.testing.assert_allclose(found.points, expected.points, rtol=0, atol=tolerance)
    np.testing.assert_array_equal(found.diverged, expected.diverged)


def test_torch_class_and_factory(torch):
    assert_same(optim.adam(0.3), from_torch(lambda params: torch.optim.Adam(params, lr=0.3)))
    assert_same(optim.adam(1e-3), from_torch(torch.optim.Adam))
    factory = from_torch(lambda params: torch.optim.SGD(params, lr=0.05, momentum=0.9))
    assert_same(optim.momentum(0.05), factory)
    assert_same(optim.momentum(0.05), factory)  # no memory of the run before


@pytest.mark.parametrize("case", CASES)
def test_every_rule_of_torch_through_the_same_call(case, torch):
    """300 steps from several starts; NAdam keeps a product in torch's default type."""
    ours, name, options = CASES[case]
    torch.set_default_dtype(torch.float64)
    try:
        rule = from_torch(lambda params: getattr(torch.optim, name)(params, **options))
        found = descend("bowl", rule, STARTS, steps=300)
    finally:
        torch.set_default_dtype(torch.float32)
    expected = descend("bowl", ours, STARTS, steps=300)
    np.testing.assert_allclose(found.points, expected.points, rtol=0, atol=1e-12)


def test_torch_path_that_diverges(torch):
    factory = from_torch(lambda params: torch.optim.SGD(params, lr=1.3))
    assert_same(optim.sgd(1.3), factory)
    alone = descend("bowl", factory, STARTS[0], steps=50)
    assert alone.diverged


def clipped(torch, base, **options):
    """An optimizer that divides by the norm over its whole parameter group, if that is above 1."""

    class Clipped(base):
        def step(self, closure=None):
            torch.nn.utils.clip_grad_norm_(self.param_groups[0]["params"], 1.0)
            return super().step(closure)

    return lambda params: Clipped(params, **options)


def hooked(torch, base, **options):
    """The same, hung on the step of an optimizer of PyTorch."""

    def made(params):
        optimizer = base(params, **options)
        optimizer.register_step_pre_hook(
            lambda *_: torch.nn.utils.clip_grad_norm_(params, 1.0) and None
        )
        return optimizer

    return made


def replaced(torch, base, **options):
    """The same, in place of the step of an optimizer of PyTorch."""

    def made(params):
        optimizer = base(params, **options)
        plain = optimizer.step

        def step():
            torch.nn.utils.clip_grad_norm_(params, 1.0)
            plain()

        optimizer.step = step
        return optimizer

    return made


@pytest.mark.parametrize("kind", ["tensor", "group", "hook", "step"])
def test_a_torch_rule_that_looks_at_all_it_has_sees_one_path(kind, torch):
    rule = {
        "tensor": from_torch(lambda params: torch.optim.Adafactor(params, lr=0.1)),
        "group": from_torch(clipped(torch, torch.optim.SGD, lr=0.1, momentum=0.9)),
        "hook": from_torch(hooked(torch, torch.optim.SGD, lr=0.1, momentum=0.9)),
        "step": from_torch(replaced(torch, torch.optim.SGD, lr=0.1, momentum=0.9)),
    }[kind]
    starts = np.random.default_rng(0).uniform(-5, 5, (7, 2))
    together = descend("bowl", rule, starts, steps=20, keep_states=True)
    for k, start in enumerate(starts):
        alone = descend("bowl", rule, start, steps=20, keep_states=True)
        np.testing.assert_array_equal(together.points[:, k], alone.points)
        for name, values in alone.states.items():
            np.testing.assert_array_equal(together.states[name][:, k], values)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_torch_rules_that_share_a_tensor_are_as_if_alone(name, torch):
    rule = from_torch(getattr(torch.optim, name))
    starts = np.random.default_rng(0).uniform(-5, 5, (11, 2))  # not a multiple of a register
    together = descend("himmelblau", rule, starts, steps=20).points
    alone = [descend("himmelblau", rule, start, steps=20).points for start in starts]
    np.testing.assert_array_equal(together, np.stack(alone, axis=1))


def test_a_hook_on_all_optimizers_sees_one_path_at_a_time(torch):
    from torch.optim.optimizer import register_optimizer_step_pre_hook

    handle = register_optimizer_step_pre_hook(
        lambda optimizer, *_: (
            torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1) and None
        )
    )
    try:
        found = descend("bowl", from_torch(torch.optim.SGD), STARTS, steps=5).points
    finally:
        handle.remove()
    ours = optim.chain(optim.clip_by_norm(1.0), optim.sgd(1e-3))
    expected = descend("bowl", ours, STARTS, steps=5).points
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)  # torch divides by norm + 1e-6


def test_a_torch_rule_that_is_declared_elementwise_is_the_same_in_one_tensor(torch):
    made = []

    class Own(torch.optim.Adam):
        def __init__(self, params):
            made.append(params)
            super().__init__(params, lr=0.1)

    alone = descend("bowl", from_torch(Own), STARTS, steps=20, keep_states=True)
    several, declared = len(made), from_torch(Own, elementwise=True)
    together = descend("bowl", declared, STARTS, steps=20, keep_states=True)
    assert len(made) == several + 1
    np.testing.assert_array_equal(together.points, alone.points)
    np.testing.assert_array_equal(together.states["square"], alone.states["square"])


@pytest.mark.parametrize("name", ["novograd", "prodigy"])
def test_an_optax_rule_that_measures_its_parameters_sees_one_path(name, optax):
    """Bit for bit: vectorized over the starts, a norm is summed in another order."""
    pytest.importorskip("optax.contrib")
    make = getattr(optax, name, None) or getattr(optax.contrib, name)
    rule = from_optax(make(0.05))
    starts = np.random.default_rng(0).uniform(-5, 5, (11, 2))
    together = descend("himmelblau", rule, starts, steps=20).points
    for k in (0, 10):
        alone = descend("himmelblau", rule, starts[k], steps=20).points
        np.testing.assert_array_equal(together[:, k], alone)


def test_optax(optax):
    assert_same(optim.adam(0.3), from_optax(optax.adam(0.3)))
    assert_same(optim.sgd(1.3), from_optax(optax.sgd(1.3)))
    clipped = optax.chain(optax.clip_by_global_norm(1.0), optax.lion(0.1, weight_decay=0.0))
    assert_same(optim.chain(optim.clip_by_norm(1.0), optim.lion(0.1)), from_optax(clipped))
    schedule = optax.exponential_decay(0.3, transition_steps=1, decay_rate=0.9)
    ours = optim.adam(optim.schedules.exponential(0.3, factor=0.9))
    assert_same(ours, from_optax(optax.adam(schedule)), 1e-5)  # its schedules are in float32


@pytest.mark.parametrize(
    ("ours", "name", "options"),
    [
        (optim.adam(0.3), "Adam", {"lr": 0.3}),
        (optim.momentum(0.05), "SGD", {"lr": 0.05, "momentum": 0.9}),
        (
            optim.rmsprop(0.1, momentum=0.9, centered=True),
            "RMSprop",
            {"lr": 0.1, "momentum": 0.9, "centered": True},
        ),
        (optim.rprop(0.1), "Rprop", {"lr": 0.1}),
        (optim.sgd(0.1), "SGD", {"lr": 0.1}),
    ],
)
def test_what_torch_remembers_has_our_names(ours, name, options, torch):
    """Each step as it was then, though PyTorch's own state changes in place."""
    theirs = from_torch(lambda params: getattr(torch.optim, name)(params, **options))
    expected = descend("bowl", ours, STARTS, steps=20, keep_states=True).states
    found = descend("bowl", theirs, STARTS, steps=20, keep_states=True).states
    assert set(found) == set(expected)
    for key, values in found.items():
        assert np.isnan(values[0]).all()  # nothing yet
        np.testing.assert_allclose(values[1:], expected[key][1:], rtol=0, atol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_of_schedule_free_rules_the_point_to_deploy_is_shown(decay, optax):
    ours = optim.schedule_free_sgd(0.3, weight_decay=decay)
    free = optax.contrib.schedule_free_sgd(0.3, weight_decay=decay)
    for theirs in (free, optax.chain(optax.identity(), free)):
        assert_same(ours, from_optax(theirs), 1e-11)
    assert_same(optim.gradient_point(ours), optim.gradient_point(from_optax(free)), 1e-11)


def test_a_torch_optimizer_shows_the_point_that_it_evaluates(torch):
    """The protocol of schedulefree: `train` and `eval` move the parameters between both points."""

    class Free(torch.optim.SGD):
        beta, training = 0.9, False

        def train(self):
            self.training = True

        def eval(self):
            [point] = self.param_groups[0]["params"]
            point.data = (point - (1 - self.beta) * self.state[point]["z"]) / self.beta
            self.training = False

        def step(self):
            assert self.training
            [point] = self.param_groups[0]["params"]
            state = self.state[point]
            z, t = state.get("z", point.detach().clone()), state.get("t", 0) + 1
            x = (point.detach() - (1 - self.beta) * z) / self.beta
            z = z - 0.3 * point.grad
            x = x + (z - x) / t
            point.data = self.beta * x + (1 - self.beta) * z
            state |= {"z": z, "t": t}

    ours, theirs = optim.schedule_free_sgd(0.3), from_torch(Free)
    assert_same(ours, theirs, 1e-11)
    assert_same(optim.gradient_point(ours), optim.gradient_point(theirs), 1e-11)


def test_rules_of_other_libraries_are_parts_like_ours(torch, optax):
    """Those that have one point are not taken for those that have two, and the other way round."""
    by_name = optim.chain(optim.clip_by_norm(1.0), optim.sgd(0.1))
    for make in (lambda lr: from_optax(optax.sgd(lr)), from_torch_sgd(torch)):
        rule = make(0.1)
        theirs = optim.chain(from_optax(optax.clip_by_global_norm(1.0)), rule)
        assert_same(by_name, theirs)
        assert_same(
            optim.muon(0.1, shapes=[(1, 1), (1,)], others=optim.sgd(0.1)),
            optim.muon(0.1, shapes=[(1, 1), (1,)], others=rule),
        )
        decayed = optim.decoupled_decay(rule, 0.1, 0.2)
        assert_same(optim.sgd(0.1, weight_decay=0.2), decayed)
    free = from_optax(optax.contrib.schedule_free_sgd(0.1))
    ours = optim.chain(optim.clip_by_norm(1.0), optim.schedule_free_sgd(0.1))
    assert_same(ours, optim.chain(optim.clip_by_norm(1.0), free), 1e-11)
    nested = from_optax(optax.chain(optax.clip(1.0), optax.contrib.schedule_free_sgd(0.1)))
    for part in (free, nested, from_torch(lambda params: two_points(torch)(params))):
        with pytest.raises(ValueError, match="parts before the last must be a rule that takes"):
            optim.chain(part, optim.clip_by_norm(1.0))


def from_torch_sgd(torch):
    return lambda lr: from_torch(lambda params: torch.optim.SGD(params, lr=lr))


def two_points(torch):
    """A class of optimizers that have the protocol of schedulefree."""

    class Two(torch.optim.SGD):
        def train(self):
            pass

        def eval(self):
            pass

    return Two


def test_what_optax_remembers_has_our_names(optax):
    found = descend("bowl", from_optax(optax.adam(0.3)), STARTS, steps=20, keep_states=True)
    clipped = optim.chain(optim.clip_by_norm(1e9), from_optax(optax.adam(0.3)))
    inside = descend("bowl", clipped, STARTS, steps=20, keep_states=True)
    expected = descend("bowl", optim.adam(0.3), STARTS, steps=20, keep_states=True)
    assert set(found.states) == set(inside.states) == {"mean", "square"}
    for key, values in expected.states.items():
        np.testing.assert_allclose(found.states[key], values, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(inside.states[key], found.states[key])


def test_arrivals(optax):
    ours = arrive("himmelblau", optim.adam(0.1), STARTS, steps=200)
    theirs = arrive("himmelblau", from_optax(optax.adam(0.1)), STARTS, steps=200)
    np.testing.assert_array_equal(ours.steps, theirs.steps)
    np.testing.assert_array_equal(ours.minimum, theirs.minimum)


def test_what_is_not_an_optimizer_is_named(torch, optax):
    message = r"factory must return a torch\.optim\.Optimizer; got "
    for wrong, name in [(lambda params: 3, "int$"), (list, "list$")]:
        with pytest.raises(TypeError, match=message + name):
            descend("bowl", from_torch(wrong), STARTS, steps=3)
    with pytest.raises(TypeError, match=r"transformation must be an optax\.Gradient"):
        from_optax(optax.adam)


def test_a_torch_optimizer_that_is_returned_twice_is_refused(torch):
    """It moves the tensor that it was made for, and no start."""
    made = []

    def once(kind):
        def factory(params):
            made.append(kind(params))
            return made[0]

        return factory

    for kind in (torch.optim.SGD, torch.optim.LBFGS):
        made.clear()
        rule = from_torch(once(kind))
        with pytest.raises(
            TypeError, match=f"new optimizer at each call.*of others, {kind.__name__}"
        ):
            descend("bowl", rule, STARTS, steps=1)


def test_a_torch_rule_for_matrices_says_so(torch):
    for starts in (STARTS, STARTS[0]):
        with pytest.raises(ValueError, match="Muon only supports 2D parameters"):
            descend("bowl", from_torch(torch.optim.Muon), starts, steps=3)


@pytest.mark.parametrize(
    ("make", "lacks"),
    [
        (lambda optax: optax.contrib.sophia(0.1), "obj_fn"),
        (lambda optax: optax.lookahead(optax.sgd(0.1), 6, 0.5), "fast"),
    ],
)
def test_an_optax_rule_that_needs_more_says_what(make, lacks, optax):
    message = f"transformation must need no more than gradients, .*; got this: .*{lacks}"
    with pytest.raises(TypeError, match=message):
        from_optax(make(optax))


@pytest.mark.parametrize(
    ("make", "package"),
    [(lambda: from_torch(list), "torch"), (lambda: from_optax(None), "optax")],
)
def test_a_missing_library_says_what_to_install(make, package, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(_checks.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match=rf"pip install 'nnviz-dynamics\[{package}\]'"):
        make()
