"""MNIST's files: small ones of the same format, in a folder and served on loopback."""

import gzip
import hashlib
import struct
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from nnviz.errors import DataError
from nnviz.train import fashion_mnist, idx, mnist

IMAGES = np.arange(72, dtype=np.uint8).reshape(12, 3, 2)
LABELS = np.arange(12, dtype=np.uint8) % 3


def idx_bytes(values):
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.tobytes()


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "files"
    home.mkdir()
    for name, values in zip(idx.FILES, (IMAGES, LABELS, IMAGES[:4], LABELS[:4]), strict=True):
        (home / name).write_bytes(gzip.compress(idx_bytes(values), mtime=0))
    return home


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):  # noqa: ARG002
        self.server.paths.append(self.path)


@pytest.fixture
def server(folder):
    """A server of the folder, which remembers what it was asked for."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        server.paths = []
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def source(folder, server, monkeypatch, tmp_path):
    """MNIST as the server has it, for a user whose data folder is empty."""
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in idx.FILES}
    source = idx.Source("mnist", f"http://127.0.0.1:{server.server_port}/", sums)
    monkeypatch.setattr(idx, "MNIST", source)
    monkeypatch.setenv("NNVIZ_DATA_DIR", str(tmp_path / "data"))
    return source


def check(data):
    assert data.x_train.shape == (12, 6)
    assert data.x_train.dtype == np.float32
    np.testing.assert_allclose(data.x_train[1], np.arange(6, 12) / 255, rtol=1e-6)
    assert data.y_train.tolist() == LABELS.tolist()
    assert len(data.x_test) == 4


@pytest.mark.parametrize("load", [mnist, fashion_mnist])
def test_a_local_folder_packed_or_unpacked(folder, load):
    check(load(folder=folder))
    for name in idx.FILES:
        packed = folder / name
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    check(load(folder=folder))


def test_only_the_first_rows(folder):
    data = mnist(5, 2, folder=folder)
    assert (len(data.x_train), len(data.x_test)) == (5, 2)


def test_a_download_is_kept(source, server):
    pytest.importorskip("pooch", reason="downloads need the extra 'data'")
    check(mnist())
    check(mnist())
    assert server.paths == [f"/{name}" for name in idx.FILES]


def test_a_changed_file_is_refused(source, folder, tmp_path):
    pytest.importorskip("pooch", reason="downloads need the extra 'data'")
    (folder / idx.FILES[0]).write_bytes(gzip.compress(b"something else"))
    with pytest.raises(DataError, match=r"train-images.* could not be downloaded .*hash"):
        mnist()
    assert not list((tmp_path / "data" / "mnist").glob("*"))


def test_a_file_that_is_too_large_is_refused(source, monkeypatch):
    pytest.importorskip("pooch", reason="downloads need the extra 'data'")
    monkeypatch.setattr(idx, "LARGEST", 50)
    with pytest.raises(DataError, match="more than 50 bytes"):
        mnist()


def test_offline_says_what_to_do(source, monkeypatch):
    pytest.importorskip("pooch", reason="downloads need the extra 'data'")
    nowhere = idx.Source("mnist", "http://127.0.0.1:9/", source.sha256)
    monkeypatch.setattr(idx, "MNIST", nowhere)
    with pytest.raises(DataError, match=r"(?s)could not be downloaded .*pass folder=.*NNVIZ_DATA"):
        mnist()


def test_without_the_extra_the_error_names_it(source, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pooch", None)
    with pytest.raises(ImportError, match=r"pip install 'nnviz-dynamics\[data\]'"):
        mnist()


def test_a_file_that_is_missing_from_the_folder(tmp_path):
    with pytest.raises(DataError, match=r"folder must contain train-images-idx3-ubyte.gz; got"):
        mnist(folder=tmp_path)


WHOLE = idx_bytes(IMAGES)
BAD = {
    "cut": (gzip.compress(WHOLE)[:-12], "cannot be read"),
    "no gzip": (WHOLE, "cannot be read"),
    "short": (gzip.compress(WHOLE[:-1]), r"must have \(12, 3, 2\) values; got 71"),
    "long": (gzip.compress(WHOLE + b"x"), r"must have \(12, 3, 2\) values; got 73"),
    "other": (gzip.compress(idx_bytes(LABELS)), "must be an IDX file of bytes with 3 axes"),
    "huge": (
        gzip.compress(bytes([0, 0, 8, 3]) + b"\xff" * 12),
        r"must have \(4294967295, 4294967295, 4294967295\) values; got 0",
    ),
    "empty": (gzip.compress(b""), "must be an IDX file"),
}


@pytest.mark.parametrize("kind", BAD)
def test_damaged_files(folder, kind):
    content, message = BAD[kind]
    (folder / idx.FILES[0]).write_bytes(content)
    with pytest.raises(DataError, match=message):
        mnist(folder=folder)


def test_labels_and_images_must_agree(folder):
    (folder / idx.FILES[1]).write_bytes(gzip.compress(idx_bytes(LABELS[:-1])))
    with pytest.raises(DataError, match="must have a label for each of 12 images; got 11"):
        mnist(folder=folder)


@pytest.mark.parametrize("source", [idx.MNIST, idx.FASHION_MNIST], indirect=False)
def test_the_real_sources_are_pinned_and_encrypted(source):
    assert source.url.startswith("https://")
    assert list(source.sha256) == list(idx.FILES)
    assert all(len(bytes.fromhex(digest)) == 32 for digest in source.sha256.values())
