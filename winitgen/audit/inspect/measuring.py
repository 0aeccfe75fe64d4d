"""The statistics of a file's arrays: every value is read once, block by block, in several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from winitgen.audit.blocks import ArrayRun, Progress, batches, fetched, workspace
from winitgen.audit.inspect.complex_summary import ComplexSummary, complex_summary
from winitgen.audit.inspect.equal_tensors import EqualTensors, digest_of
from winitgen.audit.inspect.patterns import SMALL, counted, summary_from
from winitgen.audit.inspect.summary import BINS, Summary, summary_of
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.packed_values import decoded_as
from winitgen.files.input.stored_array import DamagedValuesError, StoredArray
from winitgen.numeric.arrays import Array
from winitgen.numeric.blas import one_blas_thread
from winitgen.numeric.threads import in_order, threads_for

AnySummary = Summary | ComplexSummary

BlockResult = AnySummary | Array | DamagedValuesError
"""The summary of one block, or how often each bit pattern occurs in it, or that its values are damaged."""

Job = Callable[[], list[tuple[ArrayRun, BlockResult, bytes]]]


def measure(
    arrays: Sequence[StoredArray],
    *,
    threads: int | None = None,
    bins: int = BINS,
    progress: Progress | None = None,
    damaged: dict[int, str] | None = None,
    equal: EqualTensors | None = None,
) -> list[AnySummary | None]:
    """Return the summary of each array, or None if NumPy cannot read its values as numbers.

    Why the values of an array are damaged is added to ``damaged`` under its index; without it they raise `UnreadableError`.
    ``equal`` is given the digests of the arrays that may be equal.
    """
    dtypes = [number_format(array) for array in arrays]
    chosen = [index for index, dtype in enumerate(dtypes) if dtype is not None]
    tallies = {index: _Tally(dtypes[index], bins) for index in chosen}
    for index in [index for index in chosen if arrays[index].constant is not None]:
        tallies[index].add(_constant(arrays[index], bins))
    chosen = [index for index in chosen if arrays[index].constant is None]
    read = [arrays[index] for index in chosen]
    broken: dict[int, str] = {}
    done, total = 0, sum(array.nbytes for array in read)
    with one_blas_thread():
        digested = [equal is not None and equal.may_be(index) for index in chosen]
        for found in in_order(_jobs(read, bins, broken, digested), threads_for(total, threads)):
            for run, block, digest in found:
                done += run.nbytes
                if not isinstance(block, DamagedValuesError):
                    tallies[chosen[run.array]].add(block)
                    if equal is not None and digest:
                        equal.add(chosen[run.array], digest)
                    continue
                if damaged is None:
                    raise block
                broken[run.array] = damaged[chosen[run.array]] = block.why
            if progress:
                progress(done, total)
    known = tallies.keys() - (damaged or {}).keys()
    return [tallies.pop(index).summary() if index in known else None for index in range(len(arrays))]


def number_format(array: StoredArray) -> np.dtype[Any] | None:
    """Return the number format of an array, or None if its values cannot be read as numbers."""
    if not array.readable:
        return None
    dtype = decoded_as(array.dtype) if array.has_bytes else numpy_dtype(array.read_as)
    if dtype is None or (dtype.kind not in "biufc" and (dtype.kind != "V" or dtype.type is np.void)):
        return None
    return dtype


class _Tally:
    """Accumulates the results of one array, block after block."""

    __slots__ = ("_bins", "_counts", "_dtype", "_summary")

    def __init__(self, dtype: np.dtype[Any] | None, bins: int) -> None:
        self._dtype = dtype
        self._bins = bins
        is_complex = dtype is not None and dtype.kind == "c"
        self._summary: AnySummary = ComplexSummary() if is_complex else Summary()
        self._counts: Array | None = None

    def add(self, block: AnySummary | Array) -> None:
        """Add the result of the next block in order."""
        if isinstance(block, Summary | ComplexSummary):
            self._summary = self._summary.plus(block, self._bins)  # type: ignore[arg-type]  # of one kind
        elif self._counts is None:
            self._counts = block
        else:
            self._counts += block

    def summary(self) -> AnySummary:
        """Return the summary of all blocks."""
        if self._counts is None or self._dtype is None:
            return self._summary
        with np.errstate(all="ignore"):
            return summary_from(self._counts, self._dtype, self._bins)


def _constant(array: StoredArray, bins: int) -> AnySummary:
    """Return the summary of an array of which the file has one value, and no other."""
    assert array.constant is not None
    with np.errstate(all="ignore"):
        return _summarized(array.constant, bins).times(array.size)


def _summarized(values: Array, bins: int) -> AnySummary:
    """Return the summary of a flat array of any numbers."""
    summarize = complex_summary if values.dtype.kind == "c" else summary_of
    return summarize(values, workspace(), bins)


class _Read(NamedTuple):
    """How to read a run, the elements of its array, and whether it is digested."""

    run: ArrayRun
    read: Callable[[], Array]
    size: int
    digested: bool


def _jobs(
    arrays: Sequence[StoredArray], bins: int, broken: Mapping[int, str], digested: Sequence[bool]
) -> Iterator[Job]:
    """Yield what measures each batch of runs; those of arrays that have turned out to be ``broken`` are left out."""
    for batch in batches(arrays):
        reads = [
            _Read(run, _fetched(arrays[run.array], run), arrays[run.array].size, digested[run.array])
            for run in batch
            if run.array not in broken
        ]
        yield partial(_measure, reads, bins)


def _fetched(array: StoredArray, run: ArrayRun) -> Callable[[], Array]:
    """Return a function that returns a run's values, or raises what reading them raised."""
    try:
        return fetched(array, run)
    except DamagedValuesError as error:
        return partial(_raised, error)


def _raised(error: DamagedValuesError) -> Array:
    raise error


def _measure(reads: Sequence[_Read], bins: int) -> list[tuple[ArrayRun, BlockResult, bytes]]:
    """Return the result of each run of a batch, and its digest if it has one."""
    # A signalling NaN, or an overflow of the widest float format, is not an error here.
    with np.errstate(all="ignore"):
        return [(one.run, *_measured(one, bins)) for one in reads]


def _measured(one: _Read, bins: int) -> tuple[BlockResult, bytes]:
    try:
        values = one.read()
    except DamagedValuesError as error:
        return error, b""
    return _block_result(values, one.size, bins), digest_of(values, workspace()) if one.digested else b""


def _block_result(values: Array, size: int, bins: int) -> BlockResult:
    """Return the summary of a block, or its pattern counts if the array of ``size`` elements is large enough."""
    if values.dtype.kind != "c" and size >= SMALL.get(values.itemsize, size + 1):
        return counted(values)
    return _summarized(values, bins)
