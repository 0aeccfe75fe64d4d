"""What zarr itself reads of a folder of arrays otherwise: metadata that a group keeps of all its members, and arrays outside of groups.

``zarr.open_group`` goes by the consolidated metadata of a group if it has them, and finds no array in a folder that is no group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from winitgen.files.formats.zarr.folder_tree import FolderTree
from winitgen.files.formats.zarr.recognition import ARRAY_2, GROUP_2, GROUPED_2, NODE_3
from winitgen.files.formats.zarr.stored_arrays import ZarrArray, metadata_text
from winitgen.files.input.open_file import quoted
from winitgen.files.input.opening import LONGEST_TEXT, is_modest
from winitgen.files.input.other_reading import OtherReading


def foreign_readings(tree: FolderTree) -> Iterator[OtherReading]:
    """Yield that something in a folder was not followed."""
    if tree.foreign:
        yield OtherReading(
            f"{quoted(tree.foreign)} is not a file of the folder but a link or a device, and was not followed"
        )


def zarr_readings(tree: FolderTree, found: Sequence[ZarrArray], *, follow: bool) -> Iterator[OtherReading]:
    """Yield what zarr reads otherwise of a folder in which these arrays were found."""
    folders = {folder.path: folder.metadata for folder in tree.folders}
    for folder in tree.folders:
        if {ARRAY_2, NODE_3} <= folder.metadata:
            yield OtherReading(
                f"{_named(folder.path)} has metadata of both formats of zarr, of which those in {NODE_3} were read"
            )
    outside = [one.path for one in found if not _is_member(one, folders)]
    if outside and found[0].path:
        more = f", and {len(outside) - 1:,} more" if len(outside) > 1 else ""
        yield OtherReading(
            f"{quoted(outside[0])} stands in a folder that is no group{more}, so that zarr does not list it"
        )
    root = folders.get("", set[str]())
    for name in (GROUPED_2, NODE_3):
        if name in root:
            text = metadata_text(tree.path, "", name, follow=follow, longest=LONGEST_TEXT)
            yield from _consolidated(tree, name, text, folders, follow=follow)


def _named(path: str) -> str:
    return quoted(path) if path else "the folder"


def _is_member(one: ZarrArray, folders: Mapping[str, set[str]]) -> bool:
    """Tell whether all folders on the way to an array are groups of its format."""
    wanted = GROUP_2 if one.facts.version == 2 else NODE_3
    path = one.path
    while path:
        path = path.rpartition("/")[0]
        if wanted not in folders.get(path, ()):
            return False
    return True


def _consolidated(
    tree: FolderTree, name: str, text: bytes, folders: Mapping[str, set[str]], *, follow: bool
) -> Iterator[OtherReading]:
    """Yield how the metadata that a group keeps of its members differ from those of the members."""
    kept = _kept(name, text)
    if kept is None:
        return
    own = {}
    for path, names in folders.items():
        for one in names & ({ARRAY_2} if name == GROUPED_2 else {NODE_3}):
            if path or name == GROUPED_2:
                own[path, one] = path
    wrong = sorted(path for path, one in {*kept} ^ {*own})
    if not wrong:
        wrong = [
            path
            for path, one in own
            if not _is_same(kept[path, one], metadata_text(tree.path, path, one, follow=follow))
        ]
    if wrong:
        yield OtherReading(
            f"its {quoted(name)} keeps other metadata of {_named(wrong[0])} than stand there, and zarr reads those that it keeps"
        )


def _kept(name: str, text: bytes) -> dict[tuple[str, str], Any] | None:
    """Return the metadata that a group keeps of its arrays, and in the third format of groups; None if it keeps none."""
    found = _decoded(text)
    if name == NODE_3:
        found = found.get("consolidated_metadata") if isinstance(found, dict) else None
    members = found.get("metadata") if isinstance(found, dict) else None
    if not isinstance(members, dict):
        return None
    if name == NODE_3:
        return {(path, NODE_3): value for path, value in members.items()}
    split = {key: key.rpartition("/") for key in members}
    return {(path, last): members[key] for key, (path, _, last) in split.items() if last == ARRAY_2}


def _is_same(kept: Any, text: bytes) -> bool:
    """Tell whether metadata are those that stand in a text, but for what a group keeps of its own members."""
    own = _decoded(text)
    if isinstance(kept, dict) and isinstance(own, dict):
        return _without_members(kept) == _without_members(own)
    return False


def _without_members(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "consolidated_metadata"}


def _decoded(text: bytes) -> Any:
    import msgspec

    if not is_modest(text):
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
