"""What Orbax says of a tree of arrays: ``_METADATA``, or of older versions ``checkpoint``, a tree of Flax's MessagePack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.recognition import AGGREGATE, TREE
from winitgen.files.input.open_file import MOST_TENSORS, quoted
from winitgen.files.input.opening import LONGEST_TEXT, decoded

MOST_AGGREGATED = 4_000_000
"""Bytes of a ``checkpoint`` that are read into memory, where a byte may become sixty."""

_PLACEHOLDER = "PLACEHOLDER://"
_EMPTY = frozenset({"None", "Dict", "List", "Tuple", "NamedTuple"})
_DEEPEST = 100


class TreeEntry(NamedTuple):
    """A value of a tree: its name, its keys joined by dots, and ``kind``, what Orbax calls it.

    ``is_empty`` says that nothing is stored of it, as of None. ``path`` is where its array is. An entry that is stored in the
    tree itself has ``why`` not to read it, and its shape.
    """

    name: str
    kind: str
    path: str
    is_empty: bool = False
    why: str = ""
    shape: tuple[int, ...] | None = None


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
        found.append(TreeEntry(name, kind, name, one.value_metadata.skip_deserialize or kind in _EMPTY))
    version = 3 if fields.use_zarr3 else 2
    return OrbaxTree(found, version, bool(fields.store_array_data_equal_to_fill_value), fields.use_ocdbt)


def is_aggregate(head: bytes) -> bool:
    """Tell whether a file begins as a table of MessagePack does.

    >>> is_aggregate(b"\\x81\\xa1a\\xc0"), is_aggregate(b"model_checkpoint_path:")
    (True, False)
    """
    return head[:1] in {b"\xde", b"\xdf"} or 0x80 <= (head or b"\0")[0] <= 0x8F


def aggregated(text: bytes, shown: str) -> OrbaxTree:
    """Return the tree of a ``checkpoint``; raise `UnreadableError` if it is too long, or none."""
    import msgspec

    if len(text) > MOST_AGGREGATED:
        raise UnreadableError(
            f"{shown} has more than {MOST_AGGREGATED:,} bytes, the most that winitgen reads of Flax's MessagePack; restore it with "
            "orbax.checkpoint, and save its arrays with safetensors.flax.save_file"
        )
    try:
        found = msgspec.msgpack.decode(text, ext_hook=_Extension)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        found = None
    if not isinstance(found, dict):
        raise UnreadableError(f"{shown} is not the tree of a checkpoint of Orbax")
    entries: list[TreeEntry] = []
    for name, value in _leaves(found, ()):
        entries.append(_aggregated_entry(name, value))
        if len(entries) > MOST_TENSORS:
            raise UnreadableError(
                f"{shown} has more than {MOST_TENSORS:,} values, the most that winitgen reads"
            )
    return OrbaxTree(entries, 2, strict=False, database=None)


class _Extension(NamedTuple):
    """A value of a kind that MessagePack itself lacks; in Flax 1 is an array, 2 a complex number, 3 a scalar of NumPy."""

    code: int
    content: memoryview


def _leaves(tree: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield all values of a tree with their names."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    if not items or len(keys) > _DEEPEST:
        yield ".".join(keys), tree
        return
    for key, value in items:
        yield from _leaves(value, (*keys, str(key)))


def _aggregated_entry(name: str, value: Any) -> TreeEntry:
    if isinstance(value, str) and value.startswith(_PLACEHOLDER):
        return TreeEntry(name, "array", value.removeprefix(_PLACEHOLDER))
    if value is None or value in ({}, []):
        return TreeEntry(name, "None", "", is_empty=True)
    if isinstance(value, str | bytes):
        return TreeEntry(name, "string", "", why="its value is text, not numbers")
    why = f"its values stand in {quoted(AGGREGATE)}, among those of Flax's MessagePack, which are not read"
    if isinstance(value, _Extension) and value.code == 1:
        shape, kind = _array_of(value.content)
        return TreeEntry(name, kind, "", why=why, shape=shape)
    kind = type(value).__name__ if isinstance(value, bool | int | float) else "scalar"
    return TreeEntry(name, kind, "", why=why, shape=())


def _array_of(content: memoryview) -> tuple[tuple[int, ...] | None, str]:
    """Return the shape and the number format of an array in MessagePack: a list of these and of its bytes."""
    import msgspec

    try:
        shape, kind, _ = msgspec.msgpack.decode(content, type=tuple[list[int], str, bytes | list[Any]])
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None, "array"
    return (tuple(shape) if all(size >= 0 for size in shape) else None), kind[:100]


def by_path(tree: OrbaxTree) -> Mapping[str, str]:
    """Return the names of those values that are arrays, by the paths at which they are stored."""
    return {one.path: one.name for one in tree.entries if not one.is_empty and not one.why}
