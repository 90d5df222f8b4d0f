"""A race of optimizers as a film of 100 frames, 1,920 × 1,080, beside what it costs at the least.

At the least: what moves is drawn on a background that was kept, and goes to the same encoder with
the same options, written out by hand for this one figure; nothing is laid out, measured or counted.
`FuncAnimation` is what matplotlib has for it, with the same encoder: it draws all of the figure
for each frame, and its layout has to be frozen by hand. All send the same 100 frames.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FFMpegWriter, FuncAnimation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.harness import compare, report
from nnviz import motion, plots, publish, studies
from nnviz.motion import movie
from nnviz.motion.reel import Reel
from nnviz.motion.stage import set_up
from nnviz.plots.moving import declared

FRAMES, RATE, SIZE = 100, 30, (1920, 1080)
GOAL = 1.3
"""How many times what it costs at the least a film may take."""


def drawn() -> Figure:
    study = studies.optimizer_trajectories("bowl")
    figure = plots.trajectories(study.table("paths"), surface="bowl").figure
    plots.headline(figure, study.claim("sgd zigzags"))
    figure.set_dpi(144)
    publish.files.freeze_layout(figure)
    return figure


def told() -> tuple[Reel, list[float | None]]:
    """Return a reel for the options of the encoder, and the moment of each frame."""
    with set_up(drawn(), SIZE) as stage:
        reel = Reel(stage, SIZE, RATE, FRAMES / RATE, "", "")
        return reel, reel.moments()


def by_hand(
    figure: Figure, reel: Reel, moments: Sequence[float | None], out: Path
) -> Callable[[], None]:
    """Draw what moves on a background that is kept, and encode it."""
    canvas = FigureCanvasAgg(figure)
    moving = list(declared(figure))
    artists = sorted((one.artist for one in moving), key=lambda artist: artist.zorder)
    for artist in artists:
        artist.set_animated(True)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    command = [movie.encoder(), *movie._arguments(reel), str(out)]

    def film() -> None:
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            for moment, same in groupby(moments):
                for one in moving:
                    one.move.show(one.artist, np.inf if moment is None else moment)
                canvas.restore_region(background)
                for artist in artists:
                    if artist.get_visible():
                        artist.draw(canvas.renderer)
                for _ in same:
                    process.stdin.write(canvas.buffer_rgba())

    return film


def redrawn(figure: Figure, moments: Sequence[float | None], out: Path) -> Callable[[], None]:
    """Draw all of the figure for each frame."""
    moving = list(declared(figure))

    def show(moment: float | None) -> None:
        for one in moving:
            one.move.show(one.artist, np.inf if moment is None else moment)

    def film() -> None:
        writer = FFMpegWriter(fps=RATE, codec="libx264", extra_args=["-preset", "veryfast"])
        FuncAnimation(figure, show, frames=moments, cache_frame_data=False).save(out, writer)

    return film


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks motion")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, plots.theme("light", "slides"):
        out = Path(folder) / "film.mp4"
        reel, moments = told()
        with set_up(drawn(), SIZE) as stage:
            prepared = Reel(stage, SIZE, RATE, FRAMES / RATE, "", "")
            calls = {
                "at the least": by_hand(drawn(), reel, moments, out),
                "nnviz, frames and encoder": lambda: movie.mp4(prepared, prepared.shots()),
                "nnviz, all of animate": lambda: motion.animate(figure, out, seconds=FRAMES / RATE),
                "FuncAnimation": redrawn(drawn(), moments, out),
            }
            figure = drawn()
            timings = compare(calls, rounds=options.rounds, warm_up=False)
        plt.close("all")
    report(f"{FRAMES} frames of {SIZE[0]} × {SIZE[1]} as MP4, goal ≤ {GOAL} for frames", timings)
