"""How a figure becomes a file: ``--dpi``, ``--transparent``, ``--selectable-text``, everywhere."""

import numpy as np
import pytest
from PIL import Image

from nnviz import Recorder, runs
from nnviz.cli import main

PATHS = ("trajectories", "--optimizer", "sgd:lr=0.5", "--steps", "3")
SCHEDULES = ("study", "learning_rate_schedules", "--steps", "20")


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "a.run"
    with runs.create_run(path) as file:
        recorder = Recorder(sink=file)
        for step in range(3):
            with recorder.step(step):
                recorder.scalar("loss", 1 / (step + 1))
    return str(path)


def commands(run):
    """Return the commands that save one figure."""
    return [
        [*PATHS, "-o"],
        ["plot", run, "curves", "-o"],
        ["compare", run, run, "--metric", "loss", "-o"],
        ["figure", "shapes/schedules", "-o"],
    ]


@pytest.mark.parametrize("number", range(4), ids=["trajectories", "plot", "compare", "figure"])
def test_pixels_ground_and_text_are_as_asked(number, run, tmp_path):
    command = commands(run)[number]
    sizes, corners = [], []
    for more in ([], ["--dpi", "75", "--transparent"]):
        out = tmp_path / f"{len(sizes)}.png"
        assert main([*command, str(out), *more]) == 0
        with Image.open(out) as picture:
            sizes.append(picture.size)
            corners.append(picture.convert("RGBA").getpixel((1, 1))[3])
    assert np.allclose(np.array(sizes[1]) * 2, sizes[0], atol=1)  # the context has 150
    assert corners == [255, 0]
    assert main([*command, str(tmp_path / "a.svg"), "--selectable-text"]) == 0
    assert "<text" in (tmp_path / "a.svg").read_text("utf-8")


def test_studies_and_the_gallery_have_pixels_as_asked(tmp_path):
    assert main([*SCHEDULES, "-o", str(tmp_path / "study"), "--dpi", "75"]) == 0
    gallery = ["gallery", "--only", "shapes/schedules", "--format", "png", "--jobs", "1"]
    assert main([*gallery, "--out", str(tmp_path / "gallery"), "--dpi", "75"]) == 0
    for path in (*tmp_path.glob("study/*.png"), *tmp_path.glob("gallery/figures/*/*.png")):
        with Image.open(path) as picture:
            assert picture.width == 540
    assert list(tmp_path.glob("study/*.png"))
    assert list(tmp_path.glob("gallery/figures/*/*.png"))


@pytest.mark.parametrize("command", [PATHS, ("figure", "overfitting/both"), SCHEDULES])
def test_no_pixels_are_refused_before_the_work(command, tmp_path, capsys):
    assert main([*command, "-o", str(tmp_path / "a.png"), "--dpi", "0"]) == 2
    assert "--dpi must be a positive number; got 0" in capsys.readouterr().err
