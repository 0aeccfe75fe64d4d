"""Reads a packed member of a zip in little memory: forward, or in any order through a scratch file."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.files.formats.npy.reader import transposed
from winitgen.files.formats.npz.member_stream import MemberStream, ends
from winitgen.files.formats.npz.packings import PackedStreamError
from winitgen.files.input.numpy_formats import native
from winitgen.files.input.open_file import quoted
from winitgen.files.input.scratch import unpacking, write_all
from winitgen.files.input.stored_array import DamagedValuesError, Read

if TYPE_CHECKING:
    from contextlib import ExitStack

    import numpy as np

    from winitgen.files.formats.npz.member import MemberPlace
    from winitgen.files.formats.npz.open_streams import OpenStreams
    from winitgen.numeric.arrays import Array

_STEP = 1 << 20


class PackedMember:
    """One member. Reading forward is cheap; reading backward decompresses from the beginning again.

    The checksum is compared when the last byte of the member is read, and then the stream has to end.
    """

    __slots__ = ("_ends", "_file", "_lock", "_path", "_stack", "_streams", "place")

    def __init__(
        self, place: MemberPlace, file: BinaryIO, path: str, stack: ExitStack, streams: OpenStreams
    ) -> None:
        self.place = place
        self._file = file
        self._path = path
        self._stack = stack
        self._streams = streams
        self._lock = Lock()
        self._ends: bool | None = None

    def reader(self, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any], *, fortran: bool) -> Read:
        """Return a function that reads the member's values in C order."""
        if fortran and sum(axis > 1 for axis in shape) > 1 and 0 not in shape:
            return self._transposed(begin, shape, dtype)
        return _InOrder(self, begin, dtype)

    def read(self, offset: int, count: int) -> bytearray:
        """Return ``count`` bytes of the unpacked member from ``offset``."""
        with self._lock:
            try:
                stream = self._streams.take(self.place.begin)
                if stream is None or offset < stream.position:
                    stream = MemberStream(self.place, self._file, self._path)
                while (ahead := offset - stream.position) > 0:
                    if not stream.read(min(ahead, _STEP)):
                        break
                content = bytearray()
                while len(content) < count and (found := stream.read(min(count - len(content), _STEP))):
                    content += found
                if stream.position == self.place.size:
                    self._ends = ends(stream) if self._ends is None else self._ends
                else:
                    self._streams.put(self.place.begin, stream)
            except (PackedStreamError, ValueError) as error:
                raise self._damaged() from error
        if len(content) < count:
            raise self._damaged()
        return content

    def is_longer(self, read_rest: bool) -> bool:
        """Tell whether the member's stream ends elsewhere than the member; not if its last value was not read.

        With ``read_rest`` such a member is read through. Raises `UnreadableError` if it is damaged.
        """
        if self._ends is None and read_rest:
            for offset in range(0, self.place.size, _STEP):
                self.read(offset, min(_STEP, self.place.size - offset))
        return self._ends is False

    def _transposed(self, begin: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Read:
        """Return a function that reads Fortran order in C order, from a scratch file filled at the first call."""
        scratch: list[Read] = []
        lock = Lock()

        def read(start: int, count: int) -> Array:
            with lock:
                if not scratch:
                    scratch.append(transposed(self.unpacked(), self._path, begin, shape, dtype))
            return scratch[0](start, count)

        return read

    def unpacked(self) -> BinaryIO:
        """Return a scratch file with the bytes of the member, which stays open as long as the stack."""
        from tempfile import TemporaryFile

        with unpacking(self._path):
            file: Any = self._stack.enter_context(TemporaryFile(buffering=0))  # noqa: SIM115  # the stack closes it
        size = self.place.size
        for offset in range(0, size, _STEP):
            write_all(file, self.read(offset, min(_STEP, size - offset)), self._path)
        found: BinaryIO = file
        return found

    def _damaged(self) -> DamagedValuesError:
        name = quoted(self.place.name.removesuffix(".npy"))
        text = f"{self._path} is a damaged npz file: {name} cannot be unpacked"
        return DamagedValuesError(text, "it is damaged, so that its values cannot be unpacked")


class _InOrder:
    """A function that reads the values of a member, which begin at ``begin`` of its unpacked bytes."""

    __slots__ = ("_begin", "_dtype", "_member")

    def __init__(self, member: PackedMember, begin: int, dtype: np.dtype[Any]) -> None:
        self._member, self._begin, self._dtype = member, begin, dtype

    def __call__(self, start: int, count: int) -> Array:
        import numpy as np

        itemsize = self._dtype.itemsize
        content = self._member.read(self._begin + start * itemsize, count * itemsize)
        return native(np.frombuffer(content, self._dtype))
