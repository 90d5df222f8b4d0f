"""Adam's loss spikes: the cell against torch and a dense Hessian, the rules by hand."""

import math

import numpy as np
import pandas as pd
import torch

from nnviz import nn, studies, train
from nnviz.studies import _spikes
from nnviz.studies.cells import moments
from nnviz.studies.loss_spikes import _around, _leads, _warnings

DATA = train.digits(40)
HOW = {"data": DATA, "seed": 3, "hidden": (4,), "activation": "tanh", "loss": "mean_squared_error"}


def course(**more):
    how = {**HOW, "learning_rate": 0.02, "beta2": 0.9, "steps": 6, "curved": True, **more}
    return moments.follow(**how)["course"]


def torch_course(rate, beta2, steps):
    """Train the same network by torch.optim.Adam; return what is recorded, with a dense Hessian."""
    sizes = [DATA.n_features, 4, DATA.n_classes]
    rng = np.random.default_rng(3)
    net = nn.mlp(sizes, activation="tanh", init="xavier", rng=rng, dtype=np.float64)
    x = torch.tensor(DATA.x_train.astype(float))
    x = x - x.mean(0)
    y = torch.nn.functional.one_hot(torch.tensor(DATA.y_train), DATA.n_classes).double()
    flat = torch.nn.Parameter(torch.tensor(net.flat.copy()))
    shapes = {name: part.shape for name, part in net.params.items()}

    def loss(at):
        parts, begin = [], 0
        for shape in shapes.values():
            size = math.prod(shape)
            parts.append(at[begin : begin + size].reshape(shape))
            begin += size
        weight, bias, last, shift = parts
        return ((torch.tanh(x @ weight + bias) @ last + shift - y) ** 2).mean()

    rule = torch.optim.Adam([flat], lr=rate, betas=(0.9, beta2))
    rows, before = [], None
    for step in range(1, steps + 1):
        rule.zero_grad()
        value = loss(flat)
        value.backward()
        hessian = torch.autograd.functional.hessian(loss, flat.detach()).numpy()
        old, gradient = flat.detach().clone(), flat.grad.numpy().copy()
        rule.step()
        v = rule.state[flat]["exp_avg_sq"].numpy() / (1 - beta2**step)
        alive = v > 0
        root = np.sqrt(v[alive])
        p = (1 - 0.9**step) * (root + 1e-8)
        bent = hessian[np.ix_(alive, alive)] / np.sqrt(np.outer(p, p))
        row = {
            "loss": value.item(),
            "gradient_norm": np.linalg.norm(gradient),
            "root_mean": root.mean(),
            "update_norm": (flat.detach() - old).norm().item(),
            "sharpness": np.linalg.eigvalsh(bent)[-1] * rate / 38,
            "staleness": math.nan,
        }
        if before is not None:
            row["staleness"] = np.sqrt(np.mean(gradient[alive] ** 2 / before[alive]))
        rows.append(row)
        before = v
    return pd.DataFrame(rows)


def test_the_cell_records_what_torch_does_and_a_dense_hessian_has():
    found, known = pd.DataFrame(course()), torch_course(0.02, 0.9, 6)
    for name in known:
        # Lanczos stops at a residual of a hundredth; its error is of the square of that.
        rtol = 1e-3 if name == "sharpness" else 1e-10
        np.testing.assert_allclose(found[name], known[name], rtol=rtol, err_msg=name)
    assert list(found["step"]) == list(range(6))


def test_adam_on_a_quadratic_loss_grows_beyond_the_bound_and_not_below():
    for share, grows in ((0.99, False), (1.01, True)):
        curvature, x, m = share * moments.stable_up_to(0.5), 1.0, 0.0
        for _ in range(2000):
            m = 0.9 * m + 0.1 * curvature * x
            x -= 0.5 * m
        assert (abs(x) > 1) == grows


def test_the_curvature_is_measured_only_where_it_is_asked_for_and_moves_nothing():
    with_it, without = course(), course(curved=False)
    assert np.isnan(without["sharpness"]).all()
    for name in set(with_it) - {"sharpness"}:
        np.testing.assert_array_equal(with_it[name], without[name])


def test_what_is_lost_ends():
    assert len(course(learning_rate=1e200, curved=False)["step"]) < 6


def spiking(at=(130, 200), length=300):
    """Return a course whose loss jumps fivefold at some steps, for three of them."""
    loss = np.ones(length)
    for step in at:
        loss[step : step + 3] = 5.0
    flat = dict.fromkeys(("root_mean", "staleness", "update_norm"), 1.0)
    return pd.DataFrame({"loss": loss, "gradient_norm": loss, **flat, "sharpness": 0.9})


def test_a_spike_begins_where_the_loss_triples_and_had_not_for_a_window():
    assert _spikes.beginnings(spiking()["loss"]) == [130, 200]
    assert _spikes.beginnings(spiking((130, 160, 240))["loss"]) == [130, 240]
    assert _spikes.beginnings(spiking((60, 130))["loss"]) == [130]  # all losses fall early
    assert _spikes.beginnings(spiking(())["loss"]) == []


def test_quiet_moments_are_those_at_which_a_spike_might_have_begun():
    # A spike begins at 130 and at 200: none might begin for a window after, or comes within twenty.
    assert _spikes.quiet(spiking()["loss"]) == [*range(100, 110), *range(253, 280)]
    assert _spikes.quiet(spiking((), 110)["loss"]) == []


def test_the_highest_loss_is_told_from_its_median_wherever_it_is():
    loss = spiking((130, 160))["loss"]
    loss[161] = 8.0  # within the window of another spike, which begins none
    assert _spikes.highest(loss) == 8.0
    assert _spikes.highest(spiking(())["loss"]) == 1.0


def test_a_lead_is_counted_without_a_break():
    marks = np.array([True, False, True, True, False, True])
    assert [_spikes.leads(marks, step) for step in range(1, 6)] == [1, 0, 1, 2, 0]


def test_signals_are_looked_at_before_spikes_and_quiet_moments():
    own = spiking()
    own.loc[115:131, "sharpness"] = 1.1  # the first spike, fifteen steps ahead
    own.loc[127:131, "gradient_norm"] = 9.0
    leads = _leads({7: own}).set_index("setting")["lead"]
    assert leads["sharpness above the bound"] == 7.5
    assert leads["gradient norm tripled"] == 1.5
    shares = _warnings({7: own}).set_index(["signal", "moment", "step"])["share"]
    curved = shares["sharpness above the bound"]
    assert curved["before a spike"][-10] == curved["before a spike"][-15] == 0.5
    assert curved["before a spike"][-16] == 0
    assert (curved["before a quiet moment"] == 0).all()
    around = _around({7: own}).query("seed == 0").set_index("step")
    assert around["loss"][0] == 5.0
    assert around["sharpness"][-1] == 1.1
    assert (around["marked"] == -15).all()
    assert (around["gradient_norm_since"] == -3).all()


def test_a_run_without_a_spike_has_no_part_and_none_at_all_is_not_assessed():
    both = _leads({0: spiking(()), 1: spiking()})
    assert set(both["seed"]) == {1}
    study = studies.loss_spikes(DATA, hidden=(4,), steps=20, seeds=2)
    assert study.table("leads")["lead"].isna().all()
    assert study.claim("sharpness first").verdict == "not assessed"


def test_what_is_asked_of_all_runs_is_answered_without_spikes():
    study = studies.loss_spikes(DATA, hidden=(4,), steps=120, seeds=2)
    assert study.claim("spikes").verdict == "otherwise"
    assert study.claim("lower beta2 tames").verdict == "not assessed"
    assert (study.table("runs")["largest"] < _spikes.FACTOR).all()
