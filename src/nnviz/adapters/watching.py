"""Recording a PyTorch module in a loop that stays as it is."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from nnviz import _checks
from nnviz.adapters.mail import group
from nnviz.adapters.ranks import SEEN, Collected, Handed, whose
from nnviz.adapters.steps import OptimizerSteps
from nnviz.record import Memory, Recorder
from nnviz.runs import RunWriter, create_run, resume_run

__all__ = ["Watch", "begun", "begun_run", "watch"]


class Watch:
    """A recording of modules in somebody's loop; made by `watch`.

    Attributes
    ----------
    recorder : Recorder
    """

    def __init__(
        self,
        modules: Mapping[str, Any],
        optimizers: Sequence[Any],
        recorder: Recorder,
        run: RunWriter | None = None,
        together: Collected | Handed | None = None,
        n_steps: int | None = None,
    ) -> None:
        self.recorder, self._n_steps = recorder, n_steps
        self._together = together
        self._modules, self._optimizers = modules, optimizers
        self._handles: list[Any] = []
        self._steps: OptimizerSteps | None = None
        self._run = run

    def start(self) -> Recorder:
        """Begin to record, or go on; return the recorder."""
        if self._steps is not None:
            return self.recorder
        from nnviz.record.torch import Listener, attached, plain

        optimizers = [plain(optimizer) for optimizer in self._optimizers]
        steps = self._steps = OptimizerSteps(self.recorder, optimizers, self._n_steps)
        try:
            for optimizer in optimizers:
                self._handles.append(optimizer.register_step_pre_hook(steps.before_move))
            if self._together is not None or _is_first_process(self.recorder, self._modules):
                for name, module in self._modules.items():
                    hooks = attached(module, self.recorder, optimizers, name, steps.begin)
                    self._handles.append(hooks)
            for optimizer in optimizers:
                self._handles.append(optimizer.register_step_post_hook(steps.after_move))
            self._handles.append(Listener(steps.skip))
            if self._together is not None:
                self._together.begin()
        except BaseException:
            self._leave()
            raise
        return self.recorder

    def stop(self, state: str = "finished") -> None:
        """Take the hooks out, and close the run.

        Parameters
        ----------
        state : {"finished", "crashed"}
        """
        if self._steps is not None:
            (self._steps.end if state == "finished" else self._steps.drop)()
            self._leave()
        self.recorder.flush()
        if self._together is not None:
            self._together.end()
            self.recorder.flush()
        if self._run is not None:
            self._run.close(state)

    def _leave(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._steps = None

    def __enter__(self) -> Recorder:
        """Begin to record; return the recorder."""
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End: the run is finished, or crashed if an exception came."""
        self.stop("finished" if kind is None else "crashed")


def watch(
    model: Any,
    optimizer: Any,
    *,
    run: str | PathLike[str] | None = None,
    recorder: Recorder | None = None,
    settings: Mapping[str, Any] | None = None,
    steps: int | None = None,
) -> Watch:
    """Record a PyTorch module in a loop that stays as it is.

    >>> with nnviz.watch(model, optimizer, run="my.run") as recorder:
    ...     for x, y in loader:
    ...         optimizer.zero_grad()
    ...         loss = loss_of(model(x), y)
    ...         loss.backward()
    ...         optimizer.step()
    ...         recorder.scalar("loss", loss)

    Steps are those of the optimizer, counted from 0 or on from those of a run that is continued.
    One has all passes that train since the last: those over which gradients are accumulated, or
    of a closure. Of several optimizers a step is over once the last one given has moved, and the
    next pass begins. A step that a `torch.amp.GradScaler` skips is not recorded; how many there
    were is recorded as ``"skipped_steps"``. What is recorded of the module, and what is not, is
    said at `record.torch.attach`; it trains as it does without, bit for bit.

    Without ``with``, as in a notebook, `Watch.start` begins and `Watch.stop` ends.

    Of several processes that train a module together (`torch.distributed`), each of which watches
    it, the first one has what all of them saw (of those that train another module, nothing):
    activations and gradients are those of the whole batch. What is known of single units, and
    their spread, is that of its own share; so is all that a recorder of your own records.

    Parameters
    ----------
    model : torch.nn.Module, or mapping of str to torch.nn.Module
        Several have names, which stand before those of their layers.
    optimizer : torch.optim.Optimizer, or sequence of them
    run : path-like, optional
        A new run file. By default, and without a `recorder`, memory. Of several processes that
        train a module together, only the first one's is written.
    recorder : Recorder, optional
        One of your own, that keeps more or less; its sink says where to.
    settings : mapping, optional
        What the run was started with: anything that JSON can say.
    steps : int, optional
        How many steps the optimizer will take. The last one is then counted in full.

    Raises
    ------
    RunFileError
        If the file exists, or cannot be written.
    """
    _checks.optional("steps", steps, _checks.integer)
    return begun(model, optimizer, run=run, recorder=recorder, settings=settings, n_steps=steps)


def begun(
    model: Any,
    optimizer: Any,
    *,
    run: str | PathLike[str] | None,
    recorder: Recorder | None,
    settings: Mapping[str, Any] | None,
    before: Recorder | None = None,
    n_steps: int | None = None,
) -> Watch:
    """Do what `watch` does; or continue the run that was recorded `before` in the same loop."""
    modules = dict(model) if isinstance(model, Mapping) else {"": model}
    optimizers = list(optimizer) if isinstance(optimizer, list | tuple) else [optimizer]
    _check(modules, optimizers)
    if recorder is not None:
        _checks.instance("recorder", recorder, Recorder)
        if run is not None:
            raise _checks.fail("run", "left out where a recorder is given", run)
        return Watch(modules, optimizers, recorder, n_steps=n_steps)
    together = group(modules)
    if together is not None and together.rank:
        handed = Handed(together, None if before is None else before.last_step)
        recorder = Recorder(kinds=SEEN, sink=handed)
        return Watch(modules, optimizers, recorder, together=handed, n_steps=n_steps)
    writer = None if run is None else begun_run(run, settings, again=before is not None)
    if together is None:
        return Watch(modules, optimizers, Recorder(sink=writer), writer, n_steps=n_steps)
    collected = Collected(Memory() if writer is None else writer, together)
    return Watch(modules, optimizers, Recorder(sink=collected), writer, collected, n_steps)


def begun_run(
    run: str | PathLike[str], settings: Mapping[str, Any] | None, *, again: bool
) -> RunWriter:
    """Return the writer of a new run or, `again`, of the one that is there."""
    return resume_run(run) if again else create_run(run, settings=settings)


def _check(modules: Mapping[str, Any], optimizers: Sequence[Any]) -> None:
    torch: Any = _checks.extra("torch", extra="torch")
    from nnviz.record.torch import check, plain

    if not modules:
        raise _checks.fail("model", "a module or several by name", modules)
    if not optimizers:
        raise _checks.fail("optimizer", "a torch.optim.Optimizer or several", optimizers)
    for module in modules.values():
        check(module)
    for each in optimizers:
        if not isinstance(plain(each), torch.optim.Optimizer):
            raise TypeError(f"optimizer must be a torch.optim.Optimizer; got {each!r:.80}")


def _is_first_process(recorder: Recorder, modules: Mapping[str, Any]) -> bool:
    """Return whether this is the process that records alone, and say there that it does."""
    together = group(modules)
    if together is None:
        return True
    if not together.rank:
        recorder.notice(whose(1, together.n), quiet=True)
    return not together.rank
