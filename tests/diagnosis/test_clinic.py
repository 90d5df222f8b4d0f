"""A small part of the clinic: networks that are well or ill by how they were made and ended."""

import numpy as np
import pytest

from benchmarks.clinic_patients import FAULTS, healthy, sick, train
from benchmarks.clinic_peers import PeerRecorder
from nnviz.diagnosis import RULES, diagnose
from nnviz.record import Recorder
from nnviz.train import digits

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


@pytest.mark.parametrize("illness", FAULTS)
def test_a_sick_network_is_found_and_named(illness):
    """The first of three that fell ill: at large rates a run may recover on another processor."""
    place = list(FAULTS).index(illness) + 1
    patients = (sick(illness, 200 * place + k, widths=WIDTHS) for k in (7, 8, 9))
    examinations = (examined(patient, Recorder()) for patient in patients)
    found = next(found for accuracy, found in examinations if accuracy < 0.8)
    assert illness in found


def test_every_rule_has_its_patients():
    assert set(FAULTS) == set(RULES)


def test_other_tools_call_a_rectifier_saturated_and_its_zeros_dead():
    """What is said of them in the benchmark, on a healthy network: the reason for our rules."""
    recorder = PeerRecorder()
    _, found = examined(healthy(26, widths=WIDTHS), recorder)
    assert found == set()
    theirs = recorder.findings()
    assert theirs["torchmortem"] == {"saturation", "dead units"}
    assert theirs["fastai"] == {"dead units"}
