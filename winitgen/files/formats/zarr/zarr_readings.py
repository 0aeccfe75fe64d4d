"""What zarr itself reads of a folder otherwise: by odd metadata, by those that a group keeps of its members, and arrays outside of groups.

``zarr.open_group`` reads the metadata of every group and array, goes by those that a group keeps of its members, and finds no array in a
folder that is no group.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from winitgen.files.formats.zarr.documents import Document, document, oddity_of, too_large
from winitgen.files.formats.zarr.element_types import is_of_tensorstore
from winitgen.files.formats.zarr.folder_tree import FolderTree, ZarrFolder
from winitgen.files.formats.zarr.kept_metadata import KeptMetadata, joined, kept_readings
from winitgen.files.formats.zarr.recognition import ARRAY_2, ATTRIBUTES_2, GROUP_2, GROUPED_2, NODE_3
from winitgen.files.formats.zarr.stored_arrays import ZarrArray, metadata_text
from winitgen.files.formats.zarr.stored_chunks import are_all_stored
from winitgen.files.formats.zarr.zarr_documents import ATTRIBUTES, GROUP_OF_2, GROUP_OF_3, KEPT_BY_2
from winitgen.files.input.open_file import quoted
from winitgen.files.input.other_reading import OtherReading

_FORMS = {GROUP_2: GROUP_OF_2, ATTRIBUTES_2: ATTRIBUTES, GROUPED_2: KEPT_BY_2, NODE_3: GROUP_OF_3}


def foreign_readings(tree: FolderTree) -> Iterator[OtherReading]:
    """Yield that something in a folder was not followed."""
    if tree.foreign:
        yield foreign_reading(tree.foreign)


def foreign_reading(name: str) -> OtherReading:
    """Return that something in a folder was not followed."""
    return OtherReading(
        f"{quoted(name)} is not a file of the folder but a link or a device, and was not followed"
    )


def zarr_readings(tree: FolderTree, found: Sequence[ZarrArray], *, follow: bool) -> Iterator[OtherReading]:
    """Yield what zarr reads otherwise of a folder in which these arrays were found."""
    for folder in tree.folders:
        if {ARRAY_2, NODE_3} <= folder.metadata:
            yield OtherReading(
                f"{_named(folder.path)} has metadata of both formats of zarr, of which those in {NODE_3} were read"
            )
    arrays = {one.path: one.facts.version for one in found}
    folders = {folder.path: folder.metadata for folder in tree.folders}
    outside = [one.path for one in found if not _is_member(one, folders, arrays)]
    if outside:
        more = f", and {len(outside) - 1:,} more" if len(outside) > 1 else ""
        yield OtherReading(
            f"{quoted(outside[0])} stands in a folder that is no group{more}, so that zarr does not list it"
        )
    yield from _of_formats(found)
    yield from _of_missing_chunks(tree, found)
    yield from _of_metadata(tree, found, arrays, follow=follow)


def _of_formats(found: Sequence[ZarrArray]) -> Iterator[OtherReading]:
    """Yield the first array of a number format that zarr does not have."""
    others = [one for one in found if is_of_tensorstore(one.facts.element)]
    if others:
        more = f", and {len(others) - 1:,} more are of such" if len(others) > 1 else ""
        what = quoted(others[0].path) if others[0].path else "its array"
        yield OtherReading(
            f"{what} is of {others[0].facts.element.name}{more}: TensorStore reads it, and zarr neither it nor the list of its group",
            misread=False,
        )


def _of_missing_chunks(tree: FolderTree, found: Sequence[ZarrArray]) -> Iterator[OtherReading]:
    """Yield the first array with a chunk that is not stored and has no value, of which zarr 2 gives what stood in the memory."""
    unset = [one.path for one in found if _lacks_values(tree.path, one)]
    if unset:
        more = f", and {len(unset) - 1:,} more are so" if len(unset) > 1 else ""
        what = quoted(unset[0]) if unset[0] else "its array"
        yield OtherReading(
            f"values of {what} are not stored, and its fill_value is null{more}, so that a program reads anything"
        )


def _lacks_values(root: str, one: ZarrArray) -> bool:
    """Tell whether a chunk of an array is not stored, and nothing says what it has."""
    coding = one.facts.coding
    if one.facts.filled or coding is None:
        return False
    return one.chunks < math.prod(coding.counts) or not are_all_stored(os.path.join(root, one.path), coding)


def _of_metadata(
    tree: FolderTree, found: Sequence[ZarrArray], arrays: Mapping[str, int], *, follow: bool
) -> Iterator[OtherReading]:
    """Yield what zarr reads otherwise because of the metadata themselves."""
    odd = [(_own_name(one), one.facts.odd) for one in found if one.facts.odd]
    kept: list[str] = []
    for number, folder in enumerate(tree.folders):
        for name in _read_of(folder, arrays):
            text = metadata_text(tree.path, folder.path, name, follow=follow)
            read = document(text)
            why = too_large(text) or oddity_of(read, _FORMS[name])
            if why:
                odd.append((joined(folder.path, name), why))
            elif read is not None and (members := _members(read, name)) is not None:
                group = KeptMetadata(name, members, _with_below(tree.folders, number))
                kept += kept_readings(tree, group, follow=follow)
    if odd:
        place, why = min(odd)
        more = f", and {len(odd) - 1:,} more of its metadata are odd" if len(odd) > 1 else ""
        yield OtherReading(
            f"its {quoted(place)} {why}{more}, so that zarr may read it otherwise, or refuse it"
        )
    yield from map(OtherReading, kept)


def _named(path: str) -> str:
    return quoted(path) if path else "the folder"


def _own_name(one: ZarrArray) -> str:
    """Return the path of the metadata of an array."""
    return joined(one.path, ARRAY_2 if one.facts.version == 2 else NODE_3)


def _is_member(one: ZarrArray, folders: Mapping[str, set[str]], arrays: Mapping[str, int]) -> bool:
    """Tell whether all folders on the way to an array are groups of its format."""
    wanted = GROUP_2 if one.facts.version == 2 else NODE_3
    path = one.path
    while path:
        path = path.rpartition("/")[0]
        if wanted not in folders.get(path, ()) or path in arrays:
            return False
    return True


def _read_of(folder: ZarrFolder, arrays: Mapping[str, int]) -> Iterator[str]:
    """Yield the names of the metadata of a folder that zarr reads, but for those of an array, which were read."""
    names = folder.metadata - {ARRAY_2, *((NODE_3,) if arrays.get(folder.path) == 3 else ())}
    yield from sorted(names & _FORMS.keys())
    if folder.attributes:
        yield ATTRIBUTES_2


def _members(read: Document, name: str) -> Any:
    """Return the metadata that a group keeps of its members, None if it keeps none."""
    if name == GROUPED_2:
        return read.found["metadata"]
    kept = read.found.get("consolidated_metadata") if name == NODE_3 else None
    return None if kept is None else kept["metadata"]


def _with_below(folders: Sequence[ZarrFolder], number: int) -> list[ZarrFolder]:
    """Return a folder and those below it, which follow it in the order of paths."""
    first = folders[number].path
    end = number + 1
    while end < len(folders) and (not first or folders[end].path.startswith(f"{first}/")):
        end += 1
    return list(folders[number:end])
