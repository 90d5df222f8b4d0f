"""MNIST and Fashion-MNIST: found in a folder, or downloaded once and checked."""

import gzip
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
from numpy.typing import NDArray

from nnviz import _checks
from nnviz.errors import DataError
from nnviz.train.datasets import Dataset

__all__ = ["fashion_mnist", "mnist"]

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
LARGEST = 64 * 2**20
"""No file is larger than this, compressed or not: twice what the largest one needs."""


@dataclass(frozen=True)
class Source:
    """Where a data set comes from, and what its files must be."""

    name: str
    url: str
    sha256: Mapping[str, str]


MNIST = Source(
    "mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    dict(
        zip(
            FILES,
            (
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ),
            strict=True,
        )
    ),
)
FASHION_MNIST = Source(
    "fashion_mnist",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    dict(
        zip(
            FILES,
            (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
            strict=True,
        )
    ),
)


def mnist(
    n_train: int | None = None, n_test: int | None = None, *, folder: str | Path | None = None
) -> Dataset:
    """Return MNIST (LeCun et al., 1998): 60,000 and 10,000 handwritten digits of 28×28 pixels.

    Pixels are divided by 255. The files are looked for in `folder`; without one, in
    ``NNVIZ_DATA_DIR`` or the platform's cache folder, where they are downloaded to if they are
    missing. A download needs the extra ``data`` and is checked against its SHA-256.

    Parameters
    ----------
    n_train, n_test : int, optional
        Only the first rows of each split.
    folder : path, optional
        Where the four IDX files are, as they come (``.gz``) or unpacked.

    Raises
    ------
    DataError
        If a file is missing and cannot be downloaded, or is not what it should be.
    """
    return _load(MNIST, n_train, n_test, folder)


def fashion_mnist(
    n_train: int | None = None, n_test: int | None = None, *, folder: str | Path | None = None
) -> Dataset:
    """Return Fashion-MNIST (Xiao et al., 2017): images of ten kinds of clothes, as `mnist`."""
    return _load(FASHION_MNIST, n_train, n_test, folder)


def _load(
    source: Source, n_train: int | None, n_test: int | None, folder: str | Path | None
) -> Dataset:
    _checks.optional("n_train", n_train, _checks.integer)
    _checks.optional("n_test", n_test, _checks.integer)
    _checks.optional("folder", folder, _checks.path)
    splits: list[NDArray[Any]] = []
    for (images_file, labels_file), rows in zip(
        (FILES[:2], FILES[2:]), (n_train, n_test), strict=True
    ):
        images = read_idx(_path(source, images_file, folder), axes=3)
        labels = read_idx(_path(source, labels_file, folder), axes=1)
        if len(images) != len(labels):
            raise DataError(
                f"{labels_file} must have a label for each of {len(images)} images; "
                f"got {len(labels)}"
            )
        n = len(images) if rows is None else rows
        # Cut before conversion: as floats, all of the images take 188 MB.
        pixels = images[:n].reshape(len(images[:n]), -1).astype(np.float32) / np.float32(255)
        splits += [pixels, labels[:n].astype(np.int64)]
    rows, columns = images.shape[1:]
    x_train, y_train, x_test, y_test = splits
    return Dataset(source.name, x_train, y_train, x_test, y_test, (rows, columns))


def _path(source: Source, file: str, folder: str | Path | None) -> Path:
    """Return where a file is, after downloading it if need be."""
    if folder is not None:
        for name in (file, file.removesuffix(".gz")):
            if (Path(folder) / name).is_file():
                return Path(folder) / name
        raise DataError(f"folder must contain {file}; got {str(folder)!r}, which does not")
    home = os.environ.get("NNVIZ_DATA_DIR")
    if home is None:
        from platformdirs import user_cache_dir

        home = str(Path(user_cache_dir("nnviz", appauthor=False)) / "data")
    return _download(source, file, Path(home) / source.name)


def _download(source: Source, file: str, folder: Path) -> Path:
    pooch = _checks.extra("pooch", extra="data")
    try:
        return Path(
            pooch.retrieve(
                source.url + file,
                f"sha256:{source.sha256[file]}",
                fname=file,
                path=folder,
                downloader=_capped,
            )
        )
    except (OSError, ValueError) as error:
        raise DataError(
            f"{file} of {source.name} could not be downloaded from {source.url}: {error}. "
            "Without a connection, put the four files into a folder and pass folder=, "
            f"or put them into {source.name} under NNVIZ_DATA_DIR"
        ) from error


def _capped(url: str, output: Any, pooch: Any) -> None:  # noqa: ARG001
    """Download at most so many bytes."""
    with urlopen(url, timeout=30) as response:
        content = response.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(f"more than {LARGEST} bytes")
    Path(output).write_bytes(content)


def read_idx(path: Path, *, axes: int) -> NDArray[np.uint8]:
    """Return the bytes of an IDX file as an array.

    The format: two zero bytes, 8 for unsigned bytes, the number of axes, the length of each axis
    as a big-endian 32-bit integer, then the values.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error
    start = 4 + 4 * axes
    if len(content) < start or content[:4] != bytes([0, 0, 8, axes]):
        raise DataError(f"{path.name} must be an IDX file of bytes with {axes} axes; it is not")
    shape = tuple(int(n) for n in np.frombuffer(content[4:start], ">u4"))
    values = np.frombuffer(content[start:], np.uint8)
    if values.size != np.prod(shape, dtype=np.int64):
        raise DataError(f"{path.name} must have {shape} values; got {values.size}")
    return values.reshape(shape)
