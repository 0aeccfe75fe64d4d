"""What a pickle says, as plain values: it names functions and classes, and none of them is imported or called.

Numbers, texts, bytes, None, tuples and lists stand for themselves. Everything else is one of the classes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


class GlobalName:
    """A function or a class that a pickle names, such as ``torch._utils._rebuild_tensor_v2``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Entries:
    """The keys and values of a dictionary, in order; a key may stand twice. No key is hashed, as any may be hostile."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []


class Made:
    """What a call would give: of a function or a class, by name, with its arguments, and what is put into it then.

    ``state`` is what its attributes are set from, None if nothing. ``pairs`` are set as in a dictionary, and
    ``items`` are appended as to a list.
    """

    __slots__ = ("args", "items", "name", "pairs", "state")

    def __init__(self, name: str, args: Any) -> None:
        self.name = name
        self.args = args
        self.state: Any = None
        self.pairs: Sequence[tuple[Any, Any]] = ()
        self.items: Sequence[Any] = ()

    def put(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        """Set entries; a list of them is made only for what has some, as a pickle may make a million objects."""
        found = self.pairs if isinstance(self.pairs, list) else []
        found += pairs
        self.pairs = found

    def append(self, items: Iterable[Any]) -> None:
        """Append items."""
        found = self.items if isinstance(self.items, list) else []
        found += items
        self.items = found


class KeptBeside:
    """What a pickle says of something that is kept beside it: its persistent id."""

    __slots__ = ("id",)

    def __init__(self, id: Any) -> None:
        self.id = id
