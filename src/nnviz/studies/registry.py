"""Every study by its name."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from nnviz import _checks
from nnviz.registry import Registry
from nnviz.studies.study import DECLARED, Study

__all__ = ["STUDIES"]


def _ours() -> dict[str, Callable[..., Study]]:
    """Return the studies that the modules of this package declare, which has them by name, too."""
    package = import_module(__package__)
    for module in iter_modules(package.__path__):
        import_module(f"{__package__}.{module.name}")
    found = {study.__name__: study for study in DECLARED}
    vars(package).update(found)  # where a module of the same name would be
    return dict(sorted(found.items()))


STUDIES: Registry[Callable[..., Study]] = Registry("nnviz.studies", _ours(), _checks.function)
"""Every study by its name: ours (`STUDIES.ours`), and those of installed packages."""
