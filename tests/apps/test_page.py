"""The gallery's page in a browser: all of it can be read, found, turned and copied, from disk."""

import re
from contextlib import contextmanager

import pytest

from nnviz.publish import build_gallery, page
from nnviz.publish.words import WORDS
from tests.apps.worst import PICTURE, SVG, entries

CARD = "<article style='width: 300px; {}'>{}</article>"
WORD = "word" * 30


@pytest.fixture(scope="module")
def worst(tmp_path_factory):
    path = tmp_path_factory.mktemp("worst") / "index.html"
    path.write_text(page.render(entries()), "utf-8")
    path.with_name("picture.svg").write_text(SVG, "utf-8")
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
    path = request.getfixturevalue(gallery)
    names = re.findall(r'<article id="([^"]+)"', path.read_text("utf-8"))
    views = [f"#{name}" for name in names[:: max(1, len(names) // 8)]]
    found = faults(path, width=width, scheme=scheme, views=views)
    assert not found, "\n".join([f"{len(found)} faults, such as", *found[:10]])


@contextmanager
def opened(browser, path, *, view="", **options):
    """Open a page from disk; afterwards, tell that it asked for nothing but files beside it."""
    asked, said = [], []
    with browser.new_context(viewport={"width": 1400, "height": 900}, **options) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(path.as_uri() + view)
        yield tab
    assert not said
    assert all(url.startswith(path.parent.as_uri()) for url in asked)


def visible(tab):
    return [article.get_attribute("id") for article in tab.query_selector_all("article:visible")]


def test_the_wall_finds_figures(real, browser):
    with opened(browser, real) as tab:
        everything = visible(tab)
        assert everything[0] == "trajectories/bowl"  # the course begins with it
        status = tab.get_by_role("status")
        assert status.inner_text() == f"{len(everything)} of {len(everything)} figures"
        search = tab.get_by_label(WORDS["search"])
        search.fill("ADAM 693 predicts")
        assert visible(tab) == ["shapes/adam-forgets"]
        assert status.inner_text() == f"1 of {len(everything)} figures"
        search.fill("no such word")
        assert visible(tab) == []
        assert tab.get_by_text(WORDS["none found"]).is_visible()
        search.fill("")
        tab.get_by_label(WORDS["part"]).select_option(WORDS["section rules"])
        assert visible(tab) == [
            "shapes/effective-steps",
            "shapes/adam-joins",
            "shapes/adam-averages",
            "shapes/adam-forgets",
        ]
        # What was found is what is turned through.
        tab.get_by_role("link", name="On a constant gradient").click()
        assert tab.locator(".turn:visible span").inner_text() == "1 of 4"
        assert not tab.get_by_role("link", name=WORDS["previous"]).is_visible()
        tab.keyboard.press("ArrowLeft")
        assert visible(tab) == ["shapes/effective-steps"]


def test_verdicts_are_a_filter(worst, browser):
    with opened(browser, worst) as tab:
        tab.get_by_label(WORDS["verdict"]).select_option(WORDS["verdict otherwise"])
        chosen = [
            entry["id"] for entry in entries() if entry["claims"][0]["verdict"] == "otherwise"
        ]
        assert visible(tab) == chosen != []


def test_figures_are_turned_by_key_and_the_way_back_is_kept(real, browser):
    focus = "document.activeElement.closest('article')?.id"
    with opened(browser, real, view="#shapes/adam-joins") as tab:
        assert visible(tab) == ["shapes/adam-joins"]
        assert tab.title().startswith("9000 updates after a burst")
        tab.keyboard.press("ArrowRight")
        assert visible(tab) == ["shapes/adam-averages"]
        assert tab.url.endswith("#shapes/adam-averages")
        assert tab.evaluate(focus) == "shapes/adam-averages"
        tab.keyboard.press("ArrowLeft")
        tab.keyboard.press("ArrowLeft")
        assert visible(tab) == ["shapes/effective-steps"]
        tab.keyboard.press("Escape")
        assert len(visible(tab)) > 5
        assert tab.evaluate(focus) == "shapes/effective-steps"
        assert tab.title() == WORDS["page"]
        tab.keyboard.press("Enter")
        assert visible(tab) == ["shapes/effective-steps"]
        tab.go_back()
        assert len(visible(tab)) > 5
        tab.keyboard.press("ArrowRight")  # there is nothing to turn on the wall
        assert len(visible(tab)) > 5


def test_code_is_copied_and_files_are_there(real, browser):
    with opened(browser, real, view="#shapes/adam-joins") as tab:
        tab.get_by_role("button", name=WORDS["copy"]).click()
        tab.get_by_role("button", name=WORDS["copied"]).wait_for()
        script = (real.parent / "scripts/shapes/adam-joins.py").read_text("utf-8")
        assert tab.evaluate("navigator.clipboard.readText()") == script
        links = tab.locator(".files:visible a").all()
        assert {"PNG", "Script"} <= {link.inner_text() for link in links}
        assert all((real.parent / link.get_attribute("href")).is_file() for link in links)


def test_without_scripts_the_page_is_whole(real, browser):
    with opened(browser, real, java_script_enabled=False) as tab:
        assert len(visible(tab)) > 5
        assert not tab.locator(".tools").is_visible()
        tab.get_by_role("link", name="9000 updates").click()
        assert visible(tab) == ["shapes/adam-joins"]
        assert not tab.get_by_role("button", name=WORDS["copy"]).is_visible()
        tab.get_by_role("link", name=WORDS["next"]).click()
        assert visible(tab) == ["shapes/adam-averages"]
        tab.get_by_role("link", name=WORDS["up"]).click()
        assert len(visible(tab)) > 5


def test_every_picture_says_what_it_shows(real, browser):
    with opened(browser, real) as tab:
        assert all(len(image.get_attribute("alt")) > 40 for image in tab.locator("img").all())


def test_hostile_words_make_no_element_and_can_be_opened(browser, tmp_path):
    evil = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>&#x41;'
    entry = entries()[0]
    words = {"title": evil, "description": evil, "reading": evil, "code": evil, "alt_text": evil}
    names = [f"{evil[:2]}%41#a?b/one", "50%/two"]
    path = tmp_path / "index.html"
    text = page.render([entry | words | {"id": name, "theory": [evil]} for name in names])
    path.write_text(text, "utf-8")
    path.with_name("picture.svg").write_text(SVG, "utf-8")
    with opened(browser, path) as tab:
        assert tab.locator("img").count() == 2
        assert tab.locator("script").count() == 1
        assert tab.locator("h3").all_inner_texts() == [evil, evil]
        tab.locator("h3 a").first.click()
        assert visible(tab) == names[:1]
        tab.keyboard.press("ArrowRight")
        assert visible(tab) == names[1:]


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
