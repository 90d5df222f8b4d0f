"""Files: sizes, rates, bytes, and what a hostile name may do in them."""

import base64
import errno
import hashlib
import io
import json
import re
from contextlib import nullcontext
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

import nnviz
from nnviz import motion, plots
from nnviz.cli import main
from nnviz.errors import MissingExtraError, NnvizError
from nnviz.motion import films, movie, stage
from nnviz.motion.boundary import boundary_film
from nnviz.motion.clock import Clock
from nnviz.motion.reel import Reel
from nnviz.motion.stage import set_up
from nnviz.plots.moving import declared
from nnviz.publish.scripts import Exhibit, Script
from tests.plots import cases

from .kinds import KINDS

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' & {{ 7 * 7 }} $x$"


def drawn(title="Adam arrives"):
    with plots.theme("light", "slides"):
        figure = plots.trajectories(cases.paths(("sgd", "adam"), steps=7), surface="bowl").figure
        plots.headline(figure, title)
        return figure


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a folder with each kind of picture and page, one second long."""
    folder = tmp_path_factory.mktemp("motion")
    for suffix in ("gif", "png", "html"):
        description = f"Two paths. {HOSTILE}"
        motion.animate(drawn(), folder / f"race.{suffix}", seconds=1, description=description)
    return folder


@pytest.mark.parametrize("suffix", ["gif", "png"])
def test_a_picture_has_its_size_and_lasts_as_long_as_it_should(suffix, files):
    with Image.open(files / f"race.{suffix}") as picture:
        lasted = []
        for frame in range(picture.n_frames):
            picture.seek(frame)
            picture.load()
            lasted.append(picture.info["duration"])
        assert picture.size == (800, 450)
    assert picture.n_frames == 11  # of 15, as the first is seen twice and the last three times …
    assert sum(lasted) == pytest.approx(1000, abs=5)
    assert set(np.round(lasted[1:-1], -1)) <= {60, 70}


def test_a_picture_without_loss_ends_as_the_figure(files):
    with Image.open(files / "race.png") as picture:
        picture.seek(picture.n_frames - 1)
        last = np.asarray(picture.convert("RGB"))
        assert picture.text["Title"] == "Adam arrives"
    with set_up(drawn(), (800, 450)) as shown:
        assert np.array_equal(last, shown.still()[..., :3])


@pytest.mark.parametrize("suffix", ["gif", "png", "html"])
def test_the_same_figure_gives_the_same_bytes(suffix, files, tmp_path):
    again = tmp_path / f"race.{suffix}"
    motion.animate(drawn(), again, seconds=1, description=f"Two paths. {HOSTILE}")
    assert again.read_bytes() == (files / f"race.{suffix}").read_bytes()


class Page(HTMLParser):
    """The elements of a page with what they hold."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.texts.append("")
        self.inside = True

    def handle_endtag(self, tag):  # noqa: ARG002
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data

    def one(self, tag, **having):
        (found,) = (
            (own, text)
            for (name, own), text in zip(self.elements, self.texts, strict=True)
            if name == tag and having.items() <= own.items()
        )
        return found


def page(path):
    return Page(path.read_text("utf-8"))


def frames_of(path):
    return json.loads(page(path).one("script", id="reel")[1])["frames"]


def pixels(source):
    content = base64.b64decode(source.partition(";base64,")[2])
    return np.asarray(Image.open(io.BytesIO(content)))


def test_a_page_holds_one_picture_and_what_moves(files):
    """Laying what differs on the figure, frame by frame, gives each frame to the pixel."""
    path = files / "race.html"
    seen = np.dstack([pixels(page(path).one("img")[0]["src"]), np.full((900, 1600), 255, np.uint8)])
    whole = seen.copy()
    with set_up(drawn(), (1600, 900), counted=False) as shown:
        reel = Reel(shown, (1600, 900), 10, 1.0, "", "")
        for frame, (drawn_frame, times) in zip(frames_of(path), reel.shots(), strict=True):
            assert frame["times"] == times
            if frame.get("source"):
                patch = pixels(frame["source"])
                rows = slice(frame["y"], frame["y"] + patch.shape[0])
                part = seen[rows, frame["x"] : frame["x"] + patch.shape[1]]
                part[patch[..., 3] > 0] = patch[patch[..., 3] > 0]
            assert np.array_equal(seen, drawn_frame)
    assert np.array_equal(seen, whole)
    assert [frame["words"] for frame in frames_of(path)][-1] == "step 6 of 6"


def test_a_hostile_name_is_text_in_a_page(files, tmp_path):
    path = motion.animate(drawn(HOSTILE), tmp_path / "race.html", seconds=1, description=HOSTILE)
    plain = [tag for tag, _ in page(files / "race.html").elements]
    assert [tag for tag, _ in page(path).elements] == plain
    shown = " ".join(HOSTILE.split())
    assert page(path).one("title")[1] == shown
    assert page(path).one("img")[0]["alt"].startswith(shown)


def test_a_policy_lets_nothing_run_but_the_page_itself(files):
    own = page(files / "race.html")
    policy = next(a["content"] for tag, a in own.elements if "http-equiv" in a and tag == "meta")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    (script,) = (
        text
        for element, text in zip(own.elements, own.texts, strict=True)
        if element == ("script", {})
    )
    for kind, text in (("script-src", script), ("style-src", own.one("style")[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[kind] == f"'sha256-{digest}'"
    assert not re.search(r"https?://", (files / "race.html").read_text("utf-8"))


def test_the_figure_is_as_it_was(tmp_path):
    figure = drawn()
    before = figure.dpi, figure.canvas, figure.get_layout_engine()
    motion.animate(figure, tmp_path / "race.gif", seconds=0.5)
    assert (figure.dpi, figure.canvas, figure.get_layout_engine()) == before
    assert not any(artist.get_animated() for artist in figure.findobj())


@pytest.mark.parametrize("fails", [False, True], ids=["well", "badly"])
def test_however_it_ends_nothing_of_the_figure_is_left_out_or_moved(fails, monkeypatch):
    def broken(*_, **__):
        raise MemoryError

    figure = drawn()
    legend = figure.axes[0].legend([figure.axes[0].lines[0]], ["a line"], loc="best")
    if fails:
        monkeypatch.setattr(stage, "Counter", broken)
    expected = pytest.raises(MemoryError) if fails else nullcontext()
    with expected, set_up(figure, (800, 450)) as shown:
        assert legend._loc != 0
        shown.at(2)
    assert legend._loc == 0
    assert not any(artist.get_animated() for artist in figure.findobj())


def test_each_moment_gets_the_same_time():
    with plots.theme():
        table = cases.paths(("sgd",), steps=4)
        table["step"] = table["step"].map({0: 0, 1: 10, 2: 100, 3: 1000})
        clock = Clock.of(list(declared(plots.trajectories(table))))
    assert clock.ticks(7) == [0, 5, 10, 55, 100, 550, 1000]
    assert [clock.reached(moment) for moment in (0, 9.9, 10, 999, 1000)] == [0, 0, 10, 100, 1000]


def test_what_jumps_is_seen_at_recorded_steps_only():
    with plots.theme():
        clock = Clock.of(list(declared(KINDS["layers"]())))
    assert clock.ticks(6) == [0, 0, 0, 5, 5, 9]


def test_a_figure_of_two_clocks_is_refused():
    with plots.theme():
        figure = mpl.figure.Figure(layout="constrained")
        plots.curves(cases.curve(), ax=figure.add_subplot(1, 2, 1))
        plots.trajectories(cases.paths(), ax=figure.add_subplot(1, 2, 2))
        with pytest.raises(NnvizError, match="over one quantity; got epoch, step"):
            Clock.of(list(declared(figure)))


def test_without_an_encoder_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(movie.shutil, "which", lambda _: None)
    monkeypatch.setitem(movie._checks.importlib.sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(MissingExtraError, match=r"nnviz-dynamics\[motion\]"):
        motion.animate(drawn(), tmp_path / "race.mp4")


class Pipe(io.BytesIO):
    """What an encoder that has ended leaves."""

    def __init__(self, code):
        super().__init__()
        self._code = code

    def write(self, _):
        raise OSError(self._code, "gone")


@pytest.mark.parametrize("code", [errno.EPIPE, errno.EINVAL], ids=["POSIX", "Windows"])
def test_an_encoder_that_ends_says_why_and_hears_little_of_long_names(code, monkeypatch, tmp_path):
    heard = []

    def ended(arguments, stderr, **_):
        heard.extend(arguments)
        stderr.write(b"no such encoder")
        return SimpleNamespace(stdin=Pipe(code), wait=lambda: 1, kill=lambda: None)

    for module in (films, movie):
        monkeypatch.setattr(module, "encoder", lambda: "ffmpeg")
    monkeypatch.setattr(movie.subprocess, "Popen", ended)
    with pytest.raises(NnvizError, match="ffmpeg must encode the frames; got no such encoder"):
        motion.animate(drawn(), tmp_path / "race.mp4", seconds=0.5, description="a" * 20_000)
    assert max(map(len, heard)) < 1_100


@pytest.mark.parametrize(
    ("path", "options", "words"),
    [
        (
            "race.webm",
            {},
            "the suffix of path must be one of mp4, gif, png, apng, html; got 'webm'",
        ),
        ("race.gif", {"seconds": 0.1}, "seconds must be at least 0.5; got 0.1"),
    ],
)
def test_what_is_asked_wrongly(path, options, words, tmp_path):
    with pytest.raises(ValueError, match=re.escape(words)):
        nnviz.animate(drawn(), tmp_path / path, **options)


def recorded():
    """Return a recording of two layers at seven steps, whose values spread more and more."""
    recorder = nnviz.Recorder(every=1, exact=True)
    rng = np.random.default_rng(0)
    for step in range(7):
        with recorder.step(step):
            for layer in ("linear1", "relu1"):
                values = rng.normal(scale=1 + step, size=500)
                recorder.observe(
                    f"{layer}/activation", np.maximum(values, 0) if layer == "relu1" else values
                )
    return recorder


def test_histograms_of_many_steps_share_bins_and_count_what_was_recorded():
    recorder = recorded()
    table = motion.histograms(recorder, most=4)
    assert list(table["step"].unique()) == [0, 2, 4, 6]
    assert table.groupby(["step", "layer"]).size().nunique() == 1
    at = table.query("step == 6 and layer == 'linear1'")
    kept = np.asarray(recorder.at(6)["linear1/activation"].histogram.quantiles([0.01, 0.99]))
    assert at["left"].min() == kept[0]
    assert at["right"].max() >= kept[1]
    assert 0.975 * 500 <= at["count"].sum() <= 500


def test_histograms_need_two_steps():
    recorder = nnviz.Recorder()
    with recorder.step(3):
        recorder.observe("a/weight", np.ones(3))
    with pytest.raises(ValueError, match="recording must be of two steps or more with weight"):
        motion.histograms(recorder, kind="weight")


def test_a_film_of_boundaries_has_the_networks_and_the_panels_of_its_figure(monkeypatch):
    small = {"problem": "spirals", "rows": 24, "noise": 0.1, "hidden": [4], "side": 6}
    asked = {**small, "activation": "tanh", "optimizer": "adam", "learning_rate": 0.002}
    study = nnviz.studies.decision_boundaries(
        **asked, batch_size=8, weight_decay=0.5, snapshots=[1, 5], seeds=2
    )
    made, really = [], nnviz.studies.decision_boundaries

    def seen(**arguments):
        made.append(really(**arguments))
        return made[-1]

    monkeypatch.setattr(nnviz.studies, "decision_boundaries", seen)
    regions = study.table("regions").replace({"setting": {"none": "no regularizer"}})
    with plots.theme():
        for settings in (["no regularizer"], ["no regularizer", "weight decay 0.5"]):
            figure = plots.boundary_grid(regions.query("setting in @settings"))
            plots.headline(figure, "Three spirals")
            film = boundary_film(Exhibit(Script("network/own", Path("own.py")), figure, study))
            assert [ax.get_title("left") for ax in film.axes] == settings
    changed = {"snapshots", "seeds"}
    assert {k: v for k, v in made[0].settings.items() if k not in changed} == {
        k: v for k, v in study.settings.items() if k not in changed
    }


class TestCommand:
    def test_a_figure_of_the_gallery(self, tmp_path, capsys):
        target = tmp_path / "race.gif"
        assert main(["animate", "trajectories/bowl", "-o", str(target), "--seconds", "0.5"]) == 0
        assert capsys.readouterr() == (f"{target}\n", "")
        with Image.open(target) as picture:
            assert picture.is_animated

    @pytest.mark.parametrize("what", ["layers", "distributions", "quantiles", "map"])
    def test_a_run(self, what, tmp_path, capsys):
        with nnviz.runs.create_run(tmp_path / "a.run") as file:
            recorder = nnviz.Recorder(every=1, exact=True, sink=file)
            for step in range(4):
                with recorder.step(step):
                    recorder.observe("relu1/activation", np.linspace(-step - 1, 1, 50))
        target = tmp_path / "a.html"
        command = ["animate", str(tmp_path / "a.run"), what, "-o", str(target), "--seconds", "0.5"]
        assert main(command) == 0
        assert capsys.readouterr().err == ""
        words = [frame["words"] for frame in frames_of(target)]
        assert words[0] == "step 0 of 3"
        assert words[-1] == "step 3 of 3"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (
                ["a.run", "depth", "-o", "a.gif"],
                "WHAT must be one of distributions, layers, curves",
            ),
            (["trajectories/bowl", "-o", "a.pdf"], "-o must end in .mp4, .gif"),
            (["trajectories/bowl", "-o", "a.gif", "--seconds", "x"], "--seconds must be a number"),
            (["trajectories/bowl", "-o", "a.gif", "--kind", "w"], "--kind must be given with RUN"),
            ([".", "-o", "a.gif"], "WHAT must be one of distributions, layers, curves"),
            (["shapes/schedules", "-o", "a.gif"], "figure must have something that moves"),
        ],
        ids=["what", "suffix", "seconds", "kind", "run", "still"],
    )
    def test_what_is_wrong_is_said_in_a_line(self, words, said, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        assert main(["animate", *words]) == 2
        assert capsys.readouterr().err.startswith(f"nnviz: {said}")
        assert not list(tmp_path.iterdir())
