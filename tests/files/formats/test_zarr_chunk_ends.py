"""What stands behind the values of a chunk, and chunks that are cut off: what zarr or TensorStore refuses is not read, and told.

The cases are those of 1,486 in which zarr 3.1.6 and TensorStore 0.1.86 were asked, one for each kind.
"""

from __future__ import annotations

import bz2
import gzip
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import winitgen
from tests.files.formats.zarr_folders import LITTLE, group, second, third
from winitgen.files.formats.zarr.array_metadata import array_facts
from winitgen.files.formats.zarr.stored_chunks import troubles

VALUES = np.arange(8, dtype="<f4")
RAW = VALUES.tobytes()
SKIPPED = struct.pack("<II", 0x184D2A50, 4) + b"skip"
ENDS = ", which zarr or TensorStore refuses"


def zstd(content: bytes) -> bytes:
    """Return a frame of Zstandard of one bare block, with the size of its values."""
    return (
        b"\x28\xb5\x2f\xfd\x20"
        + bytes([len(content)])
        + (len(content) << 3 | 1).to_bytes(3, "little")
        + content
    )


def streamed(content: bytes) -> bytes:
    """Return a frame of Zstandard as writers of streams make it, which does not state the size of its values."""
    return b"\x28\xb5\x2f\xfd\x00\x58" + (len(content) << 3 | 1).to_bytes(3, "little") + content


def blosc(content: bytes) -> bytes:
    """Return a chunk of Blosc that is only copied."""
    return bytes([2, 1, 2, 1]) + struct.pack("<III", len(content), len(content), 16 + len(content)) + content


def zipped(content: bytes) -> bytes:
    """Return a member of gzip."""
    return gzip.compress(content, 1, mtime=0)


def summed(content: bytes) -> bytes:
    """Return bytes with four behind them, as a checksum; it is not looked at here."""
    return content + b"sums"


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": zipped, "zstd": zstd, "blosc": blosc, "zlib": zlib.compress, "bz2": bz2.compress, "crc32c": summed,
}  # fmt: skip


def packed(chain: str, content: bytes = RAW) -> bytes:
    """Return bytes that went through several codecs."""
    for name in chain.split():
        content = PACK[name](content)
    return content


def write(folder: Path, version: int, chain: str, content: bytes) -> None:
    """Write an array of one chunk, which is given."""
    if version == 2:
        second(folder, VALUES, [8], compressor={"id": chain} if chain else None)
        (folder / "0").write_bytes(content)
    else:
        third(folder, VALUES, [8], codecs=[LITTLE, *({"name": name} for name in chain.split())])
        (folder / "c/0").write_bytes(content)


def told(folder: Path) -> list[str]:
    """Return what is told of the chunks of an array."""
    name = ".zarray" if (folder / ".zarray").exists() else "zarr.json"
    facts = array_facts((folder / name).read_bytes(), name, 2 if name == ".zarray" else 3)
    assert facts is not None
    assert facts.coding is not None, facts
    return [*filter(None, troubles(str(folder), facts.coding))]


COMPRESSED = b"\x28\xb5\x2f\xfd\x00\x58" + (4 << 3 | 5).to_bytes(3, "little") + b"some"
"""A frame of a block that is compressed, whose length is all that is looked at."""
BEHIND = "has 4 bytes behind its compressed stream"
CASES: list[tuple[int, str, bytes, str]] = [
    *((2, chain, packed(chain), "") for chain in ("", "gzip", "zlib", "bz2", "zstd", "blosc")),
    *((2, chain, packed(chain) + b"junk", BEHIND) for chain in ("gzip", "zlib", "bz2", "zstd", "blosc")),
    *((2, chain, packed(chain)[:-1], "ends before its compressed stream does") for chain in ("gzip", "zlib", "bz2", "blosc")),
    (2, "", RAW + b"1", "has 1 byte behind its values"),
    (2, "gzip", packed("gzip") + bytes(4), BEHIND),
    (2, "zstd", packed("zstd") + SKIPPED, "has 12 bytes behind its compressed stream"),
    (2, "bz2", packed("bz2", RAW[:16]) + packed("bz2", RAW[16:]), f"has {len(packed('bz2', RAW[16:]))} bytes behind its compressed stream"),
    *((3, chain, packed(chain), "") for chain in ("", "gzip", "zstd", "blosc", "crc32c", "crc32c gzip", "zstd crc32c", "crc32c crc32c")),
    *((3, chain, packed(chain) + b"junk", BEHIND) for chain in ("gzip", "zstd", "blosc", "gzip crc32c", "crc32c zstd")),
    (3, "crc32c", summed(RAW) + b"junk", "has 4 bytes behind its values"),
    (3, "gzip", packed("gzip") + bytes(100_000), ""),
    (3, "gzip", packed("gzip") + bytes(9) + zipped(b"") + bytes(4), ""),
    (3, "gzip", packed("gzip") + zipped(b"")[:-1], "has 19 bytes behind its compressed stream"),
    (3, "gzip", packed("gzip") * 2, f"has {len(packed('gzip'))} bytes behind its compressed stream"),
    (3, "gzip", zipped(b"") + packed("gzip"), f"has {len(packed('gzip'))} bytes behind its compressed stream"),
    (3, "gzip", packed("gzip", RAW + b"more"), "unpacks to 36 bytes, not 32"),
    (3, "zstd", packed("zstd") + SKIPPED + zstd(b"") + SKIPPED, ""),
    *((3, "zstd", one + streamed(b"") * 2, "") for one in (zstd(RAW), streamed(RAW), COMPRESSED)),
    *((3, "crc32c zstd", one, "") for one in (streamed(summed(RAW)), COMPRESSED, zstd(summed(RAW)) + streamed(b""))),
    (2, "zstd", streamed(RAW), ""),
    (3, "zstd", streamed(RAW) + streamed(b"x"), "has 10 bytes behind its compressed stream"),
    (3, "zstd", streamed(RAW + b"more"), "unpacks to 36 bytes, not 32"),
    (2, "zstd", streamed(RAW) + streamed(b""), "has 9 bytes behind its compressed stream"),
    (3, "zstd", packed("zstd") + bytes(4), BEHIND),
    (3, "zstd", packed("zstd") + zstd(b"x"), "has 10 bytes behind its compressed stream"),
    (3, "zstd", SKIPPED + packed("zstd"), f"has {len(packed('zstd'))} bytes behind its compressed stream"),
    (3, "zstd crc32c", summed(packed("zstd") + SKIPPED), "has 12 bytes behind its compressed stream"),
    (3, "crc32c gzip", zipped(summed(RAW) + b"more"), "unpacks to 40 bytes, not 36"),
    (3, "crc32c zstd", zstd(summed(RAW) + b"more"), "unpacks to 40 bytes, not 36"),
    (3, "blosc", b"", "has a compressed stream of no bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("version", "chain", "content", "why"), CASES, ids=range(len(CASES)))
def test_the_end_of_a_chunk(version: int, chain: str, content: bytes, why: str, tmp_path: Path) -> None:
    """What both libraries pass over is right; what one of them refuses is told with its chunk and its bytes."""
    write(tmp_path, version, chain, content)
    key = "0" if version == 2 else "c/0"

    assert ([f"its chunk '{key}' {why}{ENDS}"] if why else []) == told(tmp_path)


def in_shard(folder: Path, content: bytes, location: str, endian: str, extra: bytes = b"") -> None:
    """Write an array of one shard of two chunks, of which the second has this content."""
    order = {"name": "bytes", "configuration": {"endian": endian}}
    options = {
        "chunk_shape": [4],
        "codecs": [LITTLE, {"name": "gzip"}],
        "index_codecs": [order],
        "index_location": location,
    }
    third(folder, VALUES, [8], codecs=[{"name": "sharding_indexed", "configuration": options}])
    first = zipped(RAW[:16])
    start = 32 if location == "start" else 0
    index = np.array(
        [start, len(first), start + len(first), len(content)], "<u8" if endian == "little" else ">u8"
    )
    parts = [index.tobytes(), first, content, extra]
    (folder / "c/0").write_bytes(b"".join(parts if location == "start" else [*parts[1:], parts[0]]))


@pytest.mark.parametrize("location", ["start", "end"])
@pytest.mark.parametrize("endian", ["little", "big"])
def test_a_chunk_of_a_shard(location: str, endian: str, tmp_path: Path) -> None:
    """The chunks in a shard end likewise; bytes that belong to none of them are no chunk's."""
    good = zipped(RAW[16:])
    for content, extra, why in (
        (good, b"", ""),
        (good, b"gap", ""),
        (good + b"junk", b"", BEHIND),
    ):
        in_shard(tmp_path, content, location, endian, extra)
        assert ([f"its chunk 'c/0' {why}{ENDS}"] if why else []) == told(tmp_path)
    (tmp_path / "c/0").write_bytes(b"")
    assert [f"its chunk 'c/0' ends before the index of its chunks does{ENDS}"] == told(tmp_path)


def test_only_chunks_are_looked_at(tmp_path: Path) -> None:
    """A file of another name, or of a chunk that the array has not, is nobody's."""
    write(tmp_path, 2, "gzip", packed("gzip"))
    for name in ("1", "00", "0.0", "note"):
        (tmp_path / name).write_bytes(b"junk")

    assert [] == told(tmp_path)


@pytest.mark.parametrize(
    ("version", "chain", "content"),
    [
        (3, "zstd", packed("zstd") + b"junk"),
        (2, "zlib", packed("zlib") + b"junk"),
        (2, "bz2", packed("bz2")[:-1]),
    ],
)
def test_commands(version: int, chain: str, content: bytes, tmp_path: Path) -> None:
    """Inspect shows the row with the reason, verify and convert refuse the folder, and nothing is written."""
    group(tmp_path / "f", version)
    write(tmp_path / "f/w", version, chain, content)
    key = "0" if version == 2 else "c/0"
    end = "ends before its compressed stream does" if version == 2 and chain == "bz2" else BEHIND
    why = f"its chunk '{key}' {end}{ENDS}"
    spec = {"layers": [{"type": "param", "name": "w", "shape": [8], "init": "zeros"}]}
    (row,) = winitgen.inspect(tmp_path / "f")["tensors"]
    assert why == row["unread"]
    for call in (
        lambda: winitgen.verify(tmp_path / "f", spec),
        lambda: winitgen.convert(tmp_path / "f", tmp_path / "w.npz"),
    ):
        with pytest.raises(winitgen.UnreadableError) as error:
            call()
        assert f"{tmp_path / 'f'}: 'w' is not read: {why}" == str(error.value)

    assert ["f"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("codecs", "why"),
    [
        (
            [LITTLE, "gzip", "zstd"],
            "its values are compressed twice, by 'gzip' and 'zstd', which is not read",
        ),
        (["SHARDS", "gzip"], "its shards are encoded by 'gzip' as a whole, which is not read"),
        (["TRANSPOSED"], "the index of its shards is encoded by 'transpose', which is not read"),
    ],
)
def test_what_is_not_looked_into(codecs: list[Any], why: str, tmp_path: Path) -> None:
    """Codecs that are never used together are not read: nobody could say where their values end."""
    inner: dict[str, Any] = {"chunk_shape": [4], "codecs": [LITTLE], "index_codecs": [LITTLE]}
    other = inner | {"index_codecs": [{"name": "transpose", "configuration": {"order": [1, 0]}}, LITTLE]}
    known = {
        "SHARDS": {"name": "sharding_indexed", "configuration": inner},
        "TRANSPOSED": {"name": "sharding_indexed", "configuration": other},
    }
    third(
        tmp_path, VALUES, [8], codecs=[known.get(one, one) if isinstance(one, str) else one for one in codecs]
    )

    assert [why] == [row["unread"] for row in winitgen.inspect(tmp_path)["tensors"]]
