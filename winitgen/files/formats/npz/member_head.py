"""A stream at the beginning of a member of a zip, by which it is told whether the member is an array."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.array_header import MAGIC
from winitgen.files.formats.npz.member_stream import MemberBytes, MemberStream, ends
from winitgen.files.formats.npz.packings import BLOCK, BZIP2, DEFLATED
from winitgen.files.formats.npz.zip_members import trouble

if TYPE_CHECKING:
    from zipfile import ZipFile

    from winitgen.files.formats.npz.member import Member

_MOST_WASTED = 100
"""Blocks of bzip2 that are unpacked, a few milliseconds each, though they do not belong to the values of a member."""


@contextmanager
def unpacked_bytes(member: Member, archive: ZipFile, file: BinaryIO, path: str) -> Iterator[Any]:
    """Give a stream of a packed member's bytes, unpacked in bounded memory; raise what ``zipfile`` does if it refuses it.

    ``zipfile`` itself unpacks all that a run of bzip2 or LZMA stands for at once.
    """
    with archive.open(member.info) as stream:
        if member.info.compress_type == DEFLATED:
            yield stream
            return
    with io.BufferedReader(MemberBytes(MemberStream(member.place, file, path))) as own:
        yield own


@contextmanager
def head_of(member: Member, archive: ZipFile, file: BinaryIO, path: str) -> Iterator[Any]:
    """Give a stream at a member's ``.npy`` header: the file itself if the member is stored.

    zipfile would check a stored member's checksum, and refuse a whole array in which one value has changed. None stands
    for a packed member that it refuses.
    """
    if not member.packed:
        file.seek(member.begin)
        yield file
        return
    with ExitStack() as opened:
        try:
            with trouble(path):
                stream = opened.enter_context(unpacked_bytes(member, archive, file, path))
        except UnreadableError:
            stream = None
        yield stream


def is_array(stream: Any) -> bool | None:
    """Tell whether a member begins as an array; None if its first bytes cannot be unpacked."""
    try:
        with trouble(""):
            return bool(stream.peek(len(MAGIC)).startswith(MAGIC))
    except UnreadableError:
        return None


class WastedBlocks:
    """Counts small members of bzip2 that begin with a block of more bytes than they have, or with a damaged one.

    A few dozen bytes are such a block, so that an archive of little size could keep the reader busy for minutes.
    """

    def __init__(self) -> None:
        self._wasted = 0

    def why_not(self, member: Member) -> str:
        """Return why a member is not looked at; empty if it is."""
        if member.info.compress_type != BZIP2 or self._wasted < _MOST_WASTED:
            return ""
        return (
            f"before it, the bzip2 streams of {self._wasted:,} members are damaged or longer than the members"
        )

    def note(self, member: Member, stream: Any) -> None:
        """Take the stream of a member whose beginning was unpacked."""
        if member.info.compress_type == BZIP2 and member.info.file_size <= BLOCK:
            self._wasted += stream is None or not ends(stream.raw.stream)
