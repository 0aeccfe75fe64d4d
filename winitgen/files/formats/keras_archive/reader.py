"""Reads Keras's archive of a model: a zip with the config of its layers, and its weights as HDF5."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5 import reader as hdf5
from winitgen.files.formats.npz.reader import archived, members_of, trouble
from winitgen.files.input.open_file import OpenFile, Reader
from winitgen.files.input.opening import opened

if TYPE_CHECKING:
    from contextlib import ExitStack
    from zipfile import ZipFile, ZipInfo

WEIGHTS = "model.weights.h5"

_RUN = 1 << 20
_NAME = 30
"""The offset of the first member's name."""


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the datasets of the weights, which are first copied to a temporary file: HDF5 cannot be read in a zip."""
    from tempfile import TemporaryDirectory

    archive = stack.enter_context(archived(file, path))
    infos = [member.info for member in members_of(archive, file, path)]
    found = next((info for info in infos if info.filename == WEIGHTS), None)
    if found is None:
        raise UnreadableError(f"{path} is a Keras archive without {WEIGHTS}")
    copy = os.path.join(stack.enter_context(TemporaryDirectory(prefix="winitgen-")), WEIGHTS)
    _copy(archive, found, path, copy)
    try:
        weights = hdf5.read(stack.enter_context(opened(copy)), copy, stack, recipe_only=recipe_only)
    except UnreadableError as error:
        raise UnreadableError(str(error).replace(copy, f"{WEIGHTS} of {path}")) from error
    return weights._replace(path=path)


def _copy(archive: ZipFile, info: ZipInfo, path: str, to: str) -> None:
    """Unpack one member; raise `UnreadableError` if it is damaged."""
    with open(to, "wb") as target:
        with trouble(path, "a Keras archive"):
            source = archive.open(info)
        with source:
            while True:
                with trouble(path, "a Keras archive"):
                    run = source.read(_RUN)
                if not run:
                    return
                target.write(run)


READER = Reader(
    name="keras",
    fits=lambda head: head.startswith(b"PK\3\4") and head[_NAME:].startswith(b"metadata.json"),
    read=read,
)
