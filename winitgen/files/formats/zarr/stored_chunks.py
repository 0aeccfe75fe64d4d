"""Which stored chunks zarr or TensorStore refuses that the other reads: those with bytes behind their values, and those that are cut off.

Measured with zarr 3.1.6 and TensorStore 0.1.86: in the third format TensorStore passes over whatever stands behind the first stream,
and zarr over zeros behind gzip and over frames without values behind Zstandard; in the second format zarr passes over
more than TensorStore, which does not miss the end of a stream.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from winitgen.files.formats.zarr.chunk_coding import ChunkCoding, ShardIndex
from winitgen.files.formats.zarr.stored_streams import STREAMS, after_skipped, after_zeros, size_of
from winitgen.files.input.open_file import quoted

_REFUSED = "which zarr or TensorStore refuses"
_MISSING = (1 << 64) - 1


def troubles(folder: str, coding: ChunkCoding) -> Iterator[str]:
    """Yield for each stored chunk of the array in a folder what is wrong with its end, as a clause; empty if nothing is."""
    for key in _keys(folder, coding):
        with open(os.path.join(folder, *key.split("/")), "rb") as file:
            why = _trouble(file, 0, size_of(file), coding, coding.shards)
        yield why and f"its chunk {quoted(key)} {why}, {_REFUSED}"


def _keys(folder: str, coding: ChunkCoding) -> Iterator[str]:
    """Yield the keys of the chunks that are stored."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        inner = os.path.relpath(where, folder).replace(os.sep, "/")
        for name in sorted(names):
            key = name if inner == "." else f"{inner}/{name}"
            if coding.holds(key):
                yield key


def _trouble(file: BinaryIO, start: int, stop: int, coding: ChunkCoding, shards: Sequence[ShardIndex]) -> str:
    if not shards:
        return _of_chunk(file, start, stop, coding)
    index, *rest = shards
    if stop - start < index.nbytes:
        return "ends before the index of its chunks does"
    for offset, nbytes in _places(file, start, stop, index):
        if offset + nbytes <= stop - start:  # else both refuse it
            why = _trouble(file, start + offset, start + offset + nbytes, coding, rest)
            if why:
                return why
    return ""


def _places(file: BinaryIO, start: int, stop: int, index: ShardIndex) -> list[list[int]]:
    """Return where the chunks of a shard stand, each place once."""
    import numpy as np

    file.seek(start if index.first else stop - index.nbytes)
    found = np.frombuffer(file.read(16 * index.chunks), "<u8" if index.little else ">u8").reshape(-1, 2)
    places: list[list[int]] = np.unique(found[found[:, 0] != _MISSING], axis=0).tolist()
    return places


def _of_chunk(file: BinaryIO, start: int, stop: int, coding: ChunkCoding) -> str:
    """Return what is wrong with the end of a chunk, as the end of a clause."""
    stop -= coding.sums
    if not coding.compressor:
        behind = stop - start - coding.nbytes
        return f"has {_bytes(behind)} behind its values" if behind > 0 else ""
    end = STREAMS[coding.compressor](file, start, stop, coding.nbytes)
    if end is None:  # both refuse it, but that zarr makes values of nothing
        return "" if start < stop else "has a compressed stream of no bytes"
    behind = stop - start - end.taken
    if behind < 0:
        return "ends before its compressed stream does"
    if behind and not _is_passed_over(file, start + end.taken, stop, coding):
        return f"has {_bytes(behind)} behind its compressed stream"
    if end.held != coding.nbytes:
        held = "an unknown number of bytes" if end.held is None else _bytes(end.held)
        return f"unpacks to {held}, not {coding.nbytes:,}" if end.held is not None or coding.checked else ""
    return ""


def _is_passed_over(file: BinaryIO, place: int, stop: int, coding: ChunkCoding) -> bool:
    """Tell whether zarr and TensorStore both pass over what stands behind a stream."""
    if coding.version == 2 or coding.sums or coding.compressor not in {"gzip", "zstd"}:
        return False
    after = after_zeros if coding.compressor == "gzip" else after_skipped
    while (place := after(file, place, stop)) < stop:
        end = STREAMS[coding.compressor](file, place, stop, 0)
        if end is None or end.held != 0 or place + end.taken > stop:
            return False
        place += end.taken
    return True


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"
