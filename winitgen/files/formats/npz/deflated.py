"""Reads a deflated member of a zip in little memory: forward, or in any order through a scratch file."""

from __future__ import annotations

from threading import Lock
from typing import IO, TYPE_CHECKING, Any

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.reader import transposed
from winitgen.files.input.numpy_formats import native
from winitgen.files.input.open_file import quoted
from winitgen.files.input.stored_array import Read

if TYPE_CHECKING:
    from contextlib import ExitStack
    from zipfile import ZipFile, ZipInfo

    import numpy as np

    from winitgen.numeric.arrays import Array

_STEP = 1 << 20


class Deflated:
    """One member. Reading forward is cheap; reading backward decompresses from the beginning again.

    The checksum is compared when the last byte of the member is read.
    """

    def __init__(self, archive: ZipFile, info: ZipInfo, path: str, stack: ExitStack) -> None:
        self._archive = archive
        self._info = info
        self._path = path
        self._stack = stack
        self._lock = Lock()
        self._stream: IO[bytes] | None = None

    def reader(self, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any], *, fortran: bool) -> Read:
        """Return a function that reads the member's values in C order."""
        if fortran and sum(axis > 1 for axis in shape) > 1 and 0 not in shape:
            return self._transposed(begin, shape, dtype)

        def read(start: int, count: int) -> Array:
            import numpy as np

            content = self._read(begin + start * dtype.itemsize, count * dtype.itemsize)
            return native(np.frombuffer(content, dtype))

        return read

    def _read(self, offset: int, count: int) -> bytearray:
        """Return ``count`` bytes of the unpacked member from ``offset``."""
        with self._lock:
            try:
                stream = self._stream
                if stream is None or offset < stream.tell():
                    stream = self._stream = self._archive.open(self._info)
                while (ahead := offset - stream.tell()) > 0:
                    if not stream.read(min(ahead, _STEP)):
                        break
                content = bytearray()
                while len(content) < count and (found := stream.read(min(count - len(content), _STEP))):
                    content += found
            except (MemoryError, OSError):
                raise
            except Exception as error:  # from zlib or zipfile
                raise self._damaged() from error
        if len(content) < count:
            raise self._damaged()
        return content

    def _transposed(self, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Read:
        """Return a function that reads Fortran order in C order, from a scratch file filled at the first call."""
        scratch: list[Read] = []
        lock = Lock()

        def read(start: int, count: int) -> Array:
            with lock:
                if not scratch:
                    scratch.append(transposed(self._unpacked(), self._path, begin, shape, dtype))
            return scratch[0](start, count)

        return read

    def _unpacked(self) -> Any:
        from tempfile import TemporaryFile

        file = self._stack.enter_context(TemporaryFile())  # noqa: SIM115  # the stack closes it
        for offset in range(0, self._info.file_size, _STEP):
            file.write(self._read(offset, min(_STEP, self._info.file_size - offset)))
        file.flush()
        return file

    def _damaged(self) -> UnreadableError:
        name = quoted(self._info.filename.removesuffix(".npy"))
        return UnreadableError(f"{self._path} is a damaged npz file: {name} cannot be unpacked")
