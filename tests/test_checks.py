"""The wording of a wrong choice, which whatever has names shares."""

import re

import numpy as np
import pytest

from nnviz import _checks

FEW = ["bowl", "beale", "saddle"]
MANY = [f"layer{number}" for number in range(200)]


def told(value, choices, **options):
    with pytest.raises(ValueError, match="surface must be one of ") as caught:
        _checks.one_of("surface", value, choices, **options)
    return str(caught.value)


def test_few_choices_are_listed_as_they_are():
    assert told("bowll", FEW) == (
        "surface must be one of bowl, beale, saddle; got 'bowll' (did you mean 'bowl'?)"
    )
    assert told("xyz", FEW, see="a list") == (
        "surface must be one of bowl, beale, saddle; got 'xyz'"
    )


def test_of_many_choices_the_closest_come_first_and_all_at_the_end():
    message = told("layr17", MANY)
    assert message.startswith("surface must be one of layer17, ")
    assert "(200 in all); got 'layr17' (did you mean 'layer17'?); all are layer0, " in message
    assert message.index("did you mean") < 150
    assert re.findall(r"\w+", message.partition("all are ")[2]) == MANY


def test_of_many_choices_that_a_command_lists_it_is_named_instead():
    assert told("layr17", MANY, see="nnviz list").endswith("'layer17'?); nnviz list lists all")
    assert told("", MANY, see="nnviz list") == (
        "surface must be one of layer0, layer1, layer2, … (200 in all); got ''; "
        "nnviz list lists all"
    )


def test_a_choice_is_returned_however_many_there_are():
    assert _checks.one_of("surface", "layer150", MANY) == "layer150"
    assert _checks.lookup("surface", "bowl", {"bowl": 3}) == 3


@pytest.mark.parametrize("values", [(1, 2), [1, 2], range(1, 3), np.array([1, 2])])
def test_a_sequence_is_returned_as_a_checked_list(values):
    assert _checks.sequence("widths", values, _checks.integer) == [1, 2]


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ("ab", TypeError, "widths must be a sequence; got 'ab'"),
        (3, TypeError, "widths must be a sequence; got 3"),
        ({1, 2}, TypeError, "widths must be a sequence; got {1, 2}"),
        ((), ValueError, r"widths must be a sequence of at least 1; got \(\)"),
        ([5, 5], ValueError, r"widths must be a sequence of different values; got \[5, 5\]"),
        ([5, 0], ValueError, "widths must be a positive integer; got 0"),
    ],
)
def test_what_is_no_sequence_of_values(values, error, message):
    with pytest.raises(error, match=message):
        _checks.sequence("widths", values, _checks.integer)


def test_widths_of_layers_may_be_the_same():
    assert _checks.sequence("hidden", (5, 5), _checks.integer, distinct=False) == [5, 5]
