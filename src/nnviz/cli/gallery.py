"""The gallery: draw it, check its claims, save one of its figures, hand out its notebooks."""

import argparse
import sys
from pathlib import Path

from nnviz.cli.elsewhere import check_suffix
from nnviz.cli.options import (
    Commands,
    add_dpi,
    add_file,
    add_jobs,
    add_language,
    add_look,
    add_only,
    as_file,
    dpi_of,
    jobs,
    listed,
    look_of,
    print_claims,
    spoken,
)
from nnviz.cli.words import WORDS

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Add ``gallery``, ``check``, ``figure`` and ``notebook``."""
    gallery = commands.add_parser("gallery", help="draw all figures and a page that shows them")
    gallery.set_defaults(command=_gallery)
    gallery.add_argument("-o", "--out", type=Path, default=Path("gallery-out"), metavar="DIR")
    gallery.add_argument(
        "--format", default="png,svg,pdf", metavar="LIST", help="default: %(default)s"
    )
    gallery.add_argument("--notebooks", action="store_true", help="with each script as a notebook")
    gallery.add_argument("--fresh", action="store_true", help="draw even what is unchanged")
    _add_selection(gallery)
    add_dpi(gallery)
    add_look(gallery)

    check = commands.add_parser("check", help="measure every claim of the gallery again")
    check.set_defaults(command=_check)
    _add_selection(check)
    add_language(check)

    figure = commands.add_parser("figure", help="save one figure of the gallery")
    figure.set_defaults(command=_figure)
    figure.add_argument("id", help="such as overfitting/noisy-labels")
    figure.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    figure.add_argument("--no-caption", action="store_true", help="leave the small print out")
    add_file(figure)
    add_look(figure)

    notebook = commands.add_parser(
        "notebook",
        help="write scripts of the gallery as notebooks",
        description="Write scripts of the gallery as notebooks, for a class: first the question, "
        "then the figure, then the claim, folded away until somebody asks for it. "
        "Needs the extra 'notebook'.",
    )
    notebook.set_defaults(command=_notebook)
    notebook.add_argument("id", nargs="+", help="such as overfitting/both or 'overfitting/*'")
    notebook.add_argument("-o", "--out", type=Path, required=True, metavar="DIR")
    add_language(notebook)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    add_only(parser)
    add_jobs(parser)


def _gallery(options: argparse.Namespace) -> int:
    from nnviz.publish import build_gallery
    from nnviz.publish.entry import verdicts
    from nnviz.publish.words import WORDS as PAGE

    with spoken(options):
        report = build_gallery(
            options.out,
            only=options.only,
            formats=listed(options.format),
            jobs=jobs(options),
            look=tuple(look_of(options).values()),
            dpi=dpi_of(options),
            notebooks=options.notebooks,
            fresh=options.fresh,
            progress=lambda line: print(line, flush=True),
        )
    for name, trace in report.failures.items():
        print(f"\n{name} failed:\n{trace}", file=sys.stderr)
    claims = ((entry["id"], claim) for entry in report.entries for claim in entry["claims"])
    held = verdicts(report.entries)
    done = {"drawn": report.drawn, "unchanged": report.unchanged, "failed": len(report.failures)}
    with spoken(options):
        for name, claim in claims:
            if not claim["holds"]:
                verdict = PAGE[f"verdict {claim['verdict']}"]
                print(f"{name}: {verdict}: {claim['statement']}")
        print(WORDS["drawn"].format(**done, page=options.out / "index.html"))
        print(WORDS["hold"].format(held=sum(held), all=len(held)))
    return 1 if report.failures else 0


def _check(options: argparse.Namespace) -> int:
    import traceback

    import matplotlib.pyplot as plt
    from joblib import parallel_config

    from nnviz.plots import theme
    from nnviz.publish import find_scripts, run

    verdicts: list[bool] = []
    failed = 0
    with theme(), parallel_config(n_jobs=jobs(options)), spoken(options):
        for script in find_scripts(options.only):
            print(script.id, flush=True)
            try:
                verdicts += print_claims(run(script).study.claims.values())
            except Exception:
                failed += 1
                print(traceback.format_exc(), file=sys.stderr)
            plt.close("all")
        end = WORDS["hold, failed" if failed else "hold"]
        print(end.format(held=sum(verdicts), all=len(verdicts), failed=failed))
    return 0 if all(verdicts) and not failed else 1


def _figure(options: argparse.Namespace) -> int:
    from nnviz import plots
    from nnviz.publish import alt_text, exhibit, format_of, save

    check_suffix("-o", options.out, "picture")
    format_of(options.out)  # a study may take a minute: what is wrong is told before
    saved_as = as_file(options)
    look = look_of(options)
    shown = exhibit(options.id, **look, caption=not options.no_caption)
    with plots.look(**look):
        path = save(
            shown.figure,
            options.out,
            title=shown.title,
            description=alt_text(shown),
            **saved_as,
        )
    print(path)
    return 0


def _notebook(options: argparse.Namespace) -> int:
    from nnviz.plots import look
    from nnviz.publish import write_notebooks

    with look(**look_of(options)):
        for path in write_notebooks(options.out, options.id):
            print(path)
    return 0
