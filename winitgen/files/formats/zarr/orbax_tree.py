"""What Orbax says of a tree of arrays in ``_METADATA``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.orbax_documents import ARRAYS, EMPTY
from winitgen.files.formats.zarr.recognition import TREE
from winitgen.files.input.open_file import MOST_TENSORS, quoted
from winitgen.files.input.opening import LONGEST_TEXT, decoded

TEXT = "its value is text, not numbers"
_TEXTS = frozenset({"str", "string"})


class TreeEntry(NamedTuple):
    """A value of a tree: its name, its keys joined by dots, and ``kind``, what Orbax calls it.

    ``is_empty`` says that nothing is stored of it, as of None. ``path`` is where its array is. An entry that is stored in the
    tree itself has ``why`` not to read it, and its shape. ``stated`` is the path that an older tree states of an array, by which Orbax
    does not go.
    """

    name: str
    kind: str
    path: str
    is_empty: bool = False
    why: str = ""
    shape: tuple[int, ...] | None = None
    stated: str | None = None


class OrbaxTree(NamedTuple):
    """The values of a tree. ``version`` is the format of zarr, and ``strict`` says that all chunks have to be there.

    ``database`` is whether its arrays are in a database, None if the tree does not say.
    """

    entries: list[TreeEntry]
    version: int
    strict: bool
    database: bool | None


def tree_of(text: bytes, shown: str) -> OrbaxTree:
    """Return what a ``_METADATA`` says; raise `UnreadableError` if it is none."""
    import msgspec

    keys: Any = msgspec.defstruct("Key", [("key", str | int)])
    about: Any = msgspec.defstruct("About", [("value_type", str, ""), ("skip_deserialize", bool, False)])
    entry: Any = msgspec.defstruct("Entry", [("key_metadata", list[keys]), ("value_metadata", about)])
    fields = decoded(
        text,
        [
            ("tree_metadata", dict[str, entry]),
            ("use_ocdbt", bool | None, None),
            ("use_zarr3", bool | None, None),
            ("store_array_data_equal_to_fill_value", bool | None, None),
        ],
    )
    if fields is None or len(text) > LONGEST_TEXT or len(fields.tree_metadata) > MOST_TENSORS:
        raise UnreadableError(f"{shown} is not the {TREE} of a checkpoint of Orbax")
    found = []
    for one in fields.tree_metadata.values():
        name = ".".join(str(part.key) for part in one.key_metadata)
        kind = one.value_metadata.value_type
        why = _why_not(kind, skipped=one.value_metadata.skip_deserialize)
        found.append(TreeEntry(name, kind, name, kind in EMPTY, why))
    version = 3 if fields.use_zarr3 else 2
    return OrbaxTree(found, version, bool(fields.store_array_data_equal_to_fill_value), fields.use_ocdbt)


def _why_not(kind: str, *, skipped: bool) -> str:
    """Return why a value of a kind is not read; empty if it is, or if nothing is stored of it."""
    if kind in _TEXTS:
        return TEXT
    if kind in EMPTY or (kind in ARRAYS and not skipped):
        return ""
    if kind in ARRAYS:
        return f"its {TREE} says that it is not stored as an array"
    return f"its {TREE} calls it {quoted(kind)}, which Orbax does not restore as an array"


def by_path(tree: OrbaxTree) -> Mapping[str, str]:
    """Return the names of those values that are arrays, by the paths at which they are stored."""
    return {one.path: one.name for one in tree.entries if not one.is_empty and not one.why}
