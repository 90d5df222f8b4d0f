"""Adam's parts beside closed forms, and its steps on the burst beside torch's."""

import numpy as np
import pytest

from nnviz import studies

BETA1, BETA2 = 0.8, 0.95
SETTINGS = {"betas": (BETA1, BETA2), "burst": 30.0, "burst_steps": 4, "before": 40, "after": 200}


@pytest.fixture(scope="module")
def study():
    return studies.adam_parts(**SETTINGS, turns=60)


@pytest.mark.parametrize(
    ("setting", "weight"),
    [
        ("momentum", BETA1),
        ("adam, mean", BETA1),
        ("adam, squares", BETA2),
        ("rmsprop", BETA2),
        ("adagrad", 1.0),
    ],
)
def test_a_memory_fades_with_the_power_of_its_weight(study, setting, weight):
    rows = study.table("memory").query("setting == @setting")
    np.testing.assert_allclose(rows["remembered"], weight ** rows["step"], rtol=0, atol=1e-10)


def test_half_lives(study):
    found = study.table("summary").set_index("optimizer")["half_life"]
    assert found["adam"] == pytest.approx(np.log(0.5) / np.log(BETA2), rel=1e-9)
    assert found["rmsprop"] == pytest.approx(found["adam"], rel=1e-9)
    assert np.isnan(found["adagrad"])
    assert np.isnan(found["momentum"])


def test_adagrad_divides_by_the_root_of_the_sum(study):
    last = study.table("summary").set_index("optimizer")["last"]
    assert last["adagrad"] == pytest.approx(np.sqrt(40 / (240 + 4 * 30**2)), rel=1e-9)


def test_a_mean_shrinks_what_alternates(study):
    rows = study.table("alternating").query("optimizer == 'momentum'")["update"].to_numpy()
    swing = np.abs(np.diff(rows[-10:])) / 2
    np.testing.assert_allclose(swing, 1 / (1 + BETA1), rtol=1e-4)  # over a mean of drift/(1 − β)
    assert rows[-10:].mean() == pytest.approx(0.1 / (1 - BETA1), rel=1e-3)


def test_progress_ends_at_what_is_left_of_the_path(study):
    forward = study.table("summary").set_index("optimizer")["forward"]
    rows = study.table("alternating")
    for rule, moves in rows.groupby("optimizer"):
        assert moves["progress"].iloc[-1] == pytest.approx(forward[rule], rel=1e-9)
        assert moves["progress"].iloc[0] == moves["update"].iloc[0] / moves["update"].abs().sum()


@pytest.mark.parametrize(
    ("name", "witness", "options"),
    [
        ("momentum", "SGD", {"momentum": BETA1}),
        ("adagrad", "Adagrad", {}),
        ("rmsprop", "RMSprop", {"alpha": BETA2}),
        ("adam", "Adam", {"betas": (BETA1, BETA2)}),
    ],
)
def test_steps_are_those_of_torch(study, name, witness, options):
    torch = pytest.importorskip("torch", reason="torch is the witness here")
    place = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, witness)([place], lr=1.0, **options)
    sizes = []
    for gradient in [1.0] * 40 + [30.0] * 4 + [1.0] * 200:
        before, place.grad = place.item(), torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        sizes.append(abs(place.item() - before))
    ours = study.table("burst").query("optimizer == @name")["size"]
    np.testing.assert_allclose(ours, sizes, rtol=0, atol=1e-10)


def test_every_claim_holds():
    assert [claim.key for claim in studies.adam_parts().claims.values() if not claim.holds] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"betas": (0.9, 1.0)}, r"betas must be a number in \[0, 1\); got 1.0"),
        ({"betas": (0.9,)}, r"betas must be a pair; got \(0.9,\)"),
        ({"burst": 0}, "burst must be a positive number; got 0"),
        ({"burst": 1}, "burst must be above 1, the gradient before and after it; got 1"),
        ({"burst": 0.5}, r"burst must be above 1, the gradient before and after it; got 0\.5"),
        ({"before": 0}, "before must be a positive integer; got 0"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        studies.adam_parts(**arguments)
