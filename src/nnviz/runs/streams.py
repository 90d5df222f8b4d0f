"""From the tag of a histogram to the name of a stream: layer and kind."""

import re
from collections.abc import Mapping

__all__ = ["stream_names"]

_KINDS = {
    **dict.fromkeys(("weight", "weights", "kernel", "embeddings"), "weight"),
    **dict.fromkeys(("bias", "biases"), "bias"),
    **dict.fromkeys(("activation", "activations", "out", "output", "outputs"), "activation"),
}
"""Kinds of tensor by what Keras, TensorFlow 1 and PyTorch call them."""

_TAG = re.compile(
    r"(?P<before>gradients?/|grads?/|parameters/)?"
    r"(?P<layer>.+?)"
    rf"(?:[/.](?P<kind>{'|'.join(_KINDS)})|_(?P<end>out))"
    r"(?:[:_]\d+)?"
    r"(?P<behind>[/._]grad(?:ient)?s?)?"
    r"(?:/summaries)?(?:/histogram(?:_\d+)?)?",
    re.IGNORECASE,
)
"""Such as ``dense/kernel_0``, ``dense_1_out``, ``fc1.weight.grad``, ``gradients/fc1.weight``."""


def stream_names(tags: Mapping[str, object]) -> list[str]:
    """Return a name for each tag; one whose name another has keeps its own."""
    names: dict[str, None] = {}
    for tag in tags:
        name = _stream_name(tag)
        names[tag if name in tags or name in names else name] = None
    return list(names)


def _stream_name(tag: str) -> str:
    if found := _TAG.fullmatch(tag):
        kind = _KINDS[(found["kind"] or found["end"]).lower()]
        is_gradient = found["behind"] or (found["before"] or "").lower().startswith("grad")
        if is_gradient:
            kind = "gradient" if kind == "activation" else f"{kind}_gradient"
        return f"{found['layer']}/{kind}"
    plain = tag.removesuffix("/histogram")
    if "/" in plain:
        return plain
    layer, dot, kind = tag.rpartition(".")
    return f"{layer}/{kind}" if "/" not in tag and layer and dot and kind else tag
