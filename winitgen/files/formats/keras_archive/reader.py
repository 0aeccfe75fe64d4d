"""Reads Keras's archive of a model: a zip with the config of its layers, and its weights as HDF5.

The loader of record, ``keras.saving.load_model``, reads by Python's ``zipfile``: ``config.json``, by which it builds the
model, ``model.weights.h5`` or without it ``model.weights.npz``, and ``assets/``. Here only the weights are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from io import BytesIO
from typing import IO, TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError, printable
from winitgen.files.formats.hdf5 import reader as hdf5
from winitgen.files.formats.hdf5.user_block import MAGIC, begin_of
from winitgen.files.formats.npz import reader as npz
from winitgen.files.formats.npz.member_head import unpacked_bytes
from winitgen.files.formats.npz.member_stream import hidden_behind
from winitgen.files.formats.npz.zip_members import archived, members_of, trouble
from winitgen.files.formats.npz.zip_readings import zip_readings
from winitgen.files.input.expansion import unpacks_too_much
from winitgen.files.input.open_file import OpenFile, Reader, quoted
from winitgen.files.input.opening import opened
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.input.scratch import unpacking, write_all

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

    from winitgen.files.formats.npz.member import Member

WEIGHTS = "model.weights.h5"
_CONFIG, _ABOUT = "config.json", "metadata.json"
_FIRST = {name.encode() for name in (_ABOUT, _CONFIG, WEIGHTS)}
"""Names of the first member: Keras writes the metadata first, and a program that packs the archive again any of these."""

_BEGINNINGS = (b"assets/", b".", b"__MACOSX/")
"""What the name of the first member may begin with instead: of Keras's other files, or of what macOS adds."""

_MOST_READ = 3
"""Members of an archive of which Keras does not unpack all into a folder, to find its ``assets/`` there."""

_RUN = 1 << 20
_NAME_LENGTH, _NAME = 26, 30
"""The offsets of the first member's name, and of its length."""


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the datasets of the weights, which are first copied to a temporary file: HDF5 cannot be read in a zip."""
    from tempfile import TemporaryDirectory

    archive = stack.enter_context(archived(file, path))
    members = members_of(archive, file)
    infos = [member.info for member in members]
    found = next((member for member in members if member.info.filename == WEIGHTS), None)
    arrays = any(info.filename.endswith(".npy") for info in infos)
    if found is None and (arrays or infos[0].filename != _ABOUT):  # any other archive may begin so
        file.seek(0)
        return npz.read(file, path, stack, recipe_only=recipe_only)
    if found is None:
        raise UnreadableError(f"{path} is a Keras archive without {WEIGHTS}")
    why = found.unread or unpacks_too_much(found.info.file_size, found.info.compress_size)
    if why:
        raise UnreadableError(f"{WEIGHTS} of {path} cannot be read: {why}")
    with unpacking(path):
        folder = stack.enter_context(TemporaryDirectory(prefix="winitgen-"))
    copy = os.path.join(folder, WEIGHTS)
    _copy(found, archive, file, path, copy)
    try:
        weights = hdf5.read(stack.enter_context(opened(copy)), copy, stack, recipe_only=recipe_only)
    except UnreadableError as error:
        raise UnreadableError(str(error).replace(printable(copy), f"{WEIGHTS} of {path}")) from error
    if recipe_only:
        return weights._replace(path=path)
    others = [*weights.others, *zip_readings(archive, members, file), *_not_read(infos)]
    packed = [member.place for member in members if member.packed and not member.unread]

    def late(read_rest: bool) -> Sequence[OtherReading]:
        if not read_rest:
            return weights.late(read_rest)
        refused = _refused(members, archive, file, path)
        return [*weights.late(read_rest), *hidden_behind(packed, file, path), *refused]

    return weights._replace(path=path, format="keras", others=others, late=late)


def _not_read(infos: Sequence[ZipInfo]) -> Iterator[OtherReading]:
    """Yield what Keras reads of the members besides the weights, and what it does not."""
    for name in sorted({info.filename for info in infos} - {WEIGHTS, _ABOUT}):
        if name == _CONFIG:
            yield OtherReading(f"its {name}, by which Keras builds the model, was not read", misread=False)
        else:
            yield OtherReading(f"its member {quoted(name)} was not read", misread=False)


def _refused(
    members: Sequence[Member], archive: ZipFile, file: BinaryIO, path: str
) -> Iterator[OtherReading]:
    """Yield the members besides the weights for which Keras refuses the archive, as zipfile does not unpack them.

    Keras reads the config, and of an archive of more than three members all.
    """
    for member in members:
        name = member.info.filename
        read = name == _CONFIG or (len(members) > _MOST_READ and name != WEIGHTS)
        if read and not member.unread and not _unpacks(member, archive, file, path):
            yield OtherReading(
                f"{quoted(name)} is damaged, or does not have the checksum that the archive says, so that Keras refuses it"
            )


def _unpacks(member: Member, archive: ZipFile, file: BinaryIO, path: str) -> bool:
    """Tell whether a member can be unpacked, and has its checksum."""
    try:
        with ExitStack() as closing, trouble(path):
            source = closing.enter_context(_unpacked(member, archive, file, path))
            while source.read(_RUN):
                pass
    except UnreadableError:
        return False
    return True


def _unpacked(
    member: Member, archive: ZipFile, file: BinaryIO, path: str
) -> AbstractContextManager[IO[bytes]]:
    """Return the stream of a member's bytes, which checks them at the end."""
    return unpacked_bytes(member, archive, file, path) if member.packed else archive.open(member.info)


def _copy(member: Member, archive: ZipFile, file: BinaryIO, path: str, to: str) -> None:
    """Unpack one member; raise `UnreadableError` if it is damaged, or no HDF5 by its first run."""
    with ExitStack() as closing:
        with trouble(path, "a Keras archive"):
            source = closing.enter_context(_unpacked(member, archive, file, path))
            run = source.read(_RUN)
        _check_start(run, member.info, path)
        with unpacking(path):
            target = closing.enter_context(open(to, "wb", buffering=0))
        while run:
            write_all(target, run, path)
            with trouble(path, "a Keras archive"):
                run = source.read(_RUN)


def _check_start(run: bytes, info: ZipInfo, path: str) -> None:
    """Raise `UnreadableError` unless HDF5 begins in the first bytes of the weights, before the rest is unpacked."""
    start = BytesIO(run)
    if run.startswith(MAGIC) or begin_of(start):
        return
    what = (
        "is damaged" if len(run) == info.file_size else f"begins behind {len(run):,} bytes, which is not read"
    )
    raise UnreadableError(f"{WEIGHTS} of {path} is not an HDF5 file, or {what}")


def _fits(head: bytes) -> bool:
    """Tell whether a file is a zip whose first member has a name of Keras's, which looks for them in any order."""
    end = _NAME + int.from_bytes(head[_NAME_LENGTH : _NAME_LENGTH + 2], "little")
    name = head[_NAME:end]
    return head.startswith(b"PK\3\4") and (name in _FIRST or name.startswith(_BEGINNINGS))


READER = Reader(name="keras", fits=_fits, read=read)
