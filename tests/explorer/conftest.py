"""What the scripts of a page are told, with next to no training."""

from functools import partial

import pytest

from nnviz import optim, surfaces
from nnviz.explorer import page, presets, regularizers


def few_told(data=page.data):
    """Return a page's data: every preset is 0.01, and networks learn for two epochs."""
    rates = {name: dict.fromkeys(optim.RULES.ours, 0.01) for name in surfaces.SURFACES}
    few = partial(regularizers.regularizers, (0.03,), (0.2,), seeds=2, n_jobs=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(presets, "rates", lambda: rates)
        patch.setitem(regularizers.SETTINGS, "epochs", 2)
        patch.setattr(page, "regularizers", lambda n_jobs: few())
        return data()


@pytest.fixture(scope="session")
def told():
    """Return what `few_told` does, once."""
    return few_told()
