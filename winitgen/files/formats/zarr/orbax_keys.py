"""Whether the keys of a tree are those of lists and of names, of which Orbax makes lists and dictionaries again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from winitgen.files.formats.zarr.orbax_documents import SEQUENCE
from winitgen.files.input.open_file import quoted

_DEEPEST = 100


class _KeyPlace:
    """A place in a tree: the kind of the keys below it, and what stands there; ``is_array`` says that an array does, too."""

    __slots__ = ("below", "is_array", "kind")

    def __init__(self) -> None:
        self.kind = 0
        self.below: dict[str, _KeyPlace] = {}
        self.is_array = False


def trouble_of_keys(entries: Iterable[tuple[Sequence[tuple[str, int]], bool]]) -> str:
    """Return what is wrong with the keys of a tree, as the end of a clause; empty if nothing is.

    Each entry has its keys, each with its kind, and whether it is an array.

    >>> trouble_of_keys([([("a", 2), ("0", 1)], True), ([("a", 2), ("2", 1)], True)])
    "has a list in 'a' of which entries are missing"
    """
    root = _KeyPlace()
    for keys, is_array in entries:
        if len(keys) > _DEEPEST:
            return f"has keys in more than {_DEEPEST} others"
        place = root
        for depth, (key, kind) in enumerate(keys):
            if place.kind not in (0, kind):
                above = ".".join(key for key, _ in keys[:depth])
                return f"has entries of a list and names in {quoted(above)}"
            place.kind = kind
            place = place.below.setdefault(key, _KeyPlace())
        place.is_array |= is_array
    return _trouble_below(root)


def _trouble_below(root: _KeyPlace) -> str:
    waiting: list[tuple[str, _KeyPlace]] = [("", root)]
    while waiting:
        name, place = waiting.pop()
        if place.is_array and place.below:
            return f"has an array {quoted(name)} and others in it"
        if place.kind == SEQUENCE and place.below.keys() != {
            str(number) for number in range(len(place.below))
        }:
            return f"has a list in {quoted(name)} of which entries are missing"
        waiting += [(f"{name}.{key}" if name else key, below) for key, below in place.below.items()]
    return ""
