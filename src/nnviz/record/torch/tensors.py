"""From PyTorch's tensors to what a recorder looks at."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz._typing import Array
from nnviz.record.recorder import Recorder
from nnviz.record.sampling import WIDTH
from nnviz.record.torch.device import counted, gathered, sampled
from nnviz.record.torch.device_examples import examples, share, silent
from nnviz.stats.later import Promise
from nnviz.stats.values import Far

__all__ = ["Elsewhere", "not_numbers", "show", "values_of"]

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
        return Elsewhere(tensor.detach())
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


def _reduces(tensor: Any) -> bool:
    """Return whether a tensor is reduced on its device: some have no float64."""
    return bool(tensor.is_cuda)


class Elsewhere(Far):
    """A tensor on another device: samples are gathered there, and only they are copied.

    Where the device can, nothing waits for it: what describes the tensor is fetched later.

    Parameters
    ----------
    tensor : torch.Tensor
    sample : torch.Tensor, optional
        A sample of it that was taken.
    """

    def __init__(self, tensor: Any, sample: Any = None) -> None:
        self.tensor, self._sample = tensor, sample
        self.is_reduced = _reduces(tensor)
        self.shape = tuple(tensor.shape)
        wide = tensor.dtype == torch.float64 or not tensor.dtype.is_floating_point
        self.dtype = np.dtype(np.float64 if wide else np.float32)

    def reshape(self, shape: tuple[int, ...]) -> "Elsewhere":
        """Return it in another shape."""
        return Elsewhere(self.tensor.reshape(shape))

    def transpose(self, axes: Sequence[int]) -> "Elsewhere":
        """Return it with its axes in another order."""
        return Elsewhere(self.tensor.permute(*axes))

    def summary(self, turn: int, *, whole: bool) -> Promise:
        """Promise a `Summary`: of all values, or of a sample."""
        if whole or self.size <= WIDTH:
            return counted(self.tensor, self.dtype)
        return sampled(self.tensor, turn, self.dtype, self._sample)

    def examples(self, unit: int) -> Promise:
        """Promise the `Examples` of an activation, whose units lie along an axis."""
        return examples(self._wide(self.tensor), unit)

    def silent(self, unit: int) -> Promise:
        """Promise which units are zero for all examples."""
        return silent(self.tensor, unit)

    def share(self, function: Callable[[Any], Any]) -> Promise:
        """Promise the share of the values for which a function of all of them says yes."""
        return share(self._wide(self.tensor), function)

    def kept(self, turn: int, *, whole: bool) -> Any:
        """Return what is needed of it to know by how much it changes: a sample, or a copy."""
        if whole or self.size <= WIDTH:
            return self._wide(self.tensor).clone()
        return gathered(self.tensor, turn)

    def minus(self, kept: Any, turn: int, *, whole: bool) -> "Elsewhere":
        """Return by how much it has changed."""
        if whole or self.size <= WIDTH:
            return Elsewhere(self._wide(self.tensor) - kept)
        return Elsewhere(self.tensor, gathered(self.tensor, turn) - kept)

    def _wide(self, tensor: Any) -> Any:
        return tensor.double() if self.dtype.itemsize == 8 else tensor.float()

    def take(self, indices: NDArray[np.intp], axis: int | None = None) -> Array:
        """Fetch some values."""
        tensor = self.tensor.reshape(-1) if axis is None else self.tensor
        chosen = torch.from_numpy(indices).to(tensor.device)
        return _fetched(tensor.index_select(axis or 0, chosen)).astype(self.dtype, copy=False)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(_fetched(self.tensor), dtype, copy=copy)
