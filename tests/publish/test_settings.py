"""Settings read as words."""

import pytest

from nnviz import studies
from nnviz.publish.settings import settings_in_words


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hidden": (8, 4)}, "hidden: 8, 4"),
        (
            {"steps": 30, "learning_rates": {"sgd": 0.95, "adam": 1e-05}},
            "steps 30; learning rates: sgd 0.95, adam 10⁻⁵",
        ),
        ({"rates": [1e-06, 0.1, 0.2, 0.3, 0.4, 0.5, 500.0]}, "rates: 10⁻⁶, …, 500 (7)"),
        ({"ranges": {"learning_rate": (0.1, 1.0)}}, "ranges learning rate (0.1, 1)"),
        ({"init": None, "bias": False, "left_out": []}, "init –; bias no; left out –"),
        ({"a": "it's \x00"}, "a it's �"),
    ],
    ids=["tuple", "mapping", "long", "nested", "none", "text"],
)
def test_words(settings, words):
    assert settings_in_words(settings) == words


def test_no_braces_of_a_study():
    words = settings_in_words(studies.optimizer_trajectories(steps=3).settings)
    assert not set("{}[]'\"") & set(words)
    assert words.startswith("surface bowl; formula x²/20 + y²; learning rates: sgd 0.95, momentum")
