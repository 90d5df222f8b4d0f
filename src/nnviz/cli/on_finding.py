"""A command of the user's that is run for what the diagnosis finds, never through a shell."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz._names import safe_text
from nnviz.cli.verdicts import severities

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OnFinding", "runnable"]

_SECONDS = 60
"""What a command may take; then it is ended."""

_LONGEST = 1000
"""Letters of a variable."""


def runnable(command: Sequence[str]) -> list[str]:
    """Return a program and its arguments; ValueError if there is no such program."""
    from nnviz import _checks

    if not command or shutil.which(command[0]) is None:
        rule = "a program that can be run, and its arguments"
        raise _checks.fail("--on-finding", rule, " ".join(command))
    return list(command)


class OnFinding:
    """Runs a command once for each rule and layer.

    Parameters
    ----------
    command : sequence of str
        A program and its arguments; none runs nothing.
    run : Path
        Is told to the command.
    """

    def __init__(self, command: Sequence[str], run: Path) -> None:
        self._command = list(command)
        self._run = run
        self._done: set[tuple[str, str]] = set()

    def __call__(self, findings: "pd.DataFrame", anew: Iterable[tuple[str, str]]) -> None:
        """Run the command for what was found anew; say on the error stream if it fails.

        Parameters
        ----------
        findings : DataFrame
            Of `diagnose`.
        anew : iterable of (str, str)
            Rule and layer of each.
        """
        for key in anew:
            if self._command and key not in self._done:
                self._done.add(key)
                is_one = (findings["rule"] == key[0]) & (findings["layer"] == key[1])
                self._start(_variables(self._run, findings[is_one].iloc[0]))

    def _start(self, variables: Mapping[str, str]) -> None:
        try:
            code = _run(self._command, variables)
            fault = f"ended with {code}" if code else ""
        except subprocess.TimeoutExpired:
            fault = f"took more than {_SECONDS} s and was ended"
        except (OSError, ValueError) as error:
            fault = getattr(error, "strerror", None) or str(error)
        if fault:
            words = f"nnviz: --on-finding {self._command[0]}: {fault}"
            print(safe_text(words, longest=_LONGEST), file=sys.stderr, flush=True)


def _run(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a command and return its code; with it ends what it started, if it takes too long."""
    with subprocess.Popen(
        command,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            _end(process)
            raise


def _end(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own


def _variables(run: Path, finding: "pd.Series[object]") -> dict[str, str]:
    """Return what the command is told, each on one line and printable."""
    told = {
        "RUN": os.fspath(run.resolve()),
        "RULE": finding["rule"],
        "SEVERITY": severities()[str(finding["rule"])],
        "LAYER": finding["layer"],
        "STEP": finding["step"],
        "VALUE": finding["value"],
        "MESSAGE": finding["message"],
        "REMEDY": finding["remedy"],
    }
    return {f"NNVIZ_{key}": safe_text(value, longest=_LONGEST) for key, value in told.items()}
