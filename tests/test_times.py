"""When something was, and how long it took, in words."""

import pytest

from nnviz._times import moment, took


def test_a_moment_is_read_with_its_zone():
    assert moment("2026-11-30T21:03:47+00:00") == "2026-11-30 21:03:47 UTC"
    assert moment("2026-11-30T21:03:47+09:00") == "2026-11-30 21:03:47+09:00"


@pytest.mark.parametrize(
    ("started", "ended", "words"),
    [
        ("2026-11-30T21:03:47+00:00", "2026-12-01T22:04:49+00:00", "1 day, 1:01:02"),
        ("2026-11-30T21:03:47+00:00", "2026-11-30T22:04:49+01:00", "0:01:02"),
        ("2026-11-30T21:03:47+00:00", "", ""),
        ("", "", ""),
    ],
)
def test_how_long_a_run_took(started, ended, words):
    assert took({"started": started, "ended": ended}) == words
