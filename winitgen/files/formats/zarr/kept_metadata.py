"""The metadata that a group of zarr keeps of its members, which zarr reads in place of theirs: they have to be the same.

In the third format they stand in the ``zarr.json`` of a group, at any level, in the second in its ``.zmetadata``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from winitgen.files.formats.zarr.documents import document, oddity
from winitgen.files.formats.zarr.folder_tree import FolderTree, ZarrFolder
from winitgen.files.formats.zarr.recognition import ARRAY_2, ATTRIBUTES_2, GROUP_2, GROUPED_2, NODE_3
from winitgen.files.formats.zarr.stored_arrays import metadata_text
from winitgen.files.formats.zarr.zarr_documents import (
    ARRAY_OF_2,
    ARRAY_OF_3,
    ATTRIBUTES,
    GROUP_OF_3,
    INNER_GROUP_OF_2,
    NOTHING_KEPT,
)
from winitgen.files.input.open_file import quoted

_Place = tuple[str, str]
"""The path of a folder below a group, and the name of a file of metadata in it."""


class KeptMetadata(NamedTuple):
    """What the file ``name`` of a group keeps of its members; ``folders`` are that of the group and those below it."""

    name: str
    members: Mapping[str, Any]
    folders: Sequence[ZarrFolder]

    @property
    def path(self) -> str:
        """The path of the group."""
        return self.folders[0].path

    @property
    def documents(self) -> dict[_Place, Any]:
        """The documents that are kept, by their places."""
        if self.name == NODE_3:
            return {(path, NODE_3): found for path, found in self.members.items()}
        return {_divided(key): found for key, found in self.members.items()}


def _divided(key: str) -> _Place:
    """Return the path and the name in a key of a ``.zmetadata``."""
    path, _, name = key.rpartition("/")
    return (path, name) if joined(path, name) == key else (key, "")


def kept_readings(tree: FolderTree, kept: KeptMetadata, *, follow: bool) -> Iterator[str]:
    """Yield what zarr reads otherwise of the members of a group, as a clause about the folder: one, or none."""
    place = quoted(joined(kept.path, kept.name))
    wrong = _first_other(tree, kept, follow=follow)
    if wrong is not None:
        of = quoted(joined(kept.path, wrong)) if kept.path or wrong else "the folder"
        yield f"its {place} keeps other metadata of {of} than stand there, and zarr reads those that it keeps"
    elif not _is_in_order(path for path, _ in kept.documents if path):
        yield f"its {place} keeps metadata of its members in an order in which zarr loses some of them"


def joined(path: str, name: str) -> str:
    """Return the path of something in a folder of the tree."""
    return f"{path}/{name}" if path and name else path or name


def _first_other(tree: FolderTree, kept: KeptMetadata, *, follow: bool) -> str | None:
    """Return the first path below a group of which other metadata are kept than its own, None if there is none."""
    documents = kept.documents
    own = {*_own(kept)}
    paths = {path for path, _ in own}
    held = {(path, name) for path, name in documents if name != ATTRIBUTES_2 or path not in paths}
    if held != own:
        return min(held ^ own)[0]
    attributes = {folder.path for folder in kept.folders if folder.attributes}
    for path, name in sorted(own):
        texts = {name: documents[path, name]}
        if name != NODE_3:
            texts[ATTRIBUTES_2] = documents.get((path, ATTRIBUTES_2), {})
        for one, found in texts.items():
            place = joined(kept.path, path)
            missing = one == ATTRIBUTES_2 and place not in attributes
            text = b"{}" if missing else metadata_text(tree.path, place, one, follow=follow)
            if not _is_same(found, text, one):
                return path
    return None


def _own(kept: KeptMetadata) -> Iterator[_Place]:
    """Yield the places of the metadata that the folders of a group have, but for their attributes."""
    start = len(kept.path) + 1 if kept.path else 0
    for number, folder in enumerate(kept.folders):
        wanted = {NODE_3} if kept.name == NODE_3 else {ARRAY_2, GROUP_2}
        if number or kept.name == GROUPED_2:
            for name in folder.metadata & wanted:
                yield folder.path[start:], name


def _is_same(kept: Any, text: bytes, name: str) -> bool:
    """Tell whether metadata are those that stand in a text, but for what a group keeps of its own members."""
    own = document(text)
    if own is None or not isinstance(kept, dict):
        return False
    forms = {ARRAY_2: ARRAY_OF_2, GROUP_2: INNER_GROUP_OF_2, ATTRIBUTES_2: ATTRIBUTES}
    of_third = GROUP_OF_3 if kept.get("node_type") == "group" else ARRAY_OF_3
    if oddity(kept, forms.get(name, of_third)):
        return False
    if name == ATTRIBUTES_2:
        return kept == own.found
    if kept.get("consolidated_metadata") not in (None, NOTHING_KEPT):
        return False
    return _spelled_out(kept, name) == _spelled_out(own.found, name)


def _spelled_out(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return metadata with what they mean if they do not say it, and without those of members."""
    kept = {key: value for key, value in found.items() if key != "consolidated_metadata"}
    if name == ARRAY_2:
        return {"dimension_separator": "."} | kept
    if name == NODE_3 and kept.get("node_type") == "array":
        if kept.get("chunk_key_encoding") == {"name": "default"}:
            kept["chunk_key_encoding"] = {"name": "default", "configuration": {"separator": "/"}}
        kept = {"storage_transformers": []} | kept | {"codecs": [*map(_whole_codec, kept.get("codecs", []))]}
    return {"attributes": {}} | kept if name == NODE_3 else kept


def _whole_codec(codec: Any) -> Any:
    """Return a codec; one of shards says where their index is."""
    if isinstance(codec, dict) and codec.get("name") == "sharding_indexed":
        return codec | {"configuration": {"index_location": "end"} | codec.get("configuration", {})}
    return codec


def _is_in_order(paths: Iterable[str]) -> bool:
    """Tell whether the members of each group stand together among those that are as deep as they, as zarr needs it."""
    unique = dict.fromkeys(path for path in paths if "/" in path)
    deeper = sorted(unique, key=lambda path: path.count("/"))
    runs = Counter(parent for parent, _ in groupby(deeper, key=lambda path: path.rpartition("/")[0]))
    return all(count == 1 for count in runs.values())
