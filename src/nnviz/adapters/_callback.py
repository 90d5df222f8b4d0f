"""What the callbacks have in common: where they record to, and a run that goes on."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from nnviz import _checks
from nnviz.adapters.watching import Watch, begun
from nnviz.record import Recorder

__all__ = ["Records", "Watches"]


class Records:
    """Has a recorder from the first training on, unless one was given.

    Parameters
    ----------
    run, recorder, settings
        As of every callback.
    """

    def __init__(
        self,
        run: str | PathLike[str] | None,
        recorder: Recorder | None,
        settings: Mapping[str, Any] | None,
    ) -> None:
        if run is not None and recorder is not None:
            raise _checks.fail("run", "left out where a recorder is given", run)
        self.recorder = recorder
        self._run, self._settings = run, settings


class Watches(Records):
    """Watches a PyTorch module, training after training."""

    _watch: Watch | None = None

    def _begin(
        self,
        module: Any,
        optimizers: Sequence[Any],
        settings: Mapping[str, Any],
        n_steps: int | None,
    ) -> None:
        """Begin to record, with these settings if none were given; a second time, go on.

        The last of so many steps is counted in full, if it comes.
        """
        self._end("crashed")  # nothing happens unless training has failed, and is tried again
        self._watch = begun(
            module,
            optimizers,
            run=self._run,
            recorder=None if self._run is not None else self.recorder,
            settings=settings if self._settings is None else self._settings,
            before=self.recorder,
            n_steps=n_steps,
        )
        self.recorder = self._watch.start()

    def _end(self, state: str = "finished") -> None:
        """End the recording, and its run, if one is in progress."""
        watched, self._watch = self._watch, None
        if watched is not None:
            watched.stop(state)
