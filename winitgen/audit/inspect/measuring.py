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
from winitgen.audit.inspect.small_summaries import MOST_VALUES, small_summaries
from winitgen.audit.inspect.summary import BINS, Summary, summary_of
from winitgen.files.input.numpy_formats import numpy_dtype
from winitgen.files.input.packed_values import decoded_as
from winitgen.files.input.raw_values import neighbours
from winitgen.files.input.stored_array import DamagedValuesError, StoredArray
from winitgen.numeric.arrays import Array
from winitgen.numeric.blas import one_blas_thread
from winitgen.numeric.threads import in_order, threads_for

AnySummary = Summary | ComplexSummary

BlockResult = AnySummary | Array | DamagedValuesError
"""The summary of one block, or how often each bit pattern occurs in it, or that its values are damaged."""

_WORTH = 4
"""Small arrays of one kind from which on they are measured together."""

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

    The arguments are those of `summaries`.
    """
    found: list[AnySummary | None] = [None] * len(arrays)
    for index, summary in summaries(
        arrays, threads=threads, bins=bins, progress=progress, damaged=damaged, equal=equal
    ):
        found[index] = summary
    return found


def summaries(
    arrays: Sequence[StoredArray],
    *,
    threads: int | None = None,
    bins: int = BINS,
    progress: Progress | None = None,
    damaged: dict[int, str] | None = None,
    equal: EqualTensors | None = None,
) -> Iterator[tuple[int, AnySummary]]:
    """Yield index and summary of each array that holds numbers, as soon as it is read: a file may have very many arrays.

    Why the values of an array are damaged is added to ``damaged`` under its index; without it they raise `UnreadableError`.
    ``equal`` is given the digests of the arrays that may be equal.
    """
    dtypes = [number_format(array) for array in arrays]
    chosen = []
    for index, (array, dtype) in enumerate(zip(arrays, dtypes, strict=True)):
        if dtype is not None and array.constant is None and array.size:
            chosen.append(index)
        elif dtype is not None:
            yield index, _unstored(array, dtype, bins)
    read = [arrays[index] for index in chosen]
    gathered = _Gathered(arrays, bins, equal)
    broken: dict[int, str] = {}
    done, total = 0, sum(array.nbytes for array in read)
    with one_blas_thread():
        digested = [equal is not None and equal.may_be(index) for index in chosen]
        for found in in_order(_jobs(read, bins, broken, digested), threads_for(total, threads)):
            for run, block, digest in found:
                done += run.nbytes
                index = chosen[run.array]
                if isinstance(block, DamagedValuesError):
                    if damaged is None:
                        raise block
                    broken[run.array] = damaged[index] = block.why
                elif run.array not in broken:
                    last = run.start + run.length == arrays[index].size
                    if summary := gathered.add(index, block, digest, last=last):
                        yield index, summary
            if progress:
                progress(done, total)


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


class _Gathered:
    """The results of the arrays that are being read."""

    def __init__(self, arrays: Sequence[StoredArray], bins: int, equal: EqualTensors | None) -> None:
        self._arrays = arrays
        self._bins = bins
        self._equal = equal
        self._tallies: dict[int, _Tally] = {}

    def add(self, index: int, block: AnySummary | Array, digest: bytes, *, last: bool) -> AnySummary | None:
        """Add the result of the next block of an array, and the digest if it has one; return the summary with the last one."""
        if self._equal is not None and digest:
            self._equal.add(index, digest, last=last)
        if last and index not in self._tallies and isinstance(block, Summary | ComplexSummary):
            return block  # of one block, as most arrays are
        tally = self._tallies.pop(index, None) or _Tally(number_format(self._arrays[index]), self._bins)
        tally.add(block)
        if last:
            return tally.summary()
        self._tallies[index] = tally
        return None


def _unstored(array: StoredArray, dtype: np.dtype[Any], bins: int) -> AnySummary:
    """Return the summary of an array without values, or of one of which the file has one value, and no other."""
    if array.constant is None:
        return _Tally(dtype, bins).summary()
    with np.errstate(all="ignore"):
        return _summarized(array.constant, bins).times(array.size)


def _summarized(values: Array, bins: int) -> AnySummary:
    """Return the summary of a flat array of any numbers."""
    summarize = complex_summary if values.dtype.kind == "c" else summary_of
    return summarize(values, workspace(), bins)


class _Read(NamedTuple):
    """A run to read, its array, and whether it is digested; ``held`` returns the values of one that is read at once."""

    run: ArrayRun
    array: StoredArray
    digested: bool
    held: Callable[[], Array] | None


def _jobs(
    arrays: Sequence[StoredArray], bins: int, broken: Mapping[int, str], digested: Sequence[bool]
) -> Iterator[Job]:
    """Yield what measures each batch of runs; those of arrays that have turned out to be ``broken`` are left out."""
    for batch in batches(arrays):
        reads = [
            _Read(run, array, digested[run.array], _fetched(array, run) if array.forward else None)
            for run in batch
            if run.array not in broken
            for array in [arrays[run.array]]
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
        with neighbours():
            found = [_values_of(one) for one in reads]
        small = _small_results(reads, found, bins)
        results: list[tuple[ArrayRun, BlockResult, bytes]] = []
        for place, (one, values) in enumerate(zip(reads, found, strict=True)):
            if isinstance(values, DamagedValuesError):
                results.append((one.run, values, b""))
            else:
                result = small.get(place) or _block_result(values, one.array.size, bins)
                digest = digest_of(values, workspace()) if one.digested else b""
                results.append((one.run, result, digest))
        return results


def _values_of(one: _Read) -> Array | DamagedValuesError:
    try:
        return one.array.read(one.run.start, one.run.length) if one.held is None else one.held()
    except DamagedValuesError as error:
        return error


def _small_results(
    reads: Sequence[_Read], found: Sequence[Array | DamagedValuesError], bins: int
) -> dict[int, Summary]:
    """Return the summaries of arrays of few values by their places: those of one number format and size are measured together."""
    alike: dict[tuple[object, int], list[tuple[int, Array]]] = {}
    for place, (one, values) in enumerate(zip(reads, found, strict=True)):
        if one.array.size <= MOST_VALUES and isinstance(values, np.ndarray) and values.dtype.kind != "c":
            alike.setdefault((values.dtype, values.size), []).append((place, values))
    results: dict[int, Summary] = {}
    for own in alike.values():
        if len(own) >= _WORTH:
            summaries = small_summaries([values for _, values in own], workspace(), bins)
            results.update(zip((place for place, _ in own), summaries, strict=True))
    return results


def _block_result(values: Array, size: int, bins: int) -> BlockResult:
    """Return the summary of a block, or its pattern counts if the array of ``size`` elements is large enough."""
    if values.dtype.kind != "c" and size >= SMALL.get(values.itemsize, size + 1):
        return counted(values)
    return _summarized(values, bins)
