"""What is in a deck: pictures, titles, notes, words for those who do not see; and nothing else."""

import base64
import io
import json
import re
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import nnviz
from nnviz import nn, optim, plots, studies, train
from nnviz.decks.about import About
from nnviz.decks.drawing import slides
from nnviz.decks.latex import latex as latex_source
from nnviz.decks.slide import Colours, Slide, boxed, heading
from nnviz.errors import MissingExtraError, NnvizError

from .conftest import HOSTILE, SCRIPT

SHOWN = HOSTILE.replace("\ud800", "\ufffd")
"""The hostile words as every program can take them."""

GROUND = "15181d"
SLIDES = 4


class Elements(HTMLParser):
    """Every element of a page, with its attributes, and the text in it."""

    def __init__(self, page):
        super().__init__()
        self.found, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def presentation(saved):
    pptx = pytest.importorskip("pptx", reason="PowerPoint needs the extra 'slides'")
    return pptx.Presentation(saved("deck.pptx"))


@pytest.fixture(scope="module")
def page(saved):
    return Elements(saved("deck.html").read_text("utf-8"))


def test_a_presentation_is_wide_and_has_the_colours_of_the_figures(presentation):
    assert (presentation.slide_width, presentation.slide_height) == (12192000, 6858000)
    from pptx.opc.constants import RELATIONSHIP_TYPE

    theme = presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode()
    assert f'<a:lt1><a:srgbClr val="{GROUND.upper()}"/></a:lt1>' in theme
    right = max(shape.left + shape.width for shape in presentation.slide_master.placeholders)
    assert right > 0.9 * presentation.slide_width


def test_each_figure_has_pixels_behind_its_vectors_and_words_for_it(presentation):
    figures = [slide for slide in presentation.slides if any(is_picture(s) for s in slide.shapes)]
    assert len(figures) == 2
    for slide in figures:
        (picture,) = filter(is_picture, slide.shapes)
        with Image.open(io.BytesIO(picture.image.blob)) as pixels:
            assert pixels.size == (640, 360)
            assert np.asarray(pixels.convert("L")).std() > 1
        vector = slide.part.related_part(embedded_vector(picture)).blob
        assert ET.fromstring(vector).tag.endswith("svg")
        assert (picture.width, picture.height) == (12192000, 6858000)
        assert picture._element.nvPicPr.cNvPr.get("descr")
        assert slide.shapes.title.text_frame.text
        assert slide.shapes.title.top + slide.shapes.title.height < 0  # the figure has it


def is_picture(shape):
    return shape.shape_type == 13


def embedded_vector(picture):
    (vector,) = [one for one in picture._element.iter() if one.tag.endswith("}svgBlip")]
    return next(value for name, value in vector.items() if name.endswith("}embed"))


def test_notes_and_words_come_back_as_they_were(presentation):
    title, part, own, script = presentation.slides
    assert title.shapes.title.text_frame.text == SHOWN == part.shapes.title.text_frame.text
    assert own.notes_slide.notes_text_frame.text == f"{SHOWN}\nsecond"
    (picture,) = filter(is_picture, own.shapes)
    assert picture._element.nvPicPr.cNvPr.get("descr") == SHOWN
    notes = script.notes_slide.notes_text_frame.text
    assert "Claim: The line <goes> up by 1. Measured: slope: 1;" in notes
    assert notes.count("Measured:") == 1  # the small print says it, too
    for words in ("Shows: What <b>it</b>", "Theory: What *theory*", "How to read it: Line: <x>."):
        assert words in notes
    assert "Settings: rate 0.1; name <script>" in notes
    assert "To reproduce: python line.py" in notes


def test_the_same_deck_is_the_same_bytes(deck, saved, tmp_path, presentation):
    for name in ("deck.pptx", "deck.html", "deck.pdf"):
        again = deck.save(tmp_path / name, dpi=48)
        assert again.read_bytes() == saved(name).read_bytes(), name


def test_a_page_has_the_elements_of_its_slides_and_no_other(page):
    names = [name for name, _ in page.found]
    assert names.count("section") == names.count("img") == names.count("h2") == SLIDES
    assert names.count("script") == 1
    assert not [a for _, own in page.found for a in own if a.startswith("on")]
    assert {name for name, _ in page.found} == {
        *("html", "head", "meta", "title", "style", "body", "main", "section", "h2", "img"),
        *("div", "p", "nav", "button", "output", "span", "script"),
    }
    assert [text for text in page.texts if text.strip() == SHOWN]


def test_a_page_asks_for_nothing_and_may_run_its_own_script_only(page, saved):
    policy = next(m["content"] for m in page.of("meta") if "http-equiv" in m)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    for attributes in page.of("img"):
        assert attributes["alt"]
        kind, _, content = attributes["src"].partition(",")
        assert kind == "data:image/svg+xml;base64"
        picture = ET.fromstring(base64.b64decode(content))
        assert not [e for e in picture.iter() if e.tag.endswith(("script", "foreignObject"))]
    assert not re.search(r"(src|href)=.(https?:)?//", saved("deck.html").read_text("utf-8"))


def test_a_pdf_has_a_wide_page_for_each_slide_and_notes_beside_it(saved):
    content = saved("deck.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", content)) == SLIDES
    assert content.count(b"/MediaBox [ 0 0 960 540 ]") == SLIDES
    assert content.count(b"/Subtype /Text") == 2
    assert "second".encode("utf-16-be") in content


def test_latex_leaves_the_letters_that_its_fonts_have():
    kept, declared = "Łukasz Erdős œ Ğ", "ħ"
    colours = Colours("#ffffff", "#000000", "#888888", ("#0000ff",))
    slides = [heading(kept + declared, "")]
    told = latex_source(slides, About("Title", colours, 192), ["1.pdf"])
    assert kept + declared in told
    assert [line[-6:] for line in told.split("\n") if "UnicodeCharacter" in line] == ["27}{?}"]
    assert "are ? in pdflatex" in told.split("\n")[0]
    told = latex_source([heading(kept, "")], About("Title", colours, 192), ["1.pdf"])
    assert "are ?" not in told


def test_sources_hold_words_as_words(saved):
    home = saved("deck")
    figures = [f"figures/{n:03}.pdf" for n in range(1, SLIDES + 1)]
    found = sorted(p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file())
    assert found == [*figures, "slides.tex", "slides.typ"]
    latex = (home / "slides.tex").read_text("utf-8")
    assert r"\textbackslash{}input\{a\}" in latex
    assert r"\input" not in latex
    assert all(f"\\full{{{name}}}" in latex for name in figures)
    assert r"\DeclareUnicodeCharacter{03BB}{\ensuremath{\lambda}}" in latex
    typst = (home / "slides.typ").read_text("utf-8")
    strings = [json.loads(s) for s in re.findall(r'"(?:[^"\\]|\\.)*"', typst)]
    assert strings.count(SHOWN) == 7  # the title of the file, and title and words of three slides
    assert re.sub(r'"(?:[^"\\]|\\.)*"', "", typst).count("#panic") == 0


def test_a_slide_is_16_to_9_to_the_pixel_and_keeps_the_figure_whole():
    with plots.theme("light", "slides"):
        wide = plt.figure()
    with plots.theme("light", "notebook"):
        tall = plt.figure(figsize=(3.0, 4.0), facecolor="red")
    assert boxed(wide) is None
    for figure in (wide, tall):
        for dpi in (96, 144, 192):
            picture = Image.open(io.BytesIO(Slide("", figure, "").picture("png", dpi)))
            assert picture.size == (dpi * 40 // 3, dpi * 15 // 2)
    assert picture.convert("RGB").getcolors() == [(2560 * 1440, (255, 0, 0))]
    plt.close("all")


def test_own_figures_keep_their_layout_engine(tmp_path):
    figure = plt.figure(layout="constrained")
    figure.add_subplot()
    engine, deck = figure.get_layout_engine(), nnviz.Deck()
    deck.add(figure)
    deck.save(tmp_path / "own.html", dpi=48)
    assert figure.get_layout_engine() is engine
    plt.close(figure)


def slides_of(deck):
    return list(slides(deck._items, lambda line: None))


def test_a_study_has_a_slide_for_each_table_that_is_drawn():
    study, deck = studies.learning_rate_schedules(steps=20), nnviz.Deck()
    deck.add(study)
    slides = slides_of(deck)
    drawn = [name for name, schema in study.schemas.items() if not schema.undrawn]
    assert len(slides) == len(drawn) > 0
    for slide in slides:
        assert slide.title.startswith("learning_rate_schedules: ")
        assert any("nnviz study learning_rate_schedules" in note for note in slide.notes)
        assert sum(note.startswith("Claim: ") for note in slide.notes) == len(study.claims)
    plt.close("all")


def test_a_run_has_slides_of_its_numbers_and_its_layers():
    recorder, rng = nnviz.Recorder(), np.random.default_rng(0)
    net = nn.mlp([64, 8, 10], rng=rng)
    train.fit(net, train.digits(), optim.sgd(0.1), steps=4, recorder=recorder, rng=rng)
    deck = nnviz.Deck()
    deck.add(recorder, title="mine")
    numbers, layers, spreads = (slide.title for slide in slides_of(deck))
    last = recorder.last_numbers()["loss"][1]
    assert numbers == f"mine: loss of mini-batches ends at {plots.text.number(last)}, at step 3"
    assert layers.startswith("mine: norm of activations is highest in ")
    assert spreads.startswith("mine: standard deviation of activations: ")
    plt.close("all")


def test_words_of_ones_own_take_the_place_of_the_figures(tmp_path):
    deck = nnviz.Deck()
    deck.add("shapes/schedules", title="My words", notes="First.\n\nSecond.", alt="Mine")
    (slide,) = slides_of(deck)
    assert (slide.title, slide.alt) == ("My words", "Mine")
    assert slide.figure.get_suptitle() == "My words"
    assert slide.figure.get_supxlabel() == ""
    assert slide.notes[:2] == ("First.", "Second.")
    assert slide.notes[-2].endswith(
        "nnviz figure shapes/schedules --theme light --context slides -o schedules.pdf"
    )
    kept = nnviz.Deck(captions=True)
    kept.add("shapes/schedules")
    assert slides_of(kept)[0].figure.get_supxlabel()
    plt.close("all")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_course_is_the_whole_chapter_in_its_order(monkeypatch, language):
    from nnviz.decks import items
    from nnviz.publish.course import COURSE

    monkeypatch.setattr(items, "gallery", lambda one, manner: items.words(one.id, ""))
    deck = nnviz.Deck(language=language)
    deck.course()
    with nnviz.plots.language(language):
        wanted = [name for part in COURSE for name in (part.title, *part.figures)]
    assert [item.name for item in deck._items] == wanted


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda deck, home: deck.save(home / "deck.html"), "at least one slide; got none"),
        (lambda deck, home: deck.save(home / "deck.key"), "the suffix of path must be one of"),
        (lambda deck, home: deck.save(home / "deck.pdf", dpi=100), "dpi must be a multiple of 6"),
        (lambda deck, home: deck.add("shapes/nothing"), "figure must be one of"),
        (lambda deck, home: deck.add(home / "nothing.py"), "shown must be a path to a script"),
    ],
)
def test_what_is_wrong_is_said_at_once(wrong, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        wrong(nnviz.Deck(), tmp_path)


def test_a_script_without_a_figure_is_named(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("x = 1")
    deck = nnviz.Deck()
    deck.add(path)
    with pytest.raises(NnvizError, match=r"empty\.py must define 'figure'"):
        deck.save(tmp_path / "deck.html")


def test_without_python_pptx_its_extra_is_named_before_anything_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    deck = nnviz.Deck("Lecture")
    with pytest.raises(MissingExtraError, match=r"needs pptx.*nnviz-dynamics\[slides\]"):
        deck.save(tmp_path / "deck.PPTX", progress=lambda line: pytest.fail("drawn"))


def test_several_processes_make_the_same_file_as_one(tmp_path):
    """What can travel is drawn in other processes, and stands in its place between the rest."""
    made = nnviz.Deck("Lecture", theme="dark")
    for name in ("first", "second"):
        made.heading(f"before the {name}")
        path = tmp_path / f"{name}.py"
        path.write_text(SCRIPT, "utf-8")
        made.add(path, title=name, notes=name)
    contents = [
        made.save(tmp_path / f"{jobs}.html", dpi=48, n_jobs=jobs).read_bytes() for jobs in (1, 2)
    ]
    assert contents[0] == contents[1]
