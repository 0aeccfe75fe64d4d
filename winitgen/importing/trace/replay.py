"""Repeats the operations behind one tensor, and only those, with memory: its values, as another seed would draw them."""

from __future__ import annotations

from typing import Any

from winitgen.importing.trace.steps import NOTHING, Steps, TracedStep, tensors_in
from winitgen.importing.trace.views import View, covers

LIMIT = 1 << 27
"""Most bytes that are drawn for one tensor."""


class TooLargeToDraw(Exception):
    """The values behind a tensor take more memory than the limit."""


def replayed(steps: Steps, view: View, time: int, seed: int, limit: int = LIMIT) -> Any:
    """Return the values that a view has before the operation number ``time``, as a tensor of its own.

    Memory that no operation filled is NaN, or -1 in whole numbers. Raises `TooLargeToDraw` above ``limit`` bytes.
    """
    import torch

    memory = _Memory(steps, limit)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        for step in behind(steps, view, time):
            memory.run(step)
        return memory.tensor(view).clone()


def single_value(steps: Steps, view: View, time: int) -> float | None:
    """Return the value of a tensor of one element, or None if it has more or another seed gives another value."""
    if view.elements != 1:
        return None
    one, other = (float(replayed(steps, view, time, seed).item()) for seed in (1, 2))
    return one if one == other else None


def behind(steps: Steps, view: View, time: int) -> list[TracedStep]:
    """Return the operations that the values of a view depend on, in their order."""
    found: dict[int, TracedStep] = {}
    wanted, seen = [(view.block, time)], set()
    while wanted:
        block, before = wanted.pop()
        if (block, before) in seen:
            continue
        seen.add((block, before))
        for step, written in steps.before(block, before):
            found[step.number] = step
            wanted += [(read.block, step.number) for read in step.tensors() if read.block != block]
            if _replaces(steps, step, written):
                break
    return [found[index] for index in sorted(found)]


def _replaces(steps: Steps, step: TracedStep, written: View) -> bool:
    """Return whether nothing is left of what the block held before an operation."""
    if written in step.makes:
        return True
    part = steps.box(written)
    whole = tuple((0, size) for size in steps.shapes[written.block])
    return step.overwrites() and part is not None and covers(part, whole)


class _Memory:
    """The blocks that operations read and write, each made when it is first needed."""

    def __init__(self, steps: Steps, limit: int) -> None:
        self.steps, self.left = steps, limit
        self.blocks: dict[int, Any] = {}

    def tensor(self, view: View) -> Any:
        """Return a view as a tensor on its block."""
        import torch

        if view.block not in self.blocks:
            self.blocks[view.block] = self._block(view)
        empty = torch.empty(0, dtype=getattr(torch, view.dtype))
        return empty.set_(self.blocks[view.block], view.offset, view.size, view.stride)

    def _block(self, view: View) -> Any:
        import math

        import torch

        if view.block in self.steps.constants:
            return self.steps.constants[view.block].clone()
        spread = sum((n - 1) * s for n, s in zip(view.size, view.stride, strict=True)) + 1 + view.offset
        size = max(math.prod(self.steps.shapes.get(view.block, (0,))), spread) * view.width
        self.left -= size
        if self.left < 0:
            raise TooLargeToDraw
        block = torch.UntypedStorage(size)
        torch.empty(0, dtype=torch.uint8).set_(block, 0, (size,), (1,)).fill_(255)
        return block

    def run(self, step: TracedStep) -> None:
        """Repeat an operation; one that only makes memory leaves it unfilled."""
        import torch

        if step.name in NOTHING:
            return
        for view in (*step.makes, *tensors_in(step.operands)):
            if view is not None:
                self.tensor(view)
        options = {key: self._real(value) for key, value in step.options.items()}
        if "device" in options:
            options["device"] = torch.device("cpu")
        out = step.function(*map(self._real, step.operands), **options)
        outs = out if isinstance(out, list | tuple) else [out]
        for made, value in zip(step.makes, outs, strict=False):
            if made is not None:
                self.tensor(made).copy_(value)

    def _real(self, value: Any) -> Any:
        if isinstance(value, View):
            return self.tensor(value)
        return [self._real(item) for item in value] if isinstance(value, list | tuple) else value
