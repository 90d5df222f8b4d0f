"""From PyTorch's tensors to what a recorder looks at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.record.recorder import Recorder
from nnviz.stats.values import Far

__all__ = ["not_numbers", "show", "values_of"]

torch: Any = _checks.extra("torch", extra="torch")


def show(recorder: Recorder, stream: str, tensor: Any) -> None:
    """Show a tensor to a recorder."""
    try:
        values = values_of(tensor)
    except Exception as error:  # vmap, meta tensors … : training goes on
        recorder.drop(stream, not_numbers(stream, error))
    else:
        recorder.observe(stream, values)


def not_numbers(stream: str, error: Exception) -> TypeError:
    """Return what to say of a tensor whose values cannot be read."""
    return TypeError(f"{stream} must be an array of real numbers: {error}")


def values_of(tensor: Any) -> NDArray[Any] | Far:
    """Return a tensor's values: a view of plain numbers in main memory, else what fetches them."""
    if _is_far(tensor):
        return _Elsewhere(tensor.detach())
    try:
        values: NDArray[Any] = tensor.numpy(force=True)
    except (TypeError, RuntimeError):  # sparse, or of a type that NumPy does not know
        values = _fetched(tensor.detach())
    return values


def _is_far(tensor: Any) -> bool:
    if tensor.is_cpu:
        return False
    return bool(not tensor.is_meta and not tensor.is_complex() and tensor.layout == torch.strided)


def _fetched(tensor: Any) -> NDArray[Any]:
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if tensor.dtype.is_floating_point and tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.float()
    values: NDArray[Any] = tensor.cpu().resolve_conj().resolve_neg().numpy()
    return values


class _Elsewhere(Far):
    """A tensor on another device: samples are gathered there, and only they are copied."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor
        self.shape = tuple(tensor.shape)
        wide = tensor.dtype == torch.float64 or not tensor.dtype.is_floating_point
        self.dtype = np.dtype(np.float64 if wide else np.float32)

    def take(self, indices: NDArray[np.intp], axis: int | None = None) -> Array:
        tensor = self.tensor.reshape(-1) if axis is None else self.tensor
        chosen = torch.from_numpy(indices).to(tensor.device)
        return _fetched(tensor.index_select(axis or 0, chosen)).astype(self.dtype, copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(_fetched(self.tensor), dtype, copy=copy)
