"""Loss scales: what is recorded as a gradient is the gradient of the loss, not of its multiple."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from nnviz import _checks

__all__ = ["Listener", "hold", "noted", "scale_has_ended", "unscaled"]

torch: Any = _checks.extra("torch", extra="torch")


class _State:
    """The scale of the backward pass that runs, and of the last one until somebody notes it."""

    now: Any = None
    last: Any = None
    listeners: "list[Listener]" = []  # noqa: RUF012 - of the process, as the class of scalers is
    replaced: Any = None


def unscaled(gradient: Any, scale: Any = None) -> Any:
    """Return a gradient divided by a scale, by default that of the backward pass that runs."""
    if scale is None and (scale := _State.now) is None:
        return gradient
    if gradient.dtype != torch.float64:  # in half precision small ones would vanish again
        gradient = gradient.float()
    return gradient / scale.to(gradient.device)


def hold(scale: float) -> None:
    """Take in the scale of the backward pass that comes, where no scaler tells it."""
    _State.now = _State.last = torch.tensor(scale)


def noted() -> float | None:
    """Return the last scale since this was asked for, if there was one."""
    last, _State.last = _State.last, None
    return None if last is None else float(last)


def scale_has_ended() -> None:
    """Forget the scale: a forward pass begins, even if the backward pass before it has failed."""
    _State.now = None


class Listener:
    """Learns from `torch.amp.GradScaler` the scale of each backward pass, until it is removed.

    A scaler tells nobody: its method `scale` is replaced by one that leaves a hook in the graph
    of what it returns, `step` by one that looks whether it was skipped.

    Parameters
    ----------
    on_skip : callable, optional
        Called with an optimizer whose step was skipped.
    """

    def __init__(self, on_skip: Callable[[Any], None] | None = None) -> None:
        self.on_skip = on_skip
        if not _State.listeners:
            scaler = torch.amp.GradScaler
            _State.replaced = scaler.scale, scaler.step
            scaler.scale, scaler.step = _telling(scaler.scale), _telling_of_skips(scaler.step)
        _State.listeners.append(self)

    def remove(self) -> None:
        """Put the methods back, once nobody listens any more."""
        _State.listeners.remove(self)
        if not _State.listeners:
            torch.amp.GradScaler.scale, torch.amp.GradScaler.step = _State.replaced


def _telling(scale: Any) -> Any:
    @wraps(scale)
    def scale_and_tell(scaler: Any, outputs: Any) -> Any:
        scaled = scale(scaler, outputs)
        if scaler.is_enabled():
            for one in scaled if isinstance(scaled, list | tuple) else [scaled]:
                if getattr(one, "grad_fn", None) is not None:
                    one.grad_fn.register_prehook(partial(_begin, scaler._scale))
        return scaled

    return scale_and_tell


def _begin(scale: Any, _: Any) -> None:
    """Hold a scale to the end of the backward pass that begins."""
    _State.now = _State.last = scale.detach().clone()
    torch.autograd.Variable._execution_engine.queue_callback(scale_has_ended)


def _telling_of_skips(step: Any) -> Any:
    @wraps(step)
    def step_and_tell(scaler: Any, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        returned = step(scaler, optimizer, *args, **kwargs)
        listening = [own.on_skip for own in _State.listeners if own.on_skip is not None]
        looks = listening and scaler.is_enabled()
        if looks and not getattr(optimizer, "_step_supports_amp_scaling", False):
            found = scaler._per_optimizer_states[id(optimizer)]["found_inf_per_device"]
            if any(float(one) for one in found.values()):
                for on_skip in listening:
                    on_skip(optimizer)
        return returned

    return step_and_tell
