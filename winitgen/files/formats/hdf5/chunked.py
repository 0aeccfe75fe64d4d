"""Reads datasets in chunks, compressed or not, each chunk as few times as possible."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from winitgen.files.formats.hdf5.bfloat16 import indexed
from winitgen.files.formats.hdf5.number_formats import as_stored, number_format
from winitgen.files.input.chunk_bytes import CACHE, RUN, row_bytes
from winitgen.files.input.opening import LONGEST_TEXT
from winitgen.files.input.slabs import slabs
from winitgen.files.sandbox.memory import ROOM, is_short, limit_memory

if TYPE_CHECKING:
    from winitgen.files.formats.hdf5.guarded import GuardedFile

_READ_FIRST = 0.75
"""Of a full cache, the share in which chunks that were read completely go first. With 1 others would never go, however many."""


class Chunked:
    """One open dataset at the path ``name``, whose values are asked for run by run."""

    def __init__(self, root: Any, name: str, guard: GuardedFile) -> None:
        from h5py import h5d, h5p

        self.name = name
        self._guard = guard
        encoded = name.encode(errors="surrogateescape")
        found = h5d.open(root.id, encoded)
        dtype = number_format(found)
        assert dtype is not None  # it would not be listed as readable
        self._dtype = dtype
        creation, access = found.get_create_plist(), h5p.create(h5p.DATASET_ACCESS)
        if creation.get_layout() == h5d.CHUNKED:
            itemsize = found.get_type().get_size()
            chunk = math.prod(creation.get_chunk()) * itemsize
            row = row_bytes(found.shape, creation.get_chunk(), itemsize)
            guard.most = LONGEST_TEXT + 2 * chunk
            limit_memory(ROOM + 4 * max(0, chunk - (1 << 26)))
            access.set_chunk_cache(_slots(row, chunk), max(1 << 20, min(row, CACHE)), _READ_FIRST)
        found.close()  # while it is open, it is not opened with another cache
        self._dataset = indexed(h5d.open(root.id, encoded, access))

    def run(self, start: int, count: int) -> Iterator[memoryview]:
        """Yield a run of the values as bytes, in the number format that the listing states."""
        import numpy as np

        for begin in range(start, start + count, RUN):
            for slab in self._slabs(begin, min(RUN, start + count - begin)):
                values = as_stored(np.ascontiguousarray(slab), self._dtype)
                yield values.view(np.uint8).data

    def _slabs(self, start: int, count: int) -> Iterator[Any]:
        """Yield a run of the values in slabs; raise `MemoryError` for a filter that failed where no memory is left."""
        try:
            yield from slabs(self._dataset.__getitem__, self._dataset.shape, start, count)
        except (OSError, RuntimeError) as error:
            if is_short(self._guard.most):  # it may be for the chunk as stored and as unpacked
                raise MemoryError from error
            raise


def _slots(row: int, chunk: int) -> int:
    """Return the size of the table of chunks, an odd number of about a hundred for each chunk in it."""
    return min(1 << 20, 100 * (row // chunk + 1)) | 1
