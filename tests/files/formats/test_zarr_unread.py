"""Arrays of zarr of which no values are read: each is a row with its reason, on the whole text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.files.formats.zarr_folders import LITTLE, group, second, third
from winitgen.errors import UnreadableError
from winitgen.files.input import open_weights


def second_with(**more: Any) -> Callable[[Path], None]:
    """Return a function that writes an array of the second format of which the metadata say something else."""
    return lambda folder: second(folder / "w", np.arange(6.0), [3], **more)


def third_with(**more: Any) -> Callable[[Path], None]:
    """Return a function that writes an array of the third format of which the metadata say something else."""
    return lambda folder: third(folder / "w", np.arange(6.0), [3], **more)


def text(name: str, content: str) -> Callable[[Path], None]:
    """Return a function that writes metadata."""
    return lambda folder: (folder / "w").mkdir() or ((folder / "w" / name).write_text(content) and None)


def grid(shape: Any) -> Any:
    """Return a regular grid."""
    return {"name": "regular", "configuration": {"chunk_shape": shape}}


SHARDS = {
    "name": "sharding_indexed",
    "configuration": {"chunk_shape": [1], "codecs": [LITTLE], "index_codecs": [LITTLE]},
}
MOST = "and the most that winitgen reads is 134,217,728"

UNREAD = [
    (second_with(dtype="<U3"), "its values are text, not numbers"),
    (second_with(dtype="|O"), "its values are Python objects, which are not read because they can run code"),
    (second_with(dtype="<M8[D]"), "its values are dates or times, not numbers"),
    (second_with(dtype="<f16"), "its number format, '<f16', is none that TensorStore reads"),
    (second_with(dtype="<(4"), "its number format, '<(4', is none that TensorStore reads"),
    (second_with(dtype="<m8[25s]"), "its values are dates or times, not numbers"),
    (second_with(dtype="float8"), "its number format, 'float8', is none that TensorStore reads"),
    (second_with(dtype=[["a", "<f4"]]), "its values are records, which are not divided into numbers"),
    (
        second_with(filters=[{"id": "delta"}]),
        "its values are encoded by 'delta', which TensorStore does not decode",
    ),
    (
        second_with(filters=[{"id": "delta"}], compressor={"id": "zlib"}),
        "its values are encoded by 'delta', which TensorStore does not decode",
    ),
    (
        second_with(compressor={"id": "lz4"}),
        "its values are encoded by 'lz4', which TensorStore does not decode",
    ),
    (second_with(shape=[1 << 28], chunks=[1 << 28]), f"its chunks have 2,147,483,648 bytes each, {MOST}"),
    (
        second_with(shape=[1 << 40], chunks=[4]),
        "it declares 8,796,093,022,208 bytes but stores 48, and winitgen expands no more than 1,000 times as many",
    ),
    (
        second_with(shape=[1 << 26], chunks=[1]),
        "67,108,864 chunks are to be looked up of all datasets together, and the file stores 2, which winitgen does not expand",
    ),
    (second_with(chunks=[3, 3]), "its '.zarray' has a chunks of 2 axes for an array of 1"),
    (second_with(chunks=[0]), "its '.zarray' has no chunks of whole numbers"),
    (second_with(shape=[-1]), "its '.zarray' has no shape of whole numbers"),
    (second_with(shape=[1 << 40, 1 << 40]), "its '.zarray' has a shape that is too large"),
    (second_with(zarr_format=3), "its '.zarray' has zarr_format '3', not 2"),
    (text(".zarray", "{"), "its '.zarray' is not a JSON object"),
    (
        text(".zarray", " " * 1_000_001),
        "its '.zarray' has more than 1,000,000 bytes, the most that winitgen reads",
    ),
    (third_with(dtype="string"), "its values are text, not numbers"),
    (third_with(dtype="numpy.datetime64"), "its values are dates or times, not numbers"),
    (third_with(data_type={"name": "struct"}), "its number format, 'struct', is none that TensorStore reads"),
    (
        third_with(codecs=[LITTLE, "numcodecs.lz4"]),
        "its values are encoded by 'numcodecs.lz4', which TensorStore does not decode",
    ),
    (
        third_with(chunk_grid="rectilinear"),
        "its chunks are of the grid 'rectilinear', which TensorStore does not read",
    ),
    (
        third_with(shape=[1 << 27], chunk_grid=grid([1 << 27]), codecs=[SHARDS]),
        f"its chunks have 2,147,483,648 bytes each, {MOST}",
    ),
    (
        third_with(shape=[1 << 28], chunk_grid=grid([1 << 28]), codecs=[SHARDS, "gzip"]),
        f"its chunks have 4,294,967,296 bytes each, {MOST}",
    ),
    (third_with(codecs=None), "its 'zarr.json' has no list of codecs"),
    (third_with(chunk_grid=7), "its 'zarr.json' has no chunk_grid with a name"),
]


@pytest.mark.parametrize(("write", "why"), UNREAD, ids=range(len(UNREAD)))
def test_what_is_not_read(write: Callable[[Path], None], why: str, tmp_path: Path) -> None:
    """An array that is not read is a row with the reason, and TensorStore is not started."""
    group(tmp_path, 2)
    write(tmp_path)
    second(tmp_path / "good", np.arange(4.0), [4])
    with open_weights(tmp_path) as weights:
        good, wrong = weights.tensors
        assert ("", "w", why) == (good.unread if "together" not in why else "", wrong.name, wrong.unread)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such paths")
def test_a_folder_whose_path_is_not_utf_8(tmp_path: Path) -> None:
    """TensorStore does not find it, which is said of its path; a database is refused."""
    folder = tmp_path / "w\udcff"
    second(folder, np.arange(4.0), [4])
    with open_weights(folder) as weights:
        (row,) = weights.tensors
        assert "the path of its folder is not UTF-8, as those of TensorStore are" == row.unread
    (folder / "manifest.ocdbt").write_bytes(b"")
    with pytest.raises(UnreadableError) as error, open_weights(folder):
        pass

    text = "is a database of TensorStore, whose paths are UTF-8; its own is not: move it"
    assert str(error.value).endswith(text)
