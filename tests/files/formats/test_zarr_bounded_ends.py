"""How much work the ends of stored chunks of zarr take, in steps: each byte is looked at once, and what would take too many is not read.

Beside them what TensorStore alone makes of values: streams that do not state their size, and booleans of other bytes.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest

import winitgen
from tests.files.formats.test_zarr_chunk_ends import RAW, SKIPPED, VALUES, streamed, told, write, zipped, zstd
from tests.files.formats.zarr_folders import LITTLE, second, third
from winitgen.files.formats.zarr.array_metadata import array_facts
from winitgen.files.formats.zarr.stored_chunks import troubles
from winitgen.files.formats.zarr.stored_streams import STREAMS, StreamEnd
from winitgen.files.input import open_weights

HEADLESS = b"\x28\xb5\x2f\xfd\x00\x58"
MANY = 100_000


class Counted(io.BytesIO):
    """A file that counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as usual."""
        self.reads += 1
        return super().read(size)


def test_empty_blocks_are_read_together() -> None:
    """The headers of blocks that stand side by side are read many at a time."""
    content = HEADLESS + bytes(3 * MANY) + b"\1\0\0"
    file = Counted(content)

    assert (len(content), 0) == STREAMS["zstd"](file, 0, len(content), 0)
    assert file.reads < 100


@pytest.mark.parametrize(
    ("chain", "content", "why"),
    [
        ("zstd", HEADLESS + bytes(3 << 20), "has a frame of Zstandard of more than 1,048,576 blocks"),
        (
            "zstd",
            SKIPPED * 1001 + zstd(RAW),
            "has more than 1,000 frames of Zstandard that are to be skipped",
        ),
        ("zstd", zstd(RAW) + zstd(b"") * 1001, "has more than 1,000 streams without values behind its own"),
        (
            "gzip",
            zipped(RAW) + zipped(b"") * 1001,
            "has more than 1,000 streams without values behind its own",
        ),
    ],
)
def test_too_many_parts(chain: str, content: bytes, why: str, tmp_path: Path) -> None:
    """A stream of more parts than a writer makes is not read, with this reason: both libraries may read it."""
    write(tmp_path, 3, chain, content)

    assert [f"its chunk 'c/0' {why}, which is not read"] == told(tmp_path)


def shard_of(folder: Path, places: Any, codecs: list[Any], content: bytes) -> None:
    """Write a shard whose index has these places."""
    options = {"chunk_shape": [1], "codecs": codecs, "index_codecs": [LITTLE]}
    values = np.zeros(len(places), "<f4")
    third(folder, values, [len(places)], codecs=[{"name": "sharding_indexed", "configuration": options}])
    (folder / "c/0").write_bytes(content + np.array(places, "<u8").tobytes())


def test_chunks_of_a_shard_that_overlap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would let the same bytes be looked at for each of them: they are not looked at, nor read."""
    frame, zstds = HEADLESS + bytes(3 * MANY), [LITTLE, {"name": "zstd"}]
    looks: list[int] = []
    find = STREAMS["zstd"]

    def look(file: BinaryIO, start: int, stop: int, most: int) -> StreamEnd | None:
        looks.append(start)
        return find(file, start, stop, most)

    monkeypatch.setitem(STREAMS, "zstd", look)
    for codecs, places, why, count in (
        (zstds, [(0, len(frame) - number) for number in range(2000)], "has chunks that overlap, which are not read", 0),
        (zstds, [(0, len(frame))] * 2000, "", 1),
        (zstds, [(0, 9), (9, 9), (4, 0)], "", 3),
        ([LITTLE], [(0, 4), (2, 4)], "", 0),
    ):  # fmt: skip
        looks.clear()
        shard_of(tmp_path, places, codecs, frame)
        assert ([f"its chunk 'c/0' {why}"] if why else []) == [
            one for one in told(tmp_path) if "overlap" in one
        ]
        assert count == len(looks)


def test_progress_within_a_shard(tmp_path: Path) -> None:
    """Each chunk of a shard shows that the work goes on, and so does the shard."""
    content = zstd(RAW[:4])
    places = [(number * len(content), len(content)) for number in range(50)]
    shard_of(tmp_path, places, [LITTLE, {"name": "zstd"}], content * 50)
    facts = array_facts((tmp_path / "zarr.json").read_bytes(), "zarr.json", 3)
    assert facts is not None
    assert facts.coding is not None

    assert [""] * 51 == [*troubles(str(tmp_path), facts.coding)]


@pytest.mark.parametrize(("version", "byte"), [(2, 2), (3, 255)])
def test_booleans_of_other_bytes(version: int, byte: int, tmp_path: Path) -> None:
    """Zarr reads them, so that they are not called damaged; the byte is named."""
    values = np.array([0, 1, byte, 1], "u1").view("?")
    if version == 2:
        second(tmp_path, values, [4])
    else:
        third(tmp_path, values, [4])

    (row,) = winitgen.inspect(tmp_path)["tensors"]
    assert (
        f"it has booleans of other bytes than 0 and 1, as {byte}, which TensorStore refuses" == row["unread"]
    )


def test_streams_without_a_size_are_read(tmp_path: Path) -> None:
    """They are not only passed: TensorStore reads the values, as zarr does."""
    third(tmp_path, VALUES, [8], codecs=[LITTLE, {"name": "zstd", "configuration": {"level": 1}}])
    (tmp_path / "c/0").write_bytes(streamed(RAW) + streamed(b""))
    with open_weights(tmp_path) as weights:
        assert VALUES.tolist() == weights.tensors[0].read(0, 8).tolist()
