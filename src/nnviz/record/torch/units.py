"""What a unit of a layer is, and which function it applies, declared by type."""

from collections.abc import Mapping
from functools import cache
from typing import Any

__all__ = [
    "FUNCTIONS",
    "UNIT_AXES",
    "example_axis",
    "marked_axes",
    "sequence_first",
    "unit_axis",
    "unit_axis_after",
]

FUNCTIONS: Mapping[str, str] = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Tanh": "tanh",
}
"""Activation functions, as `nn.ACTIVATIONS` calls them, by the module that applies them."""

UNIT_AXES: Mapping[str, int] = {
    **dict.fromkeys(("Conv1d", "ConvTranspose1d", "InstanceNorm1d"), -2),
    **dict.fromkeys(("Conv2d", "ConvTranspose2d", "InstanceNorm2d"), -3),
    **dict.fromkeys(("Conv3d", "ConvTranspose3d", "InstanceNorm3d"), -4),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "LayerNorm2d"), 1),
    **dict.fromkeys(("Linear", "Bilinear", "Embedding", "EmbeddingBag"), -1),
    **dict.fromkeys(("LayerNorm", "RMSNorm", "RNNBase", "RNNCellBase", "MultiheadAttention"), -1),
}
"""The axis of a layer's output whose entries are its units, by type; subclasses are alike.

Channels are counted from the end, as the batch may be missing: but norms of channels need one.
"""

_SEQUENCES = ("RNNBase", "MultiheadAttention")
"""Layers of sequences, whose ``batch_first`` says which axis is the batch: if not, the second."""

_BLOCKS = ("Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer")
"""Layers that have such ones as parts, and all of whose parts have the same order of axes."""

_PLACE_BY_PLACE = ("Linear", "LayerNorm", "RMSNorm")
"""Layers of sequences that leave each vector in its place."""

_HANDED_ON = ("activation", "dropout", "padding", "pooling", "upsampling")
"""Modules of ``torch.nn.modules`` whose layers have the units of their input; `Identity`, too."""


@cache
def _declared(kind: Any) -> int | None:
    """Return the axis that is declared for a type; None if none is."""
    return next((UNIT_AXES[t.__name__] for t in kind.__mro__ if t.__name__ in UNIT_AXES), None)


@cache
def _hands_on(kind: Any) -> bool:
    homes = {t.__module__.removeprefix("torch.nn.modules.") for t in kind.__mro__}
    return not homes.isdisjoint(_HANDED_ON) or kind.__name__ == "Identity"


def unit_axis(layer: Any, inputs: Any, output: Any) -> int | None:
    """Return the axis of a layer's units, and mark the output with it; None if it is not known.

    A layer alone cannot tell a series of channels from a sequence of vectors: one that hands on
    its input goes by where that came from.
    """
    kind: Any = type(layer)
    axis = _declared(kind)
    if axis is None and _hands_on(kind):
        known = (x for x in inputs if hasattr(x, "_nnviz_unit_axis"))
        axis = next((x._nnviz_unit_axis for x in known if x.ndim == output.ndim), None)
    if axis is None or not -output.ndim <= axis < output.ndim:
        return None
    output._nnviz_unit_axis = axis % output.ndim
    return axis % int(output.ndim)


def unit_axis_after(layer: Any, before: int | None, output: Any) -> int | None:
    """Return the axis of a layer's units, where only that of the layer before it is known."""
    kind: Any = type(layer)
    axis = _declared(kind)
    if axis is None and _hands_on(kind):
        axis = before
    if axis is None or not -output.ndim <= axis < output.ndim:
        return None
    return axis % int(output.ndim)


def sequence_first(module: Any) -> set[Any]:
    """Return the modules that stand within one whose batches lie along the second axis."""
    blocks = (part for part in module.modules() if _is_one_of(_kind(part), _BLOCKS))
    return {part for block in blocks if not _is_batch_first(block) for part in block.modules()}


def _is_batch_first(layer: Any) -> bool:
    return bool(getattr(layer, "self_attn", layer).batch_first)


def _kind(layer: Any) -> Any:
    return type(layer)


@cache
def _is_one_of(kind: Any, names: tuple[str, ...]) -> bool:
    return any(t.__name__ in names for t in kind.__mro__)


def example_axis(layer: Any, inputs: Any, output: Any, *, is_within: bool = False) -> int:
    """Return the axis along which the examples of a batch lie, and mark the output with it.

    The first, but of sequences that have their steps there: `is_within` says that the layer is
    one of those that `sequence_first` returns.
    """
    kind: Any = type(layer)
    axis = 0
    if output.ndim == 3 and (is_within or _is_one_of(kind, _SEQUENCES)):
        axis = 1 if is_within or not layer.batch_first else 0
    elif _hands_on(kind) or _is_one_of(kind, _PLACE_BY_PLACE):
        known = (x for x in inputs if hasattr(x, "_nnviz_example_axis"))
        axis = next((x._nnviz_example_axis for x in known if x.ndim == output.ndim), 0)
    if axis:
        output._nnviz_example_axis = axis
    return axis


def marked_axes(output: Any) -> tuple[int | None, int]:
    """Return the axes of units and examples of an output that a layer has marked."""
    return getattr(output, "_nnviz_unit_axis", None), getattr(output, "_nnviz_example_axis", 0)
