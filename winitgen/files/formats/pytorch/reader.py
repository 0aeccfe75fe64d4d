"""Reads the files of ``torch.save``: a zip with a pickle that describes the tensors, and a member for each storage.

The loader of record, ``torch.load(weights_only=True)``, runs no code: it knows a few functions and classes, and refuses a file
whose pickle names another. So is it here, except that the tensors beside such a name are shown. Nothing is imported
or called. Names of members differ for PyTorch in more than the case of their letters; checksums it does not compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npz import reader as npz
from winitgen.files.formats.npz.local_header import in_folder
from winitgen.files.formats.npz.zip_end import follows_another
from winitgen.files.formats.npz.zip_members import archived
from winitgen.files.formats.pytorch import legacy
from winitgen.files.formats.pytorch.contents import damaged
from winitgen.files.formats.pytorch.torch_archive import TorchArchive
from winitgen.files.formats.pytorch.torch_members import folder_of, is_without_pickle
from winitgen.files.input.open_file import OpenFile, Reader
from winitgen.files.input.other_reading import OtherReading

if TYPE_CHECKING:
    from contextlib import ExitStack

NAME = "pytorch"


def read(file: BinaryIO, path: str, stack: ExitStack, *, recipe_only: bool) -> OpenFile:
    """Return the tensors of a file of ``torch.save``; a zip without its pickle is read as one of arrays."""
    if legacy.fits(file.read(legacy.LONGEST_MAGIC)):
        file.seek(0)
        return legacy.read(file, path, stack, recipe_only=recipe_only)
    archive = stack.enter_context(archived(file, path, "a PyTorch file"))
    folder = folder_of(archive)
    if folder is None:
        if is_without_pickle(archive):
            raise damaged(path, "it has no member 'data.pkl'")
        file.seek(0)
        return npz.read(file, path, stack, recipe_only=recipe_only)
    if follows_another(archive, file):
        raise UnreadableError(
            f"{path} is several zips in a row, as the files of a distributed checkpoint are; name the folder of that"
        )
    if recipe_only:
        return OpenFile(path, NAME)
    whole = TorchArchive(archive, folder, file, path, stack)
    tensors, found = whole.tensors()
    size = file.seek(0, 2)
    facts: dict[str, int | str] = {
        "file_bytes": size,
        "header_bytes": size - whole.stored_bytes,
        "members": len(archive.infolist()),
    }
    others = [*whole.zip_readings(), *found, *whole.readings()]
    altered = whole.altered()
    others += [OtherReading(clause, misread=False) for clause in altered]
    return OpenFile(path, NAME, tensors, facts=facts, others=others, late=whole.late, altered=altered)


READER = Reader(name=NAME, fits=lambda head: legacy.fits(head) or in_folder(head), read=read)
