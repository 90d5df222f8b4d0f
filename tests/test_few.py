"""Of many things a few: which ones, and what is said of the rest."""

from itertools import pairwise

import pytest

from nnviz._few import left_out, spread


@pytest.mark.parametrize("total", [0, 1, 23, 24])
def test_what_fits_is_shown_whole(total):
    assert spread(range(total), 24) == list(range(total))


@pytest.mark.parametrize("total", [25, 26, 100, 2000])
@pytest.mark.parametrize("most", [2, 3, 12, 24])
def test_the_first_the_last_and_others_evenly_between(total, most):
    places = spread(range(total), most)
    assert len(places) == most
    assert (places[0], places[-1]) == (0, total - 1)
    gaps = [right - left for left, right in pairwise(places)]
    assert max(gaps) - min(gaps) <= 1


def test_what_is_to_be_kept_takes_the_place_of_its_neighbour():
    assert spread(range(101), 6) == [0, 20, 40, 60, 80, 100]
    assert spread(range(101), 6, keep=[41, 59]) == [0, 20, 41, 59, 80, 100]
    assert spread(range(101), 6, keep=[0, 20, 100, -5, 99, 99]) == [0, 20, 40, 60, 99, 100]


def test_of_what_is_to_be_kept_the_first_have_room():
    assert spread(range(101), 5, keep=range(50, 101)) == [0, 50, 51, 52, 100]


def test_what_is_left_out_is_said_in_numbers():
    assert left_out(24, 2000, "layers", "--layer PATTERN chooses") == (
        " 24 of 2,000 layers; --layer PATTERN chooses."
    )
    assert left_out(2, 3, "steps") == " 2 of 3 steps."
    assert left_out(24, 24, "layers", "--layer PATTERN chooses") == ""
