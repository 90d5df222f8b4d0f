"""Names from the list of bad input: shown as text, saved under a safe name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz._names import safe_filename, safe_text

NAMES = [
    "",
    "🙂 emoji",
    "$",
    "$$",
    r"$\frac$",
    "cost $5 to $10",
    "a/b",
    "..",
    "../../etc/passwd",
    "C:\\",
    "CON",
    "con",
    "nul\x00byte",
    "esc\x1b[31m",
    "lone \ud800 surrogate",
    "é" * 300,
    "two\nlines",
    "right\u202eto left",
    "한글 이름",
    "Case",
    "case",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("name", NAMES)
def test_text_can_be_drawn_and_encoded(name):
    shown = safe_text(name)
    shown.encode("utf-8")
    assert len(shown) <= 80
    assert not re.search(r"[\x00-\x1f\x7f\u202e]", shown)


@pytest.mark.parametrize("name", ["plain", "$5 to $10", "한글", "naïve", "a, b (c)"])
def test_text_that_can_be_drawn_stays(name):
    assert safe_text(name) == name


def test_file_names_keep_names_apart():
    assert len({safe_filename(name) for name in NAMES}) == len(NAMES)
    assert len({safe_filename(name).casefold() for name in NAMES}) == len(NAMES)


def test_a_name_that_is_safe_stays():
    assert safe_filename("noisy-labels-2") == "noisy-labels-2"
    assert safe_filename("passed_on") == "passed_on"
    assert safe_filename("con") != "con"


@given(st.text(st.characters(), max_size=400))
def test_any_text_gives_a_file_name_inside_the_folder(name):
    safe = safe_filename(name)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?", safe)
    assert len(safe) <= 71
    assert safe_filename(name) == safe
    safe_text(name).encode("utf-8")
