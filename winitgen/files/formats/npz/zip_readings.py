"""What another reader of a zip could find in it than the members that ``zipfile`` lists.

``numpy.load`` and Keras read a zip by Python's ``zipfile``: from the last end record the directory, from that the
members. Others read from the front, or find another end record. A zip has one reading if its members follow
one another from the first byte to the directory, each with a header that says the same, and one end record follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from winitgen.files.formats.npz.local_header import KNOWN, LONGEST_DESCRIPTOR, descriptor_size
from winitgen.files.formats.npz.raw_name import is_ambiguous
from winitgen.files.formats.npz.zip_end import faults_of_end
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

if TYPE_CHECKING:
    from zipfile import ZipFile

    from winitgen.files.formats.npz.member import Member


def zip_readings(archive: ZipFile, members: Sequence[Member], file: BinaryIO) -> list[OtherReading]:
    """Return what readers of an open archive could disagree about."""
    found = [*_names(members), *_headers(members), *_gaps(archive, members, file)]
    return [OtherReading(text) for text in (*found, *faults_of_end(archive, file))]


def _names(members: Sequence[Member]) -> Iterator[str]:
    """Yield the names that stand twice in the directory, or that readers cut or decode in several ways."""
    names: set[str] = set()
    for member in members:
        if member.info.filename in names:
            yield f"it has two members {quoted(member.info.filename)}"
        names.add(member.info.filename)
        if member.info.filename != member.info.orig_filename:
            yield f"the name of the member {quoted(member.info.orig_filename)} has a NUL character"
        if is_ambiguous(member.info):
            yield f"the name of the member {quoted(member.info.filename)} is neither ASCII nor marked as UTF-8, and readers decode it in several ways"


def _headers(members: Sequence[Member]) -> Iterator[str]:
    for member in members:
        if strange := member.info.flag_bits & ~KNOWN:
            yield f"{quoted(member.info.filename)} has the flags {strange:#06x}, with which zipfile and others refuse it or read it otherwise"
        for what in member.otherwise:
            yield f"the header in front of {quoted(member.info.filename)} has another {what} than the directory"


def _gaps(archive: ZipFile, members: Sequence[Member], file: BinaryIO) -> Iterator[str]:
    """Yield the runs of bytes that no member covers."""
    position = 0
    for member in sorted(members, key=lambda member: member.info.header_offset):
        if member.info.header_offset > position:
            yield _uncovered(
                member.info.header_offset - position, f"in front of {quoted(member.info.filename)}"
            )
        position = member.end
        if member.sizes_follow:
            file.seek(position)
            position += descriptor_size(member.info, file.read(LONGEST_DESCRIPTOR))
    if archive.start_dir > position:
        yield _uncovered(archive.start_dir - position, "in front of its directory")


def _uncovered(count: int, where: str) -> str:
    return f"no member covers the {count:,} {'byte' if count == 1 else 'bytes'} {where}"
