"""Following a run while it is written."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz.cli.news import News
from nnviz.cli.on_finding import OnFinding, runnable
from nnviz.cli.options import ON_FINDING, Commands, add_language, red, spoken
from nnviz.cli.screen import Screen, picture
from nnviz.cli.summary import state_in_words
from nnviz.cli.verdicts import add_thresholds, thresholds_of
from nnviz.cli.words import WORDS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add"]

_NAME, _OLD_NAME = "follow", "watch"
_SHARE = 9
"""Wait so many times what looking took of a core: of a long run, only a tenth of one is used."""


def add(commands: Commands) -> None:
    """Add ``follow``, and ``watch``, as it was called before."""
    named = commands.add_parser(
        _NAME,
        help="follow a run until it ends",
        description="Tell what is new in a run while it is written, and what the diagnosis finds "
        "meanwhile. In a terminal, a picture of its numbers stands below.",
    )
    for name, follow in ((_NAME, named), (_OLD_NAME, commands.add_parser(_OLD_NAME))):
        follow.set_defaults(command=_follow, called=name)
        follow.add_argument("run", type=Path, metavar="RUN", help="a run file")
        follow.add_argument("--interval", type=float, default=2.0, metavar="SECONDS")
        follow.add_argument(
            "--page", type=Path, metavar="FILE", help="write an .html that shows it in a browser"
        )
        add_language(follow)
        add_thresholds(follow)
        follow.add_argument(
            ON_FINDING,
            nargs=argparse.REMAINDER,
            metavar="CMD",
            help="the last option: a command with its arguments, run once for each finding; it "
            "finds what was found in NNVIZ_RULE, NNVIZ_LAYER, NNVIZ_STEP, NNVIZ_MESSAGE …",
        )


def _follow(options: argparse.Namespace) -> int:
    """Print a line for what is new, again and again; 1 if the run does not end as it should."""
    from nnviz import _checks, diagnosis, runs  # noqa: F401 - loaded before a look is timed

    if options.called == _OLD_NAME:
        told = f"nnviz: {_OLD_NAME} is now {_NAME}; the old word is kept for one minor version"
        print(told, file=sys.stderr)
    interval = _checks.positive("--interval", options.interval)
    news, screen = News(), Screen()
    command = [] if options.on_finding is None else runnable(options.on_finding)
    act = OnFinding(command, options.run)
    publish = _page_of(options, interval)
    thresholds = thresholds_of(options)
    findings: pd.DataFrame | None = None
    try:
        while True:
            begun = time.process_time()
            with spoken(options):
                state, findings = _look(options.run, news, screen, act, thresholds)
            publish(state, news, findings)
            if state != "running":
                break
            time.sleep(max(interval, _SHARE * (time.process_time() - begun)))
    except KeyboardInterrupt:
        if findings is not None:
            publish("left", news, findings)  # else a browser would look again for ever
        return 130
    with spoken(options):
        words = WORDS["ends after" if news.step >= 0 else "ends before"]
        end = words.format(state=state_in_words(state), step=news.step)
    print(end if state == "finished" else red(end), flush=True)
    return 0 if state == "finished" else 1


def _look(
    path: Path, news: News, screen: Screen, act: OnFinding, thresholds: dict[str, float]
) -> tuple[str, "pd.DataFrame"]:
    """Tell what is new, and return the state and what the diagnosis says.

    The file is open only meanwhile, so that nobody who ends a run has to wait.
    """
    from nnviz.diagnosis import diagnose
    from nnviz.runs import Run, open_run

    with open_run(path) as run:
        if not isinstance(run, Run):
            raise ValueError(
                f"RUN must be a run file, which says when it ends; got {path}, a log of "
                f"another program: nnviz show lists what it holds so far"
            )
        state: str = run.meta["state"]  # first: what is read after the end is everything
        lines = [*news.of(run, numbers_seen=screen.is_live)]
        findings = diagnose(run, thresholds=thresholds)
    found, anew = news.judged(findings)
    screen.show([*lines, *found])
    act(findings, anew)  # what it prints stays as well, above the picture
    screen.show([], picture(path.name, state, news))
    return state, findings


def _page_of(
    options: argparse.Namespace, interval: float
) -> Callable[[str, News, "pd.DataFrame"], None]:
    """Return what writes the page that shows a run, if one was asked for."""
    if options.page is None:
        return lambda state, news, findings: None
    from nnviz.publish.report.live import LivePage

    page = LivePage(options.page, options.run.name, interval, language=options.language)

    def publish(state: str, news: News, findings: "pd.DataFrame") -> None:
        courses = {name: (own.steps, own.values) for name, own in news.shown.items()}
        page.write(state, news.step, courses, findings)

    return publish
