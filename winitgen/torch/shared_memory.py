"""Finds elements that share memory, which cannot each have a value of its own."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import torch


class Memory(NamedTuple):
    """Where the elements of a tensor are: the address of the first one, and bytes from element to element along each axis."""

    name: str
    address: int
    itemsize: int
    shape: tuple[int, ...]
    steps: tuple[int, ...]

    @property
    def end(self) -> int:
        """The address behind the last element."""
        return (
            self.address
            + self.itemsize
            + sum((size - 1) * step for size, step in zip(self.shape, self.steps, strict=True))
        )

    def view(self, marks: Any, start: int) -> Any:
        """Return the marks of the bytes of all elements; ``start`` is the address of the first mark."""
        return marks.as_strided((*self.shape, self.itemsize), (*self.steps, 1), self.address - start)


def memory_of(name: str, values: Any) -> Memory | None:
    """Return where a tensor lies; None for one without elements or memory, and for classes that hold theirs otherwise."""
    if type(values) not in {torch.Tensor, torch.nn.Parameter} or values.layout is not torch.strided:
        return None
    if values.is_meta or not values.numel():
        return None
    size = values.element_size()
    steps = tuple(size * step for step in values.stride())
    return Memory(name, values.data_ptr(), size, tuple(values.shape), steps)


def overlaps_itself(memory: Memory) -> bool:
    """Tell whether two elements of a tensor share memory, as after ``expand``."""
    reach = memory.itemsize
    for step, size in sorted(zip(memory.steps, memory.shape, strict=True)):
        if size > 1:
            if step < reach:
                return step == 0 or _counts_twice(memory)
            reach += (size - 1) * step
    return False


def _counts_twice(memory: Memory) -> bool:
    """Count the bytes of a tensor whose axes interleave, which may share memory or not."""
    marks = torch.zeros(memory.end - memory.address, dtype=torch.bool, device="cpu")
    memory.view(marks, memory.address).fill_(True)
    return int(marks.sum()) < math.prod(memory.shape) * memory.itemsize


def overlapping(found: Iterable[tuple[Memory, Any]]) -> Iterator[tuple[Memory, Memory]]:
    """Yield each tensor that has memory of one before it, and that one; the second of each pair given is the device."""
    devices: dict[Any, list[Memory]] = defaultdict(list)
    for memory, device in found:
        devices[device].append(memory)
    for memories in devices.values():
        near: list[Memory] = []
        for memory in sorted(memories, key=lambda one: one.address):
            near = [one for one in near if one.end > memory.address]
            yield from ((memory, one) for one in near if _meet(one, memory))
            near.append(memory)


def _meet(one: Memory, other: Memory) -> bool:
    """Tell whether two tensors whose memory interleaves have an element in common."""
    if one[1:] == other[1:]:
        return True
    start = min(one.address, other.address)
    marks = torch.zeros(max(one.end, other.end) - start, dtype=torch.bool, device="cpu")
    one.view(marks, start).fill_(True)
    return bool(other.view(marks, start).any())
