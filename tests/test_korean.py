"""Korean: particles follow the sound before them, and nothing of the gallery is left in English."""

import ast
import re
import warnings
from functools import partial
from importlib import import_module
from inspect import cleandoc, signature
from pathlib import Path
from pkgutil import iter_modules

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import nnviz
from nnviz import Recorder, plots, publish, studies, surfaces
from nnviz._language import _ENDS, Language, Words, current, speaking
from nnviz._numbers import Number
from nnviz.cli import main
from nnviz.languages import LANGUAGES, read, with_particles
from nnviz.motion import MOVING, moving_run
from nnviz.plots.language import _LATER, _TABLES, _blanks
from nnviz.publish import find_scripts
from nnviz.publish.recorded import FIGURES
from nnviz.publish.recorded.figure import described
from nnviz.record import LOST
from nnviz.testing.words import words as drawn_words

KOREAN = read("ko")
NAMES = re.compile(
    r"ReLU|RMS|NaN|PATTERN|layer|name|tanh|float64|Xavier|Adam|Schedule-Free|Muon|PyTorch"
)
SCRIPTS = {script.id: script for script in find_scripts()}


def words_of_the_package():
    """Every table of words, by its name; each ``words.py`` that has WORDS has one."""
    folder = Path(nnviz.__file__).parent
    found = {}
    for path in folder.rglob("*.py"):
        code = path.read_text("utf-8")
        if "Words(" in code or (path.name == "words.py" and "\nWORDS" in code):
            place = path.relative_to(folder.parent).with_suffix("")
            module = import_module(".".join(place.parts).removesuffix(".__init__"))
            assert isinstance(getattr(module, "WORDS", Words("", {})), Words), path
            found |= {own.table: own for own in vars(module).values() if isinstance(own, Words)}
    return found


WORDS = words_of_the_package()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("신경망[은/는]", "신경망은"),
        ("가중치[은/는]", "가중치는"),
        ("기울기[이/가] 값[을/를]", "기울기가 값을"),
        ("층[으로/로] 학습률[으로/로] 기울기[으로/로]", "층으로 학습률로 기울기로"),
        ("학습률[과/와] 가중치[과/와]", "학습률과 가중치와"),
        # Sino-Korean: 영 일 이 삼 사 오 육 칠 팔 구, 십, 백, 천, 만, 억
        ("0[은/는] 1[은/는] 2[은/는] 3[은/는] 4[은/는]", "0은 1은 2는 3은 4는"),
        ("5[이/가] 6[이/가] 7[이/가] 8[이/가] 9[이/가]", "5가 6이 7이 8이 9가"),
        ("1[으로/로] 3[으로/로] 7[으로/로] 9[으로/로]", "1로 3으로 7로 9로"),
        ("20[과/와] 100[과/와] 2,000[과/와] 10000[과/와]", "20과 100과 2,000과 10000과"),
        ("0.95[으로/로] 0.10[을/를] 0.02[을/를]", "0.95로 0.10을 0.02를"),
        ("10⁻³[으로/로] 2.5×10⁻⁴[을/를] x²[과/와]", "10⁻³으로 2.5×10⁻⁴을 x²과"),
        ("34%[을/를] 2%p[이/가] 12%(괄호)[은/는]", "34%를 2%p가 12%(괄호)는"),
        ("SGD[은/는] ReLU[은/는] Adam[은/는] AdamW[은/는]", "SGD는 ReLU는 Adam은 AdamW는"),
        ("Momentum[이/가] AdaGrad[이/가] RMSprop[이/가]", "Momentum이 AdaGrad가 RMSprop이"),
        ("Nesterov[과/와] Lion[과/와] Nadam[과/와]", "Nesterov와 Lion과 Nadam과"),
        ("Xavier[을/를] He[을/를] LeCun[을/를] tanh[을/를]", "Xavier를 He를 LeCun을 tanh를"),
        # letters: 엘, 엠, 엔, 알; by spelling: 모델, 스텝, 넷, 테스트, 베이스
        ("RL[으로/로] RNN[은/는] ML[은/는] R[으로/로] PCA[은/는]", "RL로 RNN은 ML은 R로 PCA는"),
        ("model[은/는] step[은/는] net[이/가] test[이/가]", "model은 step은 net이 test가"),
        ("β[은/는] 11%[이다/다] Adam[이다/다]", "β는 11%다 Adam이다"),
        ("'시험'[은/는] (3)[이나/나]", "'시험'은 (3)이나"),
        ("[은/는] 값", "는 값"),
    ],
)
def test_particles_follow_the_last_sound(words, said):
    assert with_particles(words) == said


def test_a_blank_never_has_a_particle_of_its_own():
    """What follows a blank depends on what is filled in: both forms stand in brackets."""
    fixed = re.compile(r"\}(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])")
    for table in sorted(set(KOREAN) - {"fonts"}):
        for words in KOREAN[table].values():
            assert not fixed.search(words), words


@pytest.mark.parametrize("table", sorted(set(WORDS) & set(_LATER)))
def test_what_a_page_fills_in_needs_no_particle(table):
    """Its blanks may be filled in a browser, where nobody chooses one of two."""
    for words in KOREAN[table].values():
        assert with_particles(words) == words


def captions(script):
    """Every caption of a script, with blanks for what it fills in."""
    for node in ast.walk(ast.parse(script.code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "plots.caption":
            parts = node.args[1]
            whole = parts.values if isinstance(parts, ast.JoinedStr) else [parts]
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in whole)


@pytest.mark.parametrize("name", SCRIPTS)
def test_captions_descriptions_and_theory_are_translated(name):
    """Every sentence is: one that is left in English does not hide behind Korean ones."""
    sentences = [s for words in captions(SCRIPTS[name]) for s in _ENDS.split(words)]
    with plots.language("ko"):
        for english in [*sentences, *SCRIPTS[name].paragraphs]:
            assert re.search("[가-힣]", current().sentence(english)), english


def labels(script):
    """Words that a script writes on its figure: arguments of plots and names in a mapping."""
    tree = ast.parse(script.code)
    told = [
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("plots.")
        if node.func.attr not in ("caption", "headline")
        for part in ast.walk(node)
    ]
    told += [part for node in ast.walk(tree) if isinstance(node, ast.Dict) for part in node.values]
    strings = [node for node in told if isinstance(node, ast.JoinedStr)]
    pieces = {id(part) for node in strings for part in node.values}
    for node in told:
        if isinstance(node, ast.JoinedStr):
            whole = "".join(
                str(p.value) if isinstance(p, ast.Constant) else "7" for p in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in pieces:
            whole = str(node.value)
        else:
            continue
        yield re.sub(r"\{[^}]*\}", "7", whole)


@pytest.mark.parametrize("name", SCRIPTS)
def test_labels_of_the_gallery_are_translated(name):
    """Those of several words: a single one may be the name of a column or a setting."""
    with plots.language("ko"):
        for english in labels(SCRIPTS[name]):
            if " " in english and not re.search("==|!=|<=|>=", english):
                told = (plots.text.choice(english), current().sentence(english))
                left = [re.search("[a-z]{2}", NAMES.sub("", words)) for words in told]
                assert not all(left), english


@pytest.mark.parametrize("table", sorted(WORDS))
def test_every_table_of_words_is_translated(table):
    names = (
        "sgd momentum nesterov adagrad rmsprop adadelta adam amsgrad adamw adamax nadam radam "
        "rprop lion lecun_normal xavier glorot_normal he_normal relu elu gelu silu tanh"
    )
    kept = set(names.split()) if table in ("choices", "layers") else set()
    english, korean = WORDS[table], KOREAN[table]
    missing = set(english) - set(korean)
    if table == "keys":  # other tests register plots of their own
        missing = {name for name in missing if hasattr(plots, name)}
    assert missing <= kept
    for key in set(english) & set(korean):
        assert _blanks(korean[key]) == _blanks(english[key]), key
    assert korean.get("language", "ko") == "ko"


def test_a_file_of_words_may_have_every_table():
    assert {"deck", "explorer", "page", "choices"} <= set(WORDS)
    assert set(WORDS) <= {*_TABLES, *_LATER}


def test_korean_words_would_pass_as_a_file_of_ones_own():
    with plots.language(dict(KOREAN)):
        assert current().word("page", "language", "en") == "ko"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"deck": {"heading": 5}}, "the words for 'heading' in deck must be a string; got 5"),
        (
            {"deck": {"made with": "by {who}"}},
            "the words for 'made with' in deck must be words with no blanks but {version}; got",
        ),
        ({"deck": {"made with": "{version:d}"}}, "must be words with no blanks but {version}"),
        ({"deck": {"course": "{"}}, "the words for 'course' in deck must be words without blanks"),
        ({"units": {"points": "{nmber}"}}, "must be words with no blanks but {number}; got"),
        ({"settings": {"rate": 3}}, "the words for 'rate' in settings must be a string; got 3"),
        ({"page": {"nosuch": "a"}}, "a name in page must be one of"),
        ({"page": 5}, "table 'page' must be a mapping of names to words; got 5"),
        ({"fonts": {"families": "Arial"}}, "families in fonts must be a list of names of fonts"),
    ],
    ids=["number", "blank", "spec", "brace", "unit", "setting", "key", "table", "fonts"],
)
def test_words_that_would_break_later_are_refused_at_once(given, message):
    with pytest.raises(ValueError, match=re.escape(message)), plots.language(given):
        pass


def test_words_of_what_is_loaded_later_are_checked_then():
    with (
        speaking(Language(tables={"later": {"a": "{b}"}})),
        pytest.raises(ValueError, match="the words for 'a' in later must be words without blanks"),
    ):
        Words("later", {"a": "A"})


def test_notes_on_surfaces_are_translated():
    assert {surface.note for surface in surfaces.SURFACES.values()} <= set(KOREAN["sentences"])


def test_names_on_axes_that_a_schema_declares_are_translated():
    modules = [import_module(f"nnviz.studies.{m.name}") for m in iter_modules(studies.__path__)]
    schemas = [schema for m in modules for schema in getattr(m, "_SCHEMAS", {}).values()]
    shown = {words for schema in schemas for words in schema.display.values()}
    assert len(shown) > 10
    assert shown <= set(KOREAN["sentences"])


def test_a_number_is_written_with_its_unit():
    with plots.language("ko"):
        assert f"{Number(0.0196, 'points', [0.02])}" == "1.96%p"
        assert f"{Number(3, 'updates')}" == "3번"
    assert f"{Number(0.03, 'points')}" == "3 points"


def test_a_third_language_is_one_file(tmp_path):
    path = tmp_path / "deutsch.toml"
    path.write_text(
        cleandoc(
            """
            [quantities]
            learning_rate = "Lernrate"
            [units]
            points = "{number} Prozentpunkte"
            [sentences]
            "No winner" = "Kein Sieger"
            "Ring: start." = "Ring: Anfang."
            "Dot: end." = "Punkt: Ende."
            [patterns]
            "update {step}" = "Schritt {step}"
            """
        ),
        encoding="utf-8",
    )
    with plots.look("light", "notebook", path):
        assert current().code == "de"
        axes = plots.sweep(
            studies.momentum_map("bowl", rates=(0.1, 0.2), momenta=(0.1, 0.2), steps=3)
            .table("ends")
            .rename(columns={"momentum": "setting", "height": "loss"})
            .assign(setting="a"),
            x="learning_rate",
            y="loss",
        )
        plots.guide(axes, "update 50", y=1)
        plots.headline(axes.figure, "No winner")
        plots.caption(axes.figure, "Ring: start. Dot: end.")
        assert f"{Number(0.5, 'points')}" == "50 Prozentpunkte"
    assert axes.get_xlabel() == "Lernrate"
    assert [note.get_text() for note in axes.texts][-1:] == ["Schritt 50"]
    assert axes.figure.get_suptitle() == "Kein Sieger"
    assert axes.figure.get_supxlabel() == "Ring: Anfang. Punkt: Ende."


@pytest.mark.parametrize("what", sorted(set(FIGURES) - {"updates"}))
def test_figures_of_a_run_speak_korean(what):
    rng = np.random.default_rng(0)
    recorder = Recorder()
    for step in range(4):
        with recorder.step(step):
            recorder.scalar("train/loss", 1 / (step + 1))
            for layer in ("relu1", "relu2"):
                recorder.observe(f"{layer}/activation", rng.normal(size=(8, 5)) * (step + 1))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no installed font|Glyph")  # what is said counts here
        figure = publish.figure_of_run(recorder, what, language="ko")
        shown = [word.get_text() for word in drawn_words(figure)]
    for words in shown:
        if "$" not in words:
            assert not re.search("[A-Za-z]{2}", NAMES.sub("", words)), words
    plt.close(figure)


@pytest.mark.parametrize("figures", [FIGURES, MOVING], ids=["still", "moving"])
def test_what_a_figure_of_a_run_shows_is_translated(figures):
    with plots.language("ko"):
        for declared in figures.values():
            words = described(declared, Figure())
            assert not re.search("[A-Za-z]", words), words


def test_the_settings_of_paths_are_told_in_korean(tmp_path):
    file = tmp_path / "paths.svg"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no installed font|Glyph")
        options = ["--optimizer", "sgd:lr=0.1", "--steps", "3", "--language", "ko"]
        assert main(["trajectories", *options, "-o", str(file)]) == 0
    told = file.read_text("utf-8")
    assert "설정: 곡면 그릇; 식 x²/20 + y²" in told
    assert "최적화 기법 sgd (학습률 0.1)" in told
    assert "Settings" not in told


@pytest.mark.parametrize("name", studies.STUDIES.ours)
def test_every_option_of_a_study_has_a_name_in_korean(name):
    """Captions of `nnviz study` tell the settings, most of which are options."""
    options = set(signature(studies.STUDIES[name]).parameters)
    assert options - {"data", "n_jobs", "fresh"} - set(KOREAN["settings"]) == set()


@pytest.fixture(scope="module")
def of_blocks():
    """Fourteen parts of five blocks and seven layers outside, of which some steps were lost."""
    rng = np.random.default_rng(0)
    recorder = Recorder(exact=True)
    layers = [f"net.{block}.{part}" for block in range(5) for part in "abcdefghijklmn"]
    for step in range(3):
        with recorder.step(step):
            for layer in [*layers, *(f"in{k}" for k in range(7))]:
                for kind in ("activation", "weight", "weight_update"):
                    recorder.observe(f"{layer}/{kind}", rng.normal(size=(4, 3)))
    settings = {f"s{k}": k for k in range(14)} | {"batch_size": 3}
    about = {"settings": dict(reversed(settings.items())), "dropped": {LOST: 2}}
    meta = {**recorder.meta, **about, "state": "running", "resumed": False}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recorder, "meta", property(lambda _: meta))
        yield recorder


@pytest.mark.parametrize("what", ["depth", "map", "progress", "distributions", "moving"])
def test_captions_by_block_speak_korean(of_blocks, what, monkeypatch):
    monkeypatch.setattr(plots.text, "drawable", str)  # the words, whatever fonts are installed
    show = partial(publish.figure_of_run, of_blocks, what)
    if what == "moving":
        show = partial(moving_run, of_blocks, "layers")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no installed font|Glyph")
        figure = show(language="ko")
    caption = figure.get_supxlabel()
    words = re.sub(r"--layer\s+PATTERN|RMS|net|in\d", "", caption + figure.get_suptitle())
    assert not re.search("[A-Za-z]{2}", words), words
    assert "빠진 것: 적어도 저장하지 못한 스텝 2개." in " ".join(caption.split())
    assert "배치 크기 3" in " ".join(caption.split())
    plt.close(figure)


def test_sentences_of_users_stay_as_they_are():
    with plots.language("ko"):
        for own in (
            "seen as good",
            "My net. It learns.",
            "Accuracy as it rises",
            "3 errors as such",
            "x as 5",
        ):
            assert current().sentence(own) == own
    assert LANGUAGES == ("en", "ko")
