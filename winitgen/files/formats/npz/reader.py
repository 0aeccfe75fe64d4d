"""Reads NumPy's archive: a zip of ``.npy`` members, stored or packed.

The loader of record, ``numpy.load``, reads by Python's ``zipfile``: of the last end record the directory, and of that each
member, under its name without ``.npy``; a name that has no such member is the member of exactly that name. A member
that does not begin as an array is given as bytes. Wrong checksums, and headers of more than 10,000 characters, are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.npy.header_budget import HeaderBudget
from winitgen.files.formats.npz.archive_facts import facts_of, size_of
from winitgen.files.formats.npz.local_header import in_folder
from winitgen.files.formats.npz.member import Member, MemberPlace
from winitgen.files.formats.npz.member_array import headless, member_arrays, once
from winitgen.files.formats.npz.member_head import WastedBlocks, head_of, is_array
from winitgen.files.formats.npz.member_stream import hidden_behind, longer
from winitgen.files.formats.npz.member_sums import MemberSum, wrong_sums
from winitgen.files.formats.npz.numpy_names import numpy_readings
from winitgen.files.formats.npz.open_streams import OpenStreams
from winitgen.files.formats.npz.packed_member import PackedMember
from winitgen.files.formats.npz.zip_members import archived, members_of
from winitgen.files.formats.npz.zip_readings import zip_readings
from winitgen.files.input.open_file import MOST_TENSORS, OpenFile, Reader
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.stored_array import StoredArray

if TYPE_CHECKING:
    from contextlib import ExitStack
    from zipfile import ZipFile

_START, _EMPTY = b"PK\3\4", b"PK\5\6"

_OF_EXPORT = frozenset({"archive_format", "serialized_exported_program.json"})
"""A member of what ``torch.export.save`` writes, since PyTorch 2.8 and before."""


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
        if _OF_EXPORT & {name.rpartition("/")[2] for name in archive.namelist()}:
            raise UnreadableError(
                f"{path} is a program of torch.export, which is not read; load it with torch.export.load where it is trusted, and save its state_dict with safetensors.torch.save_file"
            )
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
    """What the members are: arrays, the names of others, and what tells later of the checksums and of packed streams.

    ``double`` is what a loader reads otherwise, and ``unread`` are the packed members that are no arrays.
    """

    arrays: list[tuple[Member, StoredArray]]
    others: list[str]
    sums: list[MemberSum]
    double: list[OtherReading]
    packed: list[PackedMember]
    unread: list[MemberPlace]


def _listed(
    members: Sequence[Member], archive: ZipFile, file: BinaryIO, path: str, stack: ExitStack
) -> _Found:
    """Return what the members are, by their first bytes."""
    found = _Found([], [], [], [], [], [])
    budget, streams, wasted = HeaderBudget(size_of(file)), OpenStreams(), WastedBlocks()
    for member in members:
        if why := member.unread or wasted.why_not(member):
            found.arrays.append((member, headless(member, why)))
            continue
        with head_of(member, archive, file, path) as stream:
            begins = None if stream is None else is_array(stream)
            if begins is None or not (begins or member.info.filename.endswith(".npy")):
                found.unread.extend([member.place] if member.packed else ())
            if not begins and not member.info.filename.endswith(".npy"):
                found.others.append(member.info.filename)
            elif begins is None:
                why = "it is damaged: zipfile cannot open it"
                found.arrays.append((member, headless(member, why)))
            else:
                values = PackedMember(member.place, file, path, stack, streams) if member.packed else None
                found.packed.extend([values] if values is not None else ())
                room = MOST_TENSORS - len(found.arrays)
                arrays = member_arrays(
                    member, stream, file, path, values, found.sums, found.double, budget, room
                )
                found.arrays.extend((member, array) for array in arrays)
            wasted.note(member, stream)
    return found


def _late(  # of what the readings are
    others: Sequence[MemberPlace],
    file: BinaryIO,
    path: str,
    sums: Sequence[MemberSum],
    packed: Sequence[PackedMember],
    read_rest: bool,
) -> list[OtherReading]:
    """Return what the values tell, and with ``read_rest`` also what the members tell that are no arrays."""
    long = [longer(one.place) for one in packed if one.is_longer(read_rest)]
    return [*wrong_sums(sums, read_rest), *long, *(hidden_behind(others, file, path) if read_rest else ())]


READER = Reader(
    name="npz", fits=lambda head: head.startswith((_START, _EMPTY)) and not in_folder(head), read=read
)
