"""One study: run it, write its tables, claims and figures.

Its options are the parameters of its function, explained by its docstring.
"""

import argparse
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from nnviz.cli import docstrings, forms
from nnviz.cli.forms import Form
from nnviz.cli.messages import Parser
from nnviz.cli.optimizers import (
    WRITTEN,
    Written,
    by_name,
    called,
    optimizers,
    with_parts,
)
from nnviz.cli.options import (
    Commands,
    add_dpi,
    add_jobs,
    add_look,
    dpi_of,
    listed,
    look_of,
    print_claims,
    spoken,
)
from nnviz.cli.words import WORDS

if TYPE_CHECKING:
    from nnviz.studies import Study

__all__ = ["add", "options_of"]

_DATA: Mapping[str, tuple[Form, str]] = {
    "data": (forms.TEXT, "a name such as mnist, or a .csv, .npz or .npy file"),
    "n_train": (forms.INTEGER, "training rows"),
    "label_noise": (forms.NUMBER, "fraction of the training labels that is redrawn"),
}
"""What says on which data a study runs, if it takes any."""

_FILES = (
    "Into DIR go study.json, with settings, claims and what each column means, and a CSV file and "
    "a figure of each table."
)

_LONGEST = 40
"""Letters of a default that are shown."""


@dataclass(frozen=True)
class Option:
    """An option of a study: how its value is written, and what it means."""

    form: Form
    words: str
    required: bool = False


def add(commands: Commands) -> None:
    """Add ``study``, which takes all words as they are: the study says what they mean."""
    study = commands.add_parser(
        "study",
        help="run a study: its tables, claims and figures",
        prefix_chars="\0",
        add_help=False,
    )
    study.set_defaults(command=_study)
    study.add_argument("words", nargs="*")


def _study(options: argparse.Namespace) -> int:
    from joblib import parallel_config

    from nnviz import _checks, studies
    from nnviz.publish.figures import undrawn
    from nnviz.publish.study import run_study, write_study
    from nnviz.train import on_cluster

    name, words = _named(options.words)
    function = studies.STUDIES[name]
    own = options_of(function)
    chosen, strange = _parser(name, function, own).parse_known_args(words)
    for word in strange:
        _checks.one_of(f"option of {name}", word.partition("=")[0], map(_flag, own))
    given = {
        key: option.form.read(_flag(key), written)
        for key, option in own.items()
        if (written := getattr(chosen, key)) is not None
    }
    dpi = dpi_of(chosen)
    jobs = -1 if chosen.jobs is None else _checks.integer("jobs", chosen.jobs)
    local = parallel_config(n_jobs=jobs)
    with on_cluster(chosen.cluster) if chosen.cluster else local:
        study: Study = run_study(name, **given)
    for key, option in own.items():
        if option.form.read is optimizers and key in given:
            study = _as_written(study, called(_flag(key), getattr(chosen, key)))
    formats, look = listed(chosen.format), tuple(look_of(chosen).values())
    for path in write_study(study, chosen.out, formats=formats, look=look, dpi=dpi):
        print(path)
    with spoken(chosen):
        for table, reason in undrawn(study).items():
            print(WORDS["no figure"].format(table=table, reason=reason))
        print_claims(study.claims.values())
    return 0


def _as_written(study: "Study", written: Mapping[str, Written]) -> "Study":
    """Return a study that says of each optimizer what was written of it, where names do not."""
    if all(label == one.name for label, one in written.items()):
        return study
    told = {
        name: with_parts(study.table(name), schema, written)
        for name, schema in study.schemas.items()
    }
    settings = {key: own for key, own in study.settings.items() if key != "learning_rates"}
    return replace(
        study,
        tables={**study.tables, **{name: table for name, (table, _) in told.items()}},
        schemas={**study.schemas, **{name: schema for name, (_, schema) in told.items()}},
        settings={**settings, "optimizers": by_name(written.values())},
    )


def options_of(function: Callable[..., Any]) -> dict[str, Option]:
    """Return the options of a study by the names of its parameters.

    ``n_jobs`` is not among them: ``--jobs`` is everyone's.

    Raises
    ------
    ValueError
        If a parameter that must be given cannot be written on a line.
    """
    told = docstrings.parameters(function)
    hints, known = _hints(function), inspect.signature(function).parameters
    found: dict[str, Option] = {}
    for key, parameter in known.items():
        if key == "data":
            more = {name: _DATA[name] for name in _DATA if name == key or name not in known}
            found |= {name: Option(*told_) for name, told_ in more.items()}
        elif key != "n_jobs":
            form = _form(hints.get(key, str), parameter.default)
            required = parameter.default is parameter.empty
            if form is not None:
                words = told.get(key, "") + _shown(form, parameter.default)
                found[key] = Option(form, words, required)
            elif required:
                raise ValueError(f"{function.__name__} must be run in Python; got no --{key}")
    return found


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except NameError as error:
        rule = "known in its module, for its options"
        raise ValueError(f"types of {function.__name__} must be {rule}; got {error}") from error


def _form(hint: Any, default: object) -> Form | None:
    from nnviz.studies._rules import Named

    if hint is bool:
        return forms.FLAG if default is False else forms.TRUTH
    if hint == Named:
        return Form(optimizers, WRITTEN, "append")
    return forms.form_of(hint)


def _shown(form: Form, default: Any) -> str:
    """Return a default as the help shows it; empty if there is none to show."""
    if default is None or default is False or default is inspect.Parameter.empty:
        return ""
    if form.read is optimizers:
        return f" Default: {', '.join(f'{name}:lr={rate}' for name, rate in default.items())}."
    words = forms.written(default)
    short = words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(",")[0] + ",…"
    return f" Default: {short}."


def _named(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the study's name and the other words: the name may stand behind options."""
    from nnviz._renamed import current
    from nnviz.studies import RENAMED, STUDIES

    known = (word for word in words if word in STUDIES or word in RENAMED)
    name = next(known, words[0] if words else "-")
    if name.startswith("-"):
        if {"-h", "--help"} & set(words):
            _general().parse_args(["--help"])
        raise ValueError("study must be given, such as overfitting; got none")
    place = list(words).index(name)
    rest = [*words[:place], *words[place + 1 :]]
    return STUDIES.named("study", current(name, RENAMED)), rest


def _general() -> argparse.ArgumentParser:
    """Return what explains the command without a study."""
    parser = Parser(
        prog="nnviz study",
        usage="nnviz study NAME -o DIR [OPTION …]",
        description="Run a study: its tables, claims and figures.",
        epilog="`nnviz list studies` lists the names; `nnviz study NAME --help` shows what each "
        f"takes. {_FILES}",
        allow_abbrev=False,
    )
    _add_common(parser)
    return parser


def _parser(
    name: str, function: Callable[..., Any], own: Mapping[str, Option]
) -> argparse.ArgumentParser:
    """Return what reads the options of a study and those that all studies have."""
    parser = Parser(
        prog=f"nnviz study {name}",
        usage=f"nnviz study {name} -o DIR [OPTION …]",
        description=docstrings.first_paragraph(function),
        epilog=_FILES,
        allow_abbrev=False,
    )
    group = parser.add_argument_group(f"options of {name}")
    for key, option in own.items():
        form = option.form
        kind = {"metavar": form.shown} if form.shown else {"const": ""}
        group.add_argument(
            _flag(key),
            dest=key,
            action=form.action,
            required=option.required,
            help=option.words.replace("%", "%%"),
            **kind,
        )
    _add_common(parser)
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("options of all studies")
    group.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="a folder")
    add_jobs(group)
    group.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler, tcp://HOST:PORT")
    group.add_argument(
        "--format", default="png", metavar="LIST", help="png, svg, pdf; default: %(default)s"
    )
    add_dpi(group)
    add_look(group)


def _flag(key: str) -> str:
    return "--" + key.replace("_", "-")
