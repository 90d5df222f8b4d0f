"""What stands beside a name: on the figure alone, wherever plots write the name."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from nnviz import plots, studies, testing
from nnviz.plots import text

from . import cases


def test_it_stands_beside_names_of_settings_and_layers_inside_the_block_only():
    with plots.beside({"adam": 0.371, "relu2": 0.5}, "{:.0%} uphill"):
        assert text.choice("adam") == "Adam: 37% uphill"
        assert text.layer("relu2") == "ReLU 2: 50% uphill"
        assert text.choice("sgd") == "SGD"
        with plots.beside({1: "all", "adam": "first"}):
            assert text.layer(1) == "layer 1: all"
            assert text.choice("adam") == "Adam: first"
            assert text.layer("relu2") == "ReLU 2: 50% uphill"
    assert text.choice("adam") == "Adam"


def test_it_is_over_after_an_error():
    with pytest.raises(RuntimeError), plots.beside({"adam": 1}):
        raise RuntimeError
    assert text.choice("adam") == "Adam"


def test_it_is_said_in_the_language_in_force():
    words = {"patterns": {"{share} uphill": "{share} bergauf"}, "choices": {"adam": "A"}}
    with plots.language(words), plots.beside({"adam": 0.5}, "{:.0%} uphill"):
        assert text.choice("adam") == "A: 50% bergauf"


def test_lines_keep_the_colour_that_their_name_means():
    with plots.theme("light"):
        plain = plots.curves(cases.curve())
        with plots.beside({"weight decay 0.1": 0.5}, "{:.0%}"):
            axes = plots.curves(cases.curve())
    names = [words.get_text() for words in axes.texts]
    assert "weight decay 0.1: 50%" in names
    assert [line.get_color() for line in axes.lines] == [line.get_color() for line in plain.lines]


def test_panels_are_named_and_rows_too():
    data = pd.concat([cases.raced().assign(surface=name) for name in ("Bowl", "Beale")])
    with plots.theme("light"), plots.beside({"Bowl": "won", "adam": "first"}):
        figure = plots.race_grid(data)
    assert [ax.get_title("left") for ax in figure.axes] == ["Bowl: won", "Beale"]
    assert figure.axes[1].get_yticklabels()[0].get_text() == "Adam: first at 0.5"
    assert not testing.faults(figure)
    plt.close("all")


def test_a_series_of_a_study_needs_no_more_than_a_template():
    summary = studies.optimizer_trajectories("bowl", {"sgd": 0.95, "adam": 0.3}).table("summary")
    lengths = summary.set_index("optimizer")["path_length"]
    with plots.beside(lengths, "length {:.1f}"):
        assert text.choice("sgd") == f"SGD: length {lengths['sgd']:.1f}"


@pytest.mark.parametrize("missing", [float("nan"), None, pd.NA, pd.NaT])
def test_a_name_whose_number_is_missing_stays_as_it_is(missing):
    with plots.beside({"adam": missing, "sgd": 0.3}, "{:.0%}"):
        assert (text.choice("adam"), text.choice("sgd")) == ("Adam", "SGD: 30%")


def test_a_second_number_comes_after_a_comma():
    with plots.theme("light"), plots.beside({"weight decay 0.1": 0.5}, "{:.0%}"):
        axes = plots.curves(cases.curve(), numbers=True)
    with_one = [words.get_text() for words in axes.texts if "0.1" in words.get_text()]
    (words,) = with_one
    assert words.startswith("weight decay 0.1: 50%, ")
    assert words.count(":") == 1
    assert any(text.count(":") == 1 for text in (t.get_text() for t in axes.texts) if "0.1" not in text)
    plt.close("all")


@pytest.mark.parametrize(
    ("numbers", "words", "error", "message"),
    [
        ([("adam", 1)], "{}", TypeError, "numbers must be a Series or a mapping from names; got"),
        ({"adam": "a"}, "{:.0%}", ValueError, "words must be a template with one blank .* got '{:"),
        ({"sgd": 1, "adam": "a"}, "{:.0%}", ValueError, r"numbers\['adam'\] fits, 'a'; got"),
        ({"adam": [1]}, "{:.0%}", ValueError, r"numbers\['adam'\] fits, \[1\]; got"),
        ({"adam": 1}, "uphill", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, "{{}}", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, "{} of {}", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, "{:{}}", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, "{", ValueError, "words must be a template with one blank"),
        ({}, "uphill", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, "{0}{1}", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, "{name}", ValueError, "words must be a template with one blank"),
        ({"adam": 1}, 3, TypeError, "words must be"),
    ],
)
def test_what_cannot_be_written_is_refused(numbers, words, error, message):
    with pytest.raises(error, match=message), plots.beside(numbers, words):
        pass
