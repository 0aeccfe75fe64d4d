"""The zip of ``torch.save``: a pickle that describes the tensors, and a member for each storage."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npz import zip_members
from winitgen.files.formats.npz.member_stream import hidden_behind
from winitgen.files.formats.npz.open_streams import OpenStreams
from winitgen.files.formats.npz.packed_member import PackedMember
from winitgen.files.formats.npz.packings import DEFLATED, STORED
from winitgen.files.formats.npz.zip_end import counts_one_disk
from winitgen.files.formats.npz.zip_readings import zip_readings
from winitgen.files.formats.pytorch.contents import arrays_of, content_of, damaged
from winitgen.files.formats.pytorch.rebuilt import StorageUse
from winitgen.files.formats.pytorch.stored_views import StorageBytes
from winitgen.files.formats.pytorch.torch_members import TorchMembers
from winitgen.files.formats.pytorch.torch_pickle import OF_ZIP, TorchPickle
from winitgen.files.formats.pytorch.unpickling import MOST_BYTES
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.raw_values import Source
from winitgen.files.input.stored_array import StoredArray
from winitgen.files.stores.remote_file import RemoteFile

if TYPE_CHECKING:
    from contextlib import ExitStack
    from zipfile import ZipFile

    from winitgen.files.formats.npz.member import Member, MemberPlace

_SERIAL = ".data/serialization_id"
_ALIGNMENT = ".storage_alignment"
_VERSIONS = (".data/version", "version")
"""Where the version may stand; PyTorch takes the first that is there."""

_READ = ("data.pkl", "byteorder", *_VERSIONS, _ALIGNMENT, _SERIAL)
"""The members that PyTorch reads beside the storages."""

_OWN = (*_READ, ".format_version")

_KNOWN_VERSION = re.compile(rb"[ \t-\r]*\+?0*([1-9]|10)([^0-9].*)?", re.DOTALL)
"""A number from 1 to 10, as C's ``strtoull`` reads it: whatever follows its digits."""
_LONGEST_TEXT = 1000

MOST_STORAGES = 96_000
"""Members of a zip beside those that every one has: a tensor of a storage takes 26 of the objects that a pickle may make."""


class TorchArchive:
    """A zip of ``torch.save``, whose members stand in a folder.

    It is a file, or the part of ``source`` that begins at ``base``, which ``file`` reads as one.
    """

    def __init__(  # what a part of a file needs
        self,
        archive: ZipFile,
        folder: bytes,
        file: BinaryIO,
        path: str,
        stack: ExitStack,
        source: Source | None = None,
        base: int = 0,
    ) -> None:
        self._archive, self._file = archive, file
        self._path, self._stack = path, stack
        self._source, self._base = source, base
        if len(archive.infolist()) > MOST_STORAGES + len(_OWN):
            raise UnreadableError(
                f"{path} is too large to read: it has more than {MOST_STORAGES:,} storages, the most that winitgen reads"
            )
        members = zip_members.members_of(archive, file, "torch.save", {STORED, DEFLATED})
        self._members = TorchMembers(members, folder)
        unread = self._members.unread(_READ)
        if unread is not None:
            raise UnreadableError(f"{path}: its member {quoted(unread.info.filename)}: {unread.unread}")
        self._streams = OpenStreams()
        self._packed: str | None = None
        self._wrong_sums: dict[str, None] = {}

    def tensors(self) -> tuple[list[StoredArray], list[OtherReading]]:
        """Return the tensors that the pickle describes, and what PyTorch takes of it otherwise."""
        if self._members.has("constants.pkl"):  # PyTorch finds other members in any case
            raise UnreadableError(
                f"{self._path} is a TorchScript archive, which holds code; load it with torch.jit.load where it is trusted, and save its state_dict() with safetensors.torch.save_file"
            )
        order = self._order()
        content = content_of(TorchPickle(io.BytesIO(self._text("data.pkl")), OF_ZIP), self._path)
        found = arrays_of(content, self._place, self._path, big=order == b"big")
        return found, content.others

    @property
    def stored_bytes(self) -> int:
        """The bytes of the storages in the file."""
        return self._members.stored_bytes

    def zip_readings(self) -> list[OtherReading]:
        """Return what readers of the zip could disagree about."""
        return zip_readings(self._archive, self._members.all, self._file)

    def _order(self) -> bytes:
        """Return the byte order that the file says, little if it says none."""
        if self._members.named("byteorder") is None:
            return b"little"
        found = self._text("byteorder")
        if found not in {b"little", b"big"}:
            raise damaged(self._path, f"its byte order is {quoted(found.decode(errors='replace'))}")
        return found

    def _text(self, name: str) -> bytes:
        """Return the bytes of a member, of which a whole pickle may be read."""
        member = self._members.named(name)
        assert member is not None  # the caller has seen it
        if member.info.file_size > MOST_BYTES:
            raise UnreadableError(
                f"{self._path} has a pickle that is too large to read: it has more than {MOST_BYTES:,} bytes, the most that winitgen reads"
            )
        content = self._unpacked(member)
        if zlib.crc32(content) != member.info.CRC:
            self._wrong_sums[member.info.filename] = None
        return content

    def _unpacked(self, member: Member) -> bytes:
        """Return all bytes of a member, whatever its checksum is."""
        size = member.info.file_size
        self._file.seek(member.begin)
        content = self._file.read(member.info.compress_size)
        if member.packed:
            try:
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, size)
            except zlib.error:
                content = b""
        if len(content) < size:
            raise damaged(self._path, f"its member {quoted(member.info.filename)} cannot be unpacked")
        return content

    def _place(self, storage: StorageUse) -> StorageBytes:
        """Return where the bytes of a storage are."""
        member = self._members.named(f"data/{storage.key}")
        if member is None:
            raise damaged(self._path, f"it has no storage {quoted(storage.key)}")
        size = storage.values * storage.format.itemsize
        if member.info.file_size != size:
            raise damaged(
                self._path,
                f"its storage {quoted(storage.key)} holds {member.info.file_size:,} bytes, not {size:,}",
            )
        self._members.read(member)
        if member.info.compress_type:
            if self._source is not None:
                raise UnreadableError(
                    f"{self._path} has the deflated storage {quoted(storage.key)}, which is read only in a file of its own"
                )
            self._packed = self._packed or storage.key
            source = _unpacking(
                PackedMember(_place_of(member), self._file, self._path, self._stack, self._streams)
            )
            return StorageBytes(source, 0, size, storage.format, packed=member.info.compress_size)
        stored = self._file if self._source is None else self._source
        remote = isinstance(stored, RemoteFile)
        return StorageBytes(lambda: stored, self._base + member.begin, size, storage.format, remote)

    def readings(self) -> list[OtherReading]:
        """Return what PyTorch could read of the members otherwise, or does not read."""
        own = [*self._own_readings(), *self._members.readings(_OWN)]
        for name in self._wrong_sums:
            text = f"its member {quoted(name)} does not have the checksum that the archive says, which PyTorch does not compare"
            own.append(OtherReading(text, misread=False))
        return own

    def altered(self) -> list[str]:
        """Return which storage PyTorch takes for another one where it maps the file into memory."""
        if self._packed is None:
            return []
        return [
            f"its storage {quoted(self._packed)} is packed by deflate, and torch.load with mmap=True, by which from_pretrained of transformers reads, takes the packed bytes for the values"
        ]

    def _own_readings(self) -> Iterator[OtherReading]:
        """Yield why PyTorch refuses the zip for what stands in members of its own."""
        version = next((name for name in _VERSIONS if self._members.named(name) is not None), None)
        if version is None:
            yield OtherReading("it has no member 'version', without which PyTorch refuses it")
        elif not _KNOWN_VERSION.fullmatch(self._start(version)):
            yield OtherReading(f"its member {quoted(version)} is not a version that PyTorch reads")
        if not _is_number(self._start(_ALIGNMENT)):
            yield OtherReading(f"its member {quoted(_ALIGNMENT)} is not a number, and PyTorch refuses it")
        if not _is_utf8(self._start(_SERIAL)):
            yield OtherReading(f"its member {quoted(_SERIAL)} is not in UTF-8, and PyTorch refuses it")
        if not counts_one_disk(self._archive, self._file):
            yield OtherReading("it says that it is on other than one disk, for which PyTorch refuses it")
        if any(member.info.volume for member in self._members.all):
            yield OtherReading("it has members on other disks, for which PyTorch refuses it")

    def _start(self, name: str) -> bytes:
        """Return the bytes of a short member; those of a number if there is none, and none that are any text if it is long."""
        member = self._members.named(name)
        if member is None:
            return b"1"
        return self._text(name) if member.info.file_size <= _LONGEST_TEXT else b"\xff"

    def late(self, read_rest: bool) -> Sequence[OtherReading]:
        """Return what only the streams of deflated members tell."""
        deflated = [member.place for member in self._members.all if member.packed and not member.unread]
        return hidden_behind(deflated, self._file, self._path) if read_rest else ()


def _place_of(member: Member) -> MemberPlace:
    """Return where a member is, without its checksum: PyTorch compares none."""
    return member.place._replace(checksum=None)


def _is_number(text: bytes) -> bool:
    """Tell whether Python's ``int`` takes a text, as PyTorch asks it to."""
    try:
        int(text)
    except ValueError:
        return False
    return True


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _unpacking(member: PackedMember) -> Callable[[], BinaryIO]:
    """Return a function that unpacks a member once, when its values are read."""
    found: list[BinaryIO] = []
    lock = Lock()

    def source() -> BinaryIO:
        with lock:
            if not found:
                found.append(member.unpacked())
        return found[0]

    return source
