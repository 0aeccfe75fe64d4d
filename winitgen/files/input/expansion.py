"""How much larger than what a file stores the values may be that it declares: by compression, or as tensors have the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winitgen.files.input.stored_array import StoredArray

MOST_EXPANDED = 1000
ALWAYS_EXPANDED = 1 << 30
MOST_SHARED = 100
"""How often each byte of a file may belong to a tensor."""

ALWAYS_SHARED = 1 << 28
"""Bytes that tensors may share, or repeat, whatever a file stores."""

ALWAYS_NAMED = 10_000
MOST_NAMED = 10
"""How many names each thing that a file stores may have, beside so many at all: a dictionary in several others, or a file."""

_DECODED = 4
"""Bytes of a value that is computed when it is read."""

_LIMIT = f"and winitgen expands no more than {MOST_EXPANDED:,} times as many"


def expands_too_much(nbytes: int, stored: int) -> str:
    """Return why values are not read whose size is too large to be explained by compression; empty if it is not.

    >>> expands_too_much(5 << 30, 1000)
    'it declares 5,368,709,120 bytes but stores 1,000, and winitgen expands no more than 1,000 times as many'
    """
    if nbytes <= ALWAYS_EXPANDED or nbytes <= MOST_EXPANDED * stored:
        return ""
    return f"it declares {nbytes:,} bytes but stores {stored:,}, {_LIMIT}"


def all_expand_too_much(sizes: Iterable[tuple[int, int]]) -> str:
    """Return why no compressed member is read, if all together declare too much; ``sizes`` are declared and stored."""
    declared, stored = map(sum, zip((0, 0), *sizes, strict=True))
    if not expands_too_much(declared, stored):
        return ""
    return f"the compressed members declare {declared:,} bytes together but store {stored:,}, {_LIMIT}"


def unpacks_too_much(nbytes: int, stored: int) -> str:
    """Return why bytes are not unpacked into a temporary file that are too many beside what is stored; empty if they are.

    Weights of which 99 % can be spared are no trained ones; so much of a disk is not filled for a small file.

    >>> unpacks_too_much(1 << 30, 1 << 20)
    'it declares 1,073,741,824 bytes but stores 1,048,576, and winitgen unpacks no more than 100 times as many into a temporary file'
    """
    if nbytes <= max(ALWAYS_SHARED, MOST_SHARED * stored):
        return ""
    limit = f"and winitgen unpacks no more than {MOST_SHARED} times as many into a temporary file"
    return f"it declares {nbytes:,} bytes but stores {stored:,}, {limit}"


def named_too_often(named: int, stored: int) -> bool:
    """Tell whether so many names take too long to list, as a file stores much less than it names."""
    return named > ALWAYS_NAMED + MOST_NAMED * stored


class SharedBytes:
    """What tensors declare together, one after another, against the bytes that are stored of them before any expansion.

    The time that reading takes goes by what is declared, as each tensor is read through.

    >>> shared = SharedBytes(1000)
    >>> shared.why_not(1 << 28)
    ''
    >>> shared.why_not(24)
    'with those before it, 268,435,480 bytes are declared but 1,000 are stored'
    """

    def __init__(self, stored: int = 0) -> None:
        self._stored = stored
        self._declared = 0

    def store(self, nbytes: int) -> None:
        """Note bytes that are stored and that no tensor had before."""
        self._stored += nbytes

    def why_not(self, nbytes: int) -> str:
        """Note one more tensor; return why its values are not read, empty if they are."""
        self._declared += nbytes
        if self._declared <= max(ALWAYS_SHARED, MOST_SHARED * self._stored):
            return ""
        return f"with those before it, {self._declared:,} bytes are declared but {self._stored:,} are stored"

    def bounded(self, tensor: StoredArray) -> StoredArray:
        """Note one more tensor; return it, without its values if they are too many to be explained.

        Of values that are computed, as of quantized blocks or of several in a byte, those count, not what is stored of them.
        """
        if not tensor.readable:
            return tensor
        computed = tensor.has_bytes or tensor.read_as != tensor.dtype
        return tensor.without_values(self.why_not(_DECODED * tensor.size if computed else tensor.nbytes))
