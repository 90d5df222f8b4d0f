"""Decks in the programs that show them: LibreOffice, LaTeX, Typst and a browser from disk."""

import io
import re
import subprocess

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import nnviz
from nnviz import plots
from nnviz.decks.drawing import slides
from tests.apps import programs
from tests.decks.conftest import HOSTILE

SLIDES, DPI, NEAR = 5, 192, 0.02
GROUND = (21, 24, 29)


@pytest.fixture(scope="module")
def deck():
    """Return a deck of a title, a part, a hostile figure of one's own, two of the gallery."""
    made = nnviz.Deck(HOSTILE, theme="dark")
    made.heading("Part")
    with plots.theme("dark", "slides"):
        figure, ax = plt.subplots(layout="constrained")
        ax.plot([1, 3, 2])
        plots.headline(figure, "Mine")
    made.add(figure, notes=HOSTILE, alt=HOSTILE)
    made.add("trajectories/bowl")
    made.add("shapes/schedules")
    yield made
    plt.close("all")


@pytest.fixture(scope="module")
def wanted(deck):
    """Return what each slide is to look like: (360, 640, 3)."""
    with plots.theme("dark", "slides"):
        return [
            pixels(slide.picture("png", DPI)) for slide in slides(deck._items, lambda line: None)
        ]


def pixels(content):
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    return np.asarray(picture.resize((640, 360), Image.Resampling.BOX)).astype(int)


def pages(pdf):
    """Return the pages of a PDF as pictures."""
    command = [programs.find("pixels"), "-png", "-scale-to-x", "1280", "-scale-to-y", "720"]
    subprocess.run([*command, str(pdf), str(pdf.with_suffix(""))], check=True, timeout=120)
    return [pixels(path.read_bytes()) for path in sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))]


def apart(one, other):
    """Return what share of a slide differs, seen from afar: programs differ in fine lines."""
    coarse = [picture.reshape(90, 4, 160, 4, 3).mean(axis=(1, 3)) for picture in (one, other)]
    return (np.abs(coarse[0] - coarse[1]).max(axis=-1) > 48).mean()


def text_of(pdf):
    from shutil import which

    command = [which("pdftotext") or "pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def test_libreoffice_shows_each_slide_to_its_edges(deck, wanted, tmp_path):
    path = deck.save(tmp_path / "deck.pptx", dpi=96)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [programs.find("office"), profile, "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, str(path)], cwd=tmp_path, check=True, timeout=300)
    shown = pages(tmp_path / "deck.pdf")
    assert len(shown) == SLIDES
    for page, picture in zip(shown[2:], wanted[2:], strict=True):
        assert apart(page, picture) < NEAR
    for page in shown:
        assert [tuple(page[y, x]) for y, x in ((2, 2), (2, -3), (-3, 2), (-3, -3))] == [GROUND] * 4
    ink = (np.abs(shown[1] - GROUND).max(axis=-1) > 96).mean()
    assert 0.001 < ink < 0.1  # a heading is text in the colour of the theme


@pytest.mark.parametrize("notes", [False, True])
def test_beamer_compiles_and_shows_each_slide_to_its_edges(notes, deck, wanted, tmp_path):
    home = deck.save(tmp_path / "deck")
    source = home / "slides.tex"
    if notes:
        hidden = r"% \setbeameroption{show notes}"
        words = source.read_text("utf-8")
        assert hidden in words
        source.write_text(words.replace(hidden, hidden.lstrip("% ")), "utf-8")
    command = [programs.find("latex"), "-interaction=nonstopmode", "-halt-on-error", source.name]
    for _ in range(2):
        done = subprocess.run(command, cwd=home, capture_output=True, timeout=300)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-3000:]
    log = (home / "slides.log").read_text("utf-8", "replace")
    assert not re.findall(r"Overfull|Missing character|undefined", log)
    shown = pages(home / "slides.pdf")
    assert len(shown) == SLIDES + (3 if notes else 0)
    if not notes:
        for page, picture in zip(shown, wanted, strict=True):
            assert apart(page, picture) < NEAR
    else:
        assert r"\input{a} {{7*7}} #% ~" in text_of(home / "slides.pdf")


def test_typst_compiles_and_shows_each_slide_to_its_edges(deck, wanted, tmp_path):
    import typst

    home = deck.save(tmp_path / "deck")
    typst.compile(home / "slides.typ", output=home / "typst.pdf")
    shown = pages(home / "typst.pdf")
    assert len(shown) == SLIDES
    for page, picture in zip(shown, wanted, strict=True):
        assert apart(page, picture) < NEAR
    notes = typst.query(home / "slides.typ", "<note>", field="value")
    assert r"\\input{a} {{7*7}} #% ~" in notes


def test_the_pdf_shows_each_slide(deck, wanted, tmp_path):
    shown = pages(deck.save(tmp_path / "deck.pdf"))
    assert len(shown) == SLIDES
    for page, picture in zip(shown, wanted, strict=True):
        assert apart(page, picture) < NEAR


@pytest.fixture(scope="module")
def player(deck, tmp_path_factory):
    return deck.save(tmp_path_factory.mktemp("player") / "deck.html", dpi=96)


@pytest.fixture
def opened(player, browser):
    """Return a function that opens the deck from disk, without a network, and its faults."""
    contexts = []

    def opens(address="", **options):
        size = options.pop("viewport", {"width": 1280, "height": 720})
        context = browser.new_context(viewport=size, offline=True, **options)
        contexts.append(context)
        page, faults = context.new_page(), []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda request: faults.append(request.url))
        page.goto(player.as_uri() + address)
        assert faults.pop(0).startswith(player.as_uri())
        return page, [fault for fault in faults if not fault.startswith("data:image/")]

    yield opens
    for context in contexts:
        context.close()


def number(page):
    return page.locator("output").inner_text()


def seen(page):
    """Return the picture that is seen: its words, its place and whether it was loaded."""
    return page.evaluate(
        """() => [...document.images].filter(image => image.checkVisibility()).map(image => {
            const {x, y, width, height} = image.getBoundingClientRect();
            return {alt: image.alt, loaded: image.naturalWidth > 0, x, y, width, height};
        })"""
    )


def test_keys_lead_through_the_slides(opened):
    page, faults = opened()
    for key, place in (
        *(("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2), ("End", 5), ("ArrowRight", 5)),
        *(("Home", 1), ("PageUp", 1), ("PageDown", 2)),
    ):
        page.keyboard.press(key)
        assert number(page) == f"Slide {place} of {SLIDES}", key
        assert page.url.endswith(f"#{place}")
    assert faults == []


def test_one_picture_is_seen_and_it_is_the_slide(opened, wanted):
    page, faults = opened("#4")
    assert number(page) == f"Slide 4 of {SLIDES}"
    (shown,) = seen(page)
    assert shown["loaded"]
    assert shown["alt"].startswith("Four optimizers on one bowl")
    page.evaluate("document.documentElement.classList.add('full')")
    assert apart(pixels(page.screenshot()), wanted[3]) < NEAR
    assert faults == []


def test_hostile_words_stay_words(opened):
    page, faults = opened("#3")
    page.keyboard.press("n")
    notes = page.locator("section.current .notes")
    assert notes.is_visible()
    assert notes.inner_text().startswith("<script>alert(1)</script> & $x_1^2$")
    assert page.locator("section img").count() == SLIDES
    assert page.evaluate("document.scripts.length") == 1
    assert faults == []


def test_notes_overview_and_blank(opened):
    page, _ = opened("#2")
    page.keyboard.press("o")
    assert len(seen(page)) == SLIDES
    page.locator("section").nth(4).click()
    assert number(page) == f"Slide 5 of {SLIDES}"
    assert len(seen(page)) == 1
    page.keyboard.press("b")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).visibility") == "hidden"
    page.keyboard.press("b")
    page.locator("img").nth(4).click(position={"x": 20, "y": 200})
    assert number(page) == f"Slide 4 of {SLIDES}"


def test_the_speaker_sees_notes_and_the_next_slide_and_leads(opened):
    page, faults = opened("#4")
    with page.context.expect_page() as opening:
        page.keyboard.press("s")
    speaker = opening.value
    speaker.wait_for_selector(".notes p")
    assert "To reproduce: nnviz figure trajectories/bowl" in speaker.locator(".notes").inner_text()
    assert speaker.locator("img").count() == 2
    assert re.search(r"\d\d:\d\d$", speaker.locator(".clock").inner_text())
    speaker.keyboard.press("ArrowRight")
    assert number(page) == f"Slide 5 of {SLIDES}"
    assert speaker.locator("strong").inner_text() == f"Slide 5 of {SLIDES}"
    assert speaker.locator("figure").nth(1).inner_text().startswith("End of the deck")
    assert faults == []


def test_on_a_phone_a_swipe_leads_and_nothing_is_cut_off(opened):
    page, faults = opened("#4", viewport={"width": 390, "height": 780}, has_touch=True)
    (shown,) = seen(page)
    assert (shown["x"], shown["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 30
    session = page.context.new_cdp_session(page)
    for start, end, place in ((300, 80, 5), (80, 300, 4)):
        for kind, x in (("touchStart", start), ("touchMove", end), ("touchEnd", None)):
            points = [] if x is None else [{"x": x, "y": 120}]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        assert number(page) == f"Slide {place} of {SLIDES}"
    assert faults == []


def test_it_prints_a_page_for_each_slide(opened, wanted, tmp_path):
    page, _ = opened("#3")
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True, print_background=True)
    shown = pages(tmp_path / "printed.pdf")
    assert len(shown) == SLIDES
    for printed, picture in zip(shown, wanted, strict=True):
        assert apart(printed, picture) < NEAR


def test_without_scripts_all_slides_and_notes_can_be_read(opened):
    page, _ = opened(java_script_enabled=False)
    assert page.locator("section h2:visible").count() == SLIDES
    assert page.locator("section .notes:visible").count() == SLIDES
