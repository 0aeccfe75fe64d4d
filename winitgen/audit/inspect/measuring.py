"""The statistics of a file's arrays: every value is read once, block by block, in several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.blocks import ArrayRun, Progress, batches, fetched, workspace
from winitgen.audit.inspect.equal_tensors import EqualTensors, digest_of
from winitgen.audit.inspect.patterns import SMALL, counted, summary_from
from winitgen.audit.inspect.summary import BINS, Summary, summary_of
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.arrays import Array
from winitgen.numeric.blas import one_blas_thread
from winitgen.numeric.threads import in_order, threads_for

BlockResult = Summary | Array
"""The summary of one block, or how often each bit pattern occurs in it."""

Job = Callable[[], list[tuple[ArrayRun, BlockResult, bytes]]]


def measure(
    arrays: Sequence[StoredArray],
    *,
    threads: int | None = None,
    bins: int = BINS,
    progress: Progress | None = None,
    equal: EqualTensors | None = None,
) -> list[Summary | None]:
    """Return the summary of each array, or None if NumPy cannot read its values as numbers.

    ``equal`` is given the digests of the arrays that may be equal.
    """
    dtypes = [number_format(array) for array in arrays]
    chosen = [index for index, dtype in enumerate(dtypes) if dtype is not None]
    tallies = {index: _Tally(dtypes[index], bins) for index in chosen}
    for index in [index for index in chosen if arrays[index].constant is not None]:
        tallies[index].add(_constant(arrays[index], bins))
    chosen = [index for index in chosen if arrays[index].constant is None]
    read = [arrays[index] for index in chosen]
    done, total = 0, sum(array.nbytes for array in read)
    with one_blas_thread():
        digested = [equal is not None and equal.may_be(index) for index in chosen]
        for found in in_order(_jobs(read, bins, digested), threads_for(total, threads)):
            for run, block, digest in found:
                tallies[chosen[run.array]].add(block)
                if equal is not None and digest:
                    equal.add(chosen[run.array], digest)
                done += run.nbytes
            if progress:
                progress(done, total)
    return [tallies.pop(index).summary() if index in tallies else None for index in range(len(arrays))]


def number_format(array: StoredArray) -> np.dtype[Any] | None:
    """Return the number format of an array, or None if its values cannot be read as numbers."""
    dtype = numpy_dtype(array.dtype) if array.readable else None
    if dtype is None or (dtype.kind not in "biufc" and (dtype.kind != "V" or dtype.type is np.void)):
        return None
    return dtype


class _Tally:
    """Accumulates the results of one array, block after block."""

    __slots__ = ("_bins", "_counts", "_dtype", "_summary")

    def __init__(self, dtype: np.dtype[Any] | None, bins: int) -> None:
        self._dtype = dtype
        self._bins = bins
        self._summary = Summary()
        self._counts: Array | None = None

    def add(self, block: BlockResult) -> None:
        """Add the result of the next block in order."""
        if isinstance(block, Summary):
            self._summary = self._summary.plus(block, self._bins)
        elif self._counts is None:
            self._counts = block
        else:
            self._counts += block

    def summary(self) -> Summary:
        """Return the summary of all blocks."""
        if self._counts is None or self._dtype is None:
            return self._summary
        with np.errstate(all="ignore"):
            return summary_from(self._counts, self._dtype, self._bins)


def _constant(array: StoredArray, bins: int) -> Summary:
    """Return the summary of an array of which the file has one value, and no other."""
    assert array.constant is not None
    with np.errstate(all="ignore"):
        return summary_of(array.constant, workspace(), bins).times(array.size)


class _Read(NamedTuple):
    """How to read a run, the elements of its array, and whether it is digested."""

    run: ArrayRun
    read: Callable[[], Array]
    size: int
    digested: bool


def _jobs(arrays: Sequence[StoredArray], bins: int, digested: Sequence[bool]) -> Iterator[Job]:
    for batch in batches(arrays):
        reads = [
            _Read(run, fetched(arrays[run.array], run), arrays[run.array].size, digested[run.array])
            for run in batch
        ]
        yield partial(_measure, reads, bins)


def _measure(reads: Sequence[_Read], bins: int) -> list[tuple[ArrayRun, BlockResult, bytes]]:
    """Return the result of each run of a batch, and its digest if it has one."""
    found = []
    # A signalling NaN, or an overflow of the widest float format, is not an error here.
    with np.errstate(all="ignore"):
        for one in reads:
            values = one.read()
            digest = digest_of(values, workspace()) if one.digested else b""
            found.append((one.run, _block_result(values, one.size, bins), digest))
    return found


def _block_result(values: Array, size: int, bins: int) -> BlockResult:
    """Return the summary of a block, or its pattern counts if the array of ``size`` elements is large enough."""
    if values.dtype.kind != "c" and size >= SMALL.get(values.itemsize, size + 1):
        return counted(values)
    return summary_of(values, workspace(), bins)
