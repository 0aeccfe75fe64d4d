"""Which tensors of a model come from the same random draws, though a layer-spec would draw each by itself."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from winitgen.importing.trace.history import DrawnPart
from winitgen.importing.trace.operations import is_random
from winitgen.importing.trace.refusals import ONE_DRAW, REPEATED, SHARED
from winitgen.importing.trace.replay import behind
from winitgen.importing.trace.steps import Steps
from winitgen.importing.trace.views import View, common


class DrawsBehind(NamedTuple):
    """The random draws behind a tensor; ``fewer`` if it has fewer values than they drew, as a norm of rows has."""

    parts: tuple[DrawnPart, ...]
    fewer: bool = False


class SharedDraws:
    """Takes in the draws behind one tensor after another, and says which of them meet."""

    def __init__(self) -> None:
        self._users: dict[int, list[tuple[DrawnPart, str, bool]]] = defaultdict(list)
        self._pairs: dict[tuple[str, str], None] = {}

    def refusal(self, name: str, drawn: DrawsBehind) -> str | None:
        """Return why a tensor cannot be drawn by itself, None if it can; it is none that is tied to another one."""
        if any(_meet(one, two) for i, one in enumerate(drawn.parts) for two in drawn.parts[:i]):
            return REPEATED
        others = [(user, fewer) for part in drawn.parts for user, fewer in self._met(part)]
        for part in drawn.parts:
            self._users[part.step].append((part, name, drawn.fewer))
        for user, fewer in others:
            if not fewer and not drawn.fewer:
                return SHARED.format(name=user)
            self._pairs[user, name] = None
        return None

    def notes(self) -> list[str]:
        """Return a line about tensors that were computed from draws of others, if there are any."""
        if not self._pairs:
            return []
        (one, other), *more = self._pairs
        note = ONE_DRAW.format(one=one, other=other)
        pairs = "1 other pair does so, too" if len(more) == 1 else f"{len(more):,} other pairs do so, too"
        return [f"{note}; {pairs}" if more else note]

    def _met(self, part: DrawnPart) -> list[tuple[str, bool]]:
        return [(user, fewer) for used, user, fewer in self._users[part.step] if _meet(part, used)]


def draws_behind(steps: Steps, view: View, time: int) -> DrawsBehind:
    """Return the random draws that the values of a view depend on, each as a whole."""
    seen = steps.box(view)
    found, count = [], 0
    for step in behind(steps, view, time):
        outs = [*step.writes, *filter(None, step.makes)]
        boxes = [steps.box(out) for out in outs if out.block == view.block]
        if not is_random(step) or any(seen and part and not common(part, seen) for part in boxes):
            continue
        found.append(DrawnPart(step.number, None))
        count += sum(out.elements for out in outs)
    return DrawsBehind(
        tuple(found) if view.elements <= count else (*found, *found[:1]), view.elements < count
    )


def _meet(one: DrawnPart, other: DrawnPart) -> bool:
    """Return whether two parts of draws have values in common."""
    if one.step != other.step:
        return False
    return one.part is None or other.part is None or common(one.part, other.part) is not None
