"""Which tensors an operation copied, joined or scaled, and which part of them a reader of its result sees."""

from __future__ import annotations

from collections.abc import Iterator

from winitgen.importing.trace.operations import COPIES, JOINS
from winitgen.importing.trace.steps import NOTHING, Steps, TracedStep
from winitgen.importing.trace.views import Box, View, common, contiguous


def sources(steps: Steps, step: TracedStep, written: View, part: Box) -> list[View]:
    """Return what an operation read for a ``part`` of the block that it wrote to.

    All that it read, where its elements do not lie in the block as they lie in the result.
    """
    inside = _inside(steps, written, part)
    if step.name in JOINS:
        return _joined(step, written, inside)
    (source,) = _operands(step)
    return [source if inside is None or source.size != written.size else source.cut(inside)]


def origin(steps: Steps, view: View, time: int) -> tuple[View, int]:
    """Return the tensor that a tensor is an exact copy of, and the operation that copied it; itself if it is none."""
    while (found := _copied(steps, view, time)) is not None:
        view, time = found
    return view, time


def _copied(steps: Steps, view: View, time: int) -> tuple[View, int] | None:
    """Return what was copied last to all of a tensor, and when; None if something else came after, or instead."""
    seen = steps.box(view)
    for step, written in steps.before(view.block, time) if seen else ():
        part = steps.box(written)
        if part is not None and (step.name in NOTHING or common(part, seen or ()) is None):
            continue
        if written[3:] != view[3:] or step.name not in COPIES | {"copy_"}:
            return None
        (source,) = _operands(step)
        same = (source.size, source.dtype) == (view.size, view.dtype)
        return (source, step.number) if same else None
    return None


def _operands(step: TracedStep) -> tuple[View, ...]:
    """Return the tensors that an operation copied."""
    first = step.operands[1] if step.name == "copy_" else step.operands[0]
    return (first,) if isinstance(first, View) else tuple(first)


def _inside(steps: Steps, written: View, part: Box) -> Box | None:
    """Return a part of a block by the indices of what was written; None if its axes are not those of the block."""
    shape, whole = steps.shapes[written.block], steps.box(written)
    strides = contiguous(shape)
    if whole is None or len(shape) != len(written.size):
        return None
    if any(n > 1 and a != b for n, a, b in zip(written.size, written.stride, strides, strict=True)):
        return None
    return tuple((low - first, high - first) for (low, high), (first, _) in zip(part, whole, strict=True))


def _joined(step: TracedStep, written: View, inside: Box | None) -> list[View]:
    """Return the parts of the tensors in a list that lie in a part of what they were joined to."""
    given = [source for source in _operands(step) if source.elements]
    if inside is None:
        return given
    axis = joined_axis(step, written)
    return list(_along(given, axis, inside, stacked=step.name == "stack"))


def joined_axis(step: TracedStep, written: View) -> int:
    """Return the axis along which tensors were joined."""
    return int(step.operands[1] if len(step.operands) > 1 else step.options.get("dim", 0)) % len(written.size)


def _along(given: list[View], axis: int, inside: Box, *, stacked: bool) -> Iterator[View]:
    """Yield the parts of tensors that lie one after another along an axis, within a box."""
    low, high = inside[axis]
    others = [*inside[:axis], *inside[axis + 1 :]]
    start = 0
    for source in given:
        end = start + (1 if stacked else source.size[axis])
        first, last = max(low, start), min(high, end)
        if first < last:
            range_of_it = [] if stacked else [(first - start, last - start)]
            yield source.cut((*others[:axis], *range_of_it, *others[axis:]))
        start = end
