"""A deck for a lecture, from figures of the gallery and from one's own."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnviz.cli.elsewhere import check_suffix
from nnviz.cli.options import Commands, add_jobs, add_look, jobs, look_of, opened, spoken

if TYPE_CHECKING:
    from nnviz.decks import Deck

__all__ = ["add"]

_DPI = 192


class _InOrder(argparse.Action):
    """Keeps what several options give in the order in which it was written."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        given = [values] if isinstance(values, str) else list(values or [])
        namespace.content = [*namespace.content, *((self.dest, one) for one in given)]


def add(commands: Commands) -> None:
    """Add ``slides``."""
    slides = commands.add_parser(
        "slides",
        help="make a deck for a lecture: PowerPoint, HTML, PDF, Beamer, Typst",
        description="Make a deck for a lecture. What is shown comes in the order in which it is "
        "written; the options may be repeated. Speaker notes say what to say, what was measured, "
        "and how to come to it again.",
        epilog="nnviz slides lecture.pptx --title 'Optimizers' --figures trajectories/bowl "
        "'shapes/adam-*' --heading 'In a network' --figures training/optimizers --theme dark",
    )
    slides.set_defaults(command=_slides, content=[])
    slides.add_argument(
        "out",
        type=Path,
        metavar="OUT",
        help=".pptx, .html or .pdf; without a suffix, a folder for Beamer and Typst",
    )
    for option, metavar, several, words in (
        ("figures", "ID", "+", "of the gallery; nnviz list; a pattern such as 'overfitting/*'"),
        ("study", "NAME", "+", "figures of a study with its own settings; nnviz list studies"),
        ("run", "RUN", "+", "figures of a run file, or of all runs of a folder"),
        ("script", "FILE", "+", "a script that leaves 'figure' and, if it has one, 'study'"),
        ("heading", "TITLE", None, "a slide that begins a part"),
    ):
        slides.add_argument(
            f"--{option}", action=_InOrder, nargs=several, metavar=metavar, help=words
        )
    slides.add_argument("--course", action="store_true", help="the whole chapter, in its order")
    slides.add_argument("--title", default="", help="of the lecture, on a slide of its own")
    add_look(slides, context=False)
    slides.add_argument(
        "--builds", action="store_true", help="show figures step by step: a part on each slide"
    )
    slides.add_argument("--captions", action="store_true", help="keep the small print on slides")
    slides.add_argument(
        "--dpi",
        type=int,
        default=_DPI,
        metavar="N",
        help="pixels to an inch, a multiple of 6; default: %(default)s, 2,560×1,440 pixels",
    )
    add_jobs(slides)


def _slides(options: argparse.Namespace) -> int:
    from joblib import parallel_config

    from nnviz import plots
    from nnviz.decks import Deck
    from nnviz.decks.deck import checked_dpi, checked_target
    from nnviz.decks.words import WORDS

    check_suffix("OUT", options.out, "deck")
    checked_target("OUT", options.out)
    checked_dpi("--dpi", options.dpi)
    if not options.content and not options.course:
        raise ValueError("--figures ID or --course must be given; got neither")
    look = look_of(options)
    title = options.title
    if options.course and not title:
        with plots.look(**look):
            title = WORDS["course"]
    deck = Deck(title, **look, captions=options.captions, builds=options.builds)
    with ExitStack() as stack, parallel_config(n_jobs=jobs(options)):
        if options.course:
            deck.course()
        for kind, value in options.content:
            _add(deck, kind, value, stack)
        stack.enter_context(spoken(options))
        print(deck.save(options.out, dpi=options.dpi, progress=_progress))
    return 0


def _add(deck: "Deck", kind: str, value: str, stack: ExitStack) -> None:
    """Add what an option asks for; runs stay open until the stack is closed."""
    if kind == "heading":
        deck.heading(value)
    elif kind == "figures":
        deck.add(value)
    elif kind == "script":
        deck.add(Path(value))
    elif kind == "study":
        from nnviz.publish.study import run_study

        deck.add(run_study(value))
    else:
        runs = opened(Path(value))
        for run in runs.values():  # all of them, so that all are closed whatever comes
            stack.enter_context(run)
        for name, run in runs.items():
            deck.add(run, title=name)


def _progress(line: str) -> None:
    print(line, flush=True)
