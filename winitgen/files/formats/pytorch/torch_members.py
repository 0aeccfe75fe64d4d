"""The members of a zip of ``torch.save`` by their names, as PyTorch looks for them.

PyTorch compares the bytes of names, and takes the letters A to Z for a to z and no others (``mz_zip_reader_locate_file`` of miniz). It looks in the folder of
the first member, and refuses the zip if any other name does not begin with that folder, or is not UTF-8 in its first 511 bytes
(``PyTorchStreamReader.getAllRecords``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from winitgen.files.formats.npz.raw_name import raw_name
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

if TYPE_CHECKING:
    from zipfile import ZipFile

    from winitgen.files.formats.npz.member import Member

_LONGEST_NAME = 511
"""Bytes of a name that PyTorch lists."""


def folder_of(archive: ZipFile) -> bytes | None:
    """Return the folder of a zip in which PyTorch looks for its members, with a slash; None if it has no pickle there."""
    names = [raw_name(info) for info in archive.infolist()]
    first, slash, _ = names[0].partition(b"/") if names else (b"", b"", b"")
    folder = first + slash
    return folder if slash and (folder + b"data.pkl").lower() in map(bytes.lower, names) else None


def is_without_pickle(archive: ZipFile) -> bool:
    """Tell whether a zip has a version and a byte order in a folder, as PyTorch writes them, and no array."""
    names = [raw_name(info).lower() for info in archive.infolist()]
    ends = {name.partition(b"/")[2] for name in names}
    return {b"version", b"byteorder"} <= ends and not any(name.endswith(b".npy") for name in names)


class TorchMembers:
    """The members of a zip, each under the name that it has in the folder."""

    def __init__(self, members: Sequence[Member], folder: bytes) -> None:
        self.all, self._folder = members, folder
        self._by_name = {raw_name(member.info).lower(): member for member in members}
        self._read: set[int] = set()

    def named(self, name: str) -> Member | None:
        """Return the member with this name in the folder."""
        try:
            return self._by_name.get((self._folder + name.encode()).lower())
        except UnicodeEncodeError:  # half of a character, which PyTorch cannot look for either
            return None

    def unread(self, read: Sequence[str]) -> Member | None:
        """Return the first member that cannot be read, of those that PyTorch reads: its storages, and the members ``read``."""
        known = {(self._folder + name.encode()).lower() for name in read}
        storages = (self._folder + b"data/").lower()
        for member in self.all:
            name = raw_name(member.info).lower()
            if member.unread and (name in known or name.startswith(storages)):
                return member
        return None

    def has(self, name: str) -> bool:
        """Tell whether the folder has a member with exactly this name."""
        return any(raw_name(member.info) == self._folder + name.encode() for member in self.all)

    def read(self, member: Member) -> None:
        """Note that a member was read as a storage."""
        self._read.add(id(member))

    @property
    def stored_bytes(self) -> int:
        """The bytes in the file of the members that were read as storages."""
        return sum(member.info.compress_size for member in self.all if id(member) in self._read)

    def readings(self, own: Sequence[str]) -> Iterator[OtherReading]:
        """Yield for which names PyTorch refuses the zip, or takes one of two members, and what was not read beside the members ``own``."""
        names = {raw_name(member.info) for member in self.all}
        if len({name.lower() for name in names}) < len(names):
            yield OtherReading(
                "it has members whose names differ only in capital letters, which PyTorch takes for one"
            )
        for member in self.all:
            if member.unread:
                yield OtherReading(
                    f"its member {quoted(member.info.filename)}, which PyTorch does not read: {member.unread}"
                )
                break
        yield from self._refused()
        known = {self._folder + name.encode() for name in own}
        unread = sorted(
            member.info.filename
            for member in self.all
            if id(member) not in self._read
            and raw_name(member.info) not in known
            and not member.info.filename.endswith("/")
        )
        if unread:
            more = f", and {len(unread) - 1:,} more were not" if len(unread) > 1 else ""
            yield OtherReading(f"its member {quoted(unread[0])} was not read{more}", misread=False)

    def _refused(self) -> Iterator[OtherReading]:
        """Yield the first name that PyTorch refuses for each reason."""
        outside = _first(self.all, lambda name: not name.startswith(self._folder))
        if outside:
            folder = quoted(self._folder.decode(errors="replace"))
            yield OtherReading(
                f"its member {outside} is outside the folder {folder} of the first member, for which PyTorch refuses it"
            )
        if cut := _first(self.all, lambda name: not _is_listed(name)):
            yield OtherReading(
                f"the name of its member {cut} is not UTF-8 in its first {_LONGEST_NAME} bytes, for which PyTorch refuses it"
            )


def _first(members: Sequence[Member], test: Callable[[bytes], bool]) -> str:
    """Return the quoted name of the first member whose bytes pass a test; empty if none does."""
    return next((quoted(one.info.filename) for one in members if test(raw_name(one.info))), "")


def _is_listed(name: bytes) -> bool:
    """Tell whether PyTorch can list a name, of which it takes no more than it has room for."""
    try:
        name[:_LONGEST_NAME].decode()
    except UnicodeDecodeError:
        return False
    return True
