"""Opens a zip by Python's ``zipfile``, as ``numpy.load`` and Keras do, and finds its members; hostile ones are not unpacked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npz.local_header import ABSENT, local_header
from winitgen.files.formats.npz.member import Member, member_of
from winitgen.files.formats.npz.packings import METHODS, PACKED_START, STORED, why_packed
from winitgen.files.input.expansion import all_expand_too_much, expands_too_much
from winitgen.files.input.open_file import MOST_TENSORS

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_LARGEST_DIRECTORY = 64_000_000
"""In bytes: several times what `MOST_TENSORS` members take."""

_ENCRYPTED = 1

NUMPY = "numpy.savez or numpy.savez_compressed"
"""What writes an archive that is read, for a message."""


class _Guarded:
    """The file that zipfile reads; it rejects a directory that would fill the memory.

    zipfile takes an ``OSError`` while it looks for the directory for the end of the file: it is kept as ``failed``.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self.failed: OSError | None = None

    def read(self, count: int = -1) -> bytes:
        if count > _LARGEST_DIRECTORY:
            raise ValueError
        try:
            found = self._file.read(count)
        except OSError as error:
            self.failed = error
            raise
        if found.startswith(b"PK\1\2") and found.count(b"PK\1\2") > MOST_TENSORS:
            raise ValueError
        return found


@contextmanager
def trouble(path: str, kind: str = "an npz file") -> Iterator[None]:
    """Turn any error of zipfile into one line."""
    try:
        yield
    except (MemoryError, OSError):
        raise
    except Exception as error:
        raise UnreadableError(f"{path} is not {kind}, or is damaged") from error


@contextmanager
def archived(file: BinaryIO, path: str, kind: str = "an npz file") -> Iterator[ZipFile]:
    """Open a zip, within a few dozen megabytes of memory; ``kind`` is what messages call it."""
    from zipfile import BadZipFile, ZipFile

    guarded = _Guarded(file)
    with trouble(path, kind):
        try:
            archive = ZipFile(guarded)
        except BadZipFile:
            if guarded.failed is not None:
                raise guarded.failed from None
            raise
    with archive:
        yield archive


def members_of(
    archive: ZipFile, file: BinaryIO, writer: str = NUMPY, methods: Collection[int] = METHODS
) -> list[Member]:
    """Return the members in the order of the directory; of two that overlap the first is not read.

    ``writer`` is what writes an archive of members that are read, for a message; ``methods`` are those of packing that
    its reader knows.
    """
    members = [_member(info, file, writer, methods) for info in archive.infolist()]
    next_begin = archive.start_dir
    for place in sorted(
        range(len(members)), key=lambda place: members[place].info.header_offset, reverse=True
    ):
        member = members[place]
        if member.end > next_begin and not member.unread:
            members[place] = member._replace(unread="it is damaged: it overlaps what follows it")
        next_begin = member.info.header_offset
    packed = (member.info for member in members if member.packed)
    why = all_expand_too_much((info.file_size, info.compress_size) for info in packed)
    return [one._replace(unread=one.unread or (why if one.packed else "")) for one in members]


def _member(info: ZipInfo, file: BinaryIO, writer: str, methods: Collection[int]) -> Member:
    """Return a member, whose bytes begin after its own header."""
    unread = expands_too_much(info.file_size, info.compress_size)
    if info.flag_bits & _ENCRYPTED:
        unread = "it is encrypted; unpack the archive, and pack it again without a password"
    elif info.compress_type not in methods:
        unread = f"it is compressed by method {info.compress_type} of zip; save it with {writer}"
    local = local_header(file, info.header_offset)
    if local is ABSENT:
        unread = "it is damaged: it is not where the directory of the archive says"
    elif info.compress_type == STORED and info.compress_size != info.file_size and not unread:
        unread = "it is damaged: it has two different sizes"
    unread = unread or why_packed(info.compress_type, info.file_size, file.read(PACKED_START))
    return member_of(info, local, unread)
