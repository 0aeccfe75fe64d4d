"""The names of the tensors in what a file of PyTorch holds: the keys of nested dictionaries, joined by dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from winitgen.files.formats.pytorch.dictionary_keys import equal_key
from winitgen.files.formats.pytorch.pickled import Entries
from winitgen.files.formats.pytorch.rebuilt import BadTensorError, Rebuilt, tensor_of
from winitgen.files.formats.pytorch.unpickling import BadPickleError, TooLargeError
from winitgen.files.input.expansion import named_too_often
from winitgen.files.input.open_file import MOST_TENSORS, quoted

MOST_VALUES = 500_000
"""A list may stand twice in another, and that twice in a third: what a small pickle says may be endless."""

DEEPEST = 100
LONGEST_NAME = 1000
MOST_TWICE = 20


class PickledState(NamedTuple):
    """The tensors by name, how many other values there are, and the name of the first; ``twice`` has names that stand twice.

    ``inside`` counts the tensors in dictionaries or lists inside of others, of which ``deep`` is the first.
    """

    tensors: dict[str, Rebuilt]
    others: int
    other: str
    twice: list[str]
    inside: int = 0
    deep: str = ""


class _KeyPath(NamedTuple):
    """Where a value stands: its key, and the place of what holds it; ``length`` is that of the whole name."""

    key: str
    holder: _KeyPath | None
    depth: int
    length: int

    @property
    def name(self) -> str:
        """All keys on the way to it, joined by dots."""
        keys: list[str] = []
        place: _KeyPath | None = self
        while place is not None and place.holder is not None:
            keys.append(place.key)
            place = place.holder
        return ".".join(reversed(keys))


def state_of(value: Any) -> PickledState:
    """Return the tensors in what a pickle says; one that stands alone has an empty name.

    Raises `BadPickleError` if there is too much to read, or a tensor that PyTorch refuses.
    """
    tensors: dict[str, Rebuilt] = {}
    others, other, twice = 0, "", list[str]()
    inside, deep = 0, ""
    for place, one in _leaves(value, twice):
        try:
            tensor = tensor_of(one)
        except BadTensorError as error:
            raise BadPickleError(f"the tensor {quoted(place.name)} {error}") from None
        if tensor is None:
            other = other if others else place.name
            others += 1
            continue
        name = place.name
        if place.depth > 1:
            deep = deep if inside else name
            inside += 1
        if name in tensors:
            twice.append(name)
            name = f"{name}#{len(twice) + 1}"
        tensors[name] = tensor
        if len(tensors) > MOST_TENSORS:
            raise TooLargeError(f"it has more than {MOST_TENSORS:,} tensors, the most that winitgen reads")
    return PickledState(tensors, others, other, twice, inside, deep)


def _leaves(value: Any, twice: list[str]) -> Iterator[tuple[_KeyPath, Any]]:
    """Yield the values that hold no others, in order; names of keys that stand twice are added to ``twice``."""
    plain: dict[int, bool] = {}
    known: set[int] = set()
    stored = named = 0
    waiting: list[tuple[_KeyPath, Any]] = [(_KeyPath("", None, 0, 0), value)]
    for _ in range(MOST_VALUES):
        if not waiting:
            return
        place, one = waiting.pop()
        pairs = None if _is_plain(one, plain) else _pairs(one)
        if pairs is None or (
            not pairs and place.depth
        ):  # an empty one is a value, too, and none that is a tensor
            yield place, one
            continue
        if len(waiting) + len(pairs) > MOST_VALUES:
            break
        stored += 0 if id(one) in known else len(pairs)
        named += len(pairs)
        known.add(id(one))
        if named_too_often(named, stored):
            raise TooLargeError(
                f"its dictionaries and lists stand in one another more often than winitgen reads: of {stored:,} values in them "
                f"it makes {named:,} and more"
            )
        inner = _by_name(pairs)
        if len(inner) < len(pairs) and len(twice) < MOST_TWICE:
            twice.append(place.name or "its dictionary")
        waiting += [(_within(place, key), item) for key, item in reversed(inner.values())]
    raise TooLargeError(f"it has more than {MOST_VALUES:,} values, the most that winitgen reads")


def _is_plain(value: Any, known: dict[int, bool]) -> bool:
    """Tell whether a list holds numbers and texts alone, of which there may be millions; each list is looked at once."""
    if not isinstance(value, list | tuple) or not value:
        return False
    if id(value) not in known:
        known[id(value)] = all(one is None or isinstance(one, str | bytes | int | float) for one in value)
    return known[id(value)]


def _within(place: _KeyPath, key: str) -> _KeyPath:
    found = _KeyPath(key, place, place.depth + 1, place.length + len(key) + 1)
    if found.depth > DEEPEST or found.length > LONGEST_NAME:
        raise TooLargeError(
            f"it is nested deeper than {DEEPEST} levels, or has a name of more than {LONGEST_NAME:,} characters"
        )
    return found


def _pairs(value: Any) -> list[tuple[Any, Any]] | None:
    """Return the values in a container by their keys, None for what is no container."""
    if isinstance(value, list | tuple):
        return list(enumerate(value))
    return value.pairs if isinstance(value, Entries) else None


def _by_name(pairs: Sequence[tuple[Any, Any]]) -> dict[tuple[str, str], tuple[str, Any]]:
    """Return the values of a dictionary with the text of their keys, by their kind and a text that equal keys share.

    Of two equal keys the text is that of the first, and the value that of the last, as in Python.
    """
    found: dict[tuple[str, str], tuple[str, Any]] = {}
    for index, (key, value) in enumerate(pairs):
        text = str(key) if key is None or isinstance(key, str | int | float) else f"[{index}]"
        same = equal_key(key, text)
        found[same] = (found[same][0] if same in found else text, value)
    return found
