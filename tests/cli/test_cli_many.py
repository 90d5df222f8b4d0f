"""Runs of very many layers, numbers and settings: what is shown is bounded, and says so."""

import warnings

import numpy as np
import pytest

from nnviz import runs
from nnviz.cli import main
from nnviz.record import Recorder

LAYERS = 2000


@pytest.fixture(scope="module")
def deep(tmp_path_factory):
    """Two steps of 2,000 layers; of layer 1234 all is NaN at the second."""
    path = tmp_path_factory.mktemp("deep") / "deep.run"
    values = np.random.default_rng(0).normal(size=(LAYERS, 2, 8))
    values[1234, 1] = np.nan
    settings = {f"setting{k}": k for k in range(300)}
    with runs.create_run(path, settings=settings) as sink:
        recorder = Recorder(sink=sink, exact=True)
        for step in range(2):
            with recorder.step(step):
                for k in range(LAYERS):
                    recorder.observe(f"block{k}/weight", values[k, step])
                    recorder.scalar(f"block{k}/update_to_weight", 1e-3 * (1 + (k == 77)))
    return path


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """Two steps of 2,000 numbers before the loss, and one that the recorder adds."""
    path = tmp_path_factory.mktemp("numbers") / "numbers.run"
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink, exact=True)
        for step in range(2):
            with recorder.step(step):
                recorder.observe("relu1/activation", np.eye(4))
                for k in range(LAYERS):
                    recorder.scalar(f"rate{k}", 0.1)
                recorder.scalar("loss", 1.0)
    return path


@pytest.fixture
def saved(monkeypatch):
    """The figures, which are not written: how long that takes, is told by their size."""
    figures = []

    def save(figure, path, **_):
        figures.append(figure)
        return path

    monkeypatch.setattr("nnviz.publish.save", save)
    return figures


def titles(figure):
    return [ax.get_title("left") for ax in figure.axes]


def caption(figure):
    return figure.get_supxlabel().replace("\n", " ")


@pytest.mark.parametrize("what", ["distributions", "quantiles"])
def test_a_grid_is_a_few_screens_and_says_what_it_left_out(deep, what, saved, capsys):
    assert main(["plot", str(deep), what, "-o", "a.png"]) == 0
    (figure,) = saved
    width, height = figure.get_size_inches()
    assert height < 2.5 * width
    shown = titles(figure)
    assert len(shown) == 24
    assert (shown[0], shown[-1]) == ("block0", "block1999")
    assert "block1234" in shown  # which the diagnosis names
    assert "24 of 2,000 layers; --layer PATTERN chooses." in caption(figure)
    assert "setting11 11, … and 288 more." in caption(figure)


def test_of_many_numbers_the_loss_is_drawn(numbers, saved, capsys):
    assert main(["plot", str(numbers), "curves", "-o", "a.png"]) == 0
    shown = titles(saved[0])
    assert len(shown) == 24
    assert "rate0" in shown
    assert "loss of mini-batches" in shown
    assert "24 of 2,001 numbers; --name PATTERN chooses." in caption(saved[0])


@pytest.mark.parametrize(("what", "named"), [("progress", "block1234"), ("updates", "block77")])
def test_lines_are_so_few_that_they_can_be_followed(deep, what, named, saved, capsys):
    options = ["--kind", "weight"] if what == "progress" else []
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as that there is no room for the axes
        assert main(["plot", str(deep), what, "-o", "a.png", *options]) == 0
    (figure,) = saved
    (ax,) = figure.axes
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(names) == 12
    assert (names[0], names[-1]) == ("block0", "block1999")
    assert named in names
    assert "12 of 2,000 layers; --layer PATTERN chooses." in caption(figure)


def test_no_row_of_a_map_is_thinner_than_a_pixel(deep, saved, capsys):
    assert main(["plot", str(deep), "map", "-o", "a.png"]) == 0
    (figure,) = saved
    mesh = figure.axes[0].collections[0]
    assert mesh.get_array().shape == (200, 2)
    assert mesh.get_array().mask.sum() == 1  # block1234, which is not finite
    assert "200 of 2,000 layers; --layer PATTERN chooses." in caption(figure)
    assert " Triangle: block1234: " in caption(figure)


def test_a_line_from_layer_to_layer_has_all(deep, saved, capsys):
    assert main(["plot", str(deep), "depth", "-o", "a.png"]) == 0
    (figure,) = saved
    assert len(figure.axes[0].lines[0].get_xdata()) == LAYERS
    assert "layers" not in caption(figure)


def test_few_layers_are_chosen_by_their_names(deep, saved, capsys):
    assert main(["plot", str(deep), "distributions", "-o", "a.png", "--layer", "block12?"]) == 0
    assert titles(saved[0])[:10] == [f"block12{k}" for k in range(10)]
    assert "layers;" not in caption(saved[0])


def test_compared_runs_are_as_few_and_their_tables_as_short(deep, tmp_path, saved, capsys):
    other = tmp_path / "other.run"
    with runs.create_run(other) as sink:
        recorder = Recorder(sink=sink)
        with recorder.step(0):
            for k in range(0, LAYERS, 4):
                recorder.observe(f"block{k}/weight", np.arange(8) * (1 + 99 * (k == 444)))
    assert main(["compare", str(deep), str(other), "-o", "a.png"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) < 90
    assert "… and 1,960 more; nnviz export writes all" in printed
    assert "… and 1,960 more; --layer PATTERN chooses" in printed
    shown = titles(saved[0])
    assert len(shown) == 24
    assert "block444" in shown
    assert "24 of 2,000 layers; --layer PATTERN chooses." in caption(saved[0])


def test_many_runs_are_compared_by_a_few(tmp_path, saved, capsys):
    for k in range(30):
        with runs.create_run(tmp_path / f"{k:02}.run") as sink:
            recorder = Recorder(sink=sink)
            with recorder.step(0):
                recorder.observe("linear1/weight", (1 + k) * np.arange(8))
    assert main(["compare", str(tmp_path), "-o", "a.png"]) == 0
    (figure,) = saved
    title = figure.get_suptitle().replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")
    assert title.startswith("linear 1: standard deviation of weights ")
    assert " (00.run) to " in title
    assert title.endswith(" (29.run)")
    assert "12 of 30 runs." in caption(figure)


def test_show_is_a_screen_or_two(deep, capsys):
    assert main(["show", str(deep)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < 110
    assert max(map(len, lines)) < 4000
    (settings,) = [line for line in lines if line.startswith("  settings  ")]
    assert settings.endswith("setting39 39, … and 260 more")
    (layers,) = [line for line in lines if line.startswith("  layers ")]
    assert layers.endswith("block39, … and 1,960 more")
    assert "… and 1,960 more; --layer PATTERN chooses" in lines
    assert "… and 1,960 more; nnviz export writes all" in lines


def test_what_was_reported_is_shown_before_what_the_recorder_adds(numbers, capsys):
    assert main(["show", str(numbers)]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(place for place, line in enumerate(lines) if line.startswith("name "))
    assert [line.split()[0] for line in lines[head + 1 : head + 41]] == [
        f"rate{k}" for k in range(40)
    ]


def test_of_many_ill_layers_a_few_are_told(tmp_path, capsys):
    path = tmp_path / "ill.run"
    with runs.create_run(path) as sink:
        recorder = Recorder(sink=sink, exact=True)
        for step in range(12):
            with recorder.step(step):
                for k in range(50):  # dead layers in a row are one finding
                    recorder.observe(f"relu{k}.a/activation", np.zeros((4, 3)))
                    recorder.observe(f"relu{k}.b/activation", np.eye(4))
                    recorder.observe(f"relu{k}.a/weight", np.full(4, np.nan))
    assert main(["show", str(path)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("100% of units dead since step 0") == 40
    assert "… and 10 more\n" in printed
    assert main(["follow", str(path)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("are NaN or infinite since step 0") == 40
    assert "… and 10 more\n" in printed
