"""The gallery's page in a browser: nothing is cut off, sticks out or lies on anything else."""

import pytest

from nnviz.publish import build_gallery, page
from tests.apps.worst import PICTURE, entries

CARD = "<article style='width: 300px; {}'>{}</article>"
WORD = "word" * 30


@pytest.fixture(scope="module")
def worst(tmp_path_factory):
    path = tmp_path_factory.mktemp("worst") / "index.html"
    path.write_text(page.render(entries()), "utf-8")
    return path


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return the page of those figures of the gallery that need no training."""
    out = tmp_path_factory.mktemp("real")
    report = build_gallery(out, only=["shapes/*", "trajectories/bowl"], formats=["png"])
    assert not report.failures
    return out / "index.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1400, 1920])
@pytest.mark.parametrize("gallery", ["worst", "real"])
def test_all_of_the_page_can_be_read(gallery, width, scheme, faults, request):
    found = faults(request.getfixturevalue(gallery), width=width, scheme=scheme)
    assert not found, "\n".join([f"{len(found)} faults, such as", *found[:10]])


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (CARD.format("overflow: hidden", WORD), "article# hides"),
        (CARD.format("overflow: hidden", WORD), f'article "{WORD[:60]}" sticks out of article#'),
        (CARD.format("overflow: hidden; height: 1em", "word " * 99), "sticks out of article#"),
        (CARD.format("", WORD), "sticks out of article#"),
        (CARD.format("", f"<p style='overflow: clip'>{WORD}"), "sticks out of p#"),
        (f"<p>{WORD}", "the page scrolls sideways"),
        (f"<p>{WORD}", "sticks out of the window"),
        ("<p style='margin-left: -2em'>word", "sticks out of the window"),
        ("<p style='height: 0; width: 5em'>one word after another<p>word", "lies on"),
        ("<p>first<p style='margin-top: -2em'>second", 'p "first" lies on p "second"'),
        (
            f'<img src="{PICTURE}" width=90><p style="margin: -2em 0">word',
            'img "" lies on p "word"',
        ),
    ],
)
def test_a_fault_is_found(body, fault, faults, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{body}", "utf-8")
    assert any(fault in found for found in faults(path, width=390))


@pytest.mark.parametrize(
    "body",
    [
        CARD.format("overflow: hidden", "word " * 99),
        CARD.format("", f"<pre style='overflow-x: auto'>{WORD}"),
        f"<details><summary>more</summary>{'word ' * 99}</details><p>word",
        "<p style='line-height: 1'>two<br>lines, <small>and a part</small>",
    ],
)
def test_what_can_be_read_is_no_fault(body, faults, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{body}", "utf-8")
    assert faults(path, width=390) == []
