"""A file in a store, open for reading by ranges: a small one for the header, large ones ahead of the values."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from winitgen.files.stores.address import Address
from winitgen.files.stores.store import Found, Store
from winitgen.files.stores.windows import Windows

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FIRST = 1 << 18
"""Bytes of the first range: enough for nearly every header, which then costs two requests with that for the size."""


class _Ranges(io.RawIOBase):
    """The bytes of an object, each read one request."""

    def __init__(self, store: Store, size: int) -> None:
        self._store, self._size, self._position = store, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        stop = min(self._position + len(view), self._size)
        if stop <= self._position:
            return 0
        content = self._store.read(self._position, stop)
        view[: len(content)] = content
        self._position = stop
        return len(content)


class RemoteFile(io.BufferedReader):
    """An object of a store that is read in order like any open file, and at any offset from any thread."""

    def __init__(self, store: Store, size: int, found: Found) -> None:
        super().__init__(_Ranges(store, size), FIRST)
        self.size = size
        self._store, self._found, self._values_read = store, found, False
        self._windows = Windows(store.read, size)

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill a buffer from an offset, with what follows on its way already; return the bytes, fewer at the end."""
        self._values_read = True
        count = max(0, min(len(buffer), self.size - offset))
        self._windows.read_into(offset, buffer[:count])
        return count

    def is_changed(self) -> bool:
        """Ask the store whether the object is another than at first; a header alone is not worth the request."""
        return self._values_read and self._store.look() != self._found

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from an offset, or fewer at the end."""
        content = bytearray(count)
        return bytes(content[: self.read_into(offset, memoryview(content))])


@contextmanager
def opened_remote(address: Address) -> Iterator[RemoteFile]:
    """Open an object for reading; raise `OSError` if that is impossible."""
    store = Store(address)
    found = store.look()
    kind, size = found.kind, found.size
    if kind == "nothing":
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    if kind == "folder":
        raise OSError(errno.EISDIR, "it is a folder; end its name in / to read the index in it")
    if size is None:
        raise OSError(
            errno.EIO, "the store does not say how large it is, so no ranges can be read; download it"
        )
    with RemoteFile(store, size, found) as file:
        yield file
