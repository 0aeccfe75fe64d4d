"""What an initialization did, step by step: each operation with the memory that it read and wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from winitgen.importing.trace.views import Box, View, box


class TracedStep(NamedTuple):
    """One operation. ``operands`` and ``options`` hold a `View` for each tensor, ``writes`` those that it changed.

    ``makes`` are the tensors in new memory that it returned, in their order; ``returns`` how many values it returned.
    """

    number: int
    name: str
    function: Callable[..., Any]
    operands: tuple[Any, ...]
    options: dict[str, Any]
    writes: tuple[View, ...]
    makes: tuple[View | None, ...]

    def tensors(self) -> Iterator[View]:
        """Yield every tensor that the operation was given."""
        yield from tensors_in((*self.operands, *self.options.values()))

    def overwrites(self) -> bool:
        """Return whether the operation reads nothing of what it changes."""
        return self.name in OVERWRITING or "out" in self.options


OVERWRITING = {
    "normal_",
    "uniform_",
    "random_",
    "fill_",
    "zero_",
    "copy_",
    "truncated_normal",
    "orthogonal",
    "exponential_",
}
"""Operations whose result does not depend on the former values of the tensor that they change."""

NOTHING = {"empty", "empty_like", "new_empty", "empty_strided", "new_empty_strided", "resize_", "set_"}
"""Operations that make memory and leave it as it is."""


def tensors_in(values: Any) -> Iterator[View]:
    """Yield the views in operands, which may be lists of them."""
    for value in values:
        if isinstance(value, View):
            yield value
        elif isinstance(value, list | tuple):
            yield from tensors_in(value)


class Steps:
    """All operations of an initialization, by the block of memory that they wrote."""

    def __init__(self) -> None:
        self.all: list[TracedStep] = []
        self.shapes: dict[int, tuple[int, ...]] = {}
        self.constants: dict[int, Any] = {}
        self._writing: dict[int, list[int]] = defaultdict(list)

    def add(
        self,
        name: str,
        function: Callable[..., Any],
        operands: tuple[Any, ...],
        options: dict[str, Any],
        writes: tuple[View, ...],
        makes: tuple[View | None, ...],
    ) -> None:
        """Take in one operation, after all others."""
        step = TracedStep(len(self.all), name, function, operands, options, writes, makes)
        self.all.append(step)
        for view in {*writes, *(made for made in makes if made)}:
            self.shapes.setdefault(view.block, view.size)
            if step.number not in self._writing[view.block][-1:]:
                self._writing[view.block].append(step.number)

    def before(self, block: int, time: int) -> Iterator[tuple[TracedStep, View]]:
        """Yield the operations before a time that wrote to a block, the last first, each with what it wrote."""
        for index in reversed(self._writing[block]):
            if index < time:
                step = self.all[index]
                for view in (*step.writes, *step.makes):
                    if view and view.block == block:
                        yield step, view

    def box(self, view: View) -> Box | None:
        """Return the part of its block that a view sees, in the shape in which the block was made."""
        return box(view, self.shapes.get(view.block, (0,)))
