"""The residual connection: what a branch of layers computes is added to its own input."""

from nnviz._typing import Array, Backward, Observe, Params
from nnviz.nn.sequential import Sequential

__all__ = ["Residual"]


class Residual(Sequential):
    """Add to x what a chain of layers makes of it: ``y = x + layers(x)`` (He et al., 2016).

    Shapes: x and y (batch, n).

    Parameters
    ----------
    layers : mapping of str to Layer
        The branch, as for `Sequential`.

    Raises
    ------
    ValueError
        When it is called: if the layers return another shape than that of x.
    """

    def __call__(
        self, x: Array, *, train: bool = False, observe: Observe | None = None
    ) -> tuple[Array, Backward]:
        """Return the output and the function that carries its gradient back."""
        added, back = super().__call__(x, train=train, observe=observe)
        if added.shape != x.shape:
            raise ValueError(f"x must have shape {added.shape} for Residual; got {x.shape}")

        def backward(dy: Array) -> tuple[Array, Params]:
            dx, grads = back(dy)
            return dy + dx, {name: grads[name] for name in self.params}

        return x + added, backward
