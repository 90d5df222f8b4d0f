"""What a recording holds at its end, which a terminal, a program and a report are told alike."""

import numpy as np
import pytest

from nnviz.cli.as_json import described
from nnviz.cli.summary import summary
from nnviz.diagnosis import diagnose
from nnviz.publish.report import facts
from nnviz.record import Recorder
from nnviz.runs import create_run, open_run
from nnviz.tables.last_known import statistics_last_known


def recorded(path, exact_every, steps=8):
    with create_run(path) as sink:
        recorder = Recorder(sink=sink, exact_every=exact_every)
        for k in range(steps):
            with recorder.step(k):
                recorder.observe("a/activation", np.full((100, 100), float(k)))
                recorder.observe("b/activation", np.full((100, 100), -float(k)))
    return open_run(path)


@pytest.mark.parametrize(
    ("exact_every", "step", "is_exact"),
    [
        (1, 7, True),
        (5, 5, True),  # in the second half: it is preferred to samples at 7
        (100, 7, False),
    ],
)
def test_all_are_told_of_the_same_step(tmp_path, exact_every, step, is_exact):
    with recorded(tmp_path / "a.run", exact_every) as run:
        known, findings = statistics_last_known(run), diagnose(run)
        tensors = described("run", run, findings, "*")["tensors"]
        lines = [k for k in summary("run", run, findings, "*") if k.startswith(f"step {step}")]
        table = facts.tensors(run)
    assert (known.step, known.is_exact) == (step, is_exact)
    means = [own["mean"] for own in known.tensors.values()]
    assert [*known.tensors] == [("a", "activation"), ("b", "activation")]
    assert means == [step, -step]
    assert [(own["step"], own["estimated"]) for own in tensors] == [(step, not is_exact)] * 2
    assert [own["mean"] for own in tensors] == means
    assert table.title.startswith(f"Tensors at step {step}")
    assert [row[2].replace("−", "-") for row in table.rows] == [str(step), str(-step)]
    assert len(lines) == 1
    for words in (lines[0], table.title):
        assert ("estimated from samples" in words) == (not is_exact)


def test_layers_are_chosen_and_there_may_be_none(tmp_path):
    with recorded(tmp_path / "a.run", 1) as run:
        assert list(statistics_last_known(run, "b").tensors) == [("b", "activation")]
        with pytest.raises(ValueError, match="layer must be "):
            statistics_last_known(run, "other*")
    with recorded(tmp_path / "empty.run", 1, steps=0) as run:
        assert statistics_last_known(run) is None
        assert described("run", run, diagnose(run), "*")["tensors"] == []
        assert facts.tensors(run) is None
