"""The explorer's page as text: it asks for nothing, escapes everything, and is not large."""

import json
import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from nnviz import nn, optim, registry, studies, train
from nnviz.cli import main
from nnviz.explorer import catalogue, draws, page, presets
from nnviz.explorer.words import WORDS
from tests.explorer.conftest import few_told

KEPT = {
    "language",
    "and",
    "said",
    "knob betas",
    "step of",
    "of the surface",
    "scheme and gain",
    "per cent",
}
"""Words of the page that hold no letters of a language."""

HOSTILE = "</script><img src=x onerror=alert(1)><!--\u2028\ud800{{words}}"


class Reader(HTMLParser):
    """What a browser makes of a page: elements, attributes, the text of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.inlined = Counter(), [], {}
        self._open = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag in ("script", "style"):
            self._open = dict(attrs).get("type", tag)
            self.inlined[self._open] = ""

    def handle_endtag(self, _):
        self._open = None

    def handle_data(self, data):
        if self._open:
            self.inlined[self._open] += data


@pytest.fixture(scope="module")
def text(told):
    return page.render(told)


@pytest.fixture
def brought(monkeypatch):
    """Let a package bring a rule whose name is hostile."""
    entry = EntryPoint(HOSTILE, "math:sqrt", "nnviz.optimizers")
    found = {"nnviz.optimizers": {HOSTILE: [entry]}}
    monkeypatch.setattr(registry, "_found", lambda group, path: found.get(group, {}))


def test_it_asks_nobody_for_anything(text):
    assert "http:" not in text
    assert "https:" not in text
    assert not re.search(r"@import|url\(|\bimport\(|fetch\(|XMLHttpRequest|WebSocket", text)
    loading = {"src", "href", "srcset", "data", "action", "style"}
    assert not [found for found in Reader(text).attributes if found[1] in loading]
    assert not [found for found in Reader(text).attributes if found[1].startswith("on")]


def test_only_its_own_script_and_style_may_run(text):
    reader = Reader(text)
    policy = dict(
        part.strip().split(" ", 1)
        for part in next(
            value for _, name, value in reader.attributes if name == "content" and "'none'" in value
        ).split(";")
    )
    assert policy["default-src"] == "'none'"
    for name in ("script", "style"):
        digest = b64encode(sha256(reader.inlined[name].encode()).digest()).decode()
        assert policy[f"{name}-src"] == f"'sha256-{digest}'"


def test_every_word_of_the_page_is_a_word(text):
    assert " object at 0x" not in text


def test_it_is_not_large(text):
    assert len(text.encode()) < 1_000_000


def test_a_hostile_name_makes_no_element(told, text, brought):
    other = page.render({**told, "rules": catalogue.rules()})
    other.encode()  # half of a character too
    before, after = Reader(text), Reader(other)
    assert after.elements == before.elements
    assert json.loads(after.inlined["application/json"])["rules"][HOSTILE]["title"] == HOSTILE


def test_of_a_rule_of_a_package_only_its_name_is_told(brought):
    rule = catalogue.rules()[HOSTILE]
    assert set(rule) == {"title", "package"}


def test_every_word_that_is_asked_for_is_there():
    source = page.script()
    given = re.findall(r'\bsay\((?:\w+ \? )?"([^"]+)"(?: : "([^"]+)")?', source)
    asked = {key for either in given for key in either if key}
    sayings = set(re.findall(r'key: "(\w+)",\s+rules', source))
    assert len(asked) > 40
    assert len(sayings) > 5
    asked |= {f"{key}{end}" for key in sayings for end in ("", " yes", " no")}
    assert asked <= set(WORDS)


def test_rules_begin_as_in_the_notes_on_their_bowl_and_as_set_elsewhere(told):
    bowl = told["surfaces"]["bowl"]["rates"]
    assert (bowl["sgd"], bowl["momentum"], bowl["adam"]) == (0.95, 0.1, 0.3)
    assert told["surfaces"]["booth"]["rates"]["sgd"] == 0.01
    assert told["rules"]["adam"]["settings"]["betas"] == (0.9, 0.999)


def test_theory_is_told_where_it_is_exact(told):
    facts = told["surfaces"]
    assert facts["bowl"]["curvature"] == pytest.approx(2)
    assert facts["bowl"]["best"] == pytest.approx((1.3358, 0.4026), rel=1e-3)
    assert "curvature" not in facts["rosenbrock"]
    assert facts["saddle"]["minimum"] is None


@pytest.mark.parametrize("name", draws.initializers())
def test_weights_are_those_that_the_initializer_draws(told, name):
    weights = told["weights"]
    scheme = weights["schemes"][name]
    table = np.frombuffer(_bytes(weights["tables"][scheme["table"]]), "<f4")
    rng = np.random.default_rng(weights["seed"])
    rng.standard_normal((2, weights["samples"], weights["width"]))
    drawn = [nn.INITIALIZERS[name](rng, 64, 64) for _ in range(weights["depth"])]
    np.testing.assert_allclose(scheme["scale"] * table, np.ravel(drawn), rtol=1e-6, atol=1e-9)


def test_noise_is_that_of_the_study(told):
    table = np.frombuffer(_bytes(told["noise"][3]), "<f8").reshape(-1, 2)
    study = studies.optimizer_trajectories("saddle", {"sgd": 1.0}, steps=1, noise=1.0, seed=3)
    first, second = study.table("paths").set_index("step")[["x", "y"]].to_numpy()
    expected = -(second - first) - [2 * first[0], -2 * first[1]]
    np.testing.assert_allclose(table[0], expected, rtol=1e-12)
    assert len(table) == draws.STEPS


@pytest.mark.parametrize(("surface", "rule"), [("rosenbrock", "momentum"), ("saddle", "adam")])
def test_a_preset_stays_in_view_and_comes_down(surface, rule):
    from nnviz.surfaces import get

    rate = presets.best_rate(get(surface), optim.RULES[rule])
    path = train.descend(surface, optim.make(rule, rate), get(surface).start, steps=presets.JUDGED)
    (x0, x1), (y0, y1) = get(surface).view
    x, y = path.points.T
    assert ((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)).all()
    assert path.value[-1] < path.value[0]


def test_curves_are_means_of_the_study(told):
    found = told["regularizers"]
    study = studies.noisy_labels(
        train.digits(found["rows"]),
        **{**found["settings"], "epochs": 2},
        weight_decay=0.03,
        dropout=0.2,
        seeds=2,
        n_jobs=1,
    )
    rows = study.table("curves").query("metric == 'accuracy' and split == 'test' and epoch == 2")
    means = rows.groupby("setting")["value"].mean()
    seen = {
        name: found["cells"][row][column]["curves"]["test"]["mean"][-1]
        for name, row, column in [
            ("none", 0, 0),
            ("weight decay 0.03", 1, 0),
            ("dropout 0.2", 0, 1),
            ("both", 1, 1),
        ]
    }
    assert seen == pytest.approx(means.to_dict(), abs=1e-4)
    title = found["cells"][1][1]["claims"][0]["statement"]
    assert title == study.claim("both is too much").statement


def test_the_command_writes_it(told, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(page, "data", lambda n_jobs: told)
    path = tmp_path / "class" / "explorer.html"
    assert main(["explore", "-o", str(path)]) == 0
    assert path.read_text("utf-8") == page.render(told)
    assert capsys.readouterr().out == f"{path}\n"


def test_it_speaks_another_language(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "data", lambda n_jobs: few_told())
    path = tmp_path / "explorer.html"
    assert main(["explore", "-o", str(path), "--language", "ko"]) == 0
    reader = Reader(path.read_text("utf-8"))
    assert ("html", "lang", "ko") in reader.attributes
    seen = json.loads(reader.inlined["application/json"])
    assert seen["language"] == "ko"  # the Python to copy draws in it
    shown = [words for key, words in seen["words"].items() if key not in KEPT]
    shown += [surface["note"] for surface in seen["surfaces"].values()]
    shown += [claim["statement"] for claim in seen["regularizers"]["cells"][1][1]["claims"]]
    assert [words for words in shown if not re.search("[가-힣]", words)] == []
    assert seen["surfaces"]["bowl"]["title"] == "그릇"
    assert seen["activations"]["sigmoid"]["title"] == "시그모이드"
    assert seen["initializers"]["orthogonal"]["title"] == "직교"


def test_what_is_no_language_is_refused_before_anything_is_trained(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(page, "data", lambda n_jobs: pytest.fail("too late"))
    assert main(["explore", "-o", str(tmp_path / "e.html"), "--language", "klingon"]) == 2
    assert "language must be one of en, ko" in capsys.readouterr().err


def test_another_suffix_is_refused_before_anything_is_trained(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(page, "data", lambda n_jobs: pytest.fail("too late"))
    assert main(["explore", "-o", str(tmp_path / "explorer.pdf")]) == 2
    assert "the suffix of path must be one of .html" in capsys.readouterr().err


def _bytes(base64):
    from base64 import b64decode

    return b64decode(base64)
