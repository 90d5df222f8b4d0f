"""The command ``nnviz``."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._version import __version__
from nnviz.errors import NnvizError

if TYPE_CHECKING:
    from nnviz.studies import Claim

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0: done. 1: done, but a figure could not be drawn or, in ``nnviz check``, a claim does not
    hold. 2: not done, with one line that says why.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        return code
    except (NnvizError, ValueError, OSError) as error:
        print(f"nnviz: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nnviz: interrupted; finished cells are kept", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nnviz", description="Shows how neural networks learn.")
    parser.add_argument("--version", action="version", version=f"nnviz {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    gallery = commands.add_parser("gallery", help="draw all figures and a page that shows them")
    gallery.set_defaults(command=_gallery)
    gallery.add_argument("--out", type=Path, default=Path("gallery-out"), metavar="DIR")
    gallery.add_argument(
        "--format", default="png,svg,pdf", metavar="LIST", help="default: %(default)s"
    )
    gallery.add_argument("--fresh", action="store_true", help="draw even what is unchanged")
    _add_selection(gallery)
    _add_look(gallery)

    check = commands.add_parser("check", help="measure every claim of the gallery again")
    check.set_defaults(command=_check)
    _add_selection(check)

    figure = commands.add_parser("figure", help="save one figure of the gallery")
    figure.set_defaults(command=_figure)
    figure.add_argument("id", help="such as overfitting/noisy-labels")
    figure.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    figure.add_argument("--transparent", action="store_true", help="leave the ground out")
    figure.add_argument("--no-caption", action="store_true", help="leave the small print out")
    figure.add_argument(
        "--selectable-text", action="store_true", help="keep text as text in SVG, not as outlines"
    )
    _add_look(figure)

    study = commands.add_parser("study", help="run a study: its tables, claims and figures")
    study.set_defaults(command=_study)
    study.add_argument("name", help="such as overfitting; nnviz list studies")
    study.add_argument("-o", "--out", type=Path, required=True, metavar="DIR")
    study.add_argument("--data", help="a name such as mnist, or a .csv, .npz or .npy file")
    study.add_argument("--n-train", type=int, metavar="N", help="training rows")
    study.add_argument("--label-noise", type=float, metavar="SHARE", help="of labels redrawn")
    study.add_argument("--hidden", type=_widths, metavar="N,N,…", help="widths of hidden layers")
    study.add_argument("--seeds", type=int, metavar="N")
    study.add_argument("--fresh", action="store_true", default=None, help="ignore kept results")
    study.add_argument("--jobs", type=int, metavar="N", help="processes; default: one a core")
    study.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler, tcp://HOST:PORT")
    study.add_argument("--format", default="png", metavar="LIST", help="default: %(default)s")
    _add_look(study)

    listing = commands.add_parser("list", help="list what there is by name")
    listing.set_defaults(command=_list)
    listing.add_argument("what", nargs="?", default="figures", help=", ".join(_LISTS))
    return parser


def _add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", action="append", default=[], metavar="PATTERN", help="such as 'overfitting/*'"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; default: one a core")


def _add_look(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--theme", default="light", help="light, dark or print")
    parser.add_argument(
        "--context", default="notebook", help="notebook, paper, paper-double, slides or poster"
    )


def _gallery(options: argparse.Namespace) -> int:
    from nnviz.publish import build_gallery

    report = build_gallery(
        options.out,
        only=options.only,
        formats=_listed(options.format),
        jobs=_jobs(options),
        look=(options.theme, options.context),
        fresh=options.fresh,
        progress=lambda line: print(line, flush=True),
    )
    for name, trace in report.failures.items():
        print(f"\n{name} failed:\n{trace}", file=sys.stderr)
    for entry in report.entries:
        if not all(claim["holds"] for claim in entry["claims"]):
            print(f"{entry['id']}: a claim does not hold")
    print(
        f"{report.drawn} drawn, {report.unchanged} unchanged, {len(report.failures)} failed: "
        f"{options.out / 'index.html'}"
    )
    return 1 if report.failures else 0


def _listed(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _jobs(options: argparse.Namespace) -> int:
    """Return the number of processes: the one given, or one for each core."""
    from nnviz import _checks

    given: int | None = options.jobs
    return (os.cpu_count() or 1) if given is None else _checks.integer("--jobs", given)


def _check(options: argparse.Namespace) -> int:
    import traceback

    import matplotlib.pyplot as plt
    from joblib import parallel_config

    from nnviz.plots import theme
    from nnviz.publish import find_scripts, run

    verdicts: list[bool] = []
    failed = 0
    with theme(), parallel_config(n_jobs=_jobs(options)):
        for script in find_scripts(options.only):
            print(script.id, flush=True)
            try:
                verdicts += _print_claims(run(script).study.claims.values())
            except Exception:
                failed += 1
                print(traceback.format_exc(), file=sys.stderr)
            plt.close("all")
    print(f"{sum(verdicts)} of {len(verdicts)} claims hold" + f", {failed} failed" * bool(failed))
    return 0 if all(verdicts) and not failed else 1


def _print_claims(claims: "Iterable[Claim]") -> list[bool]:
    """Print what was found of each claim, and return whether each holds."""
    verdicts = []
    for claim in claims:
        mark = "✓" if claim.holds else _red("✗ does not hold:")
        print(f"  {mark} {claim.statement}: {claim.number:.4g} ({claim.bound})", flush=True)
        verdicts.append(claim.holds)
    return verdicts


def _red(text: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stdout.isatty()
    return text if plain else f"\033[31m{text}\033[0m"


def _figure(options: argparse.Namespace) -> int:
    from nnviz.plots import theme
    from nnviz.publish import alt_text, exhibit, format_of, save

    format_of(options.out)  # a study may take a minute: a wrong suffix is told before
    look = {"theme": options.theme, "context": options.context}
    shown = exhibit(options.id, **look, caption=not options.no_caption)
    with theme(options.theme, options.context):
        path = save(
            shown.figure,
            options.out,
            title=shown.title,
            description=alt_text(shown),
            transparent=options.transparent,
            selectable_text=options.selectable_text,
        )
    print(path)
    return 0


def _widths(text: str) -> list[int]:
    return [int(width) for width in text.split(",")]


def _study(options: argparse.Namespace) -> int:
    from joblib import parallel_config

    from nnviz import _checks
    from nnviz.publish.study import run_study, write_study
    from nnviz.train import on_cluster

    names = ("data", "n_train", "label_noise", "hidden", "seeds", "fresh")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    jobs = -1 if options.jobs is None else _checks.integer("jobs", options.jobs)
    local = parallel_config(n_jobs=jobs)
    with on_cluster(options.cluster) if options.cluster else local:
        study = run_study(options.name, **given)
    formats = _listed(options.format)
    look = (options.theme, options.context)
    for path in write_study(study, options.out, formats=formats, look=look):
        print(path)
    _print_claims(study.claims.values())
    return 0


def _list(options: argparse.Namespace) -> int:
    from nnviz import _checks

    print("\n".join(_checks.lookup("what", options.what, _LISTS)()))
    return 0


def _figures() -> list[str]:
    from nnviz.publish import find_scripts

    return [script.id for script in find_scripts()]


def _registry(module: str, name: str) -> Callable[[], list[str]]:
    def names() -> list[str]:
        from importlib import import_module

        return list(getattr(import_module(module), name))

    return names


def _studies() -> list[str]:
    from nnviz import studies

    return [name for name in studies.__all__ if name.islower()]


_LISTS: Mapping[str, Callable[[], list[str]]] = {
    "figures": _figures,
    "studies": _studies,
    "surfaces": _registry("nnviz.surfaces", "SURFACES"),
    "optimizers": _registry("nnviz.optim", "RULES"),
    "initializers": _registry("nnviz.nn", "INITIALIZERS"),
    "activations": _registry("nnviz.nn", "ACTIVATIONS"),
    "datasets": _registry("nnviz.train", "DATASETS"),
    "themes": _registry("nnviz.plots", "THEMES"),
    "contexts": _registry("nnviz.plots", "CONTEXTS"),
}
