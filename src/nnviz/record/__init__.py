"""When and where tensors are kept."""

from nnviz.record.recorder import Recorder

__all__ = ["Recorder"]
