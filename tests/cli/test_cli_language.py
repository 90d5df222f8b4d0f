"""A made-up language, one file of words: commands leave no English in what they print and write."""

import json
import re
import warnings
from html.parser import HTMLParser

import numpy as np
import pytest

from nnviz import Recorder, runs
from nnviz.cli import main
from nnviz.languages import read
from tests.test_korean import WORDS

LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абцдефгхийклмнопярстувщхыз"
OTHER = str.maketrans(LATIN + LATIN.upper(), CYRILLIC + CYRILLIC.upper())

NAMES = re.compile(
    r"""
    nnviz\ figure\ .* | [\w./-]*/[\w./-]+ | --[a-z-]+ | \w+\.(?:run|html|svg|csv|json)
    | \d(?:\.\d+)?e[+-]?\d+ | \b(?:
        nnviz|numpy|python|torch|JavaScript|Beamer|Typst|PNG|SVG|GIF|CSV|HTML|PATTERN
        |NaN|Inf|nan|inf|UTC|RMS|lr|SGD|Adam|Momentum|AdaGrad|sgd|adam|adagrad|momentum
        |activation_functions|activation|gradient|loss|exact|train|test|accuracy|with
        |recorder\.scalar
    )\b
    """,
    re.VERBOSE,
)
"""Names: of formats, rules, streams, options; paths; powers of ten."""


def in_cyrillic(words):
    """The words in other letters, but for their blanks."""
    parts = re.split(r"(\{[^}]*\})", words)
    return "".join(
        part.replace(":s}", "}") if part.startswith("{") else part.translate(OTHER)
        for part in parts
    )


@pytest.fixture(scope="module")
def language(tmp_path_factory):
    """Every entry of every table, in Cyrillic letters."""
    korean = read("ko")
    tables = {name: {k: in_cyrillic(w) for k, w in own.items()} for name, own in WORDS.items()}
    for name in ("sentences", "patterns"):
        tables[name] = {english: in_cyrillic(english) for english in korean[name]}
    tables["settings"] = {key: in_cyrillic(key.replace("_", " ")) for key in korean["settings"]}
    tables["units"] = {key: f"{{number}} {in_cyrillic(key)}" for key in korean["units"]}
    for name in ("quantities", "choices"):
        tables[name] |= {
            key: in_cyrillic(key.replace("_", " "))
            for key in korean[name]
            if key not in tables[name]
        }
    lines = []
    for name, own in tables.items():
        lines += [f"[{name}]", *(f"{json.dumps(k)} = {json.dumps(w)}" for k, w in own.items())]
    path = tmp_path_factory.mktemp("words") / "яз.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two runs: units that die, a value that is not finite, notices, steps that were resumed."""
    folder = tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(0)
    for name in ("один.run", "два.run"):
        with runs.create_run(folder / name, settings={"шаг": 0.1}) as sink:
            recorder = Recorder(every=5, sink=sink)
            recorder.notice("not recorded: outputs without a tensor: слой1 and 3 more", quiet=True)
            for step in range(30):
                with recorder.step(step):
                    recorder.scalar("train/loss", 1 / (step + 1))
                    for layer in ("слой1", "слой2"):
                        values = rng.normal(size=(8, 5))
                        if step == 25:
                            values[0, 0] = np.nan
                        recorder.observe(f"{layer}/activation", values)
    return folder


class Texts(HTMLParser):
    """What a reader of a page or an SVG meets: its texts, and what is read aloud."""

    def __init__(self):
        super().__init__()
        self.found, self._is_silent = [], False

    def handle_starttag(self, tag, attrs):
        self._is_silent = tag in ("style", "script", "code", "pre", "dc:format", "dc:title")
        told = ("alt", "title", "aria-label", "placeholder")
        self.found += [value for key, value in attrs if key in told and value]

    def handle_endtag(self, tag):  # noqa: ARG002 - what Python calls this with
        self._is_silent = False

    def handle_data(self, data):
        if not self._is_silent:
            self.found.append(data)


def read_back(content):
    reader = Texts()
    reader.feed(content)
    return reader.found


def english(texts):
    """Words of Latin letters that are no names."""
    return [text for text in texts if re.search("[A-Za-z]{2}", NAMES.sub("", text))]


COMMANDS = {
    "show": ["show", "RUNS"],
    "compare": ["compare", "RUNS"],
    "compare numbers": ["compare", "RUNS", "--metric", "loss", "-o", "OUT.svg"],
    "follow": ["follow", "RUNS/один.run", "--page", "OUT.html"],
    "report": ["report", "RUNS/один.run", "-o", "OUT.html"],
    "plot": ["plot", "RUNS/один.run", "distributions", "-o", "OUT.svg"],
    "study": ["study", "activation_functions", "-o", "OUT", "--format", "svg"],
    "trajectories": ["trajectories", "--optimizer", "adam:lr=0.3", "-o", "OUT.svg"],
    "animate": ["animate", "trajectories/bowl", "--seconds", "1", "-o", "OUT.html"],
    "slides": ["slides", "OUT.html", "--figures", "trajectories/bowl"],
    "gallery": ["gallery", "--only", "trajectories/bowl", "--format", "png", "--out", "OUT"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_english_is_left(name, language, folder, tmp_path, capsys):
    places = {"RUNS": str(folder), "OUT": str(tmp_path / "out")}
    words = [re.sub("RUNS|OUT", lambda m: places[m[0]], word) for word in COMMANDS[name]]
    words += ["--language", str(language)]
    if "OUT.svg" in COMMANDS[name]:
        words.append("--selectable-text")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no installed font|Glyph")
        code = main(words)
    shown = capsys.readouterr()
    assert code == 0, shown.err
    told = shown.out.splitlines()
    for file in tmp_path.rglob("*"):
        if file.suffix in (".svg", ".html"):
            told += read_back(file.read_text("utf-8"))
    left = english(told)
    assert not left, "\n".join(left)
