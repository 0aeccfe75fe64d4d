"""The law of a tensor from the operations that filled it, with their exact numbers and without a value drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from winitgen.importing.trace.laws import TensorLaw
from winitgen.importing.trace.operations import COPIES, FACTORIES, JOINS, SCALINGS, filled, scaled
from winitgen.importing.trace.replay import single_value
from winitgen.importing.trace.steps import NOTHING, Steps, TracedStep
from winitgen.importing.trace.views import Box, View, common, covers, volume


class Piece(NamedTuple):
    """A part of a tensor that was filled at once: where in its block, by which law, and a key of its values.

    Two pieces of one random draw have the same key only if they have the same values.
    """

    part: Box
    law: TensorLaw
    key: tuple[Any, ...]


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
    key = (step.number, shared)
    if step.name in FACTORIES:
        return [Piece(shared, FACTORIES[step.name], key)]
    law = filled(step, _reader(steps, step.number))
    if law is not None:
        if law.kind == "orthogonal" and (written.size, written.offset) != (view.size, view.offset):
            raise UnknownLaw
        return [Piece(shared, law, key)]
    if step.name in COPIES | JOINS | SCALINGS | {"copy_"}:
        return _of_sources(steps, step, written, view, shared)
    raise UnknownLaw


def _of_sources(steps: Steps, step: TracedStep, written: View, view: View, shared: Box) -> list[Piece]:
    """Return the pieces of what an operation copied, joined or scaled."""
    first = step.operands[1] if step.name == "copy_" else step.operands[0]
    sources = first if isinstance(first, tuple) and not isinstance(first, View) else (first,)
    found = [piece for source in sources for piece in pieces(steps, source, step.number)]
    if step.name in SCALINGS:
        found = [_after(steps, piece, [step]) for piece in found]
    laws = {piece.law for piece in found}
    if len(laws) == 1 and found[0].law.kind != "orthogonal":
        keys = [piece.key for piece in found]
        exact = len(keys) == 1 and _same(written, view)
        return [Piece(shared, found[0].law, keys[0] if exact else (*keys, step.number, shared))]
    if (
        len(sources) == 1
        and _same(written, view)
        and _is_whole(steps, sources[0])
        and _is_whole(steps, written)
        and sources[0].size == written.size
    ):
        return found
    raise UnknownLaw


def _same(written: View, view: View) -> bool:
    """Return whether two views of a block see the same elements in the same order."""
    return written[3:] == view[3:]


def _is_whole(steps: Steps, view: View) -> bool:
    """Return whether a tensor is all of its block, in the order of its memory."""
    return (view.offset, view.size) == (0, steps.shapes.get(view.block)) and _is_contiguous(view)


def _is_contiguous(view: View) -> bool:
    step = 1
    for count, stride in zip(reversed(view.size), reversed(view.stride), strict=True):
        if count != 1 and stride != step:
            return False
        step *= count
    return True


def _after(steps: Steps, piece: Piece, later: Sequence[TracedStep]) -> Piece:
    """Return a piece after operations that scaled it, the last of them first."""
    law, key = piece.law, piece.key
    for step in reversed(later):
        moved = scaled(step, law, _reader(steps, step.number))
        if moved is None:
            raise UnknownLaw
        law, key = moved, (*key, step.name, *map(str, step.operands[1:]))
    return Piece(piece.part, law, key)


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
