"""A report in a browser: all of it can be read, at any width and in print, and it asks nobody."""

import subprocess

import numpy as np
import pytest

from nnviz import open_runs, optim, publish, runs, train
from nnviz.diagnosis import diagnose
from nnviz.nn import mlp
from nnviz.publish.report.live import LivePage
from nnviz.record import Recorder
from tests.apps import programs

WORD = "word" * 15


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Two runs, one of which does not learn, with names that are long."""
    folder = tmp_path_factory.mktemp("runs")
    for name, rate in (("well", 0.1), (WORD, 3.0)):
        rng = np.random.default_rng(0)
        with runs.create_run(folder / f"{name}.run", settings={"rate": rate, WORD: WORD}) as sink:
            recorder = Recorder(sink=sink, exact=True)
            net, data = mlp([64, 30, 10], rng=rng), train.digits(300)
            train.fit(net, data, optim.sgd(rate), steps=120, recorder=recorder, rng=rng)
    return publish.write_report(open_runs(folder), folder / "report.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1400, 1920])
def test_all_of_the_report_can_be_read(report, width, scheme, faults):
    found = faults(report, width=width, scheme=scheme)
    assert not found, "\n".join([f"{len(found)} faults, such as", *found[:10]])


def test_the_report_asks_nobody_and_says_nothing(report, browser):
    asked, said = [], []
    with browser.new_page() as tab:
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(report.as_uri())
        pictures = tab.evaluate("[...document.images].every(i => i.complete && i.naturalWidth)")
        assert pictures
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert not said


def test_the_report_prints_in_light_whatever_is_on_the_screen(report, browser, tmp_path):
    with browser.new_page(color_scheme="dark") as tab:
        tab.goto(report.as_uri())
        tab.pdf(path=tmp_path / "report.pdf")
    pixels = [programs.find("pixels"), "-r", "20", "-gray", tmp_path / "report.pdf", tmp_path / "p"]
    subprocess.run(pixels, check=True)
    pages = sorted(tmp_path.glob("p*.pgm"))
    assert len(pages) >= 3
    for page in pages:
        header, values = page.read_bytes().split(b"255\n", 1)
        assert header.startswith(b"P5")
        assert np.frombuffer(values, np.uint8).mean() > 200


def test_the_live_page_looks_again_by_itself(browser, faults, tmp_path):
    page = tmp_path / "live.html"
    live = LivePage(page, f"{WORD}.run", 1.0)
    findings = diagnose(Recorder())
    courses = {f"{WORD}/loss": ([0, 1, 2], [3.0, float("nan"), 1.0])}
    live.write("running", 2, courses, findings)
    for width in (390, 1400):
        assert not faults(page, width=width)
    with browser.new_page() as tab:
        tab.goto(page.as_uri())
        live.write("finished", 7, courses, findings)
        tab.get_by_text("Step 7").wait_for(timeout=20_000)
