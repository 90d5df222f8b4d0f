"""Which moment a frame shows, written where the picture leaves room."""

from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from nnviz.motion.clock import Clock
from nnviz.plots import text

__all__ = ["Counter", "moment_in_words"]

_SIZE = 1 / 30
"""The height of the font, as a part of that of the figure: small print on a slide."""

_MARGIN = 0.5
"""What is left free around the words, as a multiple of the font's size."""


class Counter:
    """The step that is seen, drawn on a frame."""

    def __init__(
        self,
        figure: Figure,
        clock: Clock,
        samples: Iterable[NDArray[np.uint8]],
        *,
        dark: bool,
    ) -> None:
        self._clock = clock
        size = _SIZE * 72 * figure.get_figheight()
        self._words = Text(
            text=moment_in_words(clock, clock.last),
            fontsize=size,
            color="white" if dark else "black",
            bbox={
                "facecolor": figure.get_facecolor(),
                "edgecolor": "none",
                "alpha": 0.8,
                "pad": 0.15 * size,
            },
            parse_math=False,
        )
        self._words.set_figure(figure)
        self._place(figure, samples, _MARGIN * size * figure.dpi / 72)

    def _place(self, figure: Figure, samples: Iterable[NDArray[np.uint8]], margin: float) -> None:
        """Put the words where there is least in all samples, the corners of the figure first."""
        box = self._words.get_window_extent()
        edges = _edges(samples)
        taken = {
            place: _taken(edges, place, (box.width, box.height), margin)
            for place in _places(figure, margin)
        }
        (x, y, across, along) = min(taken, key=taken.__getitem__)
        self._words.set(x=x, y=y, ha=across, va=along)

    def draw(self, renderer: RendererBase, moment: float) -> None:
        """Write the moment."""
        self._words.set_text(moment_in_words(self._clock, moment))
        self._words.draw(renderer)


def moment_in_words(clock: Clock, moment: float) -> str:
    """Return the last moment that is reached: "step 12 of 30"."""
    # what an axis calls "step (updates)" is here a step
    over = text.quantity("logged_step" if clock.over == "step" else clock.over)
    return text.NOTES["moment"].format(
        over=over,
        moment=text.number(clock.reached(moment)),
        last=text.number(clock.last),
    )


Place = tuple[float, float, str, str]


def _places(figure: Figure, margin: float) -> Iterator[Place]:
    """Yield where words can stand, in pixels from the lower left, and how they are aligned."""
    boxes: Iterable[tuple[float, float, float, float]] = [
        (0, 0, figure.bbox.width, figure.bbox.height),
        *(ax.bbox.extents for ax in figure.axes),
    ]
    for left, low, right, high in boxes:
        yield right - margin, high - margin, "right", "top"
        yield right - margin, low + margin, "right", "bottom"
        yield left + margin, high - margin, "left", "top"
        yield left + margin, low + margin, "left", "bottom"


def _edges(samples: Iterable[NDArray[np.uint8]]) -> NDArray[np.int64]:
    """Return how much neighbouring pixels differ, summed over samples, from the lower left."""
    greys = (sample[..., :3].sum(axis=2, dtype=np.int64) for sample in samples)
    edges = sum(np.pad(_steps(grey, 0) + _steps(grey, 1), ((0, 1), (0, 1))) for grey in greys)
    return np.asarray(edges)[::-1]


def _steps(grey: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
    return np.abs(np.diff(grey, axis=axis))[: len(grey) - 1, : grey.shape[1] - 1]


def _taken(edges: NDArray[np.int64], place: Place, size: tuple[float, float], margin: float) -> int:
    """Return how much there is in the box of some words, and around it."""
    x, y, across, along = place
    left = x - size[0] if across == "right" else x
    low = y - size[1] if along == "top" else y
    rows = slice(max(0, int(low - margin)), int(low + size[1] + margin))
    columns = slice(max(0, int(left - margin)), int(left + size[0] + margin))
    return int(edges[rows, columns].sum())
