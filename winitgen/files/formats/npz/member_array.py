"""The array of one member of an archive; what cannot be read of it does not hide the others."""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern
from typing import TYPE_CHECKING, Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy import array_header as npy
from winitgen.files.formats.npy.descriptions import format_readings
from winitgen.files.formats.npy.header_budget import HeaderBudget, LongHeadersError
from winitgen.files.formats.npy.reader import array, fields_of, record_readings
from winitgen.files.formats.npz.member_sums import MemberSum
from winitgen.files.input.open_file import MOST_TENSORS, quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from winitgen.files.formats.npz.member import Member

_UNKNOWN = "unknown"


def headless(member: Member, why: str) -> StoredArray:
    """Return a member of which not even the header is read."""
    return StoredArray(member.name, _UNKNOWN, None, member.info.file_size, why)


def member_arrays(  # what a member is read by
    member: Member,
    stream: Any,
    file: BinaryIO,
    path: str,
    values: Any,
    sums: list[MemberSum],
    others: list[OtherReading],
    budget: HeaderBudget,
    room: int,
) -> list[StoredArray]:
    """Return a member's array, or the fields of its record; ``values`` unpacks a packed member, and None reads a stored one in place.

    The checksum of a stored member is added to ``sums``, and what a loader reads otherwise to ``others``.
    ``budget`` bounds the headers of the archive; ``room`` is how many arrays it may still have.
    """
    try:
        found = npy.header(stream, path, member.name, budget)
    except LongHeadersError as error:
        return [headless(member, str(error))]
    except UnreadableError:
        return [headless(member, "it has no header of NumPy's, or a damaged one")]
    others += [
        *npy.distrusted(found, member.name),
        *npy.repeated(found.double, member.name),
        *format_readings(found.dtype, member.name),
    ]
    begin = stream.tell() - (member.begin if values is None else 0)
    size = member.info.file_size - begin
    offset = member.begin + begin if values is None else member.begin
    if found.dtype.hasobject or size < found.nbytes:
        why = found.unread or f"it holds {size:,} bytes of values, not {found.nbytes:,}"
        return [StoredArray(member.name, found.dtype.name, found.shape, size, why, offset=offset)]
    if size > found.nbytes:
        behind = f"{size - found.nbytes:,} bytes stand behind the values of {quoted(member.name)}"
        others.append(OtherReading(f"{behind}, which numpy.load does not read"))
    if values is None:
        sums.append(MemberSum(member.place, begin, file, path))
    made: list[StoredArray] = []
    for name, within, one in _parts(found, member.name, others, room):
        if values is None:
            seen = sums[-1].behind(within)
            made.append(array(file, path, offset + within, one, name=name, seen=seen))
        else:
            made.append(_packed(name, member, begin + within, one, values))
    return made


def _parts(
    found: npy.Header, name: str, others: list[OtherReading], room: int
) -> list[tuple[str, int, npy.Header]]:
    """Return the name of each array of a member, where it begins in the values, and what it is: a record of arrays is its fields."""
    names = found.dtype.names
    if names is None or found.shape or not names:
        return [(name, 0, found)]
    if len(names) > room:
        why = f"with its {len(names):,} fields, the archive has more than {MOST_TENSORS:,} arrays"
        return [(name, 0, found._replace(unread=why))]
    if len(names) > 1:  # that of one has a line of its own
        what = f"as a record, not its {len(names):,} fields as arrays"
        others.append(OtherReading(f"numpy.load gives {quoted(name)} {what}"))
    others += record_readings(found.dtype, name)
    return [(f"{name}.{field}", begin, one) for field, begin, one in fields_of(found.dtype)]


def _packed(name: str, member: Member, begin: int, found: npy.Header, values: Any) -> StoredArray:
    """Return an array of a member that ``values`` unpacks, whose bytes begin at ``begin`` of those."""
    read = found.unread or values.reader(begin, found.shape, found.dtype, fortran=found.fortran)
    return StoredArray(
        name,
        intern(found.dtype.name),
        found.shape,
        found.nbytes,
        read,
        offset=member.begin,
        forward=not found.fortran,
    )


def once(found: Sequence[tuple[Member, StoredArray]], others: list[OtherReading]) -> list[StoredArray]:
    """Return one array of each name; that others were left out is added to ``others``.

    The last one is kept, and one of a member with ``.npy`` before one without it: it is that which
    `numpy_readings` compares with what ``numpy.load`` reads.
    """
    kept: dict[str, tuple[bool, StoredArray]] = {}
    for member, one in found:
        has_ending = member.info.filename.endswith(".npy")
        if one.name in kept:
            others.append(OtherReading(f"it holds {quoted(one.name)} twice"))
            if kept[one.name][0] and not has_ending:
                continue
        kept[one.name] = has_ending, one
    return [one for _, one in kept.values()]
