"""Lists of numbers of variable length, 7 bits a byte and the last byte below 128, of which any run is read.

Where a number stands depends on all before it. So the first reading counts how many end in each block of the bytes; what is kept
of that is one number a block.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from winitgen.files.formats.onnx.wire import LONGEST_NUMBER
from winitgen.files.input.raw_values import Source, file_of, fill
from winitgen.files.input.stored_array import DamagedValuesError

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array

_BLOCK = 1 << 16
"""Bytes whose numbers are counted together."""

_TOO_LONG = "it has a number that is too long"


class Varints:
    """``count`` numbers in ``length`` bytes of a file from ``begin`` on; ``what`` names them in messages."""

    def __init__(self, source: Source, path: str, begin: int, length: int, count: int, what: str) -> None:
        self._source, self._path, self._what = source, path, what
        self._begin, self._length, self._count = begin, length, count
        self._ends: Array | None = None
        self._lock = Lock()

    def read(self, start: int, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
        """Return numbers ``start`` to ``start + count`` as 64 bits each, from any thread."""
        import numpy as np

        ends = self._counted()
        found = np.empty(count, np.uint64)
        done = 0
        while done < count:
            # The block in which the number before the first one ends: the first begins in it, or right behind it.
            block = max(0, int(np.searchsorted(ends, start + done, "left")) - 1)
            run = self._numbers(self._bytes(block, LONGEST_NUMBER))[start + done - int(ends[block]) :]
            run = run[: count - done]
            if not len(run):
                raise self._damaged(_TOO_LONG)
            found[done : done + len(run)] = run
            done += len(run)
        return found

    def _counted(self) -> Array:
        """Return how many numbers end before each block; raise `DamagedValuesError` if they are not as many as they should be."""
        import numpy as np

        with self._lock:
            if self._ends is None:
                blocks = -(-self._length // _BLOCK)
                ends = [int(np.count_nonzero(self._bytes(block) < 0x80)) for block in range(blocks)]
                total = sum(ends)
                if total != self._count or (self._length and self._bytes(blocks - 1)[-1] >= 0x80):
                    raise self._damaged(f"it has {total:,} numbers where its shape needs {self._count:,}")
                self._ends = np.cumsum([0, *ends[:-1]])
        return self._ends

    def _bytes(self, block: int, more: int = 0) -> Array:
        """Return the bytes of a block, and some that follow."""
        import numpy as np

        first = block * _BLOCK
        content = bytearray(min(_BLOCK + more, self._length - first))
        with file_of(self._source) as file:
            fill(file, self._path, memoryview(content), self._begin + first)
        return np.frombuffer(content, np.uint8)

    def _numbers(self, content: Array) -> Array:
        """Return the numbers that end in these bytes; of the first one the end, if it begins before them."""
        import numpy as np

        past = np.flatnonzero(content < 0x80) + 1
        begins = np.concatenate([[0], past[:-1]])
        lengths = past - begins
        if len(lengths) and int(lengths.max()) > LONGEST_NUMBER:
            raise self._damaged(_TOO_LONG)
        found = np.zeros(len(past), np.uint64)
        for place in range(int(lengths.max()) if len(lengths) else 0):
            held = lengths > place
            found[held] |= (content[begins[held] + place] & 0x7F).astype(np.uint64) << np.uint64(7 * place)
        return found

    def _damaged(self, why: str) -> DamagedValuesError:
        return DamagedValuesError(
            f"{self._path} is a damaged ONNX model: the values of {self._what}: {why}", why
        )
