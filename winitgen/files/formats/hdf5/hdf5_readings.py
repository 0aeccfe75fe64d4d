"""What h5py or Keras finds in an HDF5 file beside the datasets that are read here.

h5py gives every name in every group: soft and external links, which it follows, and groups by each of their names. Keras reads
``vars/0`` and so on in the group of each layer, as bfloat16 if the attribute ``dtype`` says so, and in its older form what
the attributes ``layer_names`` and ``weight_names`` list. Other programs read what stands in front of the file or behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from winitgen.errors import UnreadableError
from winitgen.files.formats.npz.reader import archived
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading
from winitgen.files.recipe import KEY

_LISTING = ("layer_names", "weight_names", "model_config")
"""Attributes by which Keras's older form says which datasets are read, and in which order; with numbers if they are long."""

_HARMLESS = {KEY, "name", "keras_version", "backend", "training_config"}
"""The recipe, and what Keras writes and does not go by, unless a listing stands beside it."""

_LARGEST_USER_BLOCK = 1 << 20


def around(root: Any, file: BinaryIO, path: str) -> Iterator[OtherReading]:
    """Yield what stands in front of an open file's superblock and behind its end."""
    begin = root.userblock_size
    if begin:
        file.seek(0)
        if begin > _LARGEST_USER_BLOCK or file.read(begin).strip(b"\0"):
            yield OtherReading(
                f"{begin:,} bytes stand in front of its HDF5, which another program may read instead"
            )
    if _is_zip(file, path):
        yield OtherReading("a zip ends where it ends, which another program may read instead")
    behind = file.seek(0, 2) - _end(file, begin)
    if behind > 0:
        yield OtherReading(
            f"{behind:,} bytes stand behind the end of its HDF5, which another program may read instead"
        )


def _is_zip(file: BinaryIO, path: str) -> bool:
    """Tell whether a zip with members ends at the end of the file: programs look for it there."""
    try:
        with archived(file, path) as archive:
            return bool(archive.namelist())
    except UnreadableError:
        return False


def _end(file: BinaryIO, begin: int) -> int:
    """Return the offset after the last byte, by the superblock at ``begin`` (HDF5 file format, section II.A)."""
    file.seek(begin)
    block = file.read(96)
    version = block[8]
    width, at = (block[13], 24 + 4 * version) if version < 2 else (block[9], 12)
    return int.from_bytes(block[at + 2 * width : at + 3 * width], "little")


def link(name: str, found: Any) -> OtherReading:
    """Return what a soft or external link means, which h5py follows."""
    where = getattr(found, "path", "?")
    into = f" in {quoted(str(found.filename))}" if hasattr(found, "filename") else ""
    return OtherReading(f"{quoted(name)} is a link to {quoted(str(where))}{into}, which h5py follows")


def second_name(name: str) -> OtherReading:
    """Return what a group means that was reached by another name before."""
    return OtherReading(f"the group {quoted(name.rstrip('/'))} is one that has another name, too")


def of_object(name: str, found: Any, dtype: str = "") -> Iterator[OtherReading]:
    """Yield what the attributes of a group or a dataset mean; ``dtype`` is the number format in which a dataset was read."""
    import h5py

    where = f"of {quoted(name.rstrip('/'))}" if name else "of the file"
    if not h5py.h5a.get_num_attrs(found.id):
        return
    for attribute in found.attrs:
        if attribute.startswith(_LISTING):
            yield OtherReading(
                f"the attribute {quoted(attribute)} {where} tells Keras which datasets to read as which"
            )
        elif attribute == "dtype":
            value = found.attrs[attribute]
            if value == "bfloat16" and dtype != value:
                yield OtherReading(f"the attribute 'dtype' {where} makes Keras read {dtype} as bfloat16")
        elif attribute not in _HARMLESS:
            yield OtherReading(f"the attribute {quoted(attribute)} {where} was not read", misread=False)
