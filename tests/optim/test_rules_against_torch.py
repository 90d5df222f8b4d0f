"""Every rule walks torch.optim's path in float64, 300 steps, to 1e-12."""

import numpy as np
import pytest

from nnviz import optim

from .cases import CASES, PROBLEMS, follow

torch = pytest.importorskip("torch", reason="torch is the witness here")


@pytest.fixture(autouse=True)
def torch_in_float64():
    # NAdam keeps its product of momenta in torch's default type.
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def follow_torch(name, options, start, gradient, steps):
    parameter = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([parameter], **options)
    path = [start]
    for _ in range(steps):
        parameter.grad = torch.from_numpy(gradient(parameter.detach().numpy()))
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("case", CASES)
def test_path(case, problem):
    rule, name, options = CASES[case]
    start, gradient = PROBLEMS[problem]
    ours = follow(rule, start, gradient, 300)
    theirs = follow_torch(name, options, start, gradient, 300)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    assert np.abs(ours[-1] - start).max() > 1e-3


def test_every_rule_that_torch_has_has_its_witness():
    elsewhere = {"lion", "schedule_free_sgd", "schedule_free_adamw"}  # optax's is the witness
    witnessed = {case.partition(",")[0] for case in CASES} - {"dampening"}
    assert witnessed == set(optim.RULES) - elsewhere


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("decay", [None, 0.9])
def test_averages_are_those_of_an_averaged_model(decay, problem):
    from torch.optim import swa_utils

    start, gradient = PROBLEMS[problem]
    model = torch.nn.ParameterList([torch.nn.Parameter(torch.tensor(start))])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    average = decay and swa_utils.get_ema_avg_fn(decay)
    mean, path = swa_utils.AveragedModel(model, avg_fn=average or None), [start]
    for _ in range(300):
        model[0].grad = torch.from_numpy(gradient(model[0].detach().numpy()))
        optimizer.step()
        mean.update_parameters(model)
        path.append(mean.module[0].detach().numpy().copy())
    ours = follow(optim.averaged(optim.adam(0.1), decay=decay), start, gradient, 300)
    np.testing.assert_allclose(ours, path, rtol=0, atol=1e-12)
    walked = follow(optim.gradient_point(optim.averaged(optim.adam(0.1))), start, gradient, 300)
    np.testing.assert_allclose(
        walked, follow(optim.adam(0.1), start, gradient, 300), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            optim.schedules.step_decay(0.1, every=7, factor=0.5),
            lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.5),
        ),
        (
            optim.schedules.exponential(0.1, factor=0.9),
            lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9),
        ),
        (
            optim.schedules.cosine(0.1, steps=40, last=0.01),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 40, 0.01),
        ),
        (
            optim.schedules.one_cycle(0.1, steps=40),
            lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, 40, cycle_momentum=False),
        ),
    ],
)
def test_schedules(ours, theirs):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = theirs(optimizer)
    for step in range(40):
        assert ours(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12), step
        optimizer.step()
        if step < 39:
            scheduler.step()


def test_a_schedule_moves_a_rule_as_it_moves_torch():
    start, gradient = PROBLEMS["bowl"]
    parameter = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.Adam([parameter], lr=0.3)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.97)
    for _ in range(100):
        parameter.grad = torch.from_numpy(gradient(parameter.detach().numpy()))
        optimizer.step()
        scheduler.step()
    ours = follow(optim.adam(optim.schedules.exponential(0.3, factor=0.97)), start, gradient, 100)
    np.testing.assert_allclose(ours[-1], parameter.detach().numpy(), rtol=0, atol=1e-12)


def test_clipping(rng):
    for scale in (0.01, 1, 100):
        grads = scale * rng.standard_normal((5, 10))
        rule = optim.clip_by_norm(2.0)
        clipped, _ = rule.update(grads, rule.init(grads), grads)
        for row, ours in zip(grads, clipped, strict=True):
            parameter = torch.zeros(10, dtype=torch.float64, requires_grad=True)
            parameter.grad = torch.tensor(row)
            torch.nn.utils.clip_grad_norm_([parameter], 2.0)
            np.testing.assert_allclose(ours, parameter.grad.numpy(), rtol=1e-6)
