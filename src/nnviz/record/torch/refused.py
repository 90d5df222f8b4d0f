"""Modules that cannot be recorded, each with the reason."""

from typing import Any

from nnviz import _checks

__all__ = ["check"]

torch: Any = _checks.extra("torch", extra="torch")


def check(module: Any) -> None:
    """Raise TypeError for what is no module, or one whose layers or weights hooks do not see."""
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module must be a torch.nn.Module; got {module!r:.80}")
    classes = {cls.__module__.partition(".")[0] for cls in type(module).__mro__}
    if "keras" in classes:
        raise TypeError(
            f"module must be one of PyTorch; got {type(module).__name__}, a model of Keras, which "
            "calls its layers itself: nnviz.adapters.keras.KerasCallback records it"
        )
    for name, part in module.named_modules():
        if type(part).__name__ == "FullyShardedDataParallel":
            _refuse_sharded(name or "the module")
    for name, parameter in module.named_parameters():
        if type(parameter).__name__ in ("DTensor", "FlatParameter") or type(
            parameter.data
        ).__name__ in ("DTensor",):
            _refuse_sharded(name)


def _refuse_sharded(name: str) -> None:
    raise TypeError(
        f"module must have its parameters whole; got {name} sharded over processes: record a "
        "smaller run, without FSDP or tensor parallelism"
    )
