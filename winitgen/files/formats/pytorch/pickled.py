"""What a pickle says, as plain values: it names functions and classes, and none of them is imported or called.

Numbers, texts, bytes, None, tuples and lists stand for themselves. Everything else is one of the classes here.
"""

from __future__ import annotations

from typing import Any


class GlobalName:
    """A function or a class that a pickle names, such as ``torch._utils._rebuild_tensor_v2``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Entries:
    """The keys and values of a dictionary, in order; a key may stand twice. No key is hashed, as any may be hostile.

    ``name`` is its class.
    """

    __slots__ = ("name", "pairs")

    def __init__(self, name: str = "dict") -> None:
        self.name = name
        self.pairs: list[tuple[Any, Any]] = []


class Made:
    """What a call would give: of a function or a class, by name, with its arguments.

    ``state`` is what its attributes are set from, None if nothing; ``filled`` says whether entries or items are put into it,
    of which nothing is kept. ``meaning`` is what the reader of a format made of the call.
    """

    __slots__ = ("args", "filled", "meaning", "name", "state")

    def __init__(self, name: str, args: Any) -> None:
        self.name = name
        self.args = args
        self.state: Any = None
        self.filled = False
        self.meaning: Any = None


class KeptBeside:
    """What a pickle says of something that is kept beside it: its persistent id, and what the reader of a format made of it."""

    __slots__ = ("id", "meaning")

    def __init__(self, id: Any) -> None:
        self.id = id
        self.meaning: Any = None
