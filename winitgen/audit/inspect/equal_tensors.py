"""Which tensors of a file are equal, by digests of their values that are made while these are measured."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    from winitgen.files.input.stored_array import StoredArray
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace

ROW = 1024
"""Words of 8 bytes that become two sums."""

_ROWS = 64
"""Rows that are summed at once: they fit a core's cache."""

_HALF = np.uint64(32)


class EqualTensors:
    """Gathers the digests of the arrays of a file that have the shape and number format of another one."""

    def __init__(self, arrays: Sequence[StoredArray]) -> None:
        self._arrays = arrays
        self._forms = [(array.dtype, array.shape) for array in arrays]
        self._times = Counter(self._forms)
        self._unfinished: dict[int, Hash] = {}
        self._digests: dict[int, bytes] = {}

    def may_be(self, index: int) -> bool:
        """Tell whether an array can be equal to another one."""
        return self._times[self._forms[index]] > 1 and self._arrays[index].size > 0

    def add(self, index: int, digest: bytes, *, last: bool) -> None:
        """Add the digest of the next run of an array; of a file with very many only those in work are kept open."""
        if last and index not in self._unfinished:  # of one run, as those of the same form are
            self._digests[index] = digest
            return
        found = self._unfinished.pop(index, None) or hashlib.sha256()
        found.update(digest)
        if last:
            self._digests[index] = found.digest()
        else:
            self._unfinished[index] = found

    def groups(self, varied: Container[int]) -> list[list[str]]:
        """Return the names of equal arrays, in the order of the file; ``varied`` says which have more than one value.

        Others are left out: most zeros and ones of a model are equal, and their extremes tell.
        """
        found: dict[tuple[object, bytes], list[str]] = defaultdict(list)
        for index, digest in sorted(self._digests.items()):
            if index in varied:
                found[self._forms[index], digest].append(self._arrays[index].name)
        return [names for names in found.values() if len(names) > 1]


def digest_of(values: Array, scratch: Workspace) -> bytes:
    """Return a digest of a flat array's bits, made at several bytes per cycle.

    Each row of words becomes its sum weighted with random numbers, modulo 2^64, and that of the words' upper halves, in
    which the highest bit counts as much as others. A row that differs has other sums, but for a share of 2^-32 at most.
    """
    if values.nbytes < 8 * ROW:
        return hashlib.sha256(values.tobytes()).digest()
    raw = np.ascontiguousarray(values).view(np.uint8)
    rows = raw.size // (8 * ROW)
    words = raw[: rows * 8 * ROW].view(np.uint64).reshape(rows, ROW)
    low, high = _weights()
    digest = hashlib.sha256(raw[rows * 8 * ROW :].tobytes())
    for first in range(0, rows, _ROWS):
        some = words[first : first + _ROWS]
        digest.update(np.einsum("ij,j->i", some, low).tobytes())
        upper = np.right_shift(
            some, _HALF, out=scratch.array("upper", some.size, np.uint64).reshape(some.shape)
        )
        digest.update(np.einsum("ij,j->i", upper, high).tobytes())
    return digest.digest()


@cache
def _weights() -> Array:
    """Return two rows of random numbers, the same in each run."""
    words = np.frombuffer(hashlib.shake_256(b"weights of words").digest(2 * 8 * ROW), "<u8")
    return words.astype(np.uint64).reshape(2, ROW)
