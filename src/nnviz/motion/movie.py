"""MP4 by ffmpeg: frames go to it as they are drawn, none is kept."""

import errno
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nnviz import _checks
from nnviz.errors import NnvizError
from nnviz.motion.reel import Reel, Shot

__all__ = ["encoder", "mp4"]

THREADS = 4
"""Of the encoder, whatever the machine has: other numbers give other bytes."""

_LONGEST = 1000
"""Letters of what is said about a film: a command line takes some thousands."""


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
                with _may_break(), process.stdin as pipe:
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


@contextmanager
def _may_break() -> Iterator[None]:
    """Let a pipe break (for Windows, an argument is invalid): its encoder ended, and says why."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            raise


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
        *("-metadata", f"title={reel.title[:_LONGEST]}"),
        *("-metadata", f"comment={reel.description[:_LONGEST]}"),
    ]
