"""Reading the values of a file's arrays, block by block."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

BLOCK = 1 << 21
"""Bytes of a block, and of a batch of small arrays."""

MOST_RUNS = 1 << 12
"""Arrays of a batch at most: what is found of one takes more memory than a few values."""

_RUN = 1 << 20
"""Elements of a run when one array is read in order."""

Progress = Callable[[int, int], object]
"""Called with the number of bytes read so far, and the total."""

_local = threading.local()


class Sized(Protocol):
    """An array that can be cut into runs: its number of elements, its bytes, and its offset in the file."""

    size: int
    nbytes: int
    offset: int


class ArrayRun(NamedTuple):
    """A run of consecutive elements of the array with index ``array``."""

    array: int
    start: int
    length: int
    nbytes: int


def batches(arrays: Sequence[Sized]) -> Iterator[list[ArrayRun]]:
    """Cut the arrays, in file order, into batches of about `BLOCK` bytes."""
    batch: list[ArrayRun] = []
    held = 0
    offsets = [array.offset for array in arrays]
    for index in sorted(range(len(arrays)), key=offsets.__getitem__):
        size, itemsize = arrays[index].size, _itemsize(arrays[index])
        count = BLOCK // itemsize or 1
        for start in range(0, size, count):
            length = min(count, size - start)
            nbytes = length * itemsize
            if batch and (held + nbytes > BLOCK or len(batch) == MOST_RUNS):
                yield batch
                batch, held = [], 0
            batch.append(ArrayRun(index, start, length, nbytes))
            held += nbytes
    if batch:
        yield batch


def _itemsize(array: Sized) -> int:
    """Return the stored bytes per element."""
    return array.nbytes // (array.size or 1) or 1


def fetched(array: StoredArray, run: ArrayRun) -> Callable[[], Array]:
    """Return a function that returns a run's values; an array that must be read in order is read at once."""
    if array.forward:
        values = array.read(run.start, run.length)
        return lambda: values
    return lambda: array.read(run.start, run.length)


def runs(array: StoredArray) -> Iterator[tuple[int, Array]]:
    """Yield the values of one array in order: the index of a run's first element, and the run."""
    for start in range(0, array.size, _RUN):
        yield start, array.read(start, min(_RUN, array.size - start))


def workspace() -> Workspace:
    """Return the workspace of the calling thread."""
    if not hasattr(_local, "workspace"):
        from winitgen.numeric.scratch import Workspace

        _local.workspace = Workspace()
    found: Workspace = _local.workspace
    return found
