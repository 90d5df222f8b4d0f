"""Another language needs one file, and leaves no English and no column name on any figure."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from nnviz import plots
from nnviz._language import Words
from nnviz.plots import text
from nnviz.plots.language import _TABLES
from nnviz.surfaces import SURFACES
from nnviz.testing.words import words

from . import cases
from .plotted import ALL, named

GERMAN = """
[quantities]
accuracy = "Trefferquote"
epoch = "Epoche"
my_metric = "mein Maß"

[choices]
test = "Test"
train = "Training"

[splits]
test = "Test"

[layers]
layer = "Schicht"

[notes]
"of a split" = "{quantity} ({split})"
"no data" = "keine Daten"
"""
LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абцдефгхийклмнопярстувщхыз"


@pytest.fixture(autouse=True)
def _no_figure_left():
    yield
    plt.close("all")


@pytest.fixture
def german(tmp_path):
    path = tmp_path / "deutsch.toml"
    path.write_text(GERMAN, encoding="utf-8")
    return path


def in_cyrillic(sentence):
    """The sentence in other letters, but for its blanks."""
    letters = str.maketrans(LATIN + LATIN.upper(), CYRILLIC + CYRILLIC.upper())
    parts = re.split(r"(\{\w+\})", sentence)
    return "".join(p if p.startswith("{") else p.translate(letters) for p in parts)


def test_a_file_of_words(german):
    data = cases.curve(("none", "He"))
    with plots.language(german):
        ax = plots.curves(data[data["split"] == "test"])
        assert text.layer(3) == "Schicht 3"
        assert text.quantity("my_metric") == "mein Maß"
        assert text.quantity("loss") == "loss"
        empty = plots.curves(data[:0])
    assert ax.get_ylabel() == "Trefferquote (Test)"
    assert ax.get_xlabel() == "Epoche"
    assert [note.get_text() for note in empty.texts] == ["keine Daten"]


def test_all_words_are_back_after_the_block(german):
    before = {name: dict(table) for name, table in _TABLES.items()}
    with pytest.raises(KeyError), plots.language(german):
        raise KeyError
    assert {name: dict(table) for name, table in _TABLES.items()} == before


def test_every_table_of_words_can_be_translated():
    tables = {
        name
        for name, table in vars(text).items()
        if name.isupper() and table and name[0] != "_" and isinstance(table, Words)
    }
    assert {name.lower() for name in tables} == set(_TABLES)


@pytest.mark.parametrize("name", ALL)
def test_no_english_is_left(name):
    other = {
        table: {key: in_cyrillic(value) for key, value in entries.items()}
        for table, entries in _TABLES.items()
    }
    other["choices"] |= {s.title: in_cyrillic(s.title) for s in SURFACES.values()}
    with plots.theme(), plots.language(other):
        drawn = ALL[name].draw(named(ALL[name], ["первый", "второй", "третий", "четвёртый"]))
        figure = drawn if isinstance(drawn, plt.Figure) else drawn.figure
        shown = [word.get_text() for word in words(figure) if "$" not in word.get_text()]
    assert [sentence for sentence in shown if re.search("[A-Za-z_]", sentence)] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"note": {}}, r"table must be one of .*; got 'note' \(did you mean 'notes'\?\)"),
        ({"notes": {"no dat": ""}}, "a name in notes must be one of .*; got 'no dat'"),
        ({"notes": {"along": "entlang"}}, r"the words for 'along' must be as blank as 'along \{a"),
        ({"notes": {"along": "{axis} {0"}}, "the words for 'along' must be"),
    ],
)
def test_what_fits_nowhere_is_refused(given, message):
    with pytest.raises(ValueError, match=message), plots.language(given):
        pass


def test_words_are_strings():
    with (
        pytest.raises(ValueError, match="the words for 'loss' must be a string; got 1"),
        plots.language({"quantities": {"loss": 1}}),
    ):
        pass


def test_a_file_that_is_no_toml(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text("[quantities")
    with pytest.raises(ValueError, match="language must be a TOML file"), plots.language(path):
        pass


def test_a_look_leaves_the_language_as_it_is_unless_it_is_given_one():
    with plots.language({"quantities": {"loss": "Verlust"}}):
        with plots.look():
            assert text.quantity("loss") == "Verlust"
        with plots.look(language="en"), plots.look():
            assert text.quantity("loss") == "loss"
        assert text.quantity("loss") == "Verlust"


def test_a_look_asks_the_fonts_of_the_language_in_force():
    """A theme resets them."""
    with plots.language({"fonts": {"families": ["DejaVu Serif"]}}), plots.look():
        assert mpl.rcParams["font.family"][0] == "DejaVu Serif"
