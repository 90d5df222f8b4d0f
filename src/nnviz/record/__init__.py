"""When and where tensors are kept."""

from nnviz._memory import keep_freed_memory
from nnviz.record.recorder import Recorder
from nnviz.record.recording import Recording
from nnviz.record.sink import LOST, Memory, Sink
from nnviz.stats.block import Block
from nnviz.stats.portion import Portion
from nnviz.stats.statistics import Columns

__all__ = [
    "LOST",
    "Block",
    "Columns",
    "Memory",
    "Portion",
    "Recorder",
    "Recording",
    "Sink",
    "keep_freed_memory",
]
