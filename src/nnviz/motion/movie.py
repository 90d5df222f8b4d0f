"""MP4 by ffmpeg: frames go to it as they are drawn, none is kept."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nnviz import _checks
from nnviz.errors import NnvizError
from nnviz.motion.reel import Reel, Shot

__all__ = ["encoder", "mp4"]

THREADS = 4
"""Of the encoder, whatever the machine has: other numbers give other bytes."""


def encoder() -> str:
    """Return where ffmpeg is: the system's or, where it has none, that of imageio-ffmpeg.

    Raises
    ------
    MissingExtraError
        If there is neither.
    """
    found = shutil.which("ffmpeg")
    if found is None:
        found = str(_checks.extra("imageio_ffmpeg", extra="motion").get_ffmpeg_exe())
    return found


def mp4(reel: Reel, shots: Iterable[Shot]) -> bytes:
    """Return frames as H.264 that players everywhere take: yuv420p, its colours those of the web.

    Raises
    ------
    NnvizError
        If the encoder fails; it says why.
    """
    with tempfile.TemporaryDirectory() as folder:
        target, told = Path(folder) / "reel.mp4", Path(folder) / "told"
        with told.open("wb") as said:
            process = subprocess.Popen(
                [encoder(), *_arguments(reel), str(target)], stdin=subprocess.PIPE, stderr=said
            )
            assert process.stdin is not None
            try:
                # a pipe that breaks is that of an encoder that has ended, and says why
                with suppress(BrokenPipeError), process.stdin as pipe:
                    for frame, times in shots:
                        for _ in range(times):
                            pipe.write(frame.data)
            except BaseException:
                process.kill()
                raise
            finally:
                code = process.wait()
        if code:
            words = told.read_text("utf-8", "replace").strip().rpartition("\n")[2]
            raise NnvizError(f"ffmpeg must encode the frames; got {words or code}")
        return target.read_bytes()


def _arguments(reel: Reel) -> list[str]:
    width, height = reel.size
    raw = f"-f rawvideo -pixel_format rgba -video_size {width}x{height} -framerate {reel.rate}"
    colours = "-colorspace bt709 -color_primaries bt709 -color_trc iec61966-2-1 -color_range tv"
    h264 = f"-c:v libx264 -preset veryfast -tune animation -crf 16 -threads {THREADS}"
    same = "-fflags +bitexact -flags:v +bitexact -map_metadata -1 -movflags +faststart -f mp4"
    return [
        *f"-hide_banner -loglevel error -nostdin -y {raw} -i pipe:0".split(),
        *("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"),
        *f"{h264} {colours} {same}".split(),
        *("-metadata", f"title={reel.title}", "-metadata", f"comment={reel.description}"),
    ]
