"""The law of a tensor from the operations that filled it, with their exact numbers and without a value drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from winitgen.importing.trace.laws import TensorLaw
from winitgen.importing.trace.operations import COPIES, FACTORIES, JOINS, SCALINGS, filled, scaled
from winitgen.importing.trace.replay import single_value
from winitgen.importing.trace.sources import joined_axis, sources
from winitgen.importing.trace.steps import NOTHING, Steps, TracedStep
from winitgen.importing.trace.views import Box, View, common, contiguous, covers, volume


class DrawnPart(NamedTuple):
    """A part of what an operation drew: the operation's number, and where in its block; None for all of it."""

    step: int
    part: Box | None


class Piece(NamedTuple):
    """A part of a tensor that was filled at once: where in its block, by which law, and a key of its values.

    Two pieces have the same key only if they have the same values at the same indices. ``reads`` are the random draws
    that the values come from; one that is read more than once is there twice.
    """

    part: Box
    law: TensorLaw
    key: tuple[Any, ...]
    reads: tuple[DrawnPart, ...] = ()


class UnknownLaw(Exception):
    """No operation with a known law filled the tensor: its values must be looked at."""


class NeverFilled(Exception):
    """Nothing filled the tensor: its values are whatever the memory held."""


def pieces(steps: Steps, view: View, time: int) -> list[Piece]:
    """Return how a tensor was filled before the operation number ``time``: first what covers it, then what is over that.

    If nothing covers it alone, its parts. Raises `UnknownLaw` where an operation is none that follows a law, and
    `NeverFilled` where nothing filled some of it.
    """
    seen = steps.box(view)
    if seen is None or not view.elements:
        raise UnknownLaw
    found = _pieces(steps, view, seen, time)
    return _twice(found) if view.elements > volume(seen) else found


def _twice(found: list[Piece]) -> list[Piece]:
    """Return pieces whose values are read more than once."""
    return [piece._replace(reads=(*piece.reads, *piece.reads[:1])) for piece in found]


def _pieces(steps: Steps, view: View, seen: Box, time: int) -> list[Piece]:
    over: list[Piece] = []
    later: list[TracedStep] = []
    for step, written in steps.before(view.block, time):
        part = steps.box(written)
        if part is None:
            raise UnknownLaw
        shared = common(part, seen)
        if shared is None or step.name in NOTHING:
            continue
        if step.name in SCALINGS and written in step.writes:
            if not covers(part, seen):
                raise UnknownLaw
            later.append(step)
            continue
        found = [_after(steps, piece, later) for piece in _before(steps, step, written, view, shared)]
        if covers(part, seen):
            return [*found, *reversed(over)]
        over += found
        if sum(volume(piece.part) for piece in over) >= volume(seen) and _apart(over):
            return list(reversed(over))
    raise UnknownLaw if view.block in steps.constants else NeverFilled


def _apart(parts: Sequence[Piece]) -> bool:
    """Return whether no two parts overlap."""
    return not any(common(one.part, two.part) for i, one in enumerate(parts) for two in parts[:i])


def _before(steps: Steps, step: TracedStep, written: View, view: View, shared: Box) -> list[Piece]:
    """Return the pieces that an operation left in the part that it shares with a view."""
    if step.name in FACTORIES:
        return [_drawn(step, FACTORIES[step.name], shared, view)]
    law = filled(step, _reader(steps, step.number))
    if law is not None:
        whole = (written.size, written.offset) == (view.size, view.offset)
        if law.kind == "orthogonal" and not whole and not _is_block(steps, written, shared):
            raise UnknownLaw
        return [_drawn(step, law, shared, view)]
    if step.name in COPIES | JOINS | SCALINGS | {"copy_"}:
        return _of_sources(steps, step, written, view, shared)
    raise UnknownLaw


def _drawn(step: TracedStep, law: TensorLaw, shared: Box, view: View) -> Piece:
    """Return the piece that an operation drew, or filled with one value."""
    reads = () if law.kind == "constant" else (DrawnPart(step.number, shared),)
    return Piece(shared, law, (step.number, shared, view[3:]), reads)


def _of_sources(steps: Steps, step: TracedStep, written: View, view: View, shared: Box) -> list[Piece]:
    """Return the pieces of what an operation copied, joined or scaled."""
    read = sources(steps, step, written, shared)
    found = [piece for source in read for piece in pieces(steps, source, step.number)]
    if sum(source.elements for source in read) < volume(shared):  # it was broadcast
        found = _twice(found)
    if step.name in SCALINGS:
        found = [_after(steps, piece, [step]) for piece in found]
    laws = {piece.law for piece in found}
    same = _same(written, view) and [source.size for source in read] == [written.size]
    if len(laws) == 1 and found[0].law.kind != "orthogonal":
        keys = tuple(piece.key for piece in found)
        key = keys[0] if same and len(keys) == 1 else (*keys, step.number, shared, view[3:])
        return [Piece(shared, found[0].law, key, tuple(one for piece in found for one in piece.reads))]
    if same and _is_whole(steps, read[0]) and _is_whole(steps, written):
        return found
    all_of_it = covers(shared, tuple((0, size) for size in written.size))
    if step.name in JOINS and _same(written, view) and _is_whole(steps, written) and all_of_it:
        return _side_by_side(steps, step, written, read)
    raise UnknownLaw


def _side_by_side(steps: Steps, step: TracedStep, written: View, read: Sequence[View]) -> list[Piece]:
    """Return a piece for each of the tensors that were joined, of which each has one law."""
    axis, start, found = joined_axis(step, written), 0, []
    whole = tuple((0, size) for size in written.size)
    for source in read:
        own = pieces(steps, source, step.number)
        if len({piece.law for piece in own}) != 1 or own[0].law.kind == "orthogonal":
            raise UnknownLaw
        end = start + (1 if step.name == "stack" else source.size[axis])
        part = (*whole[:axis], (start, end), *whole[axis + 1 :])
        key = (*(piece.key for piece in own), step.number, part, written[3:])
        found.append(Piece(part, own[0].law, key, tuple(one for piece in own for one in piece.reads)))
        start = end
    return found


def _same(written: View, view: View) -> bool:
    """Return whether two views of a block see the same elements in the same order."""
    return written[3:] == view[3:]


def _is_whole(steps: Steps, view: View) -> bool:
    """Return whether a tensor is all of its block, in the order of its memory."""
    return (view.offset, view.size) == (0, steps.shapes.get(view.block)) and _is_contiguous(view)


def _is_block(steps: Steps, written: View, seen: Box) -> bool:
    """Return whether a tensor is a part of its block with the axes of the block, all of which is seen."""
    size = tuple(high - low for low, high in seen)
    return steps.box(written) == seen and (written.size, written.stride) == (
        size,
        contiguous(steps.shapes[written.block]),
    )


def _is_contiguous(view: View) -> bool:
    strides = contiguous(view.size)
    return all(n == 1 or a == b for n, a, b in zip(view.size, view.stride, strides, strict=True))


def _after(steps: Steps, piece: Piece, later: Sequence[TracedStep]) -> Piece:
    """Return a piece after operations that scaled it, the last of them first."""
    law, key = piece.law, piece.key
    for step in reversed(later):
        moved = scaled(step, law, _reader(steps, step.number))
        if moved is None:
            raise UnknownLaw
        law, key = moved, (*key, step.name, *map(str, step.operands[1:]))
    return piece._replace(law=law, key=key)


def _reader(steps: Steps, time: int) -> Callable[[View], float | None]:
    """Return what gives the one value of all elements of a tensor before an operation, or None."""
    return lambda source: _constant(steps, source, time)


def _constant(steps: Steps, view: View, time: int) -> float | None:
    """Return the one value of all elements of a tensor, or None."""
    try:
        laws = {piece.law for piece in pieces(steps, view, time)}
    except (UnknownLaw, NeverFilled):
        return single_value(steps, view, time)
    only = laws.pop()
    return only.numbers[0] if not laws and only.kind == "constant" else None
