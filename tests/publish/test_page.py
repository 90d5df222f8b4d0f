"""The gallery's page: the order of the course, each title once, and nothing but its own."""

import base64
import hashlib
import re

import numpy as np
import pytest
from PIL import Image

from nnviz.publish import build_gallery, page
from nnviz.publish.course import COURSE
from nnviz.publish.words import WORDS
from tests.apps import worst

HOSTILE = '"><img src=x onerror=alert(1)>\udcff%#?&'


def renamed(name):
    return worst.entries()[0] | {"id": name, "title": f"Title of {name}"}


def test_figures_come_in_the_order_of_the_course_and_others_after_them():
    known = [figure for section in COURSE for figure in section.figures]
    shuffled = np.random.default_rng(0).permutation(known)
    html = page.render([renamed(name) for name in ("zebra/one", *map(str, shuffled), "ape/two")])
    assert re.findall(r'<article id="([^"]+)"', html) == [*known, "zebra/one", "ape/two"]
    titles = re.findall(r"<h2>(.+) <small>", html)
    assert titles == [*(WORDS[f"section {section.key}"] for section in COURSE), "zebra", "ape"]


def test_each_figure_leads_to_its_neighbours():
    html = page.render([renamed(name) for name in ("own/b", "trajectories/bowl", "own/a")])
    links = re.findall(r'<a rel="(prev|next)"( hidden)? href="#([^"]*)"', html)
    assert links == [
        ("prev", " hidden", ""),
        ("next", "", "own/b"),
        ("prev", "", "trajectories/bowl"),
        ("next", "", "own/a"),
        ("prev", "", "own/b"),
        ("next", " hidden", ""),
    ]


def test_each_title_stands_there_once(folder, tmp_path):
    report = build_gallery(tmp_path, folder=folder, formats=["png"])
    html = (tmp_path / "index.html").read_text()
    shown = re.sub(r"<(head|pre)>.*?</\1>|<[^>]*>", "", html, flags=re.DOTALL)
    assert len(report.entries) == 2
    for entry in report.entries:
        title = entry["title"].replace("<", "&lt;").replace(">", "&gt;")
        assert len(re.findall(rf"^{re.escape(title)}$", shown, re.MULTILINE)) == 1


def test_the_picture_leaves_out_what_the_page_says_in_words(folder, tmp_path):
    report = build_gallery(tmp_path, folder=folder, formats=["png"])
    entry = report.entries[1]
    assert entry["reading"] == "Line: <x>."  # what was measured stands beside the claim
    with (
        Image.open(tmp_path / entry["files"]["png"]) as whole,
        Image.open(tmp_path / entry["thumbnail"]) as part,
    ):
        assert list(part.size) == entry["size"]
        rows = part.height * whole.width / part.width
        assert 0.5 * whole.height < rows < 0.95 * whole.height
        inked = np.asarray(part.convert("L")) < 128
        assert inked[[0, -1]].sum() < 0.2 * part.width  # no line of text is cut through


def test_the_page_runs_and_loads_nothing_but_its_own():
    html = page.render([renamed(HOSTILE)])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1].replace("&#39;", "'")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert " style=" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("name", ["a b/c", "50%/what?", "x#y/z", HOSTILE + "/x"])
def test_any_name_of_a_file_is_an_address(name):
    entry = renamed(name) | {"thumbnail": f"thumbnails/{name}.png", "files": {"png": f"{name}.png"}}
    html = page.render([entry]).encode("utf-8", "backslashreplace").decode()
    for address in re.findall(r'(?:href|src)="([^"]*)"', html):
        assert re.fullmatch(r"#?[\w/.%~-]*", address)


def test_a_colour_is_a_colour():
    html = page.render([renamed("a/b") | {"ground": "red}body{display:none"}])
    assert "body{display:none" not in html.partition("</style>")[0]
