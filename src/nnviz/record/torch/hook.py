"""What all hooks in modules have in common."""

from typing import Any

__all__ = ["Hook"]


class Hook:
    """A hook in a module, which neither is copied nor saved with it."""

    def hook(self, *_: Any) -> Any:
        """Do nothing: all that is left of a hook in a module that was saved and loaded."""

    def __deepcopy__(self, _: Any) -> "Hook":
        """Return itself: a copied module has the hook, not a recorder of its own."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave a hook that does nothing in a module that is saved as a whole."""
        return Hook, ()
