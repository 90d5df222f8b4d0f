"""A report on runs: all that was found is in one file, which trusts no name and asks nobody."""

import io
import math
import re
from base64 import b64decode
from html import unescape
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from nnviz import nn, open_run, open_runs, optim, plots, publish, runs, train
from nnviz.cli import main
from nnviz.diagnosis import diagnose
from nnviz.publish.recorded import FIGURES
from nnviz.publish.recorded.choice import few_layers
from nnviz.publish.recorded.declared import Wanted
from nnviz.publish.recorded.figure import shown
from nnviz.publish.report import page
from nnviz.record import Recorder

HOSTILE = "</style><script>alert(1)</script><img src=x onerror='y'>"


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def named(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def trained(path, rate, seed=0):
    rng = np.random.default_rng(seed)
    settings = {"rate": rate, HOSTILE: HOSTILE, "same": 1}
    with runs.create_run(path, settings=settings) as sink:
        recorder = Recorder(sink=sink, exact=True)
        net, data = nn.mlp([64, 8, 10], rng=rng), train.digits(100)
        train.fit(net, data, optim.sgd(rate), steps=25, recorder=recorder, rng=rng)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    trained(folder / "well.run", 0.1)
    with runs.create_run(folder / "lost <b>&.run", settings={"rate": math.inf}) as sink:
        recorder = Recorder(sink=sink)
        for k in range(4):
            with recorder.step(k):
                recorder.observe(f"{HOSTILE}/activation", np.full((4, 3), math.nan if k else 1.0))
                recorder.scalar(HOSTILE, k)
    return folder


def written(runs, path, **options):
    publish.write_report(runs, path, **options)
    assert not plt.get_fignums()
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def report(folder, tmp_path_factory):
    """Both runs side by side, without figures of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "_MOST_OWN", 1)
        return written(open_runs(folder), tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def own(folder, tmp_path_factory):
    """The run with odd names."""
    with open_run(folder / "lost <b>&.run") as run:
        return written(run, tmp_path_factory.mktemp("report") / "own.html")


def pictures(text, name):
    """Return the pictures of a page in one theme."""
    addresses = re.findall(rf'class="{name}" src="data:image/png;base64,([^"]+)"', text)
    return [Image.open(io.BytesIO(b64decode(address))) for address in addresses]


@pytest.mark.parametrize("which", ["report", "own"])
def test_names_stay_names(which, request):
    found = Page(request.getfixturevalue(which))
    assert not found.named("script")
    assert all("onerror" not in attributes for _, attributes in found.elements)
    assert len(found.named("style")) == 1
    assert HOSTILE in found.text
    assert "lost <b>&.run" in found.text


def test_the_page_may_load_nothing(report):
    found = Page(report)
    (policy,) = [m["content"] for m in found.named("meta") if "http-equiv" in m]
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    addresses = [
        value
        for _, attributes in found.elements
        for key, value in attributes.items()
        if key in ("src", "href", "data", "action", "style")
    ]
    assert addresses
    assert all(address.startswith(("data:image/png;", "#run-")) for address in addresses)
    assert "url(" not in report
    assert "@import" not in report


def test_all_that_was_found_is_told(report, folder):
    text = Page(report).text
    for run in open_runs(folder).values():
        findings = diagnose(run)
        assert {"found", "not assessed"} <= {*findings["verdict"]} or "well" in run.path.name
        for row in findings.itertuples():
            assert " ".join(row.message.split()) in text
            assert row.remedy in text


def test_runs_stand_side_by_side(report):
    tables = re.findall(r"<table>(.*?)</table>", report, re.DOTALL)
    rows = [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", tables[0])
    ]
    assert rows[0] == ["setting", "lost <b>&.run", "well.run"]
    assert rows[1] == ["rate", "inf", "0.1"]
    assert [row[0] for row in rows[1:]] == ["rate", HOSTILE, "same"]  # both runs do not have them
    assert "Figures of each run of its own are drawn of 1 runs at most." in report


@pytest.mark.parametrize(("which", "count"), [("report", 2), ("own", 3)])
def test_pictures_are_there_in_light_and_dark(which, count, request):
    found = request.getfixturevalue(which)
    light, dark = (pictures(found, theme) for theme in ("light", "dark"))
    assert len(light) == len(dark) == count
    for one, other in zip(light, dark, strict=True):
        assert one.size == other.size
        grounds = [image.convert("L").getpixel((0, 0)) for image in (one, other)]
        assert grounds[0] > 240
        assert grounds[1] < 40
    texts = [image["alt"] for image in Page(found).named("img")]
    assert len(texts) == 2 * len(light)
    assert all(texts)


@pytest.mark.parametrize("what", ["distributions", "map"])
def test_a_figure_laid_out_like_another_is_the_same_to_the_pixel(folder, what):
    with open_run(folder / "well.run") as run:

        def draw():
            return FIGURES[what].draw(run, Wanted())

        first = shown(draw, look=("light",))
        alone, like = shown(draw, look=("dark",)), shown(draw, look=("dark",), like=first)
    with plots.theme("dark"):
        assert publish.figure_bytes(like, "png") == publish.figure_bytes(alone, "png")
    plt.close("all")


def test_a_log_of_another_program_is_reported(tmp_path, capsys, monkeypatch):
    rows = [f"{k},{2 / (k + 1):.4f},{1 + k / 20:.4f}" for k in range(40)]
    log = tmp_path / "metrics.csv"
    log.write_text("\n".join(["epoch,train_loss,val_loss", *rows]), encoding="utf-8")
    out = tmp_path / "a.html"
    assert main(["report", str(log), "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    text = Page(out.read_text("utf-8")).text
    assert "a log of another program" in text
    assert "overfitting" in text
    assert "recorder" not in text
    assert "Epoch" in text or "epoch" in text
    monkeypatch.setattr(page, "pictures_of", lambda run, findings, look: [])
    assert main(["report", str(log), "-o", str(out), "--threshold", "overfitting=5"]) == 0
    assert "0 of" in Page(out.read_text("utf-8")).text


def test_a_run_that_holds_nothing(tmp_path):
    runs.create_run(tmp_path / "empty.run").close()
    with open_run(tmp_path / "empty.run") as run:
        text = written(run, tmp_path / "a.html")
    assert "The run has nothing that could be drawn." in text
    assert not pictures(text, "light")


def test_what_cannot_be_drawn_is_said(folder, tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise ValueError("<no> layer")

    monkeypatch.setattr("nnviz.publish.report.pictures.shown", refuse)
    monkeypatch.setattr(page, "_MOST_OWN", 0)
    text = written(open_runs(folder), tmp_path / "a.html")
    assert "Not drawn: &lt;no&gt; layer" in text


@pytest.mark.parametrize(
    ("runs_given", "path", "words"),
    [
        ({}, "a.html", "runs must have at least one entry; got none"),
        (None, "a.pdf", "the suffix of path must be .html or .htm; got '.pdf'"),
    ],
)
def test_what_is_no_report_is_an_error(runs_given, path, words, tmp_path):
    given = Recorder() if runs_given is None else runs_given
    with pytest.raises(ValueError, match=re.escape(words)):
        publish.write_report(given, tmp_path / path)
    assert not [*tmp_path.iterdir()]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Runs of 30 layers, of which one is NaN from step 1 on."""
    folder, rng = tmp_path_factory.mktemp("many"), np.random.default_rng(0)
    for lost in ("a08", "a14"):
        with runs.create_run(folder / f"{lost}.run") as sink:
            recorder = Recorder(sink=sink, exact=True)
            for k in range(3):
                with recorder.step(k):
                    for layer in (f"a{j:02}" for j in range(30)):
                        spoilt = math.nan if k and layer == lost else 1.0
                        recorder.observe(f"{layer}/activation", spoilt * rng.normal(size=(9, 3)))
    return folder


@pytest.mark.parametrize("thresholds", [{}, {"not finite": 1}])
def test_figures_of_a_report_show_its_findings_and_judge_nothing_again(
    many, tmp_path, monkeypatch, thresholds
):
    captions, chosen = [], []

    def once(draw, **options):
        captions.append(draw().caption)
        raise ValueError("enough")

    def at_most_six(*arguments):
        chosen.append(few_layers(*arguments[:3], 6, *arguments[4:]))
        return chosen[-1]

    monkeypatch.setattr("nnviz.publish.report.pictures.shown", once)
    monkeypatch.setattr("nnviz.publish.recorded.histograms.few_layers", at_most_six)
    monkeypatch.setattr("nnviz.publish.recorded.choice.diagnose", None)
    publish.write_report(open_runs(many), tmp_path / "a.html", thresholds=thresholds)
    plt.close("all")
    maps = [caption for caption in captions if "Hatched" in caption]
    assert len(maps) == len(chosen) == 2
    for name, caption, (layers, _) in zip(("a08", "a14"), maps, chosen, strict=True):
        assert (f"{name}: 100% of the activation NaN" in caption) == (not thresholds)
        assert (name in layers) == (not thresholds)
