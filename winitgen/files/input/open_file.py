"""What a weight file holds, whoever wrote it: named arrays whose values are read run by run.

A container is one module of this package with a ``READER``, found by looking. It reads the header,
checks all of it, and gives a `StoredArray` for each array; no values are read before they are asked for.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from winitgen.errors import UnreadableError, printable

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np

    from winitgen.numeric.arrays import Array

Read = Callable[[int, int], "Array"]
"""From a first element and a count to those elements in C order, flat, in native byte order."""


class StoredArray:
    """One named array of a file.

    ``dtype`` is NumPy's or ml_dtypes' name of its number format, or the container's own where neither
    has one: such an array has no `numpy` and its values cannot be read. ``nbytes`` are the bytes of
    its values, before any compression. ``offset`` is where these begin; arrays are read fastest in that order.
    ``forward`` says that a run is cheap only behind the one before it (a compressed archive).
    """

    def __init__(
        self,
        name: str,
        dtype: str,
        shape: tuple[int, ...],
        nbytes: int,
        read: Read | None = None,
        *,
        offset: int = 0,
        forward: bool = False,
    ) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.size = math.prod(shape)
        self.nbytes = nbytes
        self.offset = offset
        self.forward = forward
        self._read = read

    @property
    def readable(self) -> bool:
        """Whether NumPy has a number format for the values."""
        return self._read is not None

    def read(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count`` in C order, flat, native byte order; any thread may.

        Raises `UnreadableError` where the file ends too early, or for a number format that NumPy lacks.
        """
        if self._read is None:
            raise UnreadableError(
                f"the values of {self.name!r} cannot be read: NumPy does not support {self.dtype}"
            )
        return self._read(start, count)


class OpenFile(NamedTuple):
    """A weight file that is open: its arrays, in the order of the file, and what it says of itself.

    ``metadata`` is the container's own text about the file. ``recipe`` is the text in the place of the
    recipe, None where nothing is; anyone may have written it (`winitgen.files.recipe.parse`).
    ``facts`` are the sizes of its parts, such as ``header_bytes``, and versions.
    """

    path: str
    format: str
    tensors: Sequence[StoredArray] = ()
    metadata: Mapping[str, str] = MappingProxyType({})
    recipe: str | None = None
    facts: Mapping[str, int | str] = MappingProxyType({})


class ReadFile(Protocol):
    """How a container is read."""

    def __call__(self, file: BinaryIO, path: str, stack: ExitStack, /, *, recipe_only: bool) -> OpenFile:
        """Return what an open file holds."""


class Reader(NamedTuple):
    """One container: how its files begin, and how they are read.

    ``fits`` is given the first `HEAD` bytes. ``read`` is given the file, its path for messages, and a stack that closes
    what it opens; it raises `UnreadableError` for whatever is wrong with the file. With ``recipe_only`` it stops
    at the recipe, and neither lists the arrays nor refuses what is wrong with them.
    """

    name: str
    fits: Callable[[bytes], bool]
    read: ReadFile


HEAD = 2056
"""Bytes that tell the containers apart: HDF5 may begin behind 2,048 bytes of another program's."""

MOST_TENSORS = 250_000
_MOST_EXPANDED = 1000
_ALWAYS_EXPANDED = 1 << 30


def check_expansion(path: str, name: str, nbytes: int, stored: int) -> None:
    """Raise `UnreadableError` where ``stored`` bytes claim to be more values than compression explains."""
    if nbytes > _ALWAYS_EXPANDED and nbytes > _MOST_EXPANDED * stored:
        raise UnreadableError(
            f"{path}: {quoted(name)} declares {nbytes:,} bytes but stores {stored:,}; refusing to expand it"
        )


def quoted(text: str) -> str:
    """Return text from a file as a message may show it: short, and on one line."""
    return repr(printable(text if len(text) <= 100 else text[:100] + "..."))


Source = BinaryIO | Callable[[], "AbstractContextManager[BinaryIO]"]
"""A file that is open, or what opens it for each run: a folder may have more files than can be open at once."""


@contextmanager
def file_of(source: Source) -> Iterator[BinaryIO]:
    """Give the open file of a source."""
    if callable(source):
        with source() as file:
            yield file
    else:
        yield source


def raw(source: Source, path: str, dtype: np.dtype[Any], offset: int) -> Read:
    """Return what reads an array that stands in the file as it is, from ``offset`` on.

    ``dtype`` may be of either byte order.
    """
    itemsize = dtype.itemsize

    def read(start: int, count: int) -> Array:
        import numpy as np

        content = bytearray(count * itemsize)
        with file_of(source) as file:
            fill(file.fileno(), path, memoryview(content), offset + start * itemsize)
        return native(np.frombuffer(content, dtype))

    return read


def fill(fd: int, path: str, buffer: memoryview, offset: int) -> None:
    """Fill ``buffer`` from an offset of an open file; raise `UnreadableError` where the file is too short."""
    rest = buffer
    while rest:
        try:
            found = os.preadv(fd, [rest], offset)
        except OSError as error:
            raise UnreadableError(f"cannot read {path}: {error.strerror}") from error
        if not found:
            raise UnreadableError(f"{path} ended while it was being read")
        rest, offset = rest[found:], offset + found


def native(values: Array) -> Array:
    """Return values in the machine's own byte order."""
    return values if values.dtype.isnative else values.byteswap().view(values.dtype.newbyteorder("="))


def little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a number format in little-endian order; ml_dtypes' formats have no other."""
    if sys.byteorder == "big" and dtype.isbuiltin != 1:
        raise UnreadableError(f"{dtype.name} cannot be read on a big-endian machine")
    return dtype.newbyteorder("<") if dtype.isbuiltin == 1 else dtype


def numpy_dtype(name: str) -> np.dtype[Any] | None:
    """Return the NumPy format of this name, from ml_dtypes where NumPy lacks it, or None."""
    import numpy as np

    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        known = getattr(ml_dtypes, name, None)
        return None if known is None else np.dtype(known)
