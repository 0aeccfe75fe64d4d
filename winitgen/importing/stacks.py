"""Stacks: children of one folder that are numbered and alike, such as the layers of a model."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from winitgen.importing.name_tree import Folder, Leaf

Node = Folder | Leaf

_NUMBERED = re.compile(r"(.*?)(0|[1-9][0-9]{0,8})")


class Stack(NamedTuple):
    """Children ``{prefix}{start}``, ``{prefix}{start + 1}`` and so on.

    ``rounds`` has a list for each child; that list has the child of each parallel folder. ``varying`` says that
    the children differ in numbers of their schemes.
    """

    prefix: str
    start: int
    rounds: list[list[Node]]
    varying: bool


class Likeness:
    """What two nodes must share to be one text, kept for each node."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, bool], int] = {}
        self._numbers: dict[Any, int] = {}

    def of(self, node: Node, *, loose: bool = False) -> int:
        """Return a number that equal nodes share; ``loose`` ignores the numbers of schemes."""
        key = (id(node), loose)
        if key not in self._kept:
            found = self._leaf(node, loose) if isinstance(node, Leaf) else self._folder(node, loose)
            self._kept[key] = self._numbers.setdefault(found, len(self._numbers))
        return self._kept[key]

    def _folder(self, folder: Folder, loose: bool) -> Any:
        return tuple((name, self.of(child, loose=loose)) for name, child in sorted(folder.children.items()))

    def _leaf(self, leaf: Leaf, loose: bool) -> Any:
        tensor = leaf.tensor
        init = None if leaf.tied_to else repr(_masked(tensor.init, loose))
        return tensor._replace(name="", init="", evidence="", tied_to=None), init, leaf.tied_to


def _masked(init: str | Mapping[str, Any], loose: bool) -> Any:
    """Return a scheme as pairs in a fixed order, its numbers hidden if ``loose``."""
    if isinstance(init, str):
        return init
    return [(key, "a number" if loose and is_number(value) else value) for key, value in sorted(init.items())]


LARGEST = 2.0**63
"""A number that every expression can hold."""


def is_number(value: object) -> bool:
    """Return whether an option of a scheme is a single number, which an expression may stand for: that of -0.0 is 0."""
    if isinstance(value, bool) or str(value) == "-0.0":
        return False
    return isinstance(value, int | float) and abs(value) <= LARGEST


def children_of(folders: Sequence[Folder], alike: Likeness) -> Iterator[tuple[str, list[Node]] | Stack]:
    """Yield the children of parallel folders, those that are numbered and alike as stacks.

    A stack stands where its first child does.
    """
    first, done = folders[0], set[str]()
    families = _families(first)
    for name in first.children:
        if name in done:
            continue
        match = _NUMBERED.fullmatch(name)
        family = families[match[1]] if match else []
        if len(family) < 2:
            yield name, [folder.children[name] for folder in folders]
            continue
        assert match is not None
        done.update(f"{match[1]}{number}" for number in family)
        yield from _stacks(match[1], family, folders, alike)


def _families(folder: Folder) -> dict[str, list[int]]:
    """Return the numbers of the children that have one, in order, by what stands before it."""
    found: dict[str, list[int]] = {}
    for name in folder.children:
        if match := _NUMBERED.fullmatch(name):
            found.setdefault(match[1], []).append(int(match[2]))
    return {prefix: sorted(numbers) for prefix, numbers in found.items()}


def _stacks(
    prefix: str, numbers: Sequence[int], folders: Sequence[Folder], alike: Likeness
) -> Iterator[tuple[str, list[Node]] | Stack]:
    rounds = {number: [folder.children[f"{prefix}{number}"] for folder in folders] for number in numbers}

    def exactly(number: int) -> Any:
        return [alike.of(node) for node in rounds[number]]

    def loosely(number: int) -> Any:
        return [alike.of(node, loose=True) for node in rounds[number]]

    for broad in _runs(numbers, loosely):
        narrow = list(_runs(broad, exactly))
        varying = len(folders) == 1 and len(narrow) > 1 and _is_better(broad, narrow, rounds)
        for run in [broad] if varying else narrow:
            if len(run) > 2 or (len(run) == 2 and _size(rounds[run[0]][0]) > 1):
                yield Stack(prefix, run[0], [rounds[number] for number in run], varying)
            else:
                yield from ((f"{prefix}{number}", rounds[number]) for number in run)


def _runs(numbers: Sequence[int], key: Callable[[int], Any]) -> Iterator[list[int]]:
    """Yield runs of numbers that follow one another and have the same key."""
    run: list[int] = []
    for number in numbers:
        if run and (number != run[-1] + 1 or key(number) != key(run[-1])):
            yield run
            run = []
        run.append(number)
    yield run


def _is_better(broad: Sequence[int], narrow: Sequence[Any], rounds: Mapping[int, list[Node]]) -> bool:
    """Return whether a stack with numbers that vary is shorter than several of equal children."""
    if len(narrow) > max(2, len(broad) // 3):
        return True
    columns = _columns([rounds[number][0] for number in broad])
    return all(formula(column, broad[0], "i") for column in columns if len(set(column)) > 1)


def _columns(nodes: Sequence[Node]) -> Iterator[list[Any]]:
    """Yield the values that each number of each scheme has in nodes that are loosely alike."""
    first = nodes[0]
    if isinstance(first, Folder):
        for name in first.children:
            yield from _columns([node.children[name] for node in nodes if isinstance(node, Folder)])
    elif isinstance(first.tensor.init, Mapping) and not first.tied_to:
        inits = [node.tensor.init for node in nodes if isinstance(node, Leaf)]
        for key, value in first.tensor.init.items():
            if is_number(value):
                yield [init[key] for init in inits if isinstance(init, Mapping)]


def _size(node: Node) -> int:
    """Return the number of tensors under a node."""
    return 1 if isinstance(node, Leaf) else sum(_size(child) for child in node.children.values())


def formula(column: Sequence[Any], start: int, index: str) -> str:
    """Return an expression of the index that gives exactly these values, or an empty text.

    >>> formula([0.02, 0.02 / math.sqrt(2), 0.02 / math.sqrt(3)], 0, "i")
    '0.02 / sqrt(i + 1)'
    """
    for factor, text in ((1, f"sqrt({index} + 1)"), (2, f"sqrt(2 * ({index} + 1))")):
        first = column[0] * math.sqrt(factor * (start + 1))
        for digits in (3, 6, 17):
            scale = float(f"{first:.{digits}g}")
            made = [scale / math.sqrt(factor * (start + place + 1)) for place in range(len(column))]
            if made == list(column):
                return f"{scale!r} / {text}"
    return ""
