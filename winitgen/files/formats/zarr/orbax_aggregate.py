"""The tree of older versions of Orbax: ``checkpoint``, a tree of Flax's MessagePack.

The place of an array in it is the text ``PLACEHOLDER://`` with its name. No version goes by that name: the array is found by its keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from winitgen.errors import UnreadableError
from winitgen.files.formats.zarr.orbax_tree import TEXT, OrbaxTree, TreeEntry
from winitgen.files.formats.zarr.recognition import AGGREGATE
from winitgen.files.input.open_file import MOST_TENSORS, quoted

MOST_AGGREGATED = 4_000_000
"""Bytes of a ``checkpoint`` that are read into memory, where a byte may become sixty."""

_PLACEHOLDER = "PLACEHOLDER://"
_DEEPEST = 100


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
    if not isinstance(found, dict) or not _has_names(found):
        raise UnreadableError(f"{shown} is not the tree of a checkpoint of Orbax")
    entries: list[TreeEntry] = []
    for name, value in _leaves(found, ()):
        entries.append(_aggregated_entry(name, value))
        if len(entries) > MOST_TENSORS:
            raise UnreadableError(
                f"{shown} has more than {MOST_TENSORS:,} values, the most that winitgen reads"
            )
    return OrbaxTree(entries, 2, strict=False, database=None)


def _has_names(found: dict[Any, Any]) -> bool:
    """Tell whether all keys of a tree are texts, as its readers need it."""
    tables: list[Any] = [found]
    while tables:
        table = tables.pop()
        values = table.values() if isinstance(table, dict) else table
        if isinstance(table, dict) and not all(isinstance(key, str) for key in table):
            return False
        tables += [value for value in values if isinstance(value, dict | list)]
    return True


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
        return TreeEntry(name, "array", name, stated=value.removeprefix(_PLACEHOLDER))
    if value is None or value in ({}, []):
        return TreeEntry(name, "None", "", is_empty=True)
    if isinstance(value, str | bytes):
        return TreeEntry(name, "string", "", why=TEXT)
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
