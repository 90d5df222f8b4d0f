"""Width and depth: cells against torch and plain NumPy, theory against other quadratures."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize

from nnviz import nn, studies, train
from nnviz.studies.cells import coordinate_check, finite_width, phase_diagram
from nnviz.studies.coordinate_check import _growth
from nnviz.studies.phase_diagram import _crossing
from nnviz.studies.theory import edge_of_chaos, relu_scatter

DATA = train.digits(250)


@pytest.mark.parametrize("scaled", [False, True])
def test_changes_are_those_of_torch_with_a_rate_for_each_parameter(scaled):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    width, base, rate, seed = 24, 8, 0.1, 3
    found = coordinate_check.measure(
        data=DATA,
        scaled=scaled,
        width=width,
        base_width=base,
        depth=2,
        activation="tanh",
        optimizer="momentum",
        learning_rate=rate,
        batch_size=50,
        steps=3,
        seed=seed,
    )["changes"]
    net = nn.mlp(
        [64, width, width, 10],
        activation="tanh",
        init="xavier",
        output_init="zeros",
        rng=np.random.default_rng(seed),
    )
    params = {k: torch.tensor(v.astype("f8"), requires_grad=True) for k, v in net.params.items()}
    wider = width / base if scaled else 1
    factors = (wider, wider, 1, wider, 1 / wider, 1)
    groups = [
        {"params": [p], "lr": rate * factor}
        for p, factor in zip(params.values(), factors, strict=True)
    ]
    descent = torch.optim.SGD(groups, momentum=0.9)

    def sums(x):
        h, seen = torch.tensor(x.astype("f8")), []
        for k in (1, 2, 3):
            seen.append(h @ params[f"linear{k}/weight"] + params[f"linear{k}/bias"])
            h = torch.tanh(seen[-1])
        return seen

    before = [each.detach() for each in sums(DATA.x_train[:200])]
    order = train.batches(len(DATA.x_train), 50, rng=np.random.default_rng([seed, 1]))
    for _ in range(3):
        rows = next(order)
        descent.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            sums(DATA.x_train[rows])[-1], torch.tensor(DATA.y_train[rows])
        )
        loss.backward()
        descent.step()
    after = [each.detach() for each in sums(DATA.x_train[:200])]
    changes = [
        float(torch.sqrt(torch.mean((b - a) ** 2))) for a, b in zip(before, after, strict=True)
    ]
    assert list(found["layer"]) == ["layer 1", "layer 2", "output"]
    np.testing.assert_allclose(found["change"], changes, rtol=1e-5)


def test_growth_is_the_slope_on_logarithms():
    rows = [
        {"scaling": scaling, "layer": "output", "seed": seed, "width": width}
        | {"change": 0.1 * (seed + 1) * width**slope}
        for scaling, slope in (("standard", 0.7), ("maximal update", -0.05))
        for seed in (0, 1)
        for width in (256, 64, 128)
    ]
    found = _growth(pd.DataFrame(rows)).groupby("scaling")[["slope", "factor"]].mean()
    assert found.loc["standard"].tolist() == pytest.approx([0.7, 4**0.7])
    assert found.loc["maximal update"].tolist() == pytest.approx([-0.05, 4**-0.05])


def test_outputs_move_with_the_width_unless_rates_are_scaled():
    study = studies.coordinate_check(widths=(64, 128, 256), seeds=4, n_jobs=1)
    assert [claim.verdict for claim in study.claims.values()] == ["holds"] * 3
    rows = study.table("changes")
    narrow = rows[rows["width"] == 64].pivot(
        index=["layer", "seed"], columns="scaling", values="change"
    )
    np.testing.assert_allclose(narrow["standard"], narrow["maximal update"], rtol=1e-5)


def test_only_rules_whose_scaling_is_known_are_checked():
    with pytest.raises(ValueError, match="optimizer must be one of adam, momentum, sgd; got"):
        studies.coordinate_check(DATA, optimizer="adagrad")
    with pytest.raises(ValueError, match="widths must be a sequence of at least 2"):
        studies.coordinate_check(DATA, widths=(64,))


@pytest.mark.parametrize("bias_variance", [1e-3, 0.05, 0.4, 3.0])
def test_on_the_edge_the_fixed_point_has_a_slope_of_one(bias_variance):
    """With an adaptive quadrature, and solved for q where the study solves for σ_w²."""
    weight_variance = edge_of_chaos(bias_variance)

    def mean(of, q):
        def under(z):
            return of(np.sqrt(q) * z) * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        return 2 * integrate.quad(under, 0, 12, epsabs=1e-13, epsrel=1e-13, limit=200)[0]

    def off(q):
        return weight_variance * mean(lambda x: np.tanh(x) ** 2, q) + bias_variance - q

    q = optimize.brentq(off, bias_variance, 100.0, xtol=1e-13)
    chi = weight_variance * mean(lambda x: np.cosh(x) ** -4, q)
    assert chi == pytest.approx(1, abs=1e-9)


def test_the_edge_is_where_the_literature_has_it():
    """Schoenholz et al. (2017): σ_w² = 1.76 at σ_b² = 0.05; it begins at 1 without a bias."""
    assert edge_of_chaos(0.05) == pytest.approx(1.76, abs=0.005)
    assert edge_of_chaos(1e-9) == pytest.approx(1, abs=0.01)
    with pytest.raises(ValueError, match="bias_variance must be a positive number; got 0"):
        edge_of_chaos(0)


@pytest.mark.parametrize("bias_variance", [1e5, 1e8, 1e12, 1e20])
def test_far_out_the_edge_is_where_tanh_is_a_step(bias_variance):
    """∫ sech⁴ = 4/3, so that E[φ'(√q z)²] → 4 / (3 √(2πq)); and E[φ(√q z)²] → 1 − 2 / √(2πq)."""

    def weight_variance(q):
        return 3 * math.sqrt(2 * math.pi * q) / 4

    def off(q):
        return q - weight_variance(q) * (1 - 2 / math.sqrt(2 * math.pi * q)) - bias_variance

    q = optimize.brentq(off, bias_variance, 2 * bias_variance + 10, rtol=1e-14)
    near = 2 / bias_variance + 1e-12  # what the limits leave out, and rounding
    assert edge_of_chaos(bias_variance) == pytest.approx(weight_variance(q), rel=near)


def test_a_difference_grows_as_two_inputs_part():
    """The derivative of the cell against two networks that are a millionth apart."""
    shape = {"bias_variance": 0.2, "width": 30, "depth": 6, "samples": 4}
    found = phase_diagram.measure(**shape, weight_variances=[1.5, 3.0], seed=5)["growth"]
    for at, variance in enumerate(found["weight_variance"]):
        rng = np.random.default_rng(5)
        h, moved = rng.standard_normal((2, 4, 30))
        growth = []
        for _ in range(6):
            weight = np.sqrt(variance / 30) * rng.standard_normal((30, 30))
            bias = np.sqrt(0.2) * rng.standard_normal(30)
            moved *= 1e-6 / np.linalg.norm(moved, axis=1, keepdims=True)
            near, h = (np.tanh(rows) @ weight + bias for rows in (h + moved, h))
            moved = near - h
            growth.append(np.sum(moved**2, axis=1) / 1e-12)
        assert found["growth"][at] == pytest.approx(np.mean(growth[3:]), rel=1e-4)


def test_the_edge_lies_between_what_shrinks_and_what_grows():
    variances = np.array([1.0, 2.0, 3.0])
    assert _crossing(variances, np.array([0.5, 0.9, 1.3])) == pytest.approx(2.25)
    assert _crossing(variances, np.array([0.5, 1.0, 1.3])) == 2
    assert math.isnan(_crossing(variances, np.array([0.5, 0.6, 0.7])))
    assert math.isnan(_crossing(variances, np.array([1.5, 1.6, 1.7])))


def test_finite_networks_have_the_edge_near_theory():
    study = studies.phase_diagram(
        bias_variances=(0.1, 0.3), width=100, depth=30, samples=6, seeds=6, n_jobs=1
    )
    assert [claim.verdict for claim in study.claims.values()] == ["holds"] * 3


def test_scatter_of_a_layer_has_known_limits():
    """One positive unit: χ² with one degree of freedom. Many: Hanin and Nica's 5/n and −5/(2n)."""
    mean, variance = relu_scatter(1)
    assert variance == pytest.approx(math.pi**2 / 2)
    assert mean == pytest.approx(math.log(4) - np.euler_gamma - 2 * math.log(2))
    for width in (1000, 4000):
        mean, variance = relu_scatter(width)
        assert width * variance == pytest.approx(5, rel=20 / width)
        assert width * mean == pytest.approx(-2.5, rel=20 / width)


def test_scatter_of_a_layer_agrees_with_random_numbers(rng):
    z = np.maximum(rng.standard_normal((100_000, 12)), 0)
    logs = np.log(np.sum(z * z, axis=1) * 2 / 12, where=z.any(axis=1), out=np.full(len(z), np.nan))
    mean, variance = relu_scatter(12)
    assert np.nanmean(logs) == pytest.approx(mean, abs=0.01)
    assert np.nanvar(logs) == pytest.approx(variance, rel=0.02)


def test_a_layer_keeps_the_mean_square_on_average_and_draws_scatter():
    rng = np.random.default_rng(0)
    logs = np.array([finite_width._one(rng, 20, 2)[1] for _ in range(3000)])
    assert np.exp(logs).mean() == pytest.approx(1, abs=0.03)
    study = studies.finite_width(widths=(15, 60), depth=20, draws=80, seeds=6, n_jobs=1)
    assert [claim.verdict for claim in study.claims.values()] == ["holds"] * 3


@pytest.fixture(scope="module")
def deep():
    return studies.residual_depth(width=200, depth=12, samples=60, seeds=4, n_jobs=1)


def by_layer(study, network, statistic):
    rows = study.table("statistics").query("setting == @network and statistic == @statistic")
    return rows.groupby("layer")["value"].mean().to_numpy()


def test_normalized_branches_add_a_variance_each(deep):
    own = 1 - 1 / math.pi  # of ReLU, of sums with a variance of 2
    predicted = np.sqrt((1 + own * np.arange(1, 13)) / (1 + own))
    np.testing.assert_allclose(by_layer(deep, "pre-norm", "std_kept"), predicted, rtol=0.05)


def test_normalized_sums_keep_the_signal_and_not_the_gradient(deep):
    np.testing.assert_allclose(by_layer(deep, "post-norm", "std_kept"), 1, rtol=1e-3)
    factor = np.sqrt(2 / (2 - 1 / math.pi))
    predicted = factor ** np.arange(11, -1, -1)
    np.testing.assert_allclose(by_layer(deep, "post-norm", "gradient_rms"), predicted, rtol=0.1)


def test_bare_sums_grow_with_the_mean_of_what_is_added(deep):
    mean, square, std = 0.0, 1.0, []
    for _ in range(12):
        added = math.sqrt(square / math.pi)  # the mean of ReLU
        mean, square = mean + added, 2 * square + 2 * mean * added
        std.append(math.sqrt(square - mean**2))
    predicted = np.array(std) / std[0]
    np.testing.assert_allclose(by_layer(deep, "residual", "std_kept"), predicted, rtol=0.1)


def test_plain_layers_keep_both_within_their_scatter(deep):
    for statistic in ("std_kept", "gradient_rms"):
        np.testing.assert_allclose(by_layer(deep, "plain", statistic), 1, rtol=0.35)


def test_rows_of_ones_own_have_their_own_number_of_features():
    study = studies.residual_depth(DATA, width=12, depth=4, samples=30, seeds=2, n_jobs=1)
    assert study.settings["data"] == DATA.name
    assert "input" not in study.settings
    growth = study.table("growth").set_index(["setting", "seed", "statistic"])["powers_of_ten"]
    last = study.table("statistics").query("statistic == 'std_kept' and layer == 4")
    for row in last.itertuples():
        assert growth[row.setting, row.seed, "std_kept"] == pytest.approx(math.log10(row.value))


def test_a_draw_in_which_no_unit_is_left_is_no_fault():
    found = finite_width.measure(width=2, depth=60, draws=6, seed=0)["statistics"]
    assert np.isnan(found["value"]).any()


def test_two_draws_are_held_against_theory_by_their_variance(rng):
    """Their standard deviation is √(2/π) = 80% of the true one on average."""
    study = studies.finite_width(widths=(4, 8), depth=3, draws=2, seeds=2)
    keys = {"statistic": "log_spread", "layer": 3}
    rows = {width: rng.normal(0, 5 / width, (4000, 2)).std(axis=1, ddof=1) for width in (4, 8)}
    tables = {
        "statistics": pd.concat(
            pd.DataFrame({"width": width, "seed": range(4000), "value": spread, **keys})
            for width, spread in rows.items()
        ),
        "theory": pd.DataFrame([{"width": width, "value": 5 / width, **keys} for width in rows]),
    }
    assert study.claim("scatter as predicted").question.measure.of(tables).number < 0.05
