"""A member of a zip, and where its bytes are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.files.formats.npz.local_header import contradictions
from winitgen.files.formats.npz.packings import LZMA, STORED

if TYPE_CHECKING:
    from zipfile import ZipInfo

    from winitgen.files.formats.npz.local_header import LocalHeader

_ENDS = 1 << 1
"""The flag of a member of LZMA whose stream has a mark of its end (APPNOTE 4.4.4)."""


class MemberPlace(NamedTuple):
    """Where the bytes of a member are in the file, and what the directory says of them; there may be very many.

    ``name`` is the whole one, ``packed`` the number of its bytes in the file, ``size`` that of them unpacked, and
    ``method`` how they are packed. ``endless`` is a stream of LZMA without a mark of its end. A ``checksum`` of None is not
    compared.
    """

    name: str
    begin: int
    packed: int
    size: int
    checksum: int | None
    method: int
    endless: bool

    @property
    def end(self) -> int:
        """The offset after its last byte."""
        return self.begin + self.packed


class Member(NamedTuple):
    """One file of the archive, and the offset of its bytes, stored or packed.

    ``otherwise`` is what the header in front of them says otherwise than the directory; ``sizes_follow`` says that its
    sizes stand behind them. ``unread`` says why its bytes are not read; it is empty if they are.
    """

    info: ZipInfo
    begin: int
    otherwise: tuple[str, ...]
    sizes_follow: bool
    unread: str = ""

    @property
    def end(self) -> int:
        """The offset after its last byte."""
        return self.begin + self.info.compress_size

    @property
    def place(self) -> MemberPlace:
        """What reading its bytes needs, without all else that the directory says."""
        info = self.info
        endless = info.compress_type == LZMA and not info.flag_bits & _ENDS
        sizes = info.compress_size, info.file_size
        return MemberPlace(info.filename, self.begin, *sizes, info.CRC, info.compress_type, endless)

    @property
    def packed(self) -> bool:
        """Whether its bytes are compressed, by whatever method."""
        return self.info.compress_type != STORED

    @property
    def name(self) -> str:
        """The name of the array, as in ``np.load``."""
        return self.info.filename.removesuffix(".npy")


def member_of(info: ZipInfo, local: LocalHeader, unread: str) -> Member:
    """Return the member of an entry of the directory, whose bytes begin after the header in front of it."""
    otherwise = tuple(contradictions(info, local))
    return Member(info, info.header_offset + local.size, otherwise, local.sizes_follow, unread)
