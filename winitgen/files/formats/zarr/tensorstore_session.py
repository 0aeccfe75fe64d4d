"""What TensorStore is asked about one folder: the arrays of a database, and the values of any array.

Only the files of this folder are opened: no metadata of an array can name a place, and a database names its files by paths in the
folder, of which TensorStore refuses those with ``..``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.array_metadata import LONGEST
from winitgen.files.formats.zarr.chunk_coding import of_json
from winitgen.files.formats.zarr.chunk_regions import regions
from winitgen.files.formats.zarr.recognition import ARRAY_2, NODE_3
from winitgen.files.formats.zarr.stored_chunks import troubles
from winitgen.files.formats.zarr.tensorstore_faults import of_array, of_folder
from winitgen.files.formats.zarr.tensorstore_words import DAMAGED_VALUES, NOT_OPENED
from winitgen.files.input.chunk_bytes import CACHE, RUN
from winitgen.files.input.open_file import MOST_TENSORS, quoted
from winitgen.files.input.slabs import slabs
from winitgen.files.input.stored_array import DamagedValuesError
from winitgen.files.sandbox.memory import ROOM

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

_CONTEXT = {"data_copy_concurrency": {"limit": 1}, "file_io_concurrency": {"limit": 1}}
_CACHE = CACHE + (CACHE >> 2)
"""Bytes of chunks that are kept; an entry takes more than its values."""
_BATCH = 256
_KEPT = 1 << 27
"""Bytes that are read at once of an array whose chunks are not kept; they stay for the next run."""
_AT_ONCE = 1 << 26
"""Bytes of chunks that are unpacked at once."""

_BELIEVED = 1 << 26


class AskedArray(NamedTuple):
    """An array of a request: where it is, what its metadata said, and how it is read.

    ``strict`` is that a chunk that is missing is an error, not the fill value. ``row`` is the number of bytes that are
    unpacked for one index of the first axis, and ``most`` that of one chunk. ``coding`` is how the chunks are stored.
    """

    path: str
    version: int
    shape: list[int]
    dtype: str
    strict: bool
    row: int
    most: int
    coding: Any = None


class TensorStoreSession:
    """A folder as TensorStore reads it; ``database`` says that its arrays are in one, ``shown`` is its path for messages.

    ``limit`` is told how many bytes of memory an array needs that needs more than others.
    """

    def __init__(
        self, folder: str, shown: str, *, database: bool, limit: Callable[[int], object] = lambda room: None
    ) -> None:
        self._limit = limit
        self._shown = shown
        self._database = database
        self._folder = folder
        self._contexts: Any = None
        self._asked: AskedArray | None = None
        self._store: Any = None
        self._room = ROOM
        self._kept: tuple[int, Array] | None = None
        self._sound: set[str] = set()
        self._spec: dict[str, Any] = {}
        self._held = 0

    def answer(self, request: list[Any]) -> Iterator[bytes | memoryview]:
        """Yield the parts of the answer: ``["arrays"]`` of a database, or ``["values", asked, start, count]``."""
        match request:
            case ["arrays"]:
                yield from self._arrays()
            case ["values", list(asked), int(start), int(count)]:
                yield from self._values(AskedArray(*asked), start, count)

    def close(self) -> None:
        """Let go of the folder."""
        self._store = self._kept = self._asked = None

    def _place(self, path: str) -> dict[str, Any]:
        """Return the specification of what stands at a path in the folder."""
        inner = f"{path}/" if path else ""
        if self._database:
            base = {"driver": "file", "path": self._folder}
            return {"driver": "ocdbt", "base": base, "path": inner}
        return {"driver": "file", "path": self._folder + inner}

    def _library(self) -> Any:
        import tensorstore

        if self._contexts is None:
            caches = ({"cache_pool": {"total_bytes_limit": most}} for most in (_CACHE, 0))
            self._contexts = [tensorstore.Context(_CONTEXT | cache) for cache in caches]
        return tensorstore

    def _arrays(self) -> Iterator[bytes]:
        """Yield JSON lists of the path, the format and the metadata of an array, and the number of its chunks."""
        with of_folder(f"{self._shown} is a damaged database: TensorStore cannot read it"):
            library = self._library()
            store = library.KvStore.open(self._place(""), context=self._contexts[0]).result()
            keys = store.list().result()
            found = [key for key in keys if key.rpartition(b"/")[2] in {ARRAY_2.encode(), NODE_3.encode()}]
            if len(found) > MOST_TENSORS:
                raise UnreadableError(
                    f"{self._shown} has more than {MOST_TENSORS:,} arrays, the most that winitgen reads"
                )
            yield b""  # it makes progress
            counts = _counts(keys, {key.rpartition(b"/")[0] for key in found})
            yield b""
            for begin in range(0, len(found), _BATCH):
                rows = []
                for key in found[begin : begin + _BATCH]:
                    path, _, name = key.rpartition(b"/")
                    text = store.read(key).result().value[: LONGEST + 1]
                    version = 2 if name == ARRAY_2.encode() else 3
                    names = path.decode(errors="surrogateescape"), text.decode("latin-1")
                    rows.append([names[0], version, names[1], counts[path]])
                yield json.dumps(rows).encode()

    def _values(self, asked: AskedArray, start: int, count: int) -> Iterator[memoryview]:
        import numpy as np

        if self._asked != asked:
            yield from self._checked(asked)
            self._open(asked)
        text = f"{self._shown}: TensorStore cannot read the values of {quoted(asked.path)}; they are damaged"
        with of_array(self._shown, asked.path, text, DAMAGED_VALUES):
            for begin in range(start, start + count, RUN):
                for run in self._runs(begin, min(RUN, start + count - begin)):
                    yield np.ascontiguousarray(run).view(np.uint8).data

    def _checked(self, asked: AskedArray) -> Iterator[memoryview]:
        """Look at the ends of all chunks of an array, once; zarr reads no database, so that nobody disagrees about one."""
        if self._database or asked.coding is None or asked.path in self._sound:
            return
        for why in troubles(self._folder + asked.path, of_json(asked.coding)):
            yield memoryview(b"")  # it makes progress
            if why:
                raise DamagedValuesError(f"{self._shown}: {quoted(asked.path)} is not read: {why}", why)
        self._sound.add(asked.path)

    def _open(self, asked: AskedArray) -> None:
        """Open an array; it stays open until another is asked for."""
        self._store = self._kept = self._asked = None
        room = ROOM + 4 * max(0, asked.most - _BELIEVED)
        if room > self._room:
            self._limit(room)
            self._room = room
        spec: dict[str, Any] = {
            "driver": "zarr" if asked.version == 2 else "zarr3",
            "kvstore": self._place(asked.path),
        }
        spec |= {"recheck_cached_data": "open", "recheck_cached_metadata": "open"}
        if asked.strict:
            spec["fill_missing_data_reads"] = False
        text = f"{self._shown}: TensorStore does not open {quoted(asked.path)}"
        with of_array(self._shown, asked.path, text, NOT_OPENED):
            self._library()
            store = self._opened(spec, asked.row > CACHE)
        if list(store.shape) != asked.shape or store.dtype.name != asked.dtype:
            raise DamagedValuesError(
                f"{self._shown}: TensorStore does not open {quoted(asked.path)} as it is stated", NOT_OPENED
            )
        self._store, self._asked, self._spec, self._held = store, asked, spec, 0

    def _opened(self, spec: dict[str, Any], number: int) -> Any:
        """Return an open array that keeps its chunks where one of the two contexts does."""
        return self._library().open(spec, open=True, read=True, context=self._contexts[number]).result()

    def _forget(self, held: int) -> None:
        """Let go of all large chunks when those of another index of the first axis are read: both are too much memory."""
        assert self._asked is not None
        if held == self._held or self._asked.most <= _AT_ONCE or self._asked.row > CACHE:
            return
        self._store = self._contexts[0] = None
        self._contexts[0] = self._library().Context(_CONTEXT | {"cache_pool": {"total_bytes_limit": _CACHE}})
        self._store, self._held = self._opened(self._spec, 0), held

    def _runs(self, start: int, count: int) -> Iterator[Array]:
        """Yield a run of the values; of an array whose chunks are not kept many more are read at once."""
        assert self._asked is not None
        if self._asked.row <= CACHE:
            yield from slabs(self._at, self._asked.shape, start, count)
            return
        done = 0
        while done < count:
            first, band = self._band(start + done)
            run = band[start + done - first :][: count - done]
            yield run
            done += len(run)

    def _band(self, start: int) -> tuple[int, Array]:
        """Return the values around an element, and which is the first of them."""
        import numpy as np

        assert self._asked is not None
        shape, dtype = self._asked.shape, self._store.dtype.numpy_dtype
        length = _KEPT // dtype.itemsize
        first = start // length * length
        if self._kept is None or self._kept[0] != first:
            self._kept = None
            band = np.empty(min(length, math.prod(shape) - first), dtype)
            done = 0
            for run in slabs(self._at, shape, first, len(band)):
                band[done : done + len(run)] = run
                done += len(run)
            self._kept = first, band
        return self._kept

    def _at(self, index: tuple[int | slice, ...]) -> Array:
        """Return what stands at an index, of which the last entry may be a slice, and leave out the axes of whole numbers."""
        import numpy as np

        assert self._asked is not None
        ends = [(one, one + 1) if isinstance(one, int) else (one.start, one.stop) for one in index]
        whole = (*ends, *((0, size) for size in self._asked.shape[len(index) :]))
        chunk = [max(1, size) for size in self._store.chunk_layout.read_chunk.shape or ()]
        found = np.empty([stop - start for start, stop in whole], self._store.dtype.numpy_dtype)
        for region in regions(whole, chunk, _AT_ONCE // max(1, self._asked.most)):
            inner = tuple(
                slice(start - low, stop - low) for (start, stop), (low, _) in zip(region, whole, strict=True)
            )
            self._forget(region[0][0] // chunk[0] if region else 0)
            found[inner] = self._store[tuple(slice(*ends) for ends in region)].read().result()
        kept = found.shape[sum(isinstance(one, int) for one in index) :]
        return found.reshape(kept)


def _counts(keys: list[bytes], arrays: set[bytes]) -> dict[bytes, int]:
    """Return how many keys stand below the path of each array, counted with the longest path that fits."""
    found = dict.fromkeys(arrays, 0)
    for key in keys:
        path = key
        while path:
            path = path.rpartition(b"/")[0]
            if path in found:
                found[path] += 1
                break
    return found
