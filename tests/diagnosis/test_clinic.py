"""A small part of the clinic: networks that are well or ill by how they were made and ended."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the networks of the clinic are PyTorch's")
from benchmarks.clinic.cases import Case, draw  # noqa: E402
from benchmarks.clinic.data import task  # noqa: E402
from benchmarks.clinic.families import FAMILIES, HELD_OUT  # noqa: E402
from benchmarks.clinic.faults import FAULTS, ILLNESSES  # noqa: E402
from benchmarks.clinic.judging import _has_taken, _is_well  # noqa: E402
from benchmarks.clinic.networks import hidden_layers  # noqa: E402
from benchmarks.clinic.patients import FAULTS as PATIENTS  # noqa: E402
from benchmarks.clinic.patients import healthy, sick, train  # noqa: E402
from benchmarks.clinic.peers import PeerRecorder  # noqa: E402
from benchmarks.clinic.table import tables, wilson  # noqa: E402
from benchmarks.clinic.training import build  # noqa: E402
from nnviz.diagnosis import RULES, diagnose  # noqa: E402
from nnviz.record import Recorder  # noqa: E402
from nnviz.train import digits  # noqa: E402

WIDTHS = (32, 100)


def examined(patient, recorder):
    with np.errstate(all="ignore"):
        accuracy = train(patient, digits(), recorder)["test/accuracy"]
    return accuracy, set(diagnose(recorder).query("verdict == 'found'")["rule"])


@pytest.mark.parametrize("seed", [6, 8, 50])
def test_a_healthy_network_raises_no_alarm(seed):
    accuracy, found = examined(healthy(seed, widths=WIDTHS), Recorder())
    assert accuracy > 0.9
    assert found == set()


@pytest.mark.parametrize("illness", PATIENTS)
def test_a_sick_network_is_found_and_named(illness):
    """The first of three that fell ill: at large rates a run may recover on another processor."""
    place = list(PATIENTS).index(illness) + 1
    patients = (sick(illness, 200 * place + k, widths=WIDTHS) for k in (7, 8, 9))
    examinations = (examined(patient, Recorder()) for patient in patients)
    found = next(found for accuracy, found in examinations if accuracy < 0.8)
    assert illness in found


def test_every_rule_has_its_networks():
    named = {name for fault in FAULTS.values() for name in fault.named}
    named |= {name for names in ILLNESSES.values() for name in names}
    assert named == set(RULES)
    assert set(ILLNESSES) == set(PATIENTS)


def test_forty_families_and_some_of_each_kind_are_held_out():
    assert len(set(FAMILIES)) == len(FAMILIES)
    assert len(HELD_OUT) >= 40
    assert {family.kind for family in FAMILIES} == {family.kind for family in HELD_OUT}


def test_what_is_held_out_is_nowhere_else():
    """Neither the data nor, but for NumPy's, the architecture of other families."""
    others = set(FAMILIES) - HELD_OUT
    assert {one.data for one in HELD_OUT}.isdisjoint(one.data for one in others)
    shared = {(one.kind, one.architecture) for one in HELD_OUT}
    assert {("table", "numpy")} == shared & {(one.kind, one.architecture) for one in others}


@pytest.mark.parametrize("held_out", [True, False])
def test_the_order_of_the_clinic_is_drawn_once(held_out):
    """So that an interrupted run goes on with the same networks, and its part is a fair one."""
    cases = draw(held_out=held_out)
    assert cases == draw(held_out=held_out)
    assert len({case.key for case in cases}) == len(cases)
    assert {case.family for case in cases} == {f for f in FAMILIES if (f in HELD_OUT) == held_out}
    assert len({case.family for case in cases[:40]}) > 20


@pytest.mark.parametrize("case", [c for c in draw(held_out=True) if isinstance(c, Case)][::9])
def test_a_network_that_is_held_out_fits_its_data(case):
    """It has as many outputs as there are classes, and layers for its faults to be in."""
    data = task(case.family.data)
    if data.kind == "adversarial":
        return
    module = build(case, data).eval()
    with torch.no_grad():
        output = module(torch.tensor(data.x_test[:3]))
    assert output.shape == (3, data.n_outputs)
    assert not torch.equal(output[0], output[1])
    assert hidden_layers(module) or case.family.architecture == "stacked rnn"


def test_other_tools_call_a_rectifier_saturated_and_its_zeros_dead():
    """What is said of them in the benchmark, on a healthy network: the reason for our rules."""
    recorder = PeerRecorder()
    _, found = examined(healthy(26, widths=WIDTHS), recorder)
    assert found == set()
    theirs = recorder.findings()
    assert {"saturation", "dead units"} <= theirs["torchmortem"]
    assert theirs["fastai"] == {"dead units"}


def test_intervals_are_wilsons():
    """Those of Brown, Cai and DasGupta (2001), and of none of ten."""
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)


WELL = {"score": 0.9, "best": 0.91, "loss": 0.1}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"score": 0.85, "best": 0.85}, False),  # far below a support vector machine
        ({"best": 0.94}, False),
        ({"loss": np.inf}, False),
    ],
)
def test_a_healthy_network_has_learned_well_and_kept_it(changes, expected):
    moons = task("moons")
    assert 0.95 < moons.kernel < 0.98
    assert moons.guess == 0.5
    assert _is_well(WELL | changes, moons) == expected


def test_a_network_at_chance_is_not_healthy_though_a_linear_model_is_no_better():
    waves = replace(task("waves"), kernel=0.36)
    assert not _is_well(WELL | {"score": 0.4, "best": 0.4}, waves)


@pytest.mark.parametrize(
    ("fault", "outcome", "expected"),
    [
        ("few wrong labels", {"known": 0.7, "score": 0.75}, False),  # not learned by heart
        ("few wrong labels", {"known": 0.95, "score": 0.75}, True),
        ("a weight becomes NaN", {"loss": 0.3}, False),
        ("a weight becomes NaN", {"loss": np.nan}, True),
        ("tiny weights", {}, True),
    ],
)
def test_a_fault_counts_that_did_what_it_is_called(fault, outcome, expected):
    (case, *_) = [c for c in draw(held_out=False) if isinstance(c, Case) and c.fault == fault]
    assert _has_taken(case, outcome) == expected


def result(state, found, named=(), layers=(), fault="", **more):
    usual = {
        "key": "a / b / 0",
        "family": "a",
        "kind": "table",
        "score": 0.5,
        "messages": [],
        "next": "",
        "contradicts": False,
        "margins": {},
        "peers": {"torchmortem": ["saturation"], "fastai": []},
    }
    return usual | {
        "state": state,
        "found": found,
        "named": list(named),
        "layers": list(layers),
        "fault": fault,
        **more,
    }


def test_a_table_counts_alarms_names_layers_and_silence():
    dead = ("dead units",)
    results = [
        result("healthy", {}),
        result("healthy", {"overfitting": [""]}),
        result("sick", {"dead units": ["relu1"]}, dead, ["relu1"], "bias", next="dead units"),
        result("sick", {"dead units": ["relu2"]}, dead, ["relu1"], "bias"),
        result("sick", {"not learning": [""]}, dead, fault="bias"),
        result("sick", {}, dead, fault="bias"),
        result("neither", {"not learning": [""]}),
    ]
    text = tables(results)
    assert text.startswith("7 networks: 2 healthy, 4 sick, 1 neither")
    for line in (
        "healthy ones called sick | 1 of 2 |",
        "sick ones named | 2 of 4 |",
        "sick ones found under other names only | 1 of 4 |",
        "sick ones in silence | 1 of 4 |",
        "first advice is that for the fault | 1 of 4 |",
        "wrong layers, where the fault is in some | 1 of 2 |",
        "| overfitting | 1 of 2 |",
        "| torchmortem | 2 of 2 | 0 of 4 |",
    ):
        assert line in text, line
