"""The arrays of a folder of zarr, as their metadata state them: in folders of their own, or in a database."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.hdf5.claims import Claims
from winitgen.files.formats.hdf5.listing import CHUNKED, DatasetEntry
from winitgen.files.formats.zarr.array_metadata import ArrayFacts, array_facts
from winitgen.files.formats.zarr.folder_tree import FolderTree
from winitgen.files.formats.zarr.recognition import ARRAY_2, NODE_3
from winitgen.files.formats.zarr.tensorstore_client import TensorStoreClient, is_installed
from winitgen.files.formats.zarr.tensorstore_session import AskedArray
from winitgen.files.formats.zarr.tensorstore_words import NEEDED
from winitgen.files.input.chunk_bytes import lookups, oversized, row_bytes, unpacked
from winitgen.files.input.numpy_formats import native
from winitgen.files.input.open_file import MOST_TENSORS, quoted
from winitgen.files.input.opening import LONGEST_TEXT, opened
from winitgen.files.input.stored_array import Read, StoredArray

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


_ALWAYS_OPENED, _BYTES_OF_ARRAY = 5_000, 100
"""TensorStore opens an array in about a millisecond: so many are opened whatever is stored, and one for so many bytes."""


class ZarrArray(NamedTuple):
    """An array at a path of a folder: what its metadata say, and the bytes and the number of its stored chunks.

    ``foreign`` is the path of a link or a device among its files, empty if there is none.
    """

    path: str
    facts: ArrayFacts
    stored: int
    chunks: int
    foreign: str = ""


def arrays_in(tree: FolderTree, *, follow: bool) -> Iterator[ZarrArray]:
    """Yield the arrays that have folders of their own; of those with metadata of both formats the newer count, as in zarr."""
    count = 0
    for folder in tree.folders:
        for name, version in ((NODE_3, 3), (ARRAY_2, 2)):
            if name not in folder.metadata:
                continue
            text = metadata_text(tree.path, folder.path, name, follow=follow)
            facts = array_facts(text, name, version)
            if facts is None:
                continue
            count += 1
            if count > MOST_TENSORS:
                raise UnreadableError(
                    f"{tree.path} has more than {MOST_TENSORS:,} arrays, the most that winitgen reads"
                )
            yield ZarrArray(folder.path, facts, folder.stored, folder.chunks, folder.foreign)
            break


def metadata_text(root: str, path: str, name: str, *, follow: bool) -> bytes:
    """Return the text of a file of metadata, and no more than one byte above what is read."""
    with opened(os.path.join(root, *path.split("/"), name), follow=follow) as file:
        return file.read(LONGEST_TEXT + 1)


def arrays_of_database(client: TensorStoreClient, stored: int) -> list[ZarrArray]:
    """Return the arrays of a database of ``stored`` bytes, which does not say how many are of which array."""
    found: list[ZarrArray] = []

    def take(part: bytes) -> None:
        for path, version, text, chunks in json.loads(part):
            name = ARRAY_2 if version == 2 else NODE_3
            facts = array_facts(text.encode("latin-1"), name, version)
            if facts is not None:
                found.append(ZarrArray(path, facts, stored, chunks))

    client.arrays(take)
    return found


def stored_arrays(
    found: Sequence[ZarrArray],
    names: Callable[[str], str],
    client: TensorStoreClient,
    total: int,
    *,
    strict: bool = False,
) -> list[StoredArray]:
    """Return arrays under the names that ``names`` gives to their paths; of those whose values are not read with the reason."""
    entries = [_entry(number, one) for number, one in enumerate(found)]
    own = [_why_not(one) or _claims_too_much(entry, total) for one, entry in zip(found, entries, strict=True)]
    claims = Claims("", total, [entry for entry, why in zip(entries, own, strict=True) if not why])
    rows = []
    needed = _too_many(len(found), total)
    if not is_installed():
        needed = f"TensorStore reads its values: {NEEDED}"
    elif not client.is_found():
        needed = "the path of its folder is not UTF-8, as those of TensorStore are"
    for place, (one, entry, why) in enumerate(zip(found, entries, own, strict=True)):
        values = why or claims.why_not(entry) or needed or _values(one, client, strict=strict)
        shape = one.facts.shape
        rows.append(
            StoredArray(
                names(one.path),
                one.facts.element.name,
                shape,
                entry.nbytes,
                values,
                offset=place,
                forward=True,
            )
        )
    return rows


def _too_many(count: int, total: int) -> str:
    """Return why no values are read of a database that packs the metadata of very many arrays into few bytes; empty if they are."""
    if count <= _ALWAYS_OPENED + total // _BYTES_OF_ARRAY:
        return ""
    return f"the folder has {count:,} arrays in {total:,} bytes, and so many of so few are not opened"


def _entry(number: int, one: ZarrArray) -> DatasetEntry:
    """Return what an array claims, as a dataset of HDF5 in chunks does."""
    facts = one.facts
    itemsize = facts.element.dtype.itemsize if facts.element.dtype is not None else 0
    shape, chunk = facts.shape or (1,), facts.chunk or (1,)
    nbytes = math.prod(facts.shape or ()) * itemsize if facts.shape is not None else 0
    if not nbytes or facts.why:
        return DatasetEntry(one.path, "", shape, nbytes, 0)
    return DatasetEntry(
        *(one.path, "", shape, nbytes, CHUNKED, one.stored),
        unpacked=unpacked(shape, chunk, itemsize),
        address=number,
        lookups=lookups(shape, chunk),
        chunks=one.chunks,
    )


def _claims_too_much(entry: DatasetEntry, total: int) -> str:
    """Return why an array is not read that alone claims too much: it does not count among the others; empty if it is."""
    return Claims("", total, [entry]).why_not(entry)


def _why_not(one: ZarrArray) -> str:
    """Return why the values of an array are not read; empty if they are."""
    if one.foreign:
        return (
            f"{quoted(one.foreign)} is not a file of its folder but a link or a device, which is not followed"
        )
    if one.facts.why:
        return one.facts.why
    try:
        one.path.encode()
    except UnicodeEncodeError:
        return "its path is not UTF-8, as those of TensorStore are"
    return oversized(_chunk_bytes(one.facts), one.stored) or one.facts.unchecked


def _chunk_bytes(facts: ArrayFacts) -> int:
    """Return the most bytes that are unpacked at once."""
    assert facts.element.dtype is not None  # the values are read
    return max(math.prod(facts.chunk) * facts.element.dtype.itemsize, facts.index_bytes)


def _values(one: ZarrArray, client: TensorStoreClient, *, strict: bool) -> Read:
    """Return a function that lets TensorStore read an array."""
    facts, dtype = one.facts, one.facts.element.dtype
    assert dtype is not None  # the values are read
    assert facts.shape is not None
    row = row_bytes(facts.shape, facts.chunk, dtype.itemsize) if facts.shape else dtype.itemsize
    asked = AskedArray(
        *(one.path, facts.version, [*facts.shape], facts.element.name, strict, row, _chunk_bytes(facts)),
        facts.coding,
    )

    def read(start: int, count: int) -> Array:
        import numpy as np

        content = bytearray()
        if count:
            client.values([[*asked], start, count], content.extend)
        if len(content) != count * dtype.itemsize:
            raise UnreadableError(f"{quoted(one.path)} ended while it was being read")
        return native(np.frombuffer(content, dtype))

    return read
