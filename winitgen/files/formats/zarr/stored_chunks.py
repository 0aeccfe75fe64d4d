"""Which stored chunks zarr or TensorStore refuses that the other reads: those with bytes behind their values, and those that are cut off.

Measured with zarr 3.1.6 and TensorStore 0.1.86: in the third format TensorStore passes over whatever stands behind the first stream,
and zarr over zeros behind gzip and over frames without values behind Zstandard; in the second format zarr passes over
more than TensorStore, which does not miss the end of a stream. How many bytes a frame of Zstandard holds that does not say so, as those
of writers of streams, is left to both: each refuses more or fewer than the values of a chunk.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from winitgen.files.formats.zarr.chunk_coding import ChunkCoding, ShardIndex
from winitgen.files.formats.zarr.stored_streams import (
    MOST_BEHIND,
    STREAMS,
    TooManyPartsError,
    after_skipped,
    after_zeros,
    size_of,
)
from winitgen.files.input.open_file import quoted

_REFUSED = "which zarr or TensorStore refuses"
_MISSING = (1 << 64) - 1


def troubles(folder: str, coding: ChunkCoding) -> Iterator[str]:
    """Yield for each stored chunk of the array in a folder what is wrong with its end, as a clause; empty if nothing is.

    Each chunk of a shard is one; what it yields for a shard itself is empty, too, and shows that the work goes on.
    """
    for key in _keys(folder, coding):
        with open(os.path.join(folder, *key.split("/")), "rb") as file:
            for why in _troubles(file, 0, size_of(file), coding, coding.shards):
                yield why and f"its chunk {quoted(key)} {why}"


def are_all_stored(folder: str, coding: ChunkCoding) -> bool:
    """Tell whether all chunks of the array in a folder are stored."""
    return sum(1 for _ in _keys(folder, coding)) == math.prod(coding.counts)


def _keys(folder: str, coding: ChunkCoding) -> Iterator[str]:
    """Yield the keys of the chunks that are stored."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        inner = os.path.relpath(where, folder).replace(os.sep, "/")
        for name in sorted(names):
            key = name if inner == "." else f"{inner}/{name}"
            if coding.holds(key):
                yield key


def _troubles(
    file: BinaryIO, start: int, stop: int, coding: ChunkCoding, shards: Sequence[ShardIndex]
) -> Iterator[str]:
    if not shards:
        yield _told(file, start, stop, coding)
        return
    index, *rest = shards
    if stop - start < index.nbytes:
        yield f"ends before the index of its chunks does, {_REFUSED}"
        return
    places = _places(file, start, stop, index)
    # Each byte is looked at once, however often an index names it; nobody writes chunks that overlap.
    work = coding.compressor or rest
    if work and _overlap(places):
        yield "has chunks that overlap, which are not read"
        return
    yield ""
    for offset, nbytes in places:
        yield from _troubles(file, start + offset, start + offset + nbytes, coding, rest)


def _places(file: BinaryIO, start: int, stop: int, index: ShardIndex) -> list[list[int]]:
    """Return where the chunks of a shard stand, each place once and in order; those outside of it both libraries refuse."""
    import numpy as np

    file.seek(start if index.first else stop - index.nbytes)
    found = np.frombuffer(file.read(16 * index.chunks), "<u8" if index.little else ">u8").reshape(-1, 2)
    places: list[list[int]] = np.unique(found[found[:, 0] != _MISSING], axis=0).tolist()
    return [[offset, nbytes] for offset, nbytes in places if offset + nbytes <= stop - start]


def _overlap(places: Sequence[Sequence[int]]) -> bool:
    end = 0
    for offset, nbytes in places:
        if nbytes and offset < end:
            return True
        end = max(end, offset + nbytes)
    return False


def _told(file: BinaryIO, start: int, stop: int, coding: ChunkCoding) -> str:
    """Return what is wrong with the end of a chunk, as a clause; empty if nothing is."""
    try:
        why = _of_chunk(file, start, stop, coding)
    except TooManyPartsError as error:
        return f"{error}, which is not read"
    return why and f"{why}, {_REFUSED}"


def _of_chunk(file: BinaryIO, start: int, stop: int, coding: ChunkCoding) -> str:
    """Return what of the end of a chunk is refused, as the end of a clause."""
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
    if end.held not in {None, coding.nbytes}:
        return f"unpacks to {_bytes(end.held or 0)}, not {coding.nbytes:,}"
    return ""


def _is_passed_over(file: BinaryIO, place: int, stop: int, coding: ChunkCoding) -> bool:
    """Tell whether zarr and TensorStore both pass over what stands behind a stream."""
    if coding.version == 2 or coding.sums or coding.compressor not in {"gzip", "zstd"}:
        return False
    after = after_zeros if coding.compressor == "gzip" else after_skipped
    for _ in range(MOST_BEHIND):
        place = after(file, place, stop)
        if place >= stop:
            return True
        end = STREAMS[coding.compressor](file, place, stop, 0)
        if end is None or end.held != 0 or place + end.taken > stop:
            return False
        place += end.taken
    raise TooManyPartsError(f"has more than {MOST_BEHIND:,} streams without values behind its own")


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"
