"""A file that another command makes: the error gives that command, and trajectories makes films."""

import shlex

import pytest
from PIL import Image

from nnviz.cli import main


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("figure trajectories/bowl -o x.mp4", "nnviz animate makes of figures that move"),
        ("figure trajectories/bowl -o x.pptx", "nnviz slides makes"),
        ("plot a.run depth -o x.gif", "nnviz animate makes of figures that move"),
        ("compare a.run b.run -o x.pptx", "nnviz slides makes"),
        ("animate trajectories/bowl -o x.svg", "nnviz figure and nnviz plot make"),
        ("animate 'my run' layers -o x.pdf", "nnviz figure and nnviz plot make"),
        ("slides x.gif --figures a/b", "nnviz animate makes of figures that move"),
        ("slides x.png --course", "nnviz figure and nnviz plot make"),
    ],
)
def test_the_error_names_the_command(given, told, capsys):
    assert main(shlex.split(given)) == 2
    error = capsys.readouterr().err
    assert error.startswith("nnviz: ")
    assert " must end in ." in error
    assert error.endswith(f", which {told}\n")


def test_trajectories_become_a_film(tmp_path, capsys):
    path = tmp_path / "race.gif"
    words = ["trajectories", "--optimizer", "sgd:lr=0.9", "--steps", "4"]
    assert main([*words, "-o", str(path), "--dpi", "90"]) == 2
    assert "--dpi must be left out for a film; got 90" in capsys.readouterr().err
    assert main([*words, "-o", str(path)]) == 0
    with Image.open(path) as film:
        assert film.is_animated
        assert film.size == (800, 450)
    assert main([*words, "-o", str(tmp_path / "race.pptx")]) == 2
    assert "the suffix of -o must be one of .png, .svg, .pdf, .mp4" in capsys.readouterr().err
