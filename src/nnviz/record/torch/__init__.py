"""Hooks that show a PyTorch module's tensors to a recorder: the only folder that names torch."""

from nnviz.record.torch.attach import Hooks, attach

__all__ = ["Hooks", "attach"]
