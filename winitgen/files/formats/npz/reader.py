"""Reads NumPy's archive: a zip of ``.npy`` members, stored or deflated.

The loader of record, ``numpy.load``, reads by Python's ``zipfile``: of the last end record the directory, and of that each
member, under its name without ``.npy``; a name that has no such member is the member of exactly that name. A member
that does not begin as an array is given as bytes. Wrong checksums, and headers of more than 10,000 characters, are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.array_header import MAGIC
from winitgen.files.formats.npy.header_budget import HeaderBudget
from winitgen.files.formats.npz.archive_facts import DEFLATED, facts_of, is_deflated, size_of
from winitgen.files.formats.npz.deflated import Deflated
from winitgen.files.formats.npz.inflating import hidden_behind, longer
from winitgen.files.formats.npz.local_header import ABSENT, in_folder, local_header
from winitgen.files.formats.npz.member import Member, MemberPlace, member_of
from winitgen.files.formats.npz.member_array import headless, member_array, once
from winitgen.files.formats.npz.member_sums import MemberSum, wrong_sums
from winitgen.files.formats.npz.numpy_names import numpy_readings
from winitgen.files.formats.npz.zip_readings import zip_readings
from winitgen.files.input.expansion import all_expand_too_much, expands_too_much
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from contextlib import ExitStack
    from zipfile import ZipFile, ZipInfo

_START, _EMPTY = b"PK\3\4", b"PK\5\6"
_LARGEST_DIRECTORY = 64_000_000
"""In bytes: several times what `MOST_TENSORS` members take."""

_ENCRYPTED = 1
_STORED = 0

NUMPY = "numpy.savez or numpy.savez_compressed"
"""What writes an archive that is read, for a message."""


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the arrays of the members; members that are not arrays are listed in the facts.

    The archive's comment is the recipe if it looks like one.
    """
    archive = stack.enter_context(archived(file, path))
    comment = archive.comment.decode(errors="replace")
    recipe = comment if comment.startswith("{") else None
    if recipe_only:
        return OpenFile(path, "npz", recipe=recipe)
    members = members_of(archive, file)
    found = _listed(members, archive, file, path, stack)
    if found.others and not found.arrays:
        raise UnreadableError(f"{path} is a zip archive without a NumPy array")
    tensors = once(found.arrays, found.double)
    metadata = {"comment": comment} if comment and recipe is None else {}
    readings = [
        *zip_readings(archive, members, file),
        *numpy_readings(members, tensors, found.others),
        *found.double,
    ]
    facts = facts_of(file, members, found.others)
    archive.filelist.clear()  # there may be very many, and nothing more is read by them
    archive.NameToInfo.clear()
    late = partial(_late, found.unread, file, path, found.sums, found.packed)
    return OpenFile(path, "npz", tensors, metadata, recipe, facts, others=readings, late=late)


class _Found(NamedTuple):
    """What the members are: arrays, the names of others, and what tells later of the checksums and of deflated streams.

    ``double`` is what a loader reads otherwise, and ``unread`` are the deflated members that are no arrays.
    """

    arrays: list[tuple[Member, StoredArray]]
    others: list[str]
    sums: list[MemberSum]
    double: list[OtherReading]
    packed: list[Deflated]
    unread: list[MemberPlace]


def _listed(
    members: Sequence[Member], archive: ZipFile, file: BinaryIO, path: str, stack: ExitStack
) -> _Found:
    """Return what the members are, by their first bytes."""
    found = _Found([], [], [], [], [], [])
    budget = HeaderBudget(size_of(file))
    for member in members:
        if member.unread:
            found.arrays.append((member, headless(member, member.unread)))
            continue
        with _header_of(member, archive, file, path) as stream:
            is_array = None if stream is None else _is_array(stream)
            if is_array is None or not (is_array or member.info.filename.endswith(".npy")):
                found.unread.extend([member.place] if is_deflated(member) else ())
            if not is_array and not member.info.filename.endswith(".npy"):
                found.others.append(member.info.filename)
            elif is_array is None:
                why = "it is damaged: zipfile cannot open it"
                found.arrays.append((member, headless(member, why)))
            else:
                values = Deflated(member.place, file, path, stack) if is_deflated(member) else None
                found.packed.extend([values] if values is not None else ())
                array = member_array(member, stream, file, path, values, found.sums, found.double, budget)
                found.arrays.append((member, array))
    return found


def _late(  # of what the readings are
    others: Sequence[MemberPlace],
    file: BinaryIO,
    path: str,
    sums: Sequence[MemberSum],
    packed: Sequence[Deflated],
    read_rest: bool,
) -> list[OtherReading]:
    """Return what the values tell, and with ``read_rest`` also what the members tell that are no arrays."""
    long = [longer(one.place) for one in packed if one.is_longer(read_rest)]
    return [*wrong_sums(sums, read_rest), *long, *(hidden_behind(others, file, path) if read_rest else ())]


class _Guarded:
    """The file that zipfile reads; it rejects a directory that would fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        if count > _LARGEST_DIRECTORY:
            raise ValueError
        found = self._file.read(count)
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
    from zipfile import ZipFile

    with trouble(path, kind):
        archive = ZipFile(_Guarded(file))
    with archive:
        yield archive


def members_of(archive: ZipFile, file: BinaryIO, writer: str = NUMPY) -> list[Member]:
    """Return the members in the order of the directory; of two that overlap the first is not read.

    ``writer`` is what writes an archive of members that are read, for a message.
    """
    members = [_member(info, file, writer) for info in archive.infolist()]
    next_begin = archive.start_dir
    for place in sorted(
        range(len(members)), key=lambda place: members[place].info.header_offset, reverse=True
    ):
        member = members[place]
        if member.end > next_begin and not member.unread:
            members[place] = member._replace(unread="it is damaged: it overlaps what follows it")
        next_begin = member.info.header_offset
    deflated = (member.info for member in members if is_deflated(member))
    why = all_expand_too_much((info.file_size, info.compress_size) for info in deflated)
    return [one._replace(unread=one.unread or (why if is_deflated(one) else "")) for one in members]


def _member(info: ZipInfo, file: BinaryIO, writer: str) -> Member:
    """Return a member, whose bytes begin after its own header."""
    unread = expands_too_much(info.file_size, info.compress_size)
    if info.flag_bits & _ENCRYPTED:
        unread = "it is encrypted; unpack the archive, and pack it again without a password"
    elif info.compress_type not in {_STORED, DEFLATED}:
        unread = f"it is compressed by method {info.compress_type} of zip; save it with {writer}"
    local = local_header(file, info.header_offset)
    if local is ABSENT:
        unread = "it is damaged: it is not where the directory of the archive says"
    elif info.compress_type == _STORED and info.compress_size != info.file_size and not unread:
        unread = "it is damaged: it has two different sizes"
    return member_of(info, local, unread)


@contextmanager
def _header_of(member: Member, archive: ZipFile, file: BinaryIO, path: str) -> Iterator[Any]:
    """Give a stream at a member's ``.npy`` header: the file itself if the member is stored.

    zipfile would check a stored member's checksum, and refuse a whole array in which one value has changed. None stands
    for a deflated member that it refuses.
    """
    if not is_deflated(member):
        file.seek(member.begin)
        yield file
        return
    try:
        with trouble(path):
            stream = archive.open(member.info)
    except UnreadableError:
        yield None
        return
    with stream:
        yield stream


def _is_array(stream: Any) -> bool | None:
    """Tell whether a member begins as an array; None if its first bytes cannot be unpacked."""
    try:
        with trouble(""):
            return bool(stream.peek(len(MAGIC)).startswith(MAGIC))
    except UnreadableError:
        return None


READER = Reader(
    name="npz", fits=lambda head: head.startswith((_START, _EMPTY)) and not in_folder(head), read=read
)
