"""A member of a zip, and where its bytes are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zipfile import ZipInfo

    from winitgen.files.formats.npz.local_header import LocalHeader


class Member(NamedTuple):
    """One file of the archive, the offset of its bytes, stored or deflated, and the header in front of them.

    ``unread`` says why its bytes are not read; it is empty if they are.
    """

    info: ZipInfo
    begin: int
    local: LocalHeader
    unread: str = ""

    @property
    def end(self) -> int:
        """The offset after its last byte."""
        return self.begin + self.info.compress_size

    @property
    def name(self) -> str:
        """The name of the array, as in ``np.load``."""
        return self.info.filename.removesuffix(".npy")
