"""Loss scales: what is recorded as a gradient is the gradient of the loss, not of its multiple."""

from functools import partial, wraps
from typing import Any

from nnviz import _checks

__all__ = ["Listener", "noted", "scale_has_ended", "unscaled"]

torch: Any = _checks.extra("torch", extra="torch")


class _State:
    """The scale of the backward pass that runs, and of the last one until somebody notes it."""

    now: Any = None
    last: Any = None
    listeners = 0
    replaced: Any = None


def unscaled(gradient: Any, scale: Any = None) -> Any:
    """Return a gradient divided by a scale, by default that of the backward pass that runs."""
    if scale is None and (scale := _State.now) is None:
        return gradient
    if gradient.dtype != torch.float64:  # in half precision small ones would vanish again
        gradient = gradient.float()
    return gradient / scale.to(gradient.device)


def noted() -> float | None:
    """Return the last scale since this was asked for, if there was one."""
    last, _State.last = _State.last, None
    return None if last is None else float(last)


def scale_has_ended() -> None:
    """Forget the scale: a forward pass begins, even if the backward pass before it has failed."""
    _State.now = None


class Listener:
    """Learns the scale of each backward pass from `torch.amp.GradScaler`, until it is removed.

    A scaler tells nobody: its method `scale` is replaced by one that leaves a hook in the graph
    of what it returns.
    """

    def __init__(self) -> None:
        _State.listeners += 1
        if _State.listeners == 1:
            _State.replaced = torch.amp.GradScaler.scale
            torch.amp.GradScaler.scale = _telling(_State.replaced)

    def remove(self) -> None:
        """Put the method back, once nobody listens any more."""
        _State.listeners -= 1
        if not _State.listeners:
            torch.amp.GradScaler.scale = _State.replaced


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
