"""Hooks that show a PyTorch module's tensors to a recorder."""

from nnviz.record.torch.attach import Hooks, attach, attached, show_weights
from nnviz.record.torch.optimizer import plain
from nnviz.record.torch.output import Output
from nnviz.record.torch.refused import check
from nnviz.record.torch.scaling import Listener, hold, noted, scale_has_ended, unscaled
from nnviz.record.torch.tensors import show

__all__ = [
    "Hooks",
    "Listener",
    "Output",
    "attach",
    "attached",
    "check",
    "hold",
    "noted",
    "plain",
    "scale_has_ended",
    "show",
    "show_weights",
    "unscaled",
]
