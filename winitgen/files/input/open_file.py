"""The content of a weight file from any writer: named arrays whose values are read run by run.

The ``reader`` module of each format defines a ``READER``, which needs no registration. It reads and checks the
whole header and returns a `StoredArray` for each array; values are read only on request.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol

from winitgen.errors import UnreadableError, printable
from winitgen.files.descriptors import read_into
from winitgen.files.input.other_reading import LateReadings, OtherReading, nothing_late
from winitgen.files.input.steady import EndedError
from winitgen.files.stores.remote_file import RemoteFile
from winitgen.numeric.dtypes import is_stored

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np

    from winitgen.numeric.arrays import Array

Read = Callable[[int, int], "Array"]
"""A function of a first element and a count that returns those elements, flat, in C order and native byte order."""


class StoredArray:
    """One named array of a file.

    ``dtype`` is the name of its number format in NumPy or ml_dtypes, or the container's own name if neither
    has one; the values of such an array cannot be read. ``nbytes`` is the size of
    its values before any compression. ``offset`` is where they begin; reading arrays in that order is fastest.
    ``forward`` means that reading is cheap only in order, as in a compressed archive. ``read_bytes`` reads values that
    NumPy lacks a number format for: of the bytes as they are in the file. ``constant`` is an array of the one value
    that all elements have, if the file says so without storing any.
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
        read_bytes: Read | None = None,
        constant: Array | None = None,
    ) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.size = math.prod(shape)
        self.nbytes = nbytes
        self.offset = offset
        self.forward = forward
        self._read = read
        self._read_bytes = read_bytes
        self.constant = constant

    @property
    def readable(self) -> bool:
        """Whether NumPy has a number format for the values."""
        return self._read is not None

    def read(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count``, flat, in C order and native byte order, from any thread.

        Raises `UnreadableError` if the file ends too early or NumPy lacks the number format.
        """
        if self._read is None:
            raise UnreadableError(
                f"the values of {self.name!r} cannot be read: NumPy does not support {self.dtype}"
            )
        return self._read(start, count)

    @property
    def copiable(self) -> bool:
        """Whether the bits of the values can be read, in a number format that a file of winitgen can have."""
        return is_stored(self.dtype) and (self.readable or self._read_bytes is not None)

    def read_bytes(self, first: int, count: int) -> Array:
        """Return bytes ``first`` to ``first + count`` of values that NumPy lacks a number format for.

        Raises `UnreadableError` if the container does not say where they are.
        """
        if self._read_bytes is None:
            raise UnreadableError(f"the bytes of {self.name!r} cannot be read")
        return self._read_bytes(first, count)


class OpenFile(NamedTuple):
    """An open weight file: its arrays, in the order of the file, and its metadata.

    ``metadata`` is the container's own text about the file. ``recipe`` is the text stored as the recipe,
    or None; it is untrusted, and `winitgen.files.recipe.parse` checks it.
    ``facts`` are sizes, such as ``header_bytes``, and counts. ``shards`` are the paths of the files that an index lists.
    ``check`` raises `ChangedError` if a file has been changed since it was opened; so does closing.
    ``others`` is what a loader could read beside the arrays, and ``late`` returns what only the values tell of it.
    """

    path: str
    format: str
    tensors: Sequence[StoredArray] = ()
    metadata: Mapping[str, str] = MappingProxyType({})
    recipe: str | None = None
    facts: Mapping[str, int | str] = MappingProxyType({})
    shards: Sequence[str] = ()
    check: Callable[[], object] = lambda: None
    others: Sequence[OtherReading] = ()
    late: LateReadings = nothing_late


class ReadFile(Protocol):
    """The function that reads a container."""

    def __call__(self, file: BinaryIO, path: str, stack: ExitStack, /, *, recipe_only: bool) -> OpenFile:
        """Return the content of an open file."""


class Reader(NamedTuple):
    """One container: how its files begin, and how they are read.

    ``fits`` takes the first `HEAD` bytes. ``begins_later`` tells of a file that fits no reader whether this
    container begins behind other bytes. ``read`` takes the file, its path for messages, and a stack that closes
    what it opens; it raises `UnreadableError` for any fault in the file. With ``recipe_only`` it stops
    at the recipe, and neither lists nor checks the arrays.
    """

    name: str
    fits: Callable[[bytes], bool]
    read: ReadFile
    begins_later: Callable[[BinaryIO], bool] | None = None


HEAD = 2056
"""Bytes of a file's beginning by which its container is identified, or what else it is."""

MOST_TENSORS = 250_000
_MOST_EXPANDED = 1000
_ALWAYS_EXPANDED = 1 << 30


def check_expansion(path: str, name: str, nbytes: int, stored: int) -> None:
    """Raise `UnreadableError` if the declared size is too large to be explained by compression."""
    if nbytes > _ALWAYS_EXPANDED and nbytes > _MOST_EXPANDED * stored:
        raise UnreadableError(
            f"{path}: {quoted(name)} declares {nbytes:,} bytes but stores {stored:,}; refusing to expand it"
        )


def check_whole_expansion(path: str, sizes: Iterable[tuple[int, int]]) -> None:
    """Raise `UnreadableError` if all compressed members together declare too much; ``sizes`` are declared and stored."""
    declared, stored = map(sum, zip((0, 0), *sizes, strict=True))
    if declared > _ALWAYS_EXPANDED and declared > _MOST_EXPANDED * stored:
        raise UnreadableError(
            f"{path}: its compressed members declare {declared:,} bytes together but store {stored:,}; refusing to expand them"
        )


def quoted(text: str) -> str:
    """Return text from a file in quotes, shortened and on one line, for a message."""
    return repr(printable(text if len(text) <= 100 else text[:100] + "..."))


Source = BinaryIO | Callable[[], "AbstractContextManager[BinaryIO]"]
"""An open file, or a function that opens it for each read: a folder may have more files than can be open at once."""


@contextmanager
def file_of(source: Source) -> Iterator[BinaryIO]:
    """Give the open file of a source."""
    if callable(source):
        with source() as file:
            yield file
    else:
        yield source


Seen = Callable[[int, bytearray], object]
"""Called with each run of bytes that is read of an array's values, and where it begins in them."""


def raw(source: Source, path: str, dtype: np.dtype[Any], offset: int, seen: Seen | None = None) -> Read:
    """Return a function that reads an array stored uncompressed at ``offset``.

    ``dtype`` may have either byte order. ``seen`` is called by any thread.
    """
    itemsize = dtype.itemsize

    def read(start: int, count: int) -> Array:
        import numpy as np

        content = bytearray(count * itemsize)
        with file_of(source) as file:
            fill(file, path, memoryview(content), offset + start * itemsize)
        if seen is not None:
            seen(start * itemsize, content)
        return native(np.frombuffer(content, dtype))

    return read


def fill(file: BinaryIO, path: str, buffer: memoryview, offset: int) -> None:
    """Fill ``buffer`` from an offset of an open file; raise `UnreadableError` if the file is too short."""
    rest = buffer
    while rest:
        try:
            found = (
                file.read_into(offset, rest)
                if isinstance(file, RemoteFile)
                else read_into(file.fileno(), rest, offset)
            )
        except OSError as error:
            raise UnreadableError(f"cannot read {path}: {error.strerror}") from error
        if not found:
            raise EndedError(f"{path} ended while it was being read")
        rest, offset = rest[found:], offset + found


def local_only(file: BinaryIO, path: str, what: str) -> None:
    """Raise `UnreadableError` for an object of a store that holds ``what``, which ranges do not give."""
    if isinstance(file, RemoteFile):
        raise UnreadableError(f"{path} holds {what}, which is read only from a disk; download it first")


def native(values: Array) -> Array:
    """Return values in native byte order."""
    return values if values.dtype.isnative else values.byteswap().view(values.dtype.newbyteorder("="))


def little(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return a number format in little-endian order; formats of ml_dtypes have only native order."""
    if sys.byteorder == "big" and dtype.isbuiltin != 1:
        raise UnreadableError(f"{dtype.name} cannot be read on a big-endian machine")
    return dtype.newbyteorder("<") if dtype.isbuiltin == 1 else dtype


def numpy_dtype(name: str) -> np.dtype[Any] | None:
    """Return the number format with this name from NumPy or else ml_dtypes, or None."""
    import numpy as np

    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        known = getattr(ml_dtypes, name, None)
        return None if known is None else np.dtype(known)
